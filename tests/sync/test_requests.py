"""What the window asks of the collector is a row: it survives the end of either, and has one answer."""

from __future__ import annotations

from pathlib import Path

from console.desk import connections as asking
from console.store.connection import Store
from console.store.read.connections import connections as stored
from console.store.write import connections, requests
from console.store.write.connections import NewConnection
from console.store.write.requests import KEEP_MS
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from tests.houses import CONNECTION, DAY_MS, NOW_MS, House, house, world_with


def collector(store: Store) -> Collector:
    return Collector(store, SecretStore(store.folder, ""), Patience(settle_scale=0), lambda said: None)


async def test_one_that_a_killed_collector_had_taken_is_carried_out_by_the_next(tmp_path: Path) -> None:
    of = house(tmp_path)
    world_with(str(tmp_path / "world.db"), of.clock)
    asked = asking.ask(of.desk, "rebuild", {})
    taken = requests.take(of.store)
    assert [request.id for request in taken] == [asked], "the collector had it when it was killed"
    assert requests.take(of.store) == []
    of.store.close()
    assert asking.answered(of.desk, asked) is None
    await collector(of.store).once(frozenset({"nobody"}))
    answer = asking.answered(of.desk, asked)
    assert answer is not None
    assert answer.state == "done"


async def test_one_that_asks_the_unknown_is_answered_too(tmp_path: Path) -> None:
    of = house(tmp_path)
    asked = [asking.ask(of.desk, "dance", {}), asking.ask(of.desk, "check", {"adapter": "telex", "ref": "r"})]
    await collector(of.store).once(frozenset({"nobody"}))
    for request in asked:
        answer = asking.answered(of.desk, request)
        assert answer is not None
        assert (answer.state, answer.facts["error"]) == ("failed", "unknown")


def test_answers_are_kept_for_a_day(tmp_path: Path) -> None:
    of = house(tmp_path)
    asked = asking.ask(of.desk, "sync", {})
    requests.take(of.store)
    requests.answer(of.store, asked, {"connections": []})
    of.clock.forward(KEEP_MS)
    requests.take(of.store)
    assert asking.answered(of.desk, asked) is not None
    of.clock.forward(1)
    requests.take(of.store)
    assert not of.store.read("SELECT 1 FROM ledger.request")


def again(of: House, days: int) -> int:
    """Connect the same once more, to look so many days back; returns how many days back it looks."""
    new = NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", "", "", NOW_MS - days * DAY_MS, 0, {})
    if connections.reaches_further(of.store, new):
        connections.read_anew(of.store, CONNECTION)
    connections.put(of.store, new)
    return (NOW_MS - stored(of.store)[0].since_ms) // DAY_MS


def test_a_connection_that_was_taken_away_and_comes_back_looks_as_far_back_as_is_asked_now(tmp_path: Path) -> None:
    of = house(tmp_path)
    of.say("vraag", "Hallo?")
    connections.remove(of.store, CONNECTION)
    assert again(of, 90) == 90
    assert of.store.read("SELECT cursor FROM stream"), "it looked further back before"
    assert again(of, 365) == 90, "signing in again asks for nothing of the kind"
    connections.remove(of.store, CONNECTION)
    assert again(of, 30) == 30
    assert of.store.read("SELECT cursor FROM stream"), "it goes on where it was"
    connections.remove(of.store, CONNECTION)
    assert again(of, 365) == 365
    assert not of.store.read("SELECT cursor FROM stream"), "what is older comes in too"
    assert of.store.read("SELECT text FROM message"), "and what is here stays"
