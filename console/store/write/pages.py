"""Writing what a pull brought: the changes, the cursor, the search index and the queue's order in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageGone,
    MessageState,
    Person,
    Report,
    ReportState,
    Space,
    Thread,
    text_hash,
)
from console.domain.platform import Page
from console.domain.policy import Policy
from console.domain.questions import asks, only_thanks
from console.store.connection import Store, rollback, translated
from console.store.public_id import public_id
from console.store.write import people, search_index, threading
from console.store.write.projecting import project
from console.store.write.versions import Version, keep


@dataclass(frozen=True, slots=True)
class Changed:
    """Which threads' rows, levels or dues changed: local ids for the cache, keys for the ledger."""

    thread_ids: frozenset[int] = frozenset()
    keys: frozenset[str] = frozenset()


@dataclass(slots=True)
class Batch:
    """What one transaction has touched so far."""

    connection: ConnectionKey
    policy: Policy
    now_ms: int
    threads: set[int] = field(default_factory=set)
    kept: list[Version] = field(default_factory=list)
    to_index: list[tuple[int, str, str, str]] = field(default_factory=list)
    from_index: list[int] = field(default_factory=list)


def apply(store: Store, connection: ConnectionKey, stream: str, page: Page) -> Changed:
    """Write one page and its cursor in a single transaction.

    page.changes  oldest first; bodies are safe HTML
    returns       threads whose row, level or due changed; empty if this page was applied before
    raises        StoreFull, StoreDamaged, StoreReadOnly, StoreBusy; then nothing of the page is written
    """
    # One transaction on purpose: a crash may repeat a page but can never skip one.
    with translated(store.cache_path):
        cache = store.cache
        cache.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            changed = _apply_changes(store, cache, connection, page.changes)
            cache.exec_driver_sql(
                "INSERT INTO stream(connection, key, cursor, again_at_ms, pulled_at_ms) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET cursor = excluded.cursor, again_at_ms = excluded.again_at_ms,"
                " pulled_at_ms = excluded.pulled_at_ms",
                (connection, stream, json.dumps(dict(page.cursor)), page.again_at_ms or 0, store.now_ms()),
            )
            cache.exec_driver_sql("COMMIT")
        except BaseException:
            rollback(cache)
            raise
    return changed


def apply_changes(store: Store, connection: ConnectionKey, changes: Iterable[Change]) -> Changed:
    """Write what a delivery brought about, without a cursor; otherwise as `apply`."""
    with translated(store.cache_path):
        cache = store.cache
        cache.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            changed = _apply_changes(store, cache, connection, changes)
            cache.exec_driver_sql("COMMIT")
        except BaseException:
            rollback(cache)
            raise
    return changed


def _apply_changes(store: Store, cache: Connection, connection: ConnectionKey, changes: Iterable[Change]) -> Changed:
    batch = Batch(connection, store.policy, store.now_ms())
    for change in changes:
        match change:
            case Message():
                _put_message(cache, batch, change)
            case Person():
                people.put(cache, batch.threads, change)
            case Thread():
                threading.put(cache, batch.threads, batch.connection, change)
            case Space():
                _put_space(cache, batch, change)
            case Report():
                _put_report(cache, batch, change)
            case MessageGone():
                _put_gone(cache, batch, change)
    search_index.remove(cache, batch.from_index)
    search_index.put(cache, batch.to_index)
    # Kept versions go to the ledger first, in a commit of their own: a crash between the two keeps one too many
    # (and once more changes nothing), never one too few.
    keep(store, batch.kept)
    changed = project(store, cache, batch.threads)
    return Changed(changed)


def _put_space(cache: Connection, batch: Batch, space: Space) -> None:
    before = cache.exec_driver_sql("SELECT id, leadership FROM space WHERE key = ?", (space.key,)).first()
    cache.exec_driver_sql(
        "INSERT INTO space(key, connection, remote_id, title, url, members, leadership) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(key) DO UPDATE SET remote_id = excluded.remote_id, title = excluded.title, url = excluded.url,"
        " members = excluded.members, leadership = excluded.leadership",
        (space.key, batch.connection, space.remote_id, space.title, space.url, space.members, int(space.leadership)),
    )
    if before is not None and bool(before.leadership) != space.leadership:
        rows = cache.exec_driver_sql("SELECT id FROM thread WHERE space_id = ?", (before.id,))
        batch.threads.update(row.id for row in rows)


