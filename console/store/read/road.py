"""What is taken along for the road: the conversations of a view with their pictures, and what of them isn't here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import MessageKey, ThreadKey
from console.domain.pictures import picture_key, pictures_in
from console.store.connection import Store
from console.store.read import judged
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
    holes       what isn't here and is no picture: "before" (what it began with), "shortened", "unreadable"
    """

    thread: ThreadKey
    public_id: str
    title: str
    connection: str
    messages: tuple[MessageKey, ...]
    files: dict[str, str]
    said: int
    text_bytes: int
    people: frozenset[int]
    holes: tuple[str, ...]


def threads(store: Store, view: View) -> list[int]:
    """The conversations of a view in its order; of Flagged those with a message that waits for a verdict first."""
    found = list(newest(store, view).ids)
    if view.name != FLAGGED or view.query is not None:
        return found
    waiting = [one.message for one in judged.waiting(store)]
    rows = store.read(
        "SELECT key, thread_id FROM message WHERE key IN (SELECT value FROM json_each(:keys))",
        {"keys": json.dumps(waiting)},
    )
    at = {row["key"]: int(row["thread_id"]) for row in rows}
    return list(dict.fromkeys([*(at[key] for key in waiting if key in at), *found]))


def along(store: Store, thread_id: int) -> Along | None:
    """None where the conversation isn't held any more."""
    heads = store.read(
        "SELECT key, public_id, title, snippet, connection FROM thread WHERE id = :id", {"id": thread_id}
    )
    if not heads:
        return None
    head = heads[0]
    rows = store.read(
        "SELECT m.key, m.parent, m.root, m.person_id, m.attachments, m.state, m.partial, length(m.html) + length(m.text) AS size_bytes,"
        " EXISTS (SELECT 1 FROM report_shown AS r WHERE r.message = m.key AND r.shown_state = 'pending') AS reported"
        " FROM message AS m WHERE m.thread_id = :id ORDER BY m.posted_at_ms, m.key",
        {"id": thread_id},
    )
    at = next((n for n, row in enumerate(rows) if row["reported"]), len(rows) - 1)
    nearest = [row for _far, row in sorted(enumerate(rows), key=lambda one: (not one[1]["reported"], abs(one[0] - at)))]
    files = {row["key"]: _files(row) for row in nearest if row["state"] != "deleted"}
    return Along(
        ThreadKey(head["key"]), head["public_id"], head["title"] or head["snippet"], head["connection"],
        messages=tuple(MessageKey(key) for key, named in files.items() if named),
        files={picture_key(head["connection"], url): name for named in files.values() for url, name in named.items()}, said=len(rows),
        text_bytes=sum(int(row["size_bytes"]) for row in rows), people=frozenset(int(row["person_id"]) for row in rows),
        holes=tuple(_holes(store, rows)),
    )  # fmt: skip


def lacks_beginning(store: Store, said: Sequence[tuple[str, str]]) -> bool:
    """Whether one of these messages (key, what it answers) answers what isn't held."""
    keys = {key for key, _parent in said}
    return _lacks(store, {parent for _key, parent in said if parent and parent not in keys})


def _files(row: Any) -> dict[str, str]:
    attachments = json.loads(row["attachments"])
    names = {url: name for name, _mime, _size, url in attachments}
    return {url: names[url] for url in pictures_in(attachments)}


def _holes(store: Store, rows: Sequence[Any]) -> Iterable[str]:
    if _begins_elsewhere(store, rows):
        yield "before"
    if any(row["partial"] and row["state"] != "deleted" for row in rows):
        yield "shortened"
    if any(row["state"] == "unreadable" for row in rows):
        yield "unreadable"


def _begins_elsewhere(store: Store, rows: Sequence[Any]) -> bool:
    here = {row["key"] for row in rows}
    # A platform that names the thread names its opening post; one that only names what is answered, that.
    lacking = {row["root"] for row in rows if row["root"] and row["root"] not in here}
    lacking |= {row["parent"] for row in rows if row["parent"] and row["parent"] not in here}
    return _lacks(store, lacking)


def _lacks(store: Store, keys: set[str]) -> bool:
    if not keys:
        return False
    left = store.read(
        "SELECT value FROM json_each(:keys) WHERE value NOT IN (SELECT key FROM message)"
        " AND value NOT IN (SELECT key FROM alias) LIMIT 1",
        {"keys": json.dumps(sorted(keys))},
    )
    return bool(left)
