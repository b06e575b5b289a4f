"""A profile as large as the aims speak of, built once a machine and kept in the system's folder for passing files."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import community
from benchmarks.community import Community
from console.desk import triage
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.domain.platform import Page, capabilities
from console.domain.policy import Policy
from console.store import cache_schema, ledger_schema
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.write import connections, folding, pages
from console.store.write.connections import NewConnection

MODERATOR = "Noor"
POLICY = Policy(us_names=frozenset({MODERATOR}), mentions=("@communicatie",))
DAY_MS = 86_400_000
START_LINE_MS = 30 * DAY_MS
DECIDED = 3_000  # threads that somebody decided on


def now_ms() -> int:
    return int(time.time() * 1000)


def opened(folder: Path) -> Store:
    """The profile in a folder, as a process of its own sees it."""
    store = Store(folder, now_ms=now_ms, policy=POLICY)
    prepare(store.folder)
    return store


def empty(folder: Path) -> Store:
    """A profile with the community's connections and nothing pulled yet."""
    store = opened(folder)
    can = capabilities(reply="api", approve="api", hold="api", hide="api", unhide="api", delete="api", restore="api")
    for platform in community.PLATFORMS:
        connection = community.connection_of(platform)
        connections.put(
            store,
            NewConnection(
                connection, platform.title(), platform, "memory", f"https://{community.SERVER}/{platform}", "us",
                community.SERVER, community.account_of(platform), "Redactie", 0, now_ms() - START_LINE_MS, {},
            ),
        )  # fmt: skip
        connections.put_spaces(store, connection, [(space, can) for space in community.spaces_of(platform)])
        connections.note_health(store, connection, connections.Round("ok"))
    return store


def big_store(messages: int, say: Callable[[str], None]) -> Path:
    """The folder of a profile with so many messages; built when it is not there yet or the code that fills it changed."""
    folder = Path(tempfile.gettempdir()) / "luisterpost-benchmarks" / f"{messages}-{_version()}"
    finished = folder / "finished.json"
    if finished.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    store = empty(folder)
    began, told, step = time.perf_counter(), 0, max(1, messages // 10)
    for number, (connection, changes, count) in enumerate(Community(messages, now_ms()).pages()):
        pages.apply(store, connection, "feed", Page(changes, {"page": number}))
        told += count
        if told // step != (told - count) // step:
            say(f"  {told:,} messages, {told / (time.perf_counter() - began):,.0f} a second")
    took_s = time.perf_counter() - began
    _decide(store)
    store.cache.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    finished.write_text(json.dumps({"messages": told, "took_s": round(took_s, 1)}), encoding="utf-8")
    return folder


def copy_of(folder: Path, to: Path) -> Path:
    """A copy to write in, so that the kept one stays as it was built."""
    shutil.copytree(folder, to)
    return to


def _decide(store: Store) -> None:
    """Somebody has worked with this profile: the ledger isn't empty either."""
    desk = Desk(store, MODERATOR)
    keys = [
        ThreadKey(row["key"])
        for row in store.read("SELECT key FROM thread WHERE level < 3 ORDER BY id DESC LIMIT :n", {"n": DECIDED})
    ]
    for number, key in enumerate(keys[len(keys) // 3 :]):
        if number % 3:
            triage.done(desk, [key])
        else:
            triage.tag(desk, [key], [("rooster", "parkeren", "verlof", "ict")[number % 4]])
    folding.catch_up(store)


def _version() -> str:
    """A name for what is built: it changes with the schema and with the text."""
    fills = (community.__file__, __file__, cache_schema.__file__, ledger_schema.__file__)
    return hashlib.sha256(b"".join(Path(file).read_bytes() for file in fills)).hexdigest()[:10]
