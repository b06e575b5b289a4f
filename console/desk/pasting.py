"""Keeping what was pasted as a message of the group it belongs to. It is a decision like any other: undo takes it back."""

from __future__ import annotations

from dataclasses import dataclass

from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import ConnectionKey, MessageKey, ThreadKey
from console.domain.pasting import Pasted
from console.domain.triage import TriageEvent, What
from console.store import pasted as file
from console.store.read.connections import connections as stored
from console.store.rows import event_of
from console.store.write import connections, requests
from console.store.write.connections import NewConnection
from console.store.write.decisions import NewEvent, append
from console.store.write.sources import FILES, PASTED_IN

CONNECTION = ConnectionKey("files:pasted:connection:pasted")


@dataclass(frozen=True, slots=True)
class Group:
    """A group that something can be pasted into: one whose conversations come by mail, by file or by paste."""

    space: str
    title: str
    platform: str


def groups(desk: Desk) -> list[Group]:
    """Those that are held, by title."""
    rows = desk.store.read(
        "SELECT s.key, s.title, s.platform, c.platform AS through FROM space AS s"
        " LEFT JOIN ledger.connection AS c ON c.key = s.connection"
        " WHERE s.title <> '' AND json_extract(nullif(s.capabilities, ''), '$.approximate') ORDER BY s.title COLLATE NOCASE, s.key"
    )
    return [Group(row["key"], row["title"], row["platform"] or row["through"] or "") for row in rows]


def title_of(desk: Desk, space: str) -> str:
    """What a group is called, "" while nobody told."""
    found = desk.store.read("SELECT title FROM space WHERE key = :key", {"key": space})
    return str(found[0]["title"]) if found else ""


def held(desk: Desk, pasted: Pasted) -> ThreadKey | None:
    """The thread in which this message stands already with all that was pasted, None where it brings something new."""
    found = desk.store.read(
        "SELECT t.key, m.text, m.partial FROM message AS m JOIN thread AS t ON t.id = m.thread_id"
        " WHERE m.key = :key AND m.state <> 'deleted'",
        {"key": pasted.message},
    )
    if not found or found[0]["partial"] or _folded(pasted.text) not in _folded(found[0]["text"]):
        return None
    return ThreadKey(found[0]["key"])


def keep(desk: Desk, pasted: Pasted, connection_name: str) -> Decision:
    """Keep it: a line in the file of pasted messages, a decision, and a request to read it.

    connection_name  what the connection of pasted messages is called when this is the first
    Raises Refused: empty (text, author or group is missing), pasted_before; StoreError.
    """
    try:
        whole = Pasted.of_line(pasted.as_line())
    except ValueError:
        raise Refused("empty") from None
    if held(desk, whole) is not None or _waits(desk, whole):
        raise Refused("pasted_before")
    _connect(desk, connection_name)
    # The words first: a crash in between leaves a message that undo doesn't know, never a decision without its words.
    file.append(desk.store.folder, {"type": "pasted", **whole.as_line()})
    thread, message = ThreadKey(whole.thread), MessageKey(whole.message)
    event = NewEvent(thread, What.PASTE, desk.moderator, message, payload=whole.as_line())
    written = append(desk.store, [event])
    read_now(desk)
    return Decision(written[0].key, thread, What.PASTE)


def follow(desk: Desk, event: TriageEvent) -> bool:
    """Put in the file that a paste is taken back, or stands again: whether this is about one. Raises StoreError.

    event  what is taken back next
    """
    root, standing = event, True
    while root.what is What.UNDO:
        found = desk.store.read("SELECT * FROM ledger.event WHERE key = :key", {"key": root.undoes})
        if not found:
            return False
        root, standing = event_of(found[0]), not standing
    if root.what is not What.PASTE:
        return False
    line = {"type": "taken_back", "posted_at_ms": desk.store.now_ms()} if standing else {"type": "pasted"}
    # The words first: it can be done again, and a decision is never without its words.
    file.append(desk.store.folder, {**root.payload, **line})
    return True


def _waits(desk: Desk, pasted: Pasted) -> bool:
    """Whether the very same was pasted, still stands, and nobody has read it yet."""
    found = desk.store.read(
        "SELECT json_extract(e.payload, '$.text') AS text FROM ledger.event AS e WHERE e.message = :message"
        " AND e.what = 'paste' AND NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key)"
        " AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.key = e.message)",
        {"message": pasted.message},
    )
    return any(_folded(pasted.text) in _folded(row["text"] or "") for row in found)


def _connect(desk: Desk, name: str) -> None:
    if any(row.key == CONNECTION for row in stored(desk.store)):
        return
    names = {row.name for row in stored(desk.store)}
    while name in names:
        name += " ·"
    connections.put(
        desk.store,
        NewConnection(
            CONNECTION, name, FILES, FILES, PASTED_IN, "", PASTED_IN, "", "", 0, 0,
            {"format": "jsonl", "approximate": "yes"},
        ),
    )  # fmt: skip


def read_now(desk: Desk) -> None:
    """Have the collector read the file."""
    requests.ask(desk.store, "sync", {"names": [CONNECTION]})


def _folded(text: str) -> str:
    return " ".join(text.split())
