"""Reusable parts that know domain values only."""
