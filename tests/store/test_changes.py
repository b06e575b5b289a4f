"""What changed is heard once at least, however the writing and the looking fall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.desk import triage
from console.store.connection import Store
from console.store.read import queue
from console.store.read.changes import Changes
from console.store.write import overlay, projecting
from tests.houses import House, house


@pytest.fixture
def of(tmp_path: Path) -> House:
    return house(tmp_path)


@pytest.fixture
def beside(of: House) -> Iterator[Store]:
    """Another process's look at the same files."""
    store = Store(of.store.folder, now_ms=of.clock, policy=of.store.policy)
    yield store
    store.close()


def thread_id(of: House, key: str) -> int:
    row = queue.row(of.store, key)
    assert row is not None
    return row.thread_id


@pytest.mark.parametrize("file", ["ledger", "cache"])
def test_further_behind_than_the_ring_is_long_everything_is_read_again(
    of: House, beside: Store, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr(overlay if file == "ledger" else projecting, "RING", 5)
    at = of.say("a", "Weet iemand dit?")
    ring = Changes(beside)

    def write(count: int) -> None:
        for n in range(count):
            if file == "ledger":
                triage.tag(of.desk, [at], [f"t{n}"])
            else:
                of.say(f"m{of.clock.now}", "Nog iets?", root="a", ago_ms=0)
            of.clock.forward(1)

    write(4)
    assert ring.poll() == {thread_id(of, at)}, "not behind the ring"
    write(12)
    assert ring.poll() is None
    assert ring.poll() == frozenset()
    write(1)
    assert ring.poll() == {thread_id(of, at)}


def test_what_is_written_while_somebody_looks_is_not_passed_over(
    of: House, beside: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = of.say("a", "Weet iemand dit?"), of.say("b", "En dit?")
    ring = Changes(beside)
    triage.tag(of.desk, [first], ["een"])
    read, written = beside.read, []

    def read_and_write(sql: str, *values: Any) -> Any:
        found = read(sql, *values)
        if "UNION" in sql and not written:
            written.append(triage.tag(of.desk, [second], ["twee"]))
        return found

    monkeypatch.setattr(beside, "read", read_and_write)
    heard = ring.poll() or frozenset()
    assert written, "it was really written in between"
    assert heard | (ring.poll() or frozenset()) == {thread_id(of, first), thread_id(of, second)}
    assert ring.poll() == frozenset()


def test_another_file_in_its_place_is_read_as_a_whole(of: House, beside: Store) -> None:
    at = of.say("a", "Weet iemand dit?")
    for n in range(3):
        triage.tag(of.desk, [at], [f"t{n}"])
    ring = Changes(beside)
    with of.store.writing(of.store.ledger) as ledger:
        ledger.exec_driver_sql("DELETE FROM changed")
        ledger.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'changed'")
        ledger.exec_driver_sql("INSERT INTO changed(thread) VALUES (?)", (at,))
    assert ring.poll() is None
