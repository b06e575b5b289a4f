"""The notices of platforms that nobody understood: kept as mails, to be handed on without anything personal."""

from __future__ import annotations

from dataclasses import dataclass

from console.store.connection import Store

_WHERE = "m.raw <> '' AND m.state <> 'deleted' AND m.space_id IN (SELECT id FROM space WHERE key LIKE 'mail:%:notices:unknown')"


@dataclass(frozen=True, slots=True)
class UnknownNotice:
    """One such mail. `example` is what is left of it when it is cleaned: a mail in itself."""

    public_id: str
    thread_public_id: str
    sender: str
    title: str
    posted_at_ms: int
    example: str


def not_understood(store: Store) -> list[UnknownNotice]:
    """The oldest first."""
    found = store.read(
        "SELECT m.public_id, t.public_id AS thread, p.name AS sender, m.title, m.posted_at_ms, m.raw FROM message AS m"
        " JOIN thread AS t ON t.id = m.thread_id JOIN person AS p ON p.id = m.person_id"
        f" WHERE {_WHERE} ORDER BY m.posted_at_ms, m.key"
    )
    return [
        UnknownNotice(row["public_id"], row["thread"], row["sender"], row["title"], row["posted_at_ms"], row["raw"])
        for row in found
    ]


def count(store: Store) -> int:
    return int(store.read(f"SELECT count(*) AS n FROM message AS m WHERE {_WHERE}")[0]["n"])
