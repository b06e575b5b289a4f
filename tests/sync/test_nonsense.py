"""An adapter may be anybody's. Whatever it raises or says, the other connections go on, and no word is lost."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from console.adapters.memory import Memory
from console.desk import replies
from console.desk.seat import Desk
from console.domain.conversation import ConnectionKey, ThreadKey
from console.domain.outbox import State
from console.sentences.platform_troubles import trouble
from console.sentences.shown import error_sentence
from console.store.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreReadOnly
from console.store.read import outbox
from console.store.read.connections import connections
from console.store.write import pages
from console.store.write.connections import NewConnection, put
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from tests.houses import US, House, house, world_with

NONSENSE: Mapping[str, object] = {
    "__init__": ZeroDivisionError(),
    "streams": ZeroDivisionError(),
    "spaces": [7],
    "pull": "no page",
    "capabilities": ZeroDivisionError(),
    "perform": None,
    "find_sent": None,
    "settle_s": "long",
    "close": ZeroDivisionError(),
}

BECOMES: Mapping[tuple[str, ...], tuple[State, str]] = {
    ("__init__",): (State.QUEUED, "bad"),
    ("streams",): (State.SENT, "bad"),
    ("spaces",): (State.SENT, "ok"),
    ("pull",): (State.SENT, "bad"),
    ("capabilities",): (State.HANDOFF, "bad"),
    ("perform",): (State.QUEUED, "ok"),  # a look says that it isn't there
    ("perform", "find_sent"): (State.UNCERTAIN, "ok"),
    ("perform", "settle_s"): (State.UNCERTAIN, "ok"),
    ("close",): (State.SENT, "ok"),
}


def broken(*names: str) -> type[Memory]:
    """A memory adapter that goes wrong in these: it raises what is no error of the family, or gives what is no answer."""

    def wrong(name: str) -> Any:
        def at_once(*given: object) -> object:
            answer = NONSENSE[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        async def later(*given: object) -> object:
            return at_once()

        if isinstance(getattr(Memory, name), property):
            return property(at_once)
        return later if inspect.iscoroutinefunction(getattr(Memory, name)) else at_once

    return type("Broken", (Memory,), {name: wrong(name) for name in names})


def two_connections(folder: Path) -> House:
    """One that is served by the adapter `good`, and one by `bad`; each has a thread with a question."""
    of = house(folder)
    for adapter in ("bad", "good"):
        path = str(folder / f"{adapter}.db")
        world_with(path, of.clock)
        where = {"world": path, "shows": "memory", "us": "us"}
        new = NewConnection(
            ConnectionKey(adapter), adapter, "memory", adapter, "", "us", adapter, US, "Wij", 0, 0, where
        )
        put(of.store, new)
    return of


@pytest.mark.parametrize("names", BECOMES, ids=" and ".join)
def test_nonsense_of_one_adapter_takes_no_other_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    kinds: dict[str, type[Memory]] = {"good": Memory, "bad": Memory, "memory": Memory}
    monkeypatch.setattr("console.sync.connecting.find", kinds.__getitem__)
    of = two_connections(tmp_path)

    def collect() -> None:
        collector = Collector(of.store, SecretStore(tmp_path), Patience(settle_scale=0), lambda said: None)
        asyncio.run(collector.once())

    collect()
    kinds["bad"] = broken(*names)
    for adapter in ("bad", "good"):
        replies.reply(Desk(of.store, "Noor", 0), ThreadKey(f"memory:{adapter}:message:vraag"), f"Van {adapter}")
    of.clock.forward(10_000)
    collect()
    states = {row.intent.text: row.intent for row in outbox.intents(of.store, open_only=False)}
    assert states["Van good"].state is State.SENT
    health = {row.name: row.health for row in connections(of.store)}
    assert health["good"].state == "ok"
    assert (states["Van bad"].state, health["bad"].state) == BECOMES[names]
    if BECOMES[names][1] == "bad":
        assert (health["bad"].error, "made a mistake" in error_sentence("", "memory", "", "bug")) == ("bug", True)


@pytest.mark.parametrize("error", [StoreFull, StoreReadOnly, StoreDamaged, StoreBusy])
def test_what_can_not_be_kept_here_is_laid_at_no_platforms_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[StoreError]
) -> None:
    of = two_connections(tmp_path)
    monkeypatch.setattr("console.sync.connecting.find", lambda _key: Memory)

    def refused(*_given: object) -> Any:
        raise error(of.store.cache_path)

    monkeypatch.setattr(pages, "apply", refused)
    collector = Collector(of.store, SecretStore(tmp_path), Patience(settle_scale=0), lambda said: None)
    rows = asyncio.run(collector.once())
    assert {row["error"] for row in rows} == {error.code}
    words = trouble(error.code, "WordPress")
    assert words
    assert "made a mistake" not in words
