"""The collector: the only process that opens a network socket, and the only writer of cache.db."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from console.adapters.contract import Adapter, Lacking
from console.domain.conversation import ConnectionKey, Message
from console.domain.platform import Stream
from console.store import backup
from console.store.connection import Store
from console.store.errors import StoreError, StoreFull
from console.store.opening import connected
from console.store.read.connections import ConnectionRow
from console.store.read.connections import connections as stored_connections
from console.store.read.outbox import counts
from console.store.write import answers, away, folding, handoffs, intents, requests
from console.store.write.connections import Round, note_health
from console.store.write.settings_change import follow_settings
from console.sync.allowances import Allowances
from console.sync.connecting import Patience, adapter_for, needs_secrets
from console.sync.delivery import Delivery
from console.sync.engine import PAUSE_S, REST_MS, Engine, Pulled
from console.sync.pictures import Pictures
from console.sync.requests import Requests
from console.sync.road import Packing
from console.sync.secret_store import NoKeyring, NoPassphrase, SecretStore, WrongPassphrase
from console.sync.waiting import until_ms, wait
from console.tasks import TaskOwner

log = logging.getLogger(__name__)
LOOK_S = 0.1
RELEVEL_MS = 20_000
KEEP_MS = 60_000
TELL_S = 1.0
LOOKED_THROUGH = 20_000  # objects more, before Python looks for rings among them: at 700 that took a tenth of an import
LEAST_S = 0.2  # what waits behind another of its thread is due all the time


@dataclass(slots=True)
class Line:
    """One connection as the collector serves it: its row, adapter, and the two kinds of work."""

    row: ConnectionRow
    adapter: Adapter
    engine: Engine
    delivery: Delivery
    wake: asyncio.Event
    tasks: TaskOwner


class Collector:
    """Serves one profile until told to stop. The caller holds the lock."""

    def __init__(
        self, store: Store, secrets: SecretStore, patience: Patience, say: Callable[[dict[str, Any]], None]
    ) -> None:
        self._store = store
        self._secrets = secrets
        self._patience = patience
        self._say = say
        self._lines: dict[str, Line] = {}
        self._pictures = Pictures(store, self._adapter_of, max(patience.pictures_bytes, patience.road_bytes))
        self._allowances = Allowances(store)
        self._packing = Packing(store, self._pull_all, self._fetch_thread, self._pictures)
        self._asked = Requests(
            store, secrets, patience, self._sync_named, self._renew, self._pictures, self._allowances, self._packing
        )
        self._stop = asyncio.Event()
        self._moved = asyncio.Event()  # a start line, so that levels are others
        self._watching = False
        self._tasks = TaskOwner(self._broken)

    async def once(self, names: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
        """One round of every connection, deliveries before and after; what each brought."""
        async with self._serving():
            # A sign-in takes minutes, and whoever waits for it has a collector that goes on.
            for request in requests.take(self._store, leave="sign_in"):
                await self._asked.carry_out(request)
            return await self._sync_named(names)

    async def pack(self, args: Mapping[str, Any], tell: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
        """Deliver, then take a view along for the road, and end: as `sync.road.Packing.pack`."""
        async with self._serving():
            await self._sync_named(frozenset())
            return await self._packing.pack(args, tell)

    @contextlib.asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        self._begin()
        self._match_connections(watching=False)
        try:
            yield
        finally:
            folding.catch_up(self._store)
            await self._pictures.forget_removed()
            await self._close()
            if backup.is_due(self._store.folder, self._store.now_ms()):
                self._back_up_last()

    async def watch(self) -> None:
        """Serve until `stop`: pull and deliver when it is time, fold decisions, carry out requests."""
        self._watching = True
        self._begin()
        self._tasks.start(self._relevel(), name="relevel")
        self._tasks.start(self._keep(), name="backup")
        self._tasks.start(self._tell(), name="waits")
        self._say({"ready": True})
        seen = -1
        try:
            while not self._stop.is_set():
                version = int(self._store.ledger.exec_driver_sql("PRAGMA data_version").scalar_one())
                if version != seen:
                    seen = version
                    await self._ledger_changed()
                await wait(self._stop, LOOK_S)
        finally:
            await self._close()
            if self._store.journal.last():
                self._back_up_last()

    def stop(self) -> None:
        self._stop.set()

    async def stopped_within(self, seconds: float) -> bool:
        """Whether `stop` was called by then."""
        await wait(self._stop, seconds)
        return self._stop.is_set()

    def hear(self, said: Mapping[str, Any]) -> None:
        """Take in what the window says: a secret for one request, or the passphrase of the secrets' file.

        Who stands by for another collector puts the secret where that one finds it.
        """
        with contextlib.suppress(NoKeyring, NoPassphrase, WrongPassphrase):  # whoever carries it out says so
            if "secret" in said:
                ref, values = str(said["secret"]["ref"]), said["secret"]["values"]
                if self._watching:
                    self._secrets.hand_over(ref, values)
                else:
                    self._secrets.put(ref, values)
            if "passphrase" in said:
                self._secrets.unlock(str(said["passphrase"]))
            if self._watching and "passphrase" in said:
                self._tasks.start(self._anew(), name="anew")

    async def _renew(self, key: str) -> None:
        """A connection's secrets are new: it starts afresh with them."""
        await self._drop(key)
        self._match_connections(watching=self._watching)

    async def _anew(self) -> None:
        for key in list(self._lines):
            await self._drop(key)
        self._match_connections(watching=True)

    def _begin(self) -> None:
        gc.set_threshold(LOOKED_THROUGH)
        requests.take_over(self._store)
        self._allowances.begin()
        intents.recover(self._store)
        follow_settings(self._store)
        folding.catch_up(self._store)
        handoffs.settle(self._store)  # what the last one had no time for
        answers.take(self._store)

    async def _ledger_changed(self) -> None:
        self._match_connections(watching=True)
        while (changed := folding.fold_new(self._store)).keys:
            self._say({"changed": sorted(changed.thread_ids)})
        for line in self._lines.values():
            line.wake.set()
        if folding.moved_start_lines(self._store):
            self._moved.set()
        await self._serve_requests()
        await asyncio.to_thread(flush, self._store)

    async def _serve_requests(self) -> None:
        if not requests.waiting(self._store):
            return
        for request in requests.take(self._store):
            self._tasks.start(self._asked.carry_out(request), name=f"request {request.kind}")

    def _match_connections(self, *, watching: bool) -> None:
        rows = {row.key: row for row in stored_connections(self._store) if not row.paused}
        for key in self._lines.keys() - rows.keys():
            self._tasks.start(self._drop(key), name=f"drop {key}")
        for key in rows.keys() - self._lines.keys():
            self._add(rows[key], watching=watching)

    def _add(self, row: ConnectionRow, *, watching: bool) -> None:
        try:
            secrets = self._secrets.get(row.key) if needs_secrets(row.adapter) else {}
            allowance = self._allowances.of(row.key)
            adapter = adapter_for(self._store, row, secrets, self._patience, self._store.now_ms,
                                  lambda renewed: self._keep_secrets(row, renewed), allowance)  # fmt: skip
        except (NoKeyring, NoPassphrase, WrongPassphrase) as error:
            note_health(self._store, row.key, Round("sign_in", type(error).__name__))
            return
        except KeyError:
            note_health(self._store, row.key, Round("bad", "no_adapter", row.adapter))
            return
        except Exception:  # the adapter may be anybody's, and the other connections are not to suffer from it
            log.exception("making the adapter of %s", row.name)
            note_health(self._store, row.key, Round("bad", "bug", row.adapter))
            return
        delivery, wake = Delivery(self._store, row.key, adapter, full_in_s=allowance.full_in_s), asyncio.Event()

        def heard(messages: Sequence[Message]) -> None:
            if delivery.heard(messages):
                wake.set()

        engine = Engine(
            self._store, row.key, adapter, lambda ids: self._say({"changed": sorted(ids)}),
            lambda: self._caught_up(row.key), heard,
        )  # fmt: skip
        line = Line(row, adapter, engine, delivery, wake, TaskOwner(self._broken))
        self._lines[row.key] = line
        if watching:
            line.tasks.start(self._pulling(line), name=f"pull {row.name}")
            line.tasks.start(self._delivering(line), name=f"deliver {row.name}")

    def _keep_secrets(self, row: ConnectionRow, renewed: Mapping[str, str]) -> None:
        try:
            self._secrets.renew(row.key, renewed)
        except (NoKeyring, NoPassphrase, WrongPassphrase) as error:
            log.warning("renewed secrets of %s are not kept: %s", row.name, type(error).__name__)

    def _adapter_of(self, connection: str) -> Adapter | None:
        line = self._lines.get(connection)
        return None if line is None else line.adapter

    async def _drop(self, key: str) -> None:
        line = self._lines.pop(key, None)
        if line is not None:
            await line.tasks.close()
            try:
                await line.adapter.close()
            except Exception:
                log.exception("closing the adapter of %s", line.row.name)

    async def _pulling(self, line: Line) -> None:
        while True:
            pulled = await line.engine.round()
            for stream in line.engine.live():
                line.tasks.start(self._listening(line, stream), name=f"listen {line.row.name} {stream.key}")
            if line.engine.behind:
                line.wake.set()
            due_ms = pulled.retry_at_ms if pulled.error is not None else line.engine.next_ms()
            await until_ms(self._store.now_ms, due_ms or 0, least_s=0.05)

    async def _listening(self, line: Line, stream: Stream) -> None:
        while True:
            heard = await line.engine.listen(stream)
            await until_ms(self._store.now_ms, heard.retry_at_ms or 0, least_s=0.02)

    async def _delivering(self, line: Line) -> None:
        while True:
            line.wake.clear()
            if await self._deliver(line):
                self._say({"delivered": line.row.name})
            due_ms = intents.next_due_ms(self._store, line.row.key)
            looking = line.engine.behind and line.engine.retry_ms() is None
            at_ms = self._store.now_ms() + REST_MS if due_ms is None or looking else due_ms
            await until_ms(self._store.now_ms, at_ms, line.wake, least_s=LEAST_S)

    async def _deliver(self, line: Line) -> int:
        """What is due leaves, unless colleagues may have done what we don't know: theirs goes before ours."""
        if not line.engine.behind:
            return await line.delivery.step()
        retry_ms = line.engine.retry_ms()
        if retry_ms is not None:
            intents.wait_for_network(self._store, line.row.key, retry_ms)
        return 0

    def _caught_up(self, key: str) -> None:
        """The news of a connection is here, after a time without: however long that was, what waited leaves."""
        health = next((row.health for row in stored_connections(self._store) if row.key == key), None)
        last_ms = None if health is None else health.last_ok_ms
        if last_ms is not None and self._store.now_ms() - last_ms >= self._patience.away_ms:
            away.came_back(self._store, key, last_ms)
        intents.way_is_free(self._store, key)
        if key in self._lines:
            self._lines[key].wake.set()

    async def _relevel(self) -> None:
        while True:
            self._moved.clear()
            for changed in chain(folding.following_start_lines(self._store), folding.levelling(self._store)):
                self._say({"changed": sorted(changed.thread_ids)})
                await asyncio.sleep(PAUSE_S)
            await self._pictures.forget_removed()
            await until_ms(self._store.now_ms, self._store.now_ms() + RELEVEL_MS, self._moved)

    async def _tell(self) -> None:
        while True:
            self._allowances.tell()
            await asyncio.sleep(TELL_S)

    async def _keep(self) -> None:
        while True:
            if backup.is_due(self._store.folder, self._store.now_ms()):
                try:
                    await asyncio.to_thread(backup.back_up, self._store.folder)
                except StoreFull as full:  # the last backup and its journal are still there
                    log.warning("no backup: %s", full)
            await until_ms(self._store.now_ms, self._store.now_ms() + KEEP_MS)

    def _back_up_last(self) -> None:
        try:
            backup.back_up(self._store.folder)
        except StoreError as error:
            log.warning("no backup: %s", error)

    async def _sync_named(self, names: frozenset[str]) -> list[dict[str, Any]]:
        wanted = [line for line in self._lines.values() if not names or line.row.name in names or line.row.key in names]
        told = list(await asyncio.gather(*(self._sync_line(line) for line in wanted)))
        unserved = [row for row in stored_connections(self._store) if not row.paused and row.key not in self._lines]
        return [*told, *(_unserved(row) for row in unserved if not names or row.name in names or row.key in names)]

    async def _pull_all(self) -> list[dict[str, Any]]:
        """What is new of every connection, without delivering: this may be cancelled at any moment."""
        lines = list(self._lines.values())
        pulled = await asyncio.gather(*(line.engine.round(everything=True, only_news=True) for line in lines))
        now_ms = self._store.now_ms()
        told = [
            self._told(line, one, 0, now_ms) | {"key": line.row.key} for line, one in zip(lines, pulled, strict=True)
        ]
        unserved = [row for row in stored_connections(self._store) if not row.paused and row.key not in self._lines]
        return [*told, *(_unserved(row) for row in unserved)]

    async def _fetch_thread(self, connection: ConnectionKey, lacking: Lacking, fits: Callable[[int], bool]) -> str:
        """As `Engine.fetch_thread`; "offline" where nobody serves that connection now."""
        line = self._lines.get(connection)
        return "offline" if line is None else await line.engine.fetch_thread(lacking, fits)

    async def _sync_line(self, line: Line) -> dict[str, Any]:
        began_ms = self._store.now_ms()
        pulled: Pulled = await line.engine.round(everything=True, only_news=True)
        delivered = await self._deliver(line)
        if pulled.error is None:
            # While we watch, what is older goes on by itself, and never keeps news waiting.
            pulled = pulled.then(await line.engine.round(everything=True, whole=not self._watching))
            delivered += await self._deliver(line)
        return self._told(line, pulled, delivered, began_ms)

    def _told(self, line: Line, pulled: Pulled, delivered: int, began_ms: int) -> dict[str, Any]:
        error = pulled.error
        return {
            "name": line.row.name, "platform": line.row.platform, "ok": error is None, "pages": pulled.pages, "threads": pulled.threads,
            "messages": pulled.messages, "delivered": delivered, "waiting": counts(self._store).on_its_way,
            "error": None if error is None else error.code or type(error).__name__,
            "error_kind": None if error is None else type(error).__name__,
            "words": "" if error is None else error.words, "took_s": (self._store.now_ms() - began_ms) / 1000,
        }  # fmt: skip

    async def _close(self) -> None:
        await self._tasks.close()
        for key in list(self._lines):
            await self._drop(key)
        self._allowances.tell()

    def _broken(self, name: str, error: BaseException) -> None:
        log.error("%s ended: %r", name, error, exc_info=error)
        if isinstance(error, StoreError):
            # Without its store a collector can do nothing: it says so and ends, the window starts another.
            self._say({"error": error.code})
            self._stop.set()


def _unserved(row: ConnectionRow) -> dict[str, Any]:
    """What a round brought of a connection that has no adapter, or whose secrets are locked: nothing, and why."""
    error = row.health.error or ""
    return {
        "name": row.name, "platform": row.platform, "ok": False, "pages": 0, "threads": 0, "messages": 0, "delivered": 0, "waiting": 0,
        "error": error, "error_kind": error if row.health.state == "sign_in" else "BadResponse", "words": row.health.words,
        "took_s": 0.0,
    }  # fmt: skip


def flush(store: Store) -> None:
    """Put the ledger's decisions safely on the disk, also for the power cut. On a thread of its own."""
    store.journal.flush()
    with connected(store.ledger_path) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


def listen_to_stdin(collector: Collector) -> None:
    """Hear what the window says, line by line, until it closes our stdin: then the collector ends."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the collector ended before its stdin did
            for line in sys.stdin:
                loop.call_soon_threadsafe(hear, line)
            loop.call_soon_threadsafe(collector.stop)

    def hear(line: str) -> None:
        with contextlib.suppress(ValueError):
            collector.hear(json.loads(line))

    # A daemon: a read that nobody ends must not keep the collector from ending.
    threading.Thread(target=read, name="stdin", daemon=True).start()
