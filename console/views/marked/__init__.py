"""Several rows at once: marked, asked about, decided."""
