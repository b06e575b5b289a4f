"""The transactions that change the store, by topic."""
