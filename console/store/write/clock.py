"""The ledger's own clock and origin: who this profile is, and the next moment of its hybrid logical clock."""

from __future__ import annotations

import uuid_utils

from console.domain.triage import next_hlc
from console.store.connection import Connection


def new_key() -> str:
    """A UUIDv7: unique everywhere, and later ones sort later."""
    return str(uuid_utils.uuid7())


def origin(ledger: Connection) -> str:
    """The profile's id, made once."""
    found = value(ledger, "origin")
    if not found:
        found = new_key()
        set_value(ledger, "origin", found)
    return found


def tick(ledger: Connection, now_ms: int) -> int:
    """The next moment; call it inside the transaction that uses it."""
    moment = next_hlc(int(value(ledger, "hlc") or 0), now_ms)
    set_value(ledger, "hlc", str(moment))
    return moment


def value(ledger: Connection, name: str) -> str:
    row = ledger.exec_driver_sql("SELECT value FROM profile WHERE name = ?", (name,)).first()
    return "" if row is None else str(row.value)


def set_value(ledger: Connection, name: str, new: str) -> None:
    ledger.exec_driver_sql(
        "INSERT INTO profile(name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, new)
    )
