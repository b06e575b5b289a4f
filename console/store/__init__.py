"""The two files: what can be pulled again (cache.db) and what can't (ledger.db)."""
