"""The start line can be moved: the levels of what is held already follow, both ways."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from console.desk import connections as desk_connections
from console.domain.conversation import ThreadKey
from console.domain.reasons import Level
from console.store.connection import Store
from console.store.read import queue
from console.store.read.connections import connections
from console.store.read.queue import View
from console.store.write import folding
from console.sync.collector import RELEVEL_MS, Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from tests.houses import DAY_MS, House, house


def old_and_new(folder: Path) -> tuple[House, ThreadKey, ThreadKey]:
    """A house with a question of ten days ago and one of yesterday, both counting."""
    of = house(folder)
    keys = [of.say(f"m{days}", "Weet iemand hoe dit werkt?", ago_ms=days * DAY_MS) for days in (10, 1)]
    folding.catch_up(of.store)
    return of, keys[0], keys[1]


def levels(of: House) -> dict[str, Level | None]:
    return {row.key: row.level for row in queue.page(of.store, View("all"), 100)[0]}


def move(of: House, ago_ms: int) -> None:
    desk_connections.move_start_line(of.desk, connections(of.store)[0], of.clock.now - ago_ms)


def test_moving_the_start_line_changes_levels_both_ways(tmp_path: Path) -> None:
    of, old, new = old_and_new(tmp_path)
    everything = levels(of)
    assert Level.CAN_WAIT not in everything.values()
    for ago_ms, wait in ((5 * DAY_MS, {old}), (0, {old, new}), (5 * DAY_MS, {old}), (of.clock.now, set())):
        move(of, ago_ms)
        folding.catch_up(of.store)
        shown = queue.page(of.store, View("all"), 100)[0]
        assert {row.key for row in shown if row.level is Level.CAN_WAIT} == wait
        folding.rebuild(of.store)
        assert queue.page(of.store, View("all"), 100)[0] == shown, "the same as worked out from scratch"
    assert levels(of) == everything
    of.store.close()


def test_a_report_counts_wherever_the_start_line_stands(tmp_path: Path) -> None:
    of, old, _new = old_and_new(tmp_path)
    of.report("r", "m10", ago_ms=9 * DAY_MS)
    move(of, 0)
    folding.catch_up(of.store)
    assert levels(of)[old] is Level.FIRST
    of.store.close()


def test_a_start_line_that_was_followed_halfway_is_followed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, old, new = old_and_new(tmp_path)
    monkeypatch.setattr(folding, "PAGE", 1)
    move(of, 0)
    assert len(list(itertools.islice(folding.following_start_lines(of.store), 1))) == 1
    halfway = levels(of)
    assert len({halfway[old] is Level.CAN_WAIT, halfway[new] is Level.CAN_WAIT}) == 2, "it really stopped halfway"
    folding.catch_up(of.store)
    assert set(levels(of).values()) == {Level.CAN_WAIT}
    assert folding.moved_start_lines(of.store) == {}
    of.store.close()


def test_the_collector_that_runs_follows_a_start_line_by_itself(tmp_path: Path) -> None:
    of, _old, _new = old_and_new(tmp_path)
    desk_connections.pause(of.desk, connections(of.store)[0], True)
    everything = levels(of)
    said: list[dict[str, object]] = []
    store = Store(tmp_path, now_ms=of.clock, policy=of.store.policy)
    collector = Collector(store, SecretStore(tmp_path), Patience(), said.append)

    async def until(wanted: dict[str, Level | None]) -> None:
        async with asyncio.timeout(RELEVEL_MS / 2000):  # sooner than it looks at the clock again
            while levels(of) != wanted:  # noqa: ASYNC110  # a database sets no event
                await asyncio.sleep(0.01)

    async def run() -> None:
        watching = asyncio.create_task(collector.watch())
        move(of, 0)
        await until(dict.fromkeys(everything, Level.CAN_WAIT))
        said.clear()
        move(of, of.clock.now)
        await until(everything)
        collector.stop()
        await watching

    asyncio.run(run())
    assert any("changed" in line for line in said)
    store.close()
    of.store.close()
