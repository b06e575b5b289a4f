"""Who is us: the accounts of our connections and the people listed in the settings."""

from __future__ import annotations

from console.domain.conversation import MessageKey
from console.store.connection import Store


def our_accounts(store: Store) -> frozenset[str]:
    """Person keys of our accounts, and the names of people listed as moderators."""
    found = store.read("SELECT account FROM ledger.connection WHERE account <> ''")
    return frozenset(row["account"] for row in found) | store.policy.us_accounts | store.policy.us_names


def is_ours(store: Store, message: MessageKey) -> bool:
    """Whether one of us wrote it; not where it isn't held."""
    ours = our_accounts(store)
    written_by = store.read(
        "SELECT p.key, p.name FROM message AS m JOIN person AS p ON p.id = m.person_id WHERE m.key = :message",
        {"message": message},
    )
    return any(row["key"] in ours or row["name"] in ours for row in written_by)
