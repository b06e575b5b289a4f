"""The order of a view: what it holds, and how two of them compare."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from console.store.read.order import Order
from console.store.read.queue import View, order, rows
from tests.houses import house


def made(*ids: int, levels: tuple[int, ...] = ()) -> Order:
    return Order(array("q", ids), levels or (len(ids), 0, 0, 0))


def test_it_counts_the_threads_of_each_level_and_holds_them_in_the_order_of_the_view(tmp_path: Path) -> None:
    of = house(tmp_path)
    for name, text in (("a", "Weet iemand dit?"), ("b", "Fijn zo."), ("c", "Wie weet dat?")):
        of.say(name, text)
    found = order(of.store, View("all"))
    shown = rows(of.store, found.ids)
    assert len(shown) == 3
    assert found.levels == tuple(
        sum(1 for row in shown if (3 if row.level is None else row.level) == level) for level in range(4)
    )
    assert [3 if row.level is None else row.level for row in shown] == sorted(
        3 if row.level is None else row.level for row in shown
    )
    assert list(order(of.store, View("all"), 2).ids) == list(found.ids[:2])


def test_large_ids_and_many_of_them_come_whole() -> None:
    text = "".join(f"{number:016x}" for number in (1, 2**40, *range(10_000)))
    found = Order.of({"ids": text, "level0": 10_002, "level1": 0, "level2": 0, "level3": 0})
    assert list(found.ids) == [1, 2**40, *range(10_000)]
    assert Order.of({"ids": "", "level0": 0, "level1": 0, "level2": 0, "level3": 0}) == made(levels=(0, 0, 0, 0))


@pytest.mark.parametrize(
    ("whole", "beginning", "expected"),
    [
        (made(1, 2, 3), made(), True),
        (made(1, 2, 3), made(1, 2), True),
        (made(1, 2, 3), made(1, 3), False),
        (made(1, 2), made(1, 2, 3), False),
        (made(1, 2, 3, levels=(2, 1, 0, 0)), made(1, 2, levels=(2, 0, 0, 0)), True),
        (made(1, 2, 3, levels=(1, 2, 0, 0)), made(1, 2, levels=(2, 0, 0, 0)), False),
        (made(1, 2, 3, levels=(2, 1, 0, 0)), made(1, 2, levels=(1, 1, 0, 0)), False),
    ],
)
def test_one_begins_with_another_where_threads_and_levels_agree(whole: Order, beginning: Order, expected: bool) -> None:
    assert whole.begins_with(beginning) is expected


def test_what_is_new_is_counted_piece_by_piece() -> None:
    whole = made(*range(20_000))
    assert whole.new_beside(array("q", range(5, 20_000))) == 5
    assert whole.new_beside(array("q")) == 20_000
    assert made().new_beside(whole.ids) == 0
