"""Where everything stands in a row: nothing overlaps, whatever is in it and however narrow it is."""

from __future__ import annotations

from array import array
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from console.store.read.order import Order
from console.views.models.queue_model import QueueModel
from console.widgets.queue_row import QueueDelegate, RowButton, RowShown, button_places, layout

ROW = RowShown(
    thread_id=1,
    author="Fatma Yıldız",
    platform="yammer",
    space="Planning & roosters",
    title="Twee nachten en dan een dagdienst?",
    snippet="Ik sta in december twee nachten",
    age="3 u",
    chip="2 meldingen",
    tags=("rooster",),
    messages=7,
)


def wide(kind: str, text: str) -> float:
    return 7.0 * len(text)


def test_the_space_goes_first_when_it_gets_narrow() -> None:
    places = layout(ROW, 420, wide)
    assert places.space_end > places.author_end
    narrow = layout(ROW, 340, wide)
    assert narrow.space_end == narrow.author_end
    assert narrow.author_end - 84 == wide("name", ROW.author), "the author is whole as long as there is room"


def test_more_reasons_stand_between_the_chip_and_the_age() -> None:
    places = layout(replace(ROW, more=2), 420, wide)
    chip_ends = places.chip_x + 28 + wide("caption", ROW.chip)
    assert chip_ends < places.more_x < places.more_x + wide("age", "+2") <= places.age_x


def test_a_subject_is_cut_before_its_tags() -> None:
    places = layout(replace(ROW, title="x" * 200), 420, wide)
    assert places.title_end < places.tags_x < places.count_x


@given(
    author=st.text("x", max_size=60), title=st.text("x", max_size=90), chip=st.text("x", max_size=20),
    more=st.integers(0, 9), tags=st.lists(st.text("x", min_size=1, max_size=14), max_size=3),
    messages=st.integers(1, 9999), assignee=st.sampled_from(["", "Karin Smit"]), width=st.integers(340, 900),
)  # fmt: skip
def test_nothing_overlaps_in_any_row(
    author: str, title: str, chip: str, more: int, tags: list[str], messages: int, assignee: str, width: int
) -> None:
    row = replace(
        ROW, author=author, title=title, chip=chip, more=more, tags=tuple(tags), messages=messages, assignee=assignee
    )
    places = layout(row, width, wide)
    assert 84 <= places.author_end <= places.space_end
    if chip:
        assert places.author_end <= max(84, places.chip_x)
    assert places.chip_x <= places.more_x <= places.age_x == width - 52
    assert places.title_end <= places.snippet_end <= places.tags_x <= places.count_x < width - 12


@pytest.fixture
def rows(qtbot: QtBot) -> QListView:
    """Three rows on the screen, with the buttons of the queue."""
    view = QListView()
    qtbot.addWidget(view)
    model = QueueModel(lambda ids: [replace(ROW, thread_id=thread_id, name=f"row {thread_id}") for thread_id in ids])
    model.show(Order(array("q", (1, 2, 3)), (3, 0, 0, 0)))
    model.setParent(view)
    delegate = QueueDelegate(view)
    delegate.buttons = [RowButton("done", "check", "Done  E"), RowButton("tag", "tag", "Tag  T")]
    view.setModel(model)
    view.setItemDelegate(delegate)
    view.resize(420, 300)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_a_click_on_a_rows_button_chooses_the_row_and_asks_for_its_command(rows: QListView, qtbot: QtBot) -> None:
    delegate = rows.itemDelegate()
    assert isinstance(delegate, QueueDelegate)
    asked: list[str] = []
    delegate.asked.connect(asked.append)
    row = rows.visualRect(rows.model().index(2, 0))
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=button_places(row, 2)[1].center())
    assert asked == ["tag"]
    assert rows.currentIndex().row() == 2
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(100, 10))
    assert asked == ["tag"], "beside the buttons a click only chooses"


def test_buttons_are_large_enough_to_hit_and_stand_apart(rows: QListView) -> None:
    places = button_places(QRect(0, 56, 420, 56), 4)
    assert all(place.width() >= 24 and place.height() >= 24 for place in places)
    assert all(b.left() - a.right() > 4 for a, b in pairwise(places))
    assert places[-1].right() < 420
    assert places[0].top() >= 56
    assert places[0].bottom() < 112


def test_a_screen_reader_hears_the_whole_row(rows: QListView) -> None:
    assert rows.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "row 1"
