"""Who is us: the accounts of our connections and the people listed in the settings."""

from __future__ import annotations

from console.store.connection import Store


def our_accounts(store: Store) -> frozenset[str]:
    """Person keys of our accounts, and the names of people listed as moderators."""
    found = store.read("SELECT account FROM ledger.connection WHERE account <> ''")
    return frozenset(row["account"] for row in found) | store.policy.us_accounts | store.policy.us_names
