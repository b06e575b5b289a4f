"""One key means one thing in one place, and what is typed is text: on every page, in every field, on every layout."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.views.commands import keys_of
from console.views.main_window import MainWindow
from console.views.reachable import IN_REVIEW, NOT_IN_OUTBOX
from console.widgets.picker import Picker
from tests.views.test_window import choose

KEY, HELD = Qt.Key, Qt.KeyboardModifier
NOTHING, SHIFT, ALTGR = HELD.NoModifier, HELD.ShiftModifier, HELD.ControlModifier | HELD.AltModifier
LEVEL_3 = HELD.GroupSwitchModifier
PAGES = ("desk", "outbox", "review")
FIELDS = ("search", "composer", "picker", "note")

# What AltGr types, and the key under it: as Windows sends it (Ctrl+Alt, with the letter's own key or the one pressed) and as
# X11 and Wayland do (no modifier, or a group switch).
LAYOUTS = {
    "Polish": {"ą": "A", "ć": "C", "ę": "E", "ł": "L", "ń": "N", "ó": "O", "ś": "S", "ź": "X", "ż": "Z", "€": "U", "Ę": "E", "Ł": "L"},
    "Swiss": {"@": "2", "#": "3", "¬": "6", "|": "7", "¢": "8", "{": "Ä", "}": "$", "[": "Ü", "]": "!", "\\": "<", "€": "E"},
    "German": {"@": "Q", "{": "7", "[": "8", "]": "9", "}": "0", "\\": "ß", "|": "<", "~": "+", "€": "E", "µ": "M", "²": "2", "³": "3"},
}  # fmt: skip


@pytest.fixture
def fired(window: MainWindow) -> list[str]:
    """The commands that keys gave; none of them is carried out."""
    found: list[str] = []
    for name, action in window.actions_by_name.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda checked=False, name=name: found.append(name))
    return found


def at(window: MainWindow, qtbot: QtBot, name: str) -> QWidget:
    qtbot.waitUntil(window.isActiveWindow)
    if name == "review":
        window.reviewing.open()
    elif name == "outbox":
        window.showing.show_outbox()
    here = QApplication.focusWidget()
    assert here is not None
    return here


def field(window: MainWindow, qtbot: QtBot, name: str) -> QLineEdit | QPlainTextEdit:
    """A field of this name, with the keyboard in it."""
    qtbot.waitUntil(window.isActiveWindow)
    for picker in window.findChildren(Picker):
        picker.hide()
    choose(window, "Nachttoeslag")
    if name == "note":
        window.reviewing.open()
        window.reviewing.page._write_note()
    elif name == "picker":
        window.deciding.note()
    elif name == "search":
        window.fitting.focus_search()
    else:
        window.fitting.focus_composer()
    here = QApplication.focusWidget()
    assert isinstance(here, QLineEdit | QPlainTextEdit)
    return here


def text_of(here: QLineEdit | QPlainTextEdit) -> str:
    return here.text() if isinstance(here, QLineEdit) else here.toPlainText()


def send(to: QWidget, code: int, held: Qt.KeyboardModifier, text: str) -> None:
    """A key as the system sends it: first it may be a shortcut, else it goes to the widget."""
    for action in (QTest.KeyAction.Press, QTest.KeyAction.Release):
        QTest.sendKeyEvent(action, to, KEY(code), text, held)


def press(to: QWidget, keys: str) -> None:
    """The keys of a command as they are written: "Shift+E", "G, I", "Ctrl++"."""
    sequence = QKeySequence(keys)
    for n in range(sequence.count()):
        one = sequence[n]
        code, held = one.key().value, one.keyboardModifiers()
        typed = chr(code) if 32 <= code < 127 else ""
        typed = typed if held & SHIFT else typed.lower()
        send(to, code, held, "" if held & ~SHIFT else typed)


def sent(layout: str) -> list[tuple[int, Qt.KeyboardModifier, str]]:
    """Every character of a layout's AltGr, in every form that a system sends it."""
    found = []
    for text, under in LAYOUTS[layout].items():
        shift = SHIFT if text.isupper() else NOTHING
        for code in (ord(text.upper()) if text != "µ" else ord(text), ord(under)):
            found += [
                (code, ALTGR | shift, text),
                (code, shift, text) if code != ord(under) else (code, LEVEL_3 | shift, text),
            ]
    return found


