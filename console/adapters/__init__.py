"""One file a platform; adapters know nothing of each other."""
