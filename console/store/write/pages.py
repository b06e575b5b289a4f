"""Writing what a pull brought: the changes, the cursor, the search index and the queue's order in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageGone,
    MessageState,
    Person,
    PersonKey,
    Report,
    ReportState,
    Space,
    Thread,
    ThreadKey,
)
from console.domain.platform import Page
from console.store.connection import Store
from console.store.errors import translated
from console.store.opening import Connection, rollback
from console.store.write.messages import Messages, Stored, facts_of
from console.store.write.people import People
from console.store.write.projecting import project
from console.store.write.search_index import SearchIndex
from console.store.write.sources import Source, Sources, together
from console.store.write.spaces import Spaces
from console.store.write.threading import Threads
from console.store.write.versions import keep

_DELETED = MessageState.DELETED.value


@dataclass(frozen=True, slots=True)
class Changed:
    """Which threads' rows, levels or dues changed: local ids for the cache, keys for the ledger."""

    thread_ids: frozenset[int] = frozenset()
    keys: frozenset[str] = frozenset()


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
            changed = _Writing(store, cache, connection).write(page.changes)
            if page.whole:
                _note_whole(store, page.whole)
            cache.exec_driver_sql(
                "INSERT INTO stream(connection, key, cursor, again_at_ms, pulled_at_ms, more) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET cursor = excluded.cursor, again_at_ms = excluded.again_at_ms,"
                " pulled_at_ms = excluded.pulled_at_ms, more = excluded.more",
                (
                    connection,
                    stream,
                    json.dumps(dict(page.cursor)),
                    page.again_at_ms or 0,
                    store.now_ms(),
                    int(page.more),
                ),
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
            changed = _Writing(store, cache, connection).write(tuple(changes))
            cache.exec_driver_sql("COMMIT")
        except BaseException:
            rollback(cache)
            raise
    return changed


def note_whole(store: Store, thread: ThreadKey) -> None:
    """Its platform gave all of a conversation, however old. Raises a StoreError."""
    with store.writing(store.cache):
        _note_whole(store, [thread])


def _note_whole(store: Store, threads: Iterable[ThreadKey]) -> None:
    store.cache.exec_driver_sql(
        "UPDATE thread SET whole_at_ms = ?1 WHERE whole_at_ms = 0 AND id IN ("
        " SELECT id FROM thread WHERE key IN (SELECT value FROM json_each(?2))"
        " UNION SELECT thread_id FROM alias WHERE key IN (SELECT value FROM json_each(?2)))",
        (store.now_ms(), json.dumps(list(threads))),
    )


class _Writing:
    """One transaction on the cache.

    What the changes name is looked up first, with one question a kind; they are then taken in one by one, in their
    order, and what they come to is written with one statement a kind. Asking and writing for each change apart costs
    five times as much.
    """

    def __init__(self, store: Store, cache: Connection, connection: ConnectionKey) -> None:
        self._store = store
        self._cache = cache
        self._now_ms = store.now_ms()
        self._touched: set[int] = set()
        self._index = SearchIndex(cache)
        self._sources = Sources(store)
        self._spaces = Spaces(cache, connection, self._touched, self._sources)
        self._people = People(store, cache, self._touched)
        self._threads = Threads(cache, connection, self._touched, self._flush)
        self._messages = Messages(cache, self._index, store.policy, self._now_ms)

    def write(self, changes: Sequence[Change]) -> Changed:
        self._load(changes)
        for change in changes:
            match change:
                case Message():
                    self._put_message(change)
                case Person():
                    self._people.put(change)
                case Thread():
                    self._put_head(change)
                case Space():
                    self._spaces.put(change)
                case Report():
                    self._put_report(change)
                case MessageGone():
                    self._put_gone(change)
        self._flush()
        self._index.flush()
        self._people.finish()
        self._spaces.finish(self._store.policy, self._now_ms)
        # Kept versions go to the ledger first, in a commit of their own: a crash between the two keeps one too many
        # (and once more changes nothing), never one too few.
        keep(self._store, self._messages.kept)
        return Changed(project(self._store, self._cache, self._touched))

    def _load(self, changes: Sequence[Change]) -> None:
        messages = [change for change in changes if isinstance(change, Message)]
        heads = [change for change in changes if isinstance(change, Thread)]
        said = {message.key for message in messages}
        self._spaces.load({m.space for m in messages} | {head.space for head in heads} | _keys(changes, Space))
        if messages or heads:
            self._threads.load(said | {str(m.root) for m in messages if m.root} | {head.key for head in heads}, said)
        self._people.load({message.author for message in messages} | _keys(changes, Person))
        answered = {str(above) for message in messages if (above := message.root or message.parent)}
        for key, thread_id in self._messages.load(said | answered | _keys(changes, MessageGone)).items():
            self._threads.lives_in(key, thread_id)
        self._index.load(m.posted_at_ms for m in messages if self._messages.stored(m.key) is None)

    def _flush(self) -> None:
        self._people.flush()
        self._threads.flush()
        self._messages.flush()

    def _put_head(self, head: Thread) -> None:
        again = self._spaces.source_of(head.space) < Source.OWN
        keep = again and self._spaces.nearest(head.space) is Source.OWN
        self._threads.put(head, self._spaces.id_of(head.space), again=again, keep=keep)

    def _put_message(self, message: Message) -> None:
        space_id = self._spaces.id_of(message.space)
        source = self._spaces.source_of(message.space)
        old = self._messages.stored(message.key)
        if old is not None and source < Source.OWN:
            if old.by_name["source"] == Source.OWN or old.gone:
                return
            message = together(old.by_name, self._author_of(old), message, source)
            source = max(source, Source(old.by_name["source"]))
        author = self._people.seen(message.author, message.key, message.posted_at_ms)
        self._spaces.note_history(message.space, message.posted_at_ms)
        facts = facts_of(message, space_id, author.id, source)
        if old is not None and not old.gone and old.facts == facts:
            return
        if old is not None and (old.by_name["state"] == _DELETED) is not (message.state is MessageState.DELETED):
            self._void_reports(message.key, message.state is MessageState.DELETED)
        home = self._threads.home_of(message, space_id)
        self._messages.put(message, facts, author, home)
        self._threads.lives_in(message.key, home)
        self._touched.add(home)
        self._threads.adopt(message, home)

    def _author_of(self, old: Stored) -> PersonKey:
        self._people.flush()
        key = self._cache.exec_driver_sql(
            "SELECT key FROM person WHERE id = ?", (old.by_name["person_id"],)
        ).scalar_one()
        self._people.load([key])
        return PersonKey(key)

    def _put_gone(self, gone: MessageGone) -> None:
        old = self._messages.stored(gone.key)
        if old is None or (old.gone and old.by_name["state"] == _DELETED):
            return
        self._flush()
        if gone.pasted:
            self._take_back(gone.key, old)
            return
        if gone.kept:
            self._cache.exec_driver_sql(
                "UPDATE message SET state = 'away' WHERE key = ? AND state <> 'deleted'", (gone.key,)
            )
            self._touched.add(self._messages.load([gone.key])[gone.key])
            return
        row = self._cache.exec_driver_sql(
            "SELECT m.thread_id, p.name FROM message AS m JOIN person AS p ON p.id = m.person_id WHERE m.key = ?",
            (gone.key,),
        ).one()
        self._messages.remember(gone.key, row.name, MessageState.DELETED, "")
        if old.search_id is not None:
            self._index.remove(old.search_id)
        by_author = None if gone.by_author is None else int(gone.by_author)
        self._cache.exec_driver_sql(
            "UPDATE message SET state = 'deleted', html = '', text = '', text_hash = '', attachments = '[]', asks = 0,"
            " mentions = 0, search_id = NULL, gone_at_ms = ?, gone_by_author = ? WHERE key = ?",
            (gone.at_ms, by_author, gone.key),
        )
        self._void_reports(gone.key, True)
        self._messages.load([gone.key])
        self._touched.add(row.thread_id)

    def _take_back(self, key: str, old: Stored) -> None:
        if old.by_name["source"] != Source.PASTED:
            return
        self._touched.add(self._messages.load([key])[key])
        if old.search_id is not None:
            self._index.remove(old.search_id)
        self._cache.exec_driver_sql("DELETE FROM message WHERE key = ?", (key,))
        self._messages.forget(key)

    def _void_reports(self, message: str, gone: bool) -> None:
        """Without their message pending reports are void; where it is there again they wait again."""
        before, after = (ReportState.PENDING, ReportState.VOID) if gone else (ReportState.VOID, ReportState.PENDING)
        self._cache.exec_driver_sql(
            "UPDATE report SET state = ? WHERE message = ? AND state = ?", (after.value, message, before.value)
        )

    def _put_report(self, report: Report) -> None:
        facts = (report.message, report.at_ms, report.reason, report.text, report.reporter, report.source,
                 report.state.value)  # fmt: skip
        names = ("message", "at_ms", "reason", "text", "reporter", "source", "state")
        old = self._cache.exec_driver_sql(f"SELECT {', '.join(names)} FROM report WHERE key = ?", (report.key,)).first()
        if old is not None and tuple(old) == facts:
            return
        self._flush()
        self._cache.exec_driver_sql(
            f"INSERT INTO report({', '.join(names)}, key) VALUES ({', '.join('?' * 8)}) ON CONFLICT(key) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in names),
            (*facts, report.key),
        )
        row = self._cache.exec_driver_sql(
            "SELECT thread_id, state FROM message WHERE key = ?", (report.message,)
        ).first()
        if row is not None:
            self._touched.add(row.thread_id)
            if row.state == _DELETED:
                self._cache.exec_driver_sql(
                    "UPDATE report SET state = 'void' WHERE key = ? AND state = 'pending'", (report.key,)
                )


def _keys(changes: Sequence[Change], kind: type[Space] | type[Person] | type[MessageGone]) -> set[str]:
    return {change.key for change in changes if isinstance(change, kind)}
