"""What a screen asks of the store, by topic."""
