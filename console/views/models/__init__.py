"""Item models: rows of the store in, roles out; tested without a window."""
