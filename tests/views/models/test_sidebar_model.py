"""The sidebar's items: counts change in place, headings can't be chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from console.views.models.sidebar_model import SidebarModel
from console.widgets.sidebar import SidebarItem

ITEMS = [
    SidebarItem("view", "inbox", "Inbox", 3, "3"),
    SidebarItem("gap", "1", ""),
    SidebarItem("header", "connections", "Connections"),
    SidebarItem("connection", "c", "Blog", platform="wordpress", health="ok", tip="Blog: fine."),
]


def test_new_counts_move_nothing(qapp: object) -> None:
    model = SidebarModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets: list[bool] = []
    model.modelReset.connect(lambda: resets.append(True))
    model.show(ITEMS)
    model.show([SidebarItem("view", "inbox", "Inbox", 4, "4"), *ITEMS[1:]])
    assert len(resets) == 1
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Inbox, 4"
    model.show(ITEMS[:1])
    assert len(resets) == 2
    assert tester.model() is model


def test_headings_and_gaps_cannot_be_chosen(qapp: object) -> None:
    model = SidebarModel()
    model.show(ITEMS)
    chosen = [bool(model.flags(model.index(row)) & Qt.ItemFlag.ItemIsSelectable) for row in range(len(ITEMS))]
    assert chosen == [True, False, False, True]
    assert model.row_of("connection", "c") == 3
    assert model.row_of("space", "c") is None


def test_a_connections_health_is_said_in_words(qapp: object) -> None:
    model = SidebarModel()
    model.show(ITEMS)
    assert "Blog: fine." in model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
