"""Connecting, and how a connection is doing."""
