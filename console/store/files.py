"""The names, versions and stand-ins of the files: what is known of them without opening one."""

from __future__ import annotations

CACHE, LEDGER, BLOBS = "cache.db", "ledger.db", "blobs.db"
VERSIONS = {CACHE: 11, LEDGER: 6, BLOBS: 1}  # of the schema, as `user_version` keeps it
NO_LEVEL = 3  # of a thread in which nothing needs a person
NO_DUE = 9_000_000_000_000_000
