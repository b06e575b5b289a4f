"""Frozen typed values and pure functions: no I/O, no Qt, no SQL, no clock."""
