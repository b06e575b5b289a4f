"""Luisterpost: one queue, one inbox, one key per decision, for everything colleagues say."""

__version__ = "0.1.0"
