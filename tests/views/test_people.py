"""The panel beside a conversation shows its author over all platforms, and is where people are joined and set apart."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.store.read import people
from console.views.main_window import MainWindow
from console.widgets.keyed import KeyButton
from console.widgets.picker import Picker
from tests.views.test_keyboard import focus
from tests.views.test_window import choose, press


def said(window: MainWindow) -> str:
    return "\n".join(label.text() for label in panel(window).findChildren(QLabel))


def panel(window: MainWindow) -> QWidget:
    QApplication.processEvents()
    found = window.context.widget()
    assert found is not None
    return found


def link(window: MainWindow, name: str) -> KeyButton:
    return next(button for button in panel(window).findChildren(KeyButton) if button.accessibleName().startswith(name))


def platforms(window: MainWindow) -> list[str]:
    row = window.conversation.row
    assert row is not None
    assert row.author_key is not None
    return sorted(key.partition(":")[0] for key in people.members(window.services.store, row.author_key))


def test_one_person_is_shown_with_all_accounts_and_all_threads(window: MainWindow) -> None:
    choose(window, "Twee nachten")
    assert platforms(window) == ["humhub", "yammer"]
    each = re.findall(r"(\d+) messages in \d spaces, same mail address", said(window))
    assert len(each) == 2
    assert "Same name and department. The same person?" in said(window)
    assert f"{sum(map(int, each))} messages. With us since" in said(window)


def test_yes_to_a_suggestion_joins_and_u_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    yes = link(window, "Yes, one person: Fatma Yıldız, De Meerpaal")
    yes.setFocus()
    qtbot.keyClick(yes, Qt.Key.Key_Return)
    assert platforms(window) == ["humhub", "wordpress", "yammer"]
    assert "joined by hand" in said(window)
    assert window.conversation.strip.accessibleName() == "Fatma Yıldız and Fatma Yıldız joined as one person."
    window.list.view.setFocus()
    press(window, qtbot, "u")
    assert platforms(window) == ["humhub", "yammer"]
    assert "Same name and department" in said(window)


def test_no_takes_the_suggestion_away_in_the_same_frame(window: MainWindow) -> None:
    choose(window, "Twee nachten")
    link(window, "No, somebody else").click()
    assert "Same name and department" not in said(window)
    assert platforms(window) == ["humhub", "yammer"]


def test_an_account_is_set_apart_and_that_is_taken_back_where_it_stands(window: MainWindow) -> None:
    choose(window, "Twee nachten")
    link(window, "Set apart: Yammer").click()
    assert platforms(window) == ["yammer"]
    assert "set apart by hand" in said(window)
    link(window, "Take back: Yammer").click()
    assert platforms(window) == ["humhub", "yammer"]


def test_joined_with_somebody_by_typing_a_name(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    window.actions_by_name["join_people"].trigger()
    qtbot.keyClicks(focus(), "marleen")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    shown = window.findChildren(Picker)[-1]
    assert shown.isVisible(), "who is called that is offered to choose from"
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert len(platforms(window)) > 2
    window.actions_by_name["join_people"].trigger()
    qtbot.keyClicks(focus(), "niemand van die naam")
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert window.conversation.strip.accessibleName() == "Nobody else here is called ‘niemand van die naam’."


def test_their_threads_on_every_platform_open_with_enter_and_all_are_searched_for(
    window: MainWindow, qtbot: QtBot
) -> None:
    choose(window, "Twee nachten")
    earlier = next(b for b in panel(window).findChildren(KeyButton) if "Stille kamer" in b.accessibleName())
    earlier.setFocus()
    qtbot.keyClick(earlier, Qt.Key.Key_Return)
    row = window.conversation.row
    assert row is not None
    assert row.title.startswith("Stille kamer")
    choose(window, "Twee nachten")
    everything = link(window, "See all")
    count = int(everything.accessibleName().split()[-1])
    everything.click()
    assert window.list.search.text() == 'from:"Fatma Yıldız"'
    assert window.model.rowCount() >= count > 0


def test_the_arrows_go_along_everything_that_can_be_done_there(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    panel(window)
    window.context.focus_inside()
    names = []
    for _step in range(20):
        now = focus()
        if now.accessibleName() in names:
            break
        names.append(now.accessibleName())
        qtbot.keyClick(now, Qt.Key.Key_Down)
    assert "Set apart: Yammer is somebody else" in names
    assert "No, somebody else: Fatma Yıldız, De Meerpaal" in names
    assert names[-1].startswith("See all")


def test_who_was_not_found_any_more_is_said_plainly(window: MainWindow) -> None:
    choose(window, "Twee nachten")
    link(window, "Set apart: Yammer").click()
    row = window.conversation.row
    assert row is not None
    window.context.split_asked.emit(row.author_key)
    assert "there is nothing to set apart" in window.conversation.strip.accessibleName()