@pytest.mark.parametrize("single", [True, False])
def test_no_two_commands_have_one_key(window: MainWindow, *, single: bool) -> None:
    given = [key for one in window.commands for key in keys_of(one, single=single)]
    given += ["F10"]  # the menu
    written = Counter(QKeySequence(key).toString() for key in given)
    assert [key for key, times in written.items() if times > 1] == []
    assert Counter(["E", "E"]).most_common(1) == [("E", 2)], "one that is there twice would show"


@pytest.mark.parametrize("single", [True, False])
def test_each_key_gives_one_command_or_none(
    window: MainWindow, qtbot: QtBot, fired: list[str], *, single: bool
) -> None:
    """What two things listen to does nothing in Qt: so each is pressed, and what came of it is looked at."""
    window.services.settings = {**window.services.settings, "single_keys": single}
    window.set_keys()
    for where in PAGES:
        here = at(window, qtbot, where)
        own = {"review": window.reviewing.page._keys, "outbox": {"1", "2", "3", "4"}}.get(where, set())
        for command in window.commands:
            for keys in keys_of(command, single=single):
                fired.clear()
                if where == "review" and not window.reviewing.is_open:
                    window.reviewing.open()  # some of its own keys leave it
                here.setFocus()
                press(here, keys)
                allowed = {
                    "desk": True,
                    "review": command.name in IN_REVIEW,
                    "outbox": command.name not in NOT_IN_OUTBOX,
                }[where]
                plain = {"Return": "Enter", "Left": "", "Down": "J"}.get(keys, keys.removeprefix("Ctrl+Shift+"))
                if plain in own or keys in own:
                    assert fired == [], f"{keys} is the page's own"
                else:
                    assert fired == ([command.name] if allowed else []), keys


def test_every_command_that_a_page_names_is_there(window: MainWindow) -> None:
    assert {one.name for one in window.commands} >= IN_REVIEW | NOT_IN_OUTBOX


