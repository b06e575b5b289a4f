"""Windows, pages and dialogs: each asks the store and calls the desk."""
