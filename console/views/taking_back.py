"""Taking back: the button that every decision is said with, U, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.desk import undo
from console.desk.bulk import AT_ONCE
from console.desk.undo import Undone
from console.domain.platform import Way
from console.sentences.shown import clock, kind_verb, stays_sentence
from console.sentences.undoing import undone_said
from console.store.read.outbox import of_decision
from console.views.aside import Aside
from console.views.bare_window import BareWindow
from console.views.handing_off import HandingOff
from console.views.saying import Button, Saying
from console.views.showing import Showing
from console.words import _


class TakingBack:
    """`remove` asks whether the message of the cursor is to go from its platform."""

    def __init__(
        self, window: BareWindow, showing: Showing, handing_off: HandingOff, saying: Saying, aside: Aside,
        remove: Callable[[], None],
    ) -> None:  # fmt: skip
        self._window, self._desk = window, window.services.desk
        self._showing, self._handing_off, self._saying, self._aside = showing, handing_off, saying, aside
        self._remove = remove

    def offer(self, said: str, event: str = "") -> None:
        """Say what was decided, with a button that takes it back. `event`: "" for whatever is the last."""
        self._saying.say(said, [(_("Take back") + "\tU", partial(self.undo, event))])

    def undo(self, event: str = "") -> None:
        """Take this decision back, or the last one; of very many that goes on beside the window."""
        self._window.conversation.composer.flush()
        last = None if event else undo.undoable(self._desk)
        if last is not None and self._showing.undo_line.count(last) > AT_ONCE:
            self._saying.say(_("Taking it back …"))
            self._aside.do(lambda desk: undo.undo(desk, event), self.show, self._saying.failed)
        else:
            undone = self._saying.attempt(lambda: undo.undo(self._desk, event))
            if undone is not None:
                self.show(undone)

    def show(self, undone: Undone) -> None:
        """Show what taking back came to: the conversation as it was, and what stays."""
        pane = self._window.conversation
        if undone.restored and pane.row is not None and pane.row.key == undone.undid.thread:
            pane.composer.text.setPlainText(undone.restored)
        self._showing.look()
        self._showing.take_order()
        self._showing.open_thread(undone.undid.thread)
        if undone.by_hand is not None:
            self._handing_off.open(undone.by_hand.id)  # what was done by hand is taken back by hand
        elif undone.stays and undone.placed is not None:
            self._handing_off.say_placed(undone.placed)
        elif undone.stays:
            at = "" if undone.sent_at_ms is None else clock(undone.sent_at_ms, self._desk.store.now_ms())
            self._saying.say(stays_sentence(undone.undid, at), self._ways_to_remove(undone.undid.key), tone="warn")
        else:
            self._saying.say(undone_said(undone), tone="warn" if undone.remains or undone.left_out else "info")

    def _ways_to_remove(self, decision: str) -> list[Button]:
        """What was sent stays; whoever wants it away removes it there, after the usual question."""
        pane = self._window.conversation
        sent = {intent.remote_message for intent in of_decision(self._desk.store, decision)}
        there = next((message.key for message in pane.messages if message.key in sent), None)
        if there is None or pane.row is None or pane.can.way("delete") is Way.NO:
            return []

        def remove() -> None:
            pane.view.set_cursor(there)
            self._remove()

        return [(kind_verb("delete", pane.row.platform), remove)]
