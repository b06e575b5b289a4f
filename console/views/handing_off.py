"""What is finished in the browser: copied and opened on a person's key, asked about when they are back, brought to mind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer

from console.desk import by_hand
from console.desk import outbox as verbs
from console.desk.seat import Refused
from console.domain.outbox import WRITTEN, Intent, Kind, NotPossible, State
from console.sentences.handoffs import (
    about_words,
    again_words,
    changed_words,
    ended_words,
    like_words,
    offline_words,
    open_words,
    opened_words,
    placed_sentence,
    question,
    waiting_words,
    yes_words,
)
from console.store.read import connections
from console.store.read.outbox import IntentRow, of_decision
from console.store.read.outbox import intent as find
from console.store.read.since import matters_since
from console.views.bare_window import BareWindow
from console.views.letter_file import ask_where
from console.views.showing import Showing
from console.widgets.announcing import announce
from console.widgets.plain_text import copy
from console.widgets.strip import Strip
from console.words import _, ngettext

REMIND_MS = 60_000
Button = tuple[str, Callable[[], None]]


class HandingOff(QObject):
    """The strip above everything, and what it asks. Only the window that opened the browser asks what came of it."""

    def __init__(self, window: BareWindow, showing: Showing) -> None:
        super().__init__(window)
        self._window, self._showing = window, showing
        self._desk = window.services.desk
        self._opened: list[str] = []  # here, and not answered yet
        self._asking = ""
        self._told = ""  # of which the strip says that it was opened
        self._offline = False
        self.strip = Strip()
        window.add_strip(self.strip)
        self._minute = QTimer(self, interval=REMIND_MS)
        self._minute.timeout.connect(self.remind)
        QTimer.singleShot(0, self, self._begin)  # once the window is there
        window.installEventFilter(self)
        window.closing.connect(self._minute.stop)
        showing.changed.connect(self.look)
        window.outbox.open_asked.connect(self.open)
        window.outbox.again_asked.connect(lambda intent_id: self.open(intent_id, again=True))

    def _begin(self) -> None:
        """What was left to finish comes back when the window opens."""
        self._minute.start()
        self._remind(by_hand.waiting(self._desk))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate and self._opened:
            QTimer.singleShot(0, self, self._ask_next)
        return False

    # --- opening

    def finish(self) -> None:
        """The key: to the question that is asked, else to the browser for what waits, of this conversation first."""
        if self._asking:
            self.strip.focus_first()
            return
        waiting = by_hand.waiting(self._desk)
        row = self._window.conversation.row
        here = [one for one in waiting if row is not None and one.intent.thread == row.key]
        if not waiting:
            self._window.status.say(_("Nothing is yours to finish in the browser."))
        else:
            self.open((here or waiting)[0].intent.id)

    def open(self, intent_id: str, *, again: bool = False, anyway: bool = False) -> None:
        """Copy and open, unless there is something to know first.

        again   somebody says that it isn't there yet, though it was opened before
        anyway  what there was to know is known
        """
        row = self._row(intent_id)
        if row is None:
            return
        if row.opened_ms is not None and not (again or anyway):
            self._ask(row)
            return
        if not anyway and not self._may_open(row):
            return
        if row.intent.outside:
            ask_where(self._window, self._desk, row, partial(self._file_written, intent_id))
            return
        try:
            by_hand.opened(self._desk, row.intent.id, row.opened_ms)
        except Refused:
            self._ask(row)  # another window opened it since: whether it is there is to be said first
            return
        except NotPossible:
            self._showing.look()
            return
        if row.intent.kind in WRITTEN:
            copy(row.intent.text)
        if row.url:
            self._window.services.open_link(row.url)
        self._opened = [*(one for one in self._opened if one != intent_id), intent_id]
        self._asking = ""
        self._say(opened_words(row))
        self._told = intent_id
        self._showing.look()

    def _file_written(self, intent_id: str, wrong: str) -> None:
        self._showing.look()
        if wrong:
            self._say(wrong, [(_("Write the file"), partial(self.open, intent_id)), (_("Close"), self.close)], "warn")
        else:
            self.ask(intent_id)

    def _may_open(self, row: IntentRow) -> bool:
        """Whether nothing is in the way; else it is said, with what can be done."""
        anyway: Button = (_("Open all the same"), partial(self.open, row.intent.id, anyway=True))
        if connections.is_offline(self._desk.store) and not row.intent.outside:
            self._say(offline_words(row.intent), [anyway, (_("Close"), self.close)], "warn")
            return False
        changed = matters_since(self._desk.store, row.intent)
        if changed is not None:
            self._say(changed_words(row.intent, changed),
                      [anyway, (_("Look at it together"), partial(self._showing.open_thread, row.intent.thread)),
                       (_("Discard"), partial(self._discard, row.intent.id))], "warn")  # fmt: skip
            return False
        return True

    # --- asking

    def ask(self, intent_id: str) -> None:
        """Ask what came of one."""
        row = self._row(intent_id)
        if row is not None:
            self._ask(row)

    def _ask_next(self) -> None:
        """The first that was opened here and is not answered."""
        while self._opened and not self._asking:
            row = self._row(self._opened[0])
            if row is not None:
                self._ask(row)
                announce(self.strip, f"{about_words(row)}. {question(row.intent)}")
                return
            self._opened.pop(0)

    def _ask(self, row: IntentRow) -> None:
        intent_id = row.intent.id
        self._asking = intent_id
        yes: Button = (yes_words(row.intent), partial(self._placed, intent_id))
        discard: Button = (_("Discard"), partial(self._discard, intent_id))
        if row.like is not None:
            said = f"{about_words(row)}. {like_words(row.like)} {question(row.intent)}"
            self._say(said, [yes, (_("No, that is something else"), partial(self._not_it, intent_id)), discard])
        else:
            said = f"{about_words(row)}. {question(row.intent)}"
            again: Button = (again_words(row.intent), partial(self.open, intent_id, again=True))
            self._say(said, [yes, again, discard])

    def _placed(self, intent_id: str) -> None:
        if self._word(by_hand.placed, intent_id):
            self._say(_("Noted."), [(_("It isn't after all"), partial(self._word_back, intent_id)), *self._next(intent_id),
                                    (_("Close"), self.close)])  # fmt: skip

    def say_placed(self, intent: Intent) -> None:
        """Why a reply that a person placed stays, and what can be done about that."""
        row = find(self._desk.store, intent.id)
        there: list[Button] = []
        if row is not None and row.url:
            there = [(_("Open there"), partial(self._window.services.open_link, row.url))]
        self._say(placed_sentence(intent, self._desk.store.now_ms()),
                  [*there, (_("It isn't after all"), partial(self._word_back, intent.id)), (_("Close"), self.close)])  # fmt: skip

    def _discard(self, intent_id: str) -> None:
        row = self._row(intent_id)
        if not self._word(verbs.drop, intent_id) or row is None:
            return
        kept = row.intent.kind is Kind.REPLY
        if kept:
            self._window.conversation.show_draft(row.intent.thread)
        said = _("Let go. Your words are kept as a draft.") if kept else _("Let go.")
        self._say(said, [(_("Put it back"), partial(self._word_back, intent_id)), *self._next(intent_id),
                         (_("Close"), self.close)])  # fmt: skip

    def _not_it(self, intent_id: str) -> None:
        if self._word(by_hand.not_it, intent_id):
            self.ask(intent_id)

    def _word_back(self, intent_id: str) -> None:
        self._window.conversation.composer.flush()
        if self._word(by_hand.word_back, intent_id):
            row = self._row(intent_id)
            if row is not None:
                self._window.conversation.show_draft(row.intent.thread)
                self._ask(row)

    def _next(self, intent_id: str) -> list[Button]:
        """The others of the same decision: twelve approvals are done one after the other."""
        row = find(self._desk.store, intent_id)
        made = [] if row is None else of_decision(self._desk.store, row.intent.decision)
        left = [one for one in made if one.state is State.HANDOFF]
        if not left:
            return []
        return [(ngettext("Open the next, {n} left", "Open the next, {n} left", len(left)).format(n=len(left)),
                 partial(self.open, left[0].id))]  # fmt: skip

    def _word(self, verb: Callable[..., Intent], intent_id: str) -> bool:
        """A person's word; False where it moved on in the meantime."""
        self._opened = [one for one in self._opened if one != intent_id]
        self.close()
        try:
            verb(self._desk, intent_id)
        except NotPossible:
            self._window.status.say(_("That can't be done with it any more."))
            return False
        finally:
            self._showing.look()
            QTimer.singleShot(0, self, self._ask_next)
        return True

    # --- bringing to mind

    def look(self) -> None:
        """Something changed: what the strip is about may have ended by itself; and back online, what waits can go on."""
        about = self._asking or self._told
        if about and self._row(about) is None:
            ended = find(self._desk.store, about)
            said = "" if ended is None else ended_words(ended)
            self._opened = [one for one in self._opened if one != about]
            self.close()
            if said:
                self._window.status.say(said)
        was, self._offline = self._offline, connections.is_offline(self._desk.store)
        if was and not self._offline:
            self._remind(by_hand.waiting(self._desk))

    def remind(self) -> None:
        """Bring to mind what has waited for its time."""
        self._remind(by_hand.waiting(self._desk, due_only=True))

    def _remind(self, rows: list[IntentRow]) -> None:
        if not rows or self._asking or self.strip.isVisible() or not self._window.services.reminds():
            return
        by_hand.reminded(self._desk, rows)
        first = rows[0]
        if len(rows) == 1 and first.opened_ms is not None:
            self._ask(first)
            return
        show: Button = (_("Show the outbox"), self._show_outbox)
        go: list[Button] = []
        if len(rows) == 1:
            go = [(open_words(first.intent, first.platform), partial(self.open, first.intent.id))]
        self._say(waiting_words(rows), [*go, show, (_("Later"), self.close)])

    def _show_outbox(self) -> None:
        self.close()
        self._showing.show_outbox()

    def close(self) -> None:
        """Say nothing more for now: it stays in the outbox."""
        self._asking = self._told = ""
        self.strip.hide()

    def _row(self, intent_id: str) -> IntentRow | None:
        """One that still waits to be finished by hand."""
        row = find(self._desk.store, intent_id)
        return row if row is not None and row.intent.state is State.HANDOFF else None

    def _say(self, text: str, buttons: list[Button] | None = None, tone: str = "info") -> None:
        self._told = ""
        self.strip.say(text, buttons or [], tone)