def test_no_key_decides_on_a_conversation_behind_the_outbox(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Nachttoeslag")
    here = at(window, qtbot, "outbox")
    store = window.services.store
    before = store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"]
    for key in "ehatnyvrlqp.EAY\x7f":
        code = KEY.Key_Delete.value if key == "\x7f" else ord(key.upper())
        send(here, code, SHIFT if key.isupper() else NOTHING, key)
        assert store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"] == before, key
        assert window.pages.currentWidget() is window.outbox
        assert QApplication.focusWidget() is here, f"{key!r} opened something over it"


def test_enter_and_arrows_leave_or_move_in_the_note_and_judge_nothing(window: MainWindow, qtbot: QtBot) -> None:
    here = field(window, qtbot, "note")
    review = window.reviewing.page
    about = review.about
    review.panel.action_asked.emit("keep")
    for code in (KEY.Key_Down, KEY.Key_Up, KEY.Key_Right, KEY.Key_Return):
        here.setFocus()
        send(here, code.value, NOTHING, "\r" if code == KEY.Key_Return else "")
        assert review.about == about
        assert review.round.judged == 0
    assert review.hasFocus(), "Enter left the note"


def test_altgr_in_a_field_opens_no_menu(window: MainWindow, qtbot: QtBot) -> None:
    """Windows sends Ctrl, Alt, the character, and lets go of them: the last is Alt alone, but it was not pressed alone."""
    here = field(window, qtbot, "composer")
    control, alt = HELD.ControlModifier, HELD.AltModifier

    def event(kind: QEvent.Type, code: Qt.Key, held: Qt.KeyboardModifier, text: str = "") -> None:
        QApplication.sendEvent(here, QKeyEvent(kind, code, held, text))

    event(QEvent.Type.KeyPress, KEY.Key_Control, control)
    event(QEvent.Type.KeyPress, KEY.Key_Alt, control | alt)
    event(QEvent.Type.KeyPress, KEY.Key_At, control | alt, "@")
    event(QEvent.Type.KeyRelease, KEY.Key_At, control | alt, "@")
    event(QEvent.Type.KeyRelease, KEY.Key_Alt, control)
    event(QEvent.Type.KeyRelease, KEY.Key_Control, NOTHING)
    assert not window.menuBar().isVisible()
    assert text_of(here) == "@"
    event(QEvent.Type.KeyPress, KEY.Key_Alt, alt)
    event(QEvent.Type.KeyRelease, KEY.Key_Alt, NOTHING)
    assert window.menuBar().isVisible(), "Alt alone does"


def test_no_key_of_a_dialog_or_card_is_a_commands_too(window: MainWindow) -> None:
    of_window = {key for one in window.commands for key in keys_of(one, single=True)}
    for shortcut in window.findChildren(QShortcut):
        assert shortcut.context() is not Qt.ShortcutContext.WindowShortcut or shortcut.key().toString() not in of_window


@pytest.mark.parametrize("name", FIELDS)
def test_no_command_fires_while_somebody_types(window: MainWindow, qtbot: QtBot, fired: list[str], name: str) -> None:
    here = field(window, qtbot, name)
    typed = ""
    for command in window.commands:
        for keys in keys_of(command, single=True):
            if "Ctrl" in keys and keys not in ("Ctrl+Z", "Ctrl+V"):
                continue  # nobody types with these
            if keys in ("Return", "Esc") or (keys.lstrip("Shift+").startswith("F") and keys[-1].isdecimal()):
                continue  # they take or leave a field, or go from pane to pane
            before = text_of(here)
            press(here, keys)
            assert fired == [], keys
            assert QApplication.focusWidget() is here, keys
            if keys in ("Shift+Up", "Shift+Down"):
                send(here, Qt.Key.Key_End.value, Qt.KeyboardModifier.ControlModifier, "")  # they select what is typed
            typed += "".join(
                part[-1] if part.startswith("Shift+") else part.lower()
                for part in keys.split(", ")
                if len(part.removeprefix("Shift+")) == 1
            )
            if keys not in ("Ctrl+Z",):
                assert len(text_of(here)) >= len(before), f"{keys} destroyed text"
    assert typed
    assert {"e", "v", "/", "?", "."} <= set(typed)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_altgr_types_stands_in_the_field(window: MainWindow, qtbot: QtBot, fired: list[str], layout: str) -> None:
    for name in FIELDS:
        here = field(window, qtbot, name)
        before = text_of(here)
        for code, held, text in sent(layout):
            asked = QKeyEvent(QEvent.Type.ShortcutOverride, code, held, text)
            QApplication.sendEvent(here, asked)
            assert asked.isAccepted(), f"{text} is the field's, whatever shortcut has these keys"
            send(here, code, held, text)
        assert text_of(here) == before + "".join(text for _code, _held, text in sent(layout))
        assert fired == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_altgr_types_is_no_command(window: MainWindow, qtbot: QtBot, fired: list[str], layout: str) -> None:
    store = window.services.store
    before = store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"]
    for where in PAGES:
        page = at(window, qtbot, where)
        for code, held, text in sent(layout):
            send(page, code, held, text)
        assert fired == []
        assert QApplication.focusWidget() is page
    assert window.reviewing.page.choice.action is None
    assert window.reviewing.page.choice.numbers == set()
    assert store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"] == before


def test_a_dead_key_and_an_input_method_write_and_command_nothing(
    window: MainWindow, qtbot: QtBot, fired: list[str]
) -> None:
    for name in FIELDS:
        here = field(window, qtbot, name)
        before = text_of(here)
        send(here, KEY.Key_Dead_Acute.value, NOTHING, "")
        QApplication.sendEvent(here, QInputMethodEvent("e", []))
        done = QInputMethodEvent()
        done.setCommitString("é")
        QApplication.sendEvent(here, done)
        assert text_of(here) == before + "é"
        assert fired == []


def test_where_nothing_is_written_no_input_method_waits(window: MainWindow, qtbot: QtBot, fired: list[str]) -> None:
    """Else the letters of commands would gather in its window, and none of them would come."""
    for where in PAGES:
        page = at(window, qtbot, where)
        assert not page.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        send(page, KEY.Key_Dead_Circumflex.value, NOTHING, "")
        assert fired == []


@pytest.mark.parametrize(
    "keys", ["Ctrl+Shift+E", "Ctrl+Shift+J", "Ctrl+Shift+K", "Ctrl+Shift+V", "Ctrl+Shift+F", "Esc"]
)
def test_no_key_destroys_what_is_being_written(window: MainWindow, qtbot: QtBot, keys: str) -> None:
    window.services.settings = {**window.services.settings, "single_keys": False}
    window.set_keys()
    here = field(window, qtbot, "composer")
    thread = window.conversation.row
    assert thread is not None
    QTest.keyClicks(here, "Beste Karin")
    press(here, keys)
    window.conversation.composer.flush()
    kept = window.services.store.read(
        "SELECT text FROM ledger.draft WHERE thread = :thread AND kind = 'reply'", {"thread": thread.key}
    )
    assert [row["text"] for row in kept] == ["Beste Karin"]
