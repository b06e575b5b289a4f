"""The ledger's own clock and origin: who this profile is, and the next moment of its hybrid logical clock."""

from __future__ import annotations

import uuid_utils

from console.domain.triage import next_hlc
from console.store.opening import Connection, driver_of

CHAIN_ENDS = "chain_ends"  # number and hash of this profile's last event: so that its removal shows too


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


def ticks(ledger: Connection, now_ms: int, count: int) -> list[int]:
    """The next moments; call it inside the transaction that uses them."""
    last = int(value(ledger, "hlc") or 0)
    moments: list[int] = []
    for _one in range(count):
        last = next_hlc(last, now_ms)
        moments.append(last)
    set_value(ledger, "hlc", str(last))
    return moments


def value(ledger: Connection, name: str) -> str:
    row = driver_of(ledger).execute("SELECT value FROM profile WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def set_value(ledger: Connection, name: str, new: str) -> None:
    ledger.exec_driver_sql(
        "INSERT INTO profile(name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, new)
    )
