"""The first rows of a view are found along an index, however many threads there are: nothing is copied or sorted first."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from console.desk import triage
from console.domain.query import parse
from console.store.connection import Store
from console.store.read import connections, queue, seen, thread, urgent
from console.store.read.queue import View
from console.widgets.sidebar import VIEW_ICONS
from tests.houses import House, house

# What reads all threads there are, or all rows of the view, before it gives the first.
WHOLE = re.compile(r"SCAN t\b|(CO-ROUTINE|MATERIALIZE) thread_shown")
# The first part of the view of reports begins with the table as a whole.
ALL_REPORTS = re.compile(r"LEFT-MOST SUBQUERY\nSCAN r$", re.MULTILINE)


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    for n in range(6):
        made.say(f"m{n}", "Weet iemand dit?", by=("fatma", "jan")[n % 2])
    return made


def plan(store: Store, ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> str:
    """How SQLite goes about the question that this asks."""
    steps: list[str] = []
    read = Store.read

    def explained(self: Store, sql: str, values: dict[str, object] | None = None) -> object:
        steps.extend(row["detail"] for row in read(self, f"EXPLAIN QUERY PLAN {sql}", values))
        return read(self, sql, values)

    with monkeypatch.context() as looking:
        looking.setattr(Store, "read", explained)
        ask()
    return "\n".join(steps)


SHOWN = [View(name, moderator="Noor") for name in (*VIEW_ICONS, "done") if name != "outbox"]


@pytest.mark.parametrize("view", SHOWN, ids=lambda view: view.name)
def test_the_first_rows_of_every_view_are_found_along_an_index(
    of: House, monkeypatch: pytest.MonkeyPatch, view: View
) -> None:
    found = plan(of.store, lambda: queue.order(of.store, view, 200), monkeypatch)
    assert "MERGE" in found
    assert not WHOLE.search(found), found


@pytest.mark.parametrize("narrowed", ["connection", "space"])
def test_so_are_those_of_a_connection_and_of_a_space_and_without_sorting(
    of: House, monkeypatch: pytest.MonkeyPatch, narrowed: str
) -> None:
    row = connections.connections(of.store)[0]
    space = connections.spaces(of.store, row.key)[0]
    view = View("open", connection=row.key) if narrowed == "connection" else View("open", space=space.key)
    assert len(queue.order(of.store, view).ids) == 6
    found = plan(of.store, lambda: queue.order(of.store, view, 200), monkeypatch)
    assert not WHOLE.search(found), found
    collected, decided = found.split("RIGHT")
    assert "USE TEMP B-TREE" not in collected
    assert "SCAN f" in decided, "of what was decided just now there are few"


def test_the_control_a_question_without_an_index_is_seen(of: House, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View("all", query=parse("is:unread"))
    assert WHOLE.search(plan(of.store, lambda: queue.order(of.store, view, 200), monkeypatch))


def looked_at(store: Store, which: str) -> object:
    """What a decision, a thread that is opened and the look for what is urgent ask about reports."""
    row = queue.rows(store, list(queue.order(store, View("open")).ids))[0]
    match which:
        case "decision":
            return seen.look(store, row.key)
        case "thread":
            return thread.messages(store, row.thread_id)
        case _:
            return urgent.waiting_reports(store)


@pytest.mark.parametrize("which", ["decision", "thread", "urgent"])
def test_nothing_asked_at_every_key_looks_through_all_reports_there_ever_were(
    of: House, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    found = plan(of.store, lambda: looked_at(of.store, which), monkeypatch)
    assert "SEARCH r USING INDEX report_message" in found
    assert not ALL_REPORTS.search(found), found


def test_the_control_a_join_with_reports_looks_through_all_of_them(of: House, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = "SELECT r.key FROM report_shown AS r JOIN message AS m ON m.key = r.message WHERE m.thread_id = 1"
    assert ALL_REPORTS.search(plan(of.store, lambda: of.store.read(joined), monkeypatch))


def test_a_view_holds_what_was_decided_just_now_in_its_place(of: House) -> None:
    before = list(queue.order(of.store, View("open")).ids)
    rows = queue.rows(of.store, before)
    triage.done(of.desk, [rows[0].key])
    triage.tag(of.desk, [rows[2].key], ["rooster"])
    for view in (View("open", connection=rows[0].connection), View("open", space=rows[0].space), View("inbox")):
        assert list(queue.order(of.store, view).ids) == before[1:]
    assert list(queue.order(of.store, View("done")).ids) == before[:1]
