"""A conversation that was laid out ahead is the one that is shown, as long as it says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.widgets.body import Body
from console.widgets.message_card import CardShown, MessageCard
from console.widgets.thread_view import ThreadView
from console.widgets.words import Fold

FIRST = [CardShown(f"a{n}", "Karin", "", "10:00", f"<p>Bericht {n}.</p>", f"Bericht {n}.") for n in range(3)]
NEXT = [CardShown(f"b{n}", "Yusuf", "", "11:00", f"<p>Antwoord {n}.</p>", f"Antwoord {n}.") for n in range(4)]


@pytest.fixture
def view(qtbot: QtBot) -> ThreadView:
    made = ThreadView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    made.show_messages(FIRST, "a0", same_thread=False)
    return made


def seen(view: ThreadView) -> list[MessageCard]:
    return [card for card in view.findChildren(MessageCard) if card.isVisibleTo(view)]


def test_what_is_laid_out_ahead_stays_out_of_sight(view: ThreadView) -> None:
    view.prepare(NEXT, "b3")
    assert [card.shown for card in seen(view)] == FIRST
    assert view.cursor_key == "a0"


def test_what_was_laid_out_ahead_is_shown(view: ThreadView) -> None:
    view.prepare(NEXT, "b3")
    made = [card for card in view.findChildren(MessageCard) if card.shown in NEXT]
    view.show_messages(NEXT, "b3", same_thread=False)
    assert seen(view) == made
    assert [card.current for card in made] == [False, False, False, True]


def test_a_message_that_changed_since_is_shown_as_it_is_now(view: ThreadView) -> None:
    view.prepare(NEXT, "b3")
    changed = [*NEXT[:3], replace(NEXT[3], html="<p>Verbeterd.</p>", text="Verbeterd.")]
    view.show_messages(changed, "b3", same_thread=False)
    assert [card.shown for card in seen(view)] == changed


def test_another_conversation_than_was_expected(view: ThreadView) -> None:
    view.prepare(NEXT, "b3")
    other = [replace(FIRST[0], key="c0")]
    view.show_messages(other, "c0", same_thread=False)
    assert [card.shown for card in seen(view)] == other


def test_a_scroll_bar_never_changes_the_width_of_the_text(view: ThreadView) -> None:
    view.resize(500, 2000)
    view.show_messages(FIRST, "a0", same_thread=False)
    roomy = view.viewport().width()
    assert not view.verticalScrollBar().isEnabled(), "nothing to scroll"
    view.resize(500, 100)
    assert view.verticalScrollBar().isEnabled()
    assert view.viewport().width() == roomy


QUOTING = CardShown(
    "q", "Sanne", "", "10:00",
    "<p>Dank.</p><blockquote><p>Op maandag schreef Karin:</p><p>Het rooster klopt niet &amp; nu?</p></blockquote>", "Dank.",
)  # fmt: skip


def quote_of(view: ThreadView) -> tuple[Fold, list[str]]:
    """The fold, and what can be read of the message."""
    card = seen(view)[0]
    bodies = [body.toPlainText() for body in card.findChildren(Body) if body.isVisibleTo(view)]
    return card.findChildren(Fold)[0], bodies


def test_a_quote_opens_and_closes_by_a_click(view: ThreadView, qtbot: QtBot) -> None:
    view.show_messages([QUOTING], "q", same_thread=False)
    fold, bodies = quote_of(view)
    assert bodies == ["Dank."]
    assert fold.text().startswith("2 ")
    assert "Karin" in fold.accessibleName()
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert quote_of(view)[1] == ["Dank.", "Op maandag schreef Karin:\nHet rooster klopt niet & nu?"]
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert quote_of(view)[1] == ["Dank."]


def test_a_quote_that_was_opened_stays_open_when_something_else_of_the_message_changes(view: ThreadView) -> None:
    view.show_messages([QUOTING], "q", same_thread=False)
    assert view.toggle_quotes()
    view.show_messages([replace(QUOTING, edited="nu")], "q", same_thread=True)
    assert len(quote_of(view)[1]) == 2
    view.show_messages(FIRST, "a0", same_thread=False)
    view.show_messages([QUOTING], "q", same_thread=False)
    assert len(quote_of(view)[1]) == 1


def test_a_message_without_quotes_has_nothing_to_open(view: ThreadView) -> None:
    assert not view.toggle_quotes()


def test_a_fold_never_makes_the_conversation_wider_than_its_pane(view: ThreadView) -> None:
    hostile = "W" * 400
    view.show_messages(
        [replace(QUOTING, html=f"<p>Dank.</p><blockquote><p>{hostile} &amp;lt;</p><p>b</p></blockquote>")], "q",
        same_thread=False,
    )  # fmt: skip
    fold, _bodies = quote_of(view)
    assert fold.width() <= view.viewport().width() - fold.mapTo(view.viewport(), fold.rect().topLeft()).x()
    assert fold.text().endswith("…")
