"""The list's model, without a window: its order stands still, and only what is painted is read."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from console.store.read.order import Order
from console.views.models.queue_model import KEPT_ROWS, LAID_OUT, READ_AT_ONCE, QueueModel
from console.widgets.queue_row import HEADER_ROLE, ROW_ROLE, RowShown


class Rows:
    """A store that remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.version = 1

    def __call__(self, ids: Sequence[int]) -> list[RowShown]:
        self.asked.append(list(ids))
        return [RowShown(n, f"author {n}", "yammer", "", f"title {self.version}", "", "nu") for n in ids]


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def model(qapp: object, rows: Rows) -> QueueModel:
    made = QueueModel(rows)
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)  # type: ignore[attr-defined]  # it lives as long
    made.tester.setUseFetchMore(False)  # type: ignore[attr-defined]  # it would fetch in the middle of a reset
    return made


def order(pairs: Sequence[tuple[int, int]]) -> Order:
    """From (thread id, level) pairs, the levels in their order."""
    counts = Counter(level for _id, level in pairs)
    return Order(array("q", (id for id, _level in pairs)), tuple(counts[level] for level in range(4)))


def lines(model: QueueModel) -> list[object]:
    """What the list shows: thread ids, and (level's number of threads, folded) for a heading."""
    found: list[object] = []
    for row in range(model.rowCount()):
        heading = model.index(row).data(HEADER_ROLE)
        found.append(heading[1:] if heading else model.thread_at(row))
    return found


def test_threads_stand_under_the_headings_of_their_levels(model: QueueModel) -> None:
    model.show(order([(10, 0), (11, 0), (20, 1), (30, 3)]))
    assert lines(model) == [(2, False), 10, 11, (1, False), 20, (1, False), 30]
    model.show(order([(10, 0), (20, 1)]), grouped=False)
    assert lines(model) == [10, 20]


def test_only_what_is_painted_is_read_and_once(model: QueueModel, rows: Rows) -> None:
    model.show(order([(n, 0) for n in range(5000)]))
    assert rows.asked == []
    assert model.index(1).data(ROW_ROLE).thread_id == 0
    assert model.index(2).data(ROW_ROLE).thread_id == 1
    assert [len(asked) for asked in rows.asked] == [READ_AT_ONCE]


def test_a_walk_through_a_large_view_keeps_a_few_screens(model: QueueModel) -> None:
    model.show(order([(n, 0) for n in range(3000)]))
    model.reach(3001)
    assert model.rowCount() == 3001
    for row in range(1, model.rowCount()):
        assert model.index(row).data(ROW_ROLE).thread_id == row - 1
    assert len(model._cache) <= KEPT_ROWS


def test_a_large_view_is_laid_out_as_far_as_somebody_goes(model: QueueModel) -> None:
    model.show(order([(n, 0) for n in range(250)]))
    assert model.rowCount() == LAID_OUT
    assert model.total == 250
    assert model.row_of(249) == 250, "known, though not laid out"
    model.fetchMore(QModelIndex())
    assert model.rowCount() == 2 * LAID_OUT
    assert model.canFetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert model.rowCount() == 251
    assert not model.canFetchMore(QModelIndex())


def test_deciding_on_one_after_another_never_empties_the_list(model: QueueModel) -> None:
    model.show(order([(n, 0) for n in range(250)]))
    for thread_id in range(240):
        model.remove(thread_id)
        assert model.rowCount() >= min(LAID_OUT // 2, model.total + 1)
    assert lines(model) == [(10, False), *range(240, 250)]


def test_a_view_grows_under_what_is_laid_out(model: QueueModel) -> None:
    model.show(order([(n, 0) for n in range(60)]))
    assert model.extend(order([(n, 0) for n in range(150)]))
    assert model.rowCount() == LAID_OUT
    model.remove(149)
    assert model.rowCount() == LAID_OUT
    assert model.total == 149


def test_a_changed_thread_is_read_again_when_painted(model: QueueModel, rows: Rows) -> None:
    model.show(order([(1, 0), (2, 0)]))
    assert model.index(1).data(ROW_ROLE).title == "title 1"
    rows.version = 2
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.append(first.row()))
    model.refresh(frozenset({1, 99}))
    assert told == [1]
    assert model.index(1).data(ROW_ROLE).title == "title 2"
    assert model.index(2).data(ROW_ROLE).title == "title 1", "the others stay as they were read"


def test_a_new_order_waits_until_it_is_taken(model: QueueModel) -> None:
    waiting: list[int] = []
    model.waiting_changed.connect(waiting.append)
    model.show(order([(1, 0), (2, 0)]))
    model.offer_order(order([(3, 0), (2, 0), (1, 0)]), 1)
    assert lines(model) == [(2, False), 1, 2]
    assert waiting[-1] == 1
    model.take_order()
    assert lines(model) == [(3, False), 3, 2, 1]
    assert waiting[-1] == 0


def test_a_decided_thread_leaves_alone_and_an_empty_heading_goes_with_it(model: QueueModel) -> None:
    model.show(order([(1, 0), (2, 1), (3, 1)]))
    model.remove(2)
    assert lines(model) == [(1, False), 1, (1, False), 3]
    model.remove(1)
    assert lines(model) == [(1, False), 3]
    assert model.total == 1


def test_a_group_folds_and_unfolds(model: QueueModel) -> None:
    model.show(order([(1, 0), (2, 1), (3, 1)]))
    model.fold(2)
    assert lines(model) == [(1, False), 1, (2, True)]
    model.fold(2)
    assert lines(model) == [(1, False), 1, (2, False), 2, 3]


def test_a_folded_group_stays_folded_when_a_thread_elsewhere_leaves(model: QueueModel) -> None:
    model.show(order([(1, 0), (2, 1), (3, 1)]))
    model.fold(2)
    model.remove(1)
    assert lines(model) == [(2, True)]


def test_the_rest_of_a_large_view_comes_behind_what_is_shown(model: QueueModel) -> None:
    beginning = [(n, 0) for n in range(5)]
    model.show(order(beginning))
    assert model.extend(order([*beginning, (5, 0), (6, 1)]))
    assert lines(model) == [(6, False), 0, 1, 2, 3, 4, 5, (1, False), 6]
    assert not model.extend(order([(9, 0), *beginning])), "another beginning is another order"
    assert model.total == 7


def test_moving_goes_over_headings_and_ends_at_the_ends(model: QueueModel) -> None:
    model.show(order([(1, 0), (2, 1)]))
    assert model.next_thread_row(-1, 1) == 1
    assert model.next_thread_row(1, 1) == 3
    assert model.next_thread_row(3, 1) is None
    assert model.next_thread_row(1, -1) is None