def _put_message(cache: Connection, batch: Batch, message: Message) -> None:
    old = cache.exec_driver_sql("SELECT * FROM message WHERE key = ?", (message.key,)).mappings().first()
    space_id = threading.space_id(cache, batch.connection, message.space)
    author = people.seen(cache, batch.threads, message.author, space_id, message.key, message.posted_at_ms)
    people.note_history(cache, batch.threads, space_id, message.posted_at_ms, now_ms=batch.now_ms, policy=batch.policy)
    hash_now = text_hash(f"{message.title}\n{message.text}")
    facts = (
        space_id, author.id, message.root or "", message.parent or "", message.posted_at_ms, message.edited_at_ms,
        message.state.value, message.title, message.html, message.text, hash_now,
        json.dumps([[a.name, a.mime, a.size_bytes, a.url] for a in message.attachments], ensure_ascii=False),
        json.dumps([list(reaction) for reaction in message.reactions], ensure_ascii=False), message.url,
        message.mark, message.raw,
    )  # fmt: skip
    names = (
        "space_id", "person_id", "root", "parent", "posted_at_ms", "edited_at_ms", "state", "title", "html", "text",
        "text_hash", "attachments", "reactions", "url", "mark", "raw",
    )  # fmt: skip
    if old is not None:
        if old["gone_at_ms"] is None and tuple(old[name] for name in names) == facts:
            return
        _remember(batch, old, author.name, message.state, hash_now)
        if old["search_id"] is not None:
            batch.from_index.append(old["search_id"])
    thread_id = threading.home_of(cache, batch.threads, batch.connection, message)
    search_id = None
    if message.state is not MessageState.DELETED:
        moved = old is None or old["search_id"] is None or old["posted_at_ms"] != message.posted_at_ms
        search_id = search_index.index_id(cache, message.posted_at_ms) if moved or old is None else old["search_id"]
        batch.to_index.append((search_id, message.text, message.title, author.name))
    derived = (
        int(asks(message.text)), int(only_thanks(message.text)),
        int(batch.policy.mentioned_in(message.text)),
        search_id, thread_id, public_id("m", message.key), message.key,
    )  # fmt: skip
    if old is None:
        cache.exec_driver_sql(
            f"INSERT INTO message({', '.join(names)}, asks, thanks, mentions, search_id, thread_id, public_id, key)"
            f" VALUES ({', '.join('?' * (len(names) + 7))})",
            facts + derived,
        )
    else:
        cache.exec_driver_sql(
            f"UPDATE message SET {', '.join(f'{name} = ?' for name in names)}, asks = ?, thanks = ?, mentions = ?,"
            " search_id = ?, thread_id = ?, public_id = ?, gone_at_ms = NULL, gone_by_author = NULL WHERE key = ?",
            facts + derived,
        )
    batch.threads.add(thread_id)
    threading.adopt(cache, batch.threads, message, thread_id)


def _remember(batch: Batch, old: object, author: str, state: MessageState, hash_now: str) -> None:
    """An edit takes a text away, and so does a removal: both are kept in the ledger."""
    row = dict(old)  # type: ignore[call-overload]  # a row mapping
    removed = state is MessageState.DELETED and row["state"] != MessageState.DELETED.value
    if row["text"] and (row["text_hash"] != hash_now or removed):
        why = "removed" if removed else "edited"
        batch.kept.append(
            Version(
                row["key"],
                row["text_hash"],
                author,
                row["posted_at_ms"],
                row["edited_at_ms"],
                row["html"],
                row["text"],
                batch.now_ms,
                why,
            )
        )


def _put_gone(cache: Connection, batch: Batch, gone: MessageGone) -> None:
    old = (
        cache.exec_driver_sql(
            "SELECT m.*, p.name AS author FROM message AS m JOIN person AS p ON p.id = m.person_id WHERE m.key = ?",
            (gone.key,),
        )
        .mappings()
        .first()
    )
    if old is None or (old["state"] == MessageState.DELETED.value and old["gone_at_ms"] is not None):
        return
    _remember(batch, old, old["author"], MessageState.DELETED, "")
    if old["search_id"] is not None:
        batch.from_index.append(old["search_id"])
    by_author = None if gone.by_author is None else int(gone.by_author)
    cache.exec_driver_sql(
        "UPDATE message SET state = 'deleted', html = '', text = '', text_hash = '', attachments = '[]', asks = 0,"
        " mentions = 0, search_id = NULL, gone_at_ms = ?, gone_by_author = ? WHERE key = ?",
        (gone.at_ms, by_author, gone.key),
    )
    cache.exec_driver_sql(
        "UPDATE report SET state = ? WHERE message = ? AND state = 'pending'", (ReportState.VOID.value, gone.key)
    )
    batch.threads.add(old["thread_id"])


def _put_report(cache: Connection, batch: Batch, report: Report) -> None:
    facts = (report.message, report.at_ms, report.reason, report.text, report.reporter, report.source,
             report.state.value)  # fmt: skip
    names = ("message", "at_ms", "reason", "text", "reporter", "source", "state")
    old = cache.exec_driver_sql(f"SELECT {', '.join(names)} FROM report WHERE key = ?", (report.key,)).first()
    if old is not None and tuple(old) == facts:
        return
    cache.exec_driver_sql(
        f"INSERT INTO report({', '.join(names)}, key) VALUES ({', '.join('?' * 8)}) ON CONFLICT(key) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in names),
        (*facts, report.key),
    )
    row = cache.exec_driver_sql("SELECT thread_id, state FROM message WHERE key = ?", (report.message,)).first()
    if row is not None:
        batch.threads.add(row.thread_id)
        if row.state == MessageState.DELETED.value:
            cache.exec_driver_sql("UPDATE report SET state = 'void' WHERE key = ? AND state = 'pending'", (report.key,))
