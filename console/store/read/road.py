"""What is taken along for the road: the conversations of a view with their pictures, and what of them isn't here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey
from console.domain.pictures import picture_key, pictures_in
from console.domain.platform import Way
from console.store.connection import Store
from console.store.read import judged
from console.store.read.connections import capabilities
from console.store.read.finding import newest
from console.store.read.queue import View

FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class Along:
    """One conversation to take along.

    messages    those with pictures, what waits for a verdict first, then the nearest to it
    files       name of a picture in the store -> its file's name
    said        how many messages there are; `text_bytes`: what they take, which is here already
    people      numbers of this machine: who speaks in it
    holes       what isn't here and is no picture: "before" (what it began with), "between" (it began before what its connection
                brings, so some of it may be missing), "shortened", "unreadable", "unnamed" (who said something)
    lacking     messages that it names and that aren't here; `first`: the earliest that is
    """

    thread: ThreadKey
    space: SpaceKey
    public_id: str
    title: str
    connection: ConnectionKey
    messages: tuple[MessageKey, ...]
    files: dict[str, str]
    said: int
    text_bytes: int
    people: frozenset[int]
    holes: tuple[str, ...]
    lacking: tuple[MessageKey, ...]
    first: MessageKey

    @property
    def is_fetched(self) -> bool:
        """Whether its platform is asked for all of it."""
        return "before" in self.holes or "between" in self.holes


def threads(store: Store, view: View) -> list[int]:
    """The conversations of a view in its order; of Flagged those with a message that waits for a verdict first."""
    found = list(newest(store, view).ids)
    if view.name != FLAGGED or view.query is not None or view.connection or view.space:
        return found
    waiting = [one.message for one in judged.waiting(store)]
    rows = store.read(
        "SELECT key, thread_id FROM message WHERE key IN (SELECT value FROM json_each(:keys))",
        {"keys": json.dumps(waiting)},
    )
    at = {row["key"]: int(row["thread_id"]) for row in rows}
    return list(dict.fromkeys([*(at[key] for key in waiting if key in at), *found]))


def along(store: Store, thread_id: int) -> Along | None:
    """None where the conversation isn't held any more, and where nothing of it is."""
    heads = store.read(
        "SELECT t.key, t.public_id, t.title, t.snippet, t.connection, s.key AS space FROM thread AS t"
        " JOIN space AS s ON s.id = t.space_id WHERE t.id = :id",
        {"id": thread_id},
    )
    if not heads:
        return None
    head = heads[0]
    rows = store.read(
        "SELECT m.key, m.parent, m.root, m.person_id, m.attachments, m.state, m.partial, length(m.html) + length(m.text) AS size_bytes,"
        " EXISTS (SELECT 1 FROM report_shown AS r WHERE r.message = m.key AND r.shown_state = 'pending') AS reported, p.name AS author"
        " FROM message AS m JOIN person AS p ON p.id = m.person_id WHERE m.thread_id = :id ORDER BY m.posted_at_ms, m.key",
        {"id": thread_id},
    )
    if not rows:
        return None
    at = next((n for n, row in enumerate(rows) if row["reported"]), len(rows) - 1)
    nearest = [row for _far, row in sorted(enumerate(rows), key=lambda one: (not one[1]["reported"], abs(one[0] - at)))]
    files = {row["key"]: _files(row) for row in nearest if row["state"] != "deleted"}
    lacking = _lacking(store, rows)
    return Along(
        ThreadKey(head["key"]), SpaceKey(head["space"]), head["public_id"], head["title"] or head["snippet"], ConnectionKey(head["connection"]),
        messages=tuple(MessageKey(key) for key, named in files.items() if named),
        files={picture_key(head["connection"], url): name for named in files.values() for url, name in named.items()}, said=len(rows),
        text_bytes=sum(int(row["size_bytes"]) for row in rows), people=frozenset(int(row["person_id"]) for row in rows),
        holes=tuple(_holes(store, rows, lacking)), lacking=tuple(MessageKey(key) for key in lacking),
        first=MessageKey(rows[0]["key"]),
    )  # fmt: skip


def along_with(store: Store, message: MessageKey) -> Along | None:
    """The conversation that a message stands in now: two may have become one."""
    found = store.read("SELECT thread_id FROM message WHERE key = :key", {"key": message})
    return along(store, int(found[0]["thread_id"])) if found else None


def lacks_beginning(store: Store, said: Sequence[tuple[str, str]]) -> str:
    """What of the conversation of these messages (key, what it answers) isn't held: "before", "between" or "", as in `Along`."""
    keys = {key for key, _parent in said}
    if _lacks(store, {parent for _key, parent in said if parent and parent not in keys}):
        return "before"
    return "between" if said and _begins_too_early(store, said[0][0]) else ""


def can_be_fetched(store: Store, message: str) -> bool:
    """Whether the platform of a message gives one conversation however old."""
    found = store.read(
        "SELECT s.key FROM message AS m JOIN space AS s ON s.id = m.space_id WHERE m.key = :key", {"key": message}
    )
    return bool(found) and capabilities(store, found[0]["key"]).way("threads_in") is Way.API


def _files(row: Any) -> dict[str, str]:
    attachments = json.loads(row["attachments"])
    names = {url: name for name, _mime, _size, url in attachments}
    return {url: names[url] for url in pictures_in(attachments)}


def _holes(store: Store, rows: Sequence[Any], lacking: Sequence[str]) -> Iterable[str]:
    if lacking:
        yield "before"
    elif _begins_too_early(store, rows[0]["key"]):
        yield "between"
    if any(row["partial"] and row["state"] != "deleted" for row in rows):
        yield "shortened"
    if any(row["state"] == "unreadable" for row in rows):
        yield "unreadable"
    if any(not row["author"] and row["state"] != "deleted" for row in rows):
        yield "unnamed"


def _begins_too_early(store: Store, message: str) -> bool:
    """Whether a conversation began before its connection brings anything, went on since, and was never fetched whole."""
    found = store.read(
        "SELECT 1 FROM message AS m JOIN thread AS t ON t.id = m.thread_id JOIN ledger.connection AS c ON c.key = t.connection"
        " WHERE m.key = :key AND t.whole_at_ms = 0 AND t.opened_at_ms < c.since_ms AND t.last_at_ms >= c.since_ms",
        {"key": message},
    )
    return bool(found) and can_be_fetched(store, message)


def _lacking(store: Store, rows: Sequence[Any]) -> list[str]:
    here = {row["key"] for row in rows}
    # A platform that names the thread names its opening post; one that only names what is answered, that.
    lacking = {row["root"] for row in rows if row["root"] and row["root"] not in here}
    lacking |= {row["parent"] for row in rows if row["parent"] and row["parent"] not in here}
    return _lacks(store, lacking)


def _lacks(store: Store, keys: set[str]) -> list[str]:
    if not keys:
        return []
    left = store.read(
        "SELECT value FROM json_each(:keys) WHERE value NOT IN (SELECT key FROM message)"
        " AND value NOT IN (SELECT key FROM alias) ORDER BY value",
        {"keys": json.dumps(sorted(keys))},
    )
    return [row["value"] for row in left]
