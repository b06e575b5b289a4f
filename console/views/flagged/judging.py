"""What a reviewer decides about the message before them: given, passed over or taken back, and the next one is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QTimer

from console.desk import undo, verdicts
from console.desk.seat import Decision, Refused
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy
from console.domain.letters import Unfilled
from console.domain.outbox import Intent, Kind, State
from console.domain.verdicts import Judgement
from console.sentences.shown import what_happened
from console.sentences.troubles import refusal_sentence, store_sentence, unfilled_sentence
from console.sentences.undoing import undone_said
from console.sentences.verdicts import policies_gone_sentence, verdict_said
from console.store.errors import StoreError
from console.store.read.connections import is_offline
from console.store.read.judged import Reported
from console.views.flagged.care import FlaggedCare
from console.views.flagged.round import FlaggedRound
from console.views.flagged.sides_dialog import STALE, both_sides
from console.views.models.review_round import Outcome
from console.views.services import Services
from console.widgets.announcing import announce, is_heard
from console.words import _

T = TypeVar("T")
AFTER_MS = 5  # the frame that shows the next message goes first


class Judging:
    """What can't be done is said on the page, and then nothing is written and nothing moves.

    show        shows where the round stands
    look_soon   looks at what waits once that is painted
    read_again  reads the policies and letters once more
    """

    def __init__(
        self,
        page: FlaggedRound,
        care: FlaggedCare,
        services: Services,
        show: Callable[[], None],
        look_soon: Callable[[], None],
        read_again: Callable[[], None],
    ) -> None:
        self._page, self._care, self._services, self._desk = page, care, services, services.desk
        self._show, self._look_soon, self._read_again = show, look_soon, read_again

    def give(self, *, again: bool = False) -> None:
        """Give the verdict that is chosen, and show the next in this frame. `again`: on an appeal against one's own, all the same."""
        about = self._page.about
        judgement = None if about is None else self.judgement(about)
        if about is None or judgement is None:
            return
        page = self._page

        def given() -> Decision:
            made = page.plans.plan(about.message, judgement)
            return verdicts.give_planned(self._desk, made, as_seen=page.sights.as_seen, again=again)

        decision = self.tried(given)
        if decision is None:
            return
        page.noting.given()
        self.settled(Outcome.JUDGED, verdict_said(verdicts.named(judgement)))
        self.hand_off(decision.intents)

    def last_said(self) -> str:
        """What was just decided, in words."""
        last = undo.undoable(self._desk)
        return "" if last is None else what_happened(last.event)

    def judgement(self, about: Reported) -> Judgement | None:
        """What is chosen; None where nothing is, a letter has a gap or a policy is there no more: that is said."""
        page = self._page
        try:
            made = page.choice.judgement(self._desk, about, page.policies, page.known_receivers())
        except Unfilled as gap:
            page.strip.say(unfilled_sentence(gap), tone="warn")
            return None
        gone = [] if made is None else self._gone(made.policies)
        if gone:
            self._read_again()
            page.strip.say(policies_gone_sentence(gone), tone="warn")
        return None if gone else made

    def _gone(self, chosen: Sequence[HousePolicy]) -> list[HousePolicy]:
        """Those of these that somebody took out of the file since they were read here."""
        known = {(one.number, one.title) for one in self._services.house.policies().found} if chosen else set()
        return [one for one in chosen if (one.number, one.title) not in known]

    def skip(self) -> None:
        """Leave it for later: that is kept too."""
        page, item = self._page, self._page.round.current
        if page.about is None or (item is not None and item.outcome is not None):
            page.round.step(1)  # it is decided already: only on to the next
            self._show()
            return
        message = page.about.message
        if self.tried(lambda: verdicts.skip(self._desk, message)) is not None:
            self.settled(Outcome.SKIPPED, _("passed over for now"))

    def undo(self) -> None:
        """Take the last decision back; a message that was judged waits again, and is shown."""
        page = self._page
        undone = self.tried(lambda: undo.undo(self._desk))
        if undone is None:
            return
        message, now_ms = undone.undid.message, self._desk.store.now_ms()
        if undone.count > 1:
            message = self._first_again() or message
        elif message is None or not page.round.reopen(message, now_ms):
            page.take_waiting()
        if message is not None:
            page.round.reopen(message, now_ms)
        self._show()
        self._look_soon()
        page.strip.say(undone_said(undone), tone="warn" if undone.remains else "info")
        page.setFocus()
        if undone.by_hand is not None:
            self.hand_off([undone.by_hand])  # what was done by hand is taken back by hand

    def _first_again(self) -> MessageKey | None:
        """The first of several that wait again, in the order of the list."""
        settled = [item.waiting.message for item in self._page.round.items if item.outcome is not None]
        self._page.take_waiting()
        waiting = {waiting.message for waiting in self._page.round.waiting}
        return next((message for message in settled if message in waiting), None)

    def tried(self, verb: Callable[[], T]) -> T | None:
        """Do it; what can't be done is said, and nothing is written."""
        try:
            return verb()
        except Refused as refused:
            self._refused(refused)
        except StoreError as error:
            self._page.strip.say(store_sentence(error), tone="danger")
        return None

    def settled(self, outcome: Outcome, said: str) -> None:
        """The one before the reviewer has its outcome; `said`: in words."""
        page = self._page
        page.sights.decided()
        self._care.turn()
        page.round.settle(outcome, said, self._desk.store.now_ms())
        self.after_decision(said.capitalize())

    def after_decision(self, said: str) -> None:
        """The next one, in this frame."""
        page = self._page
        page.strip.hide()
        self._show()
        page.setFocus()
        if is_heard():
            announce(page, f"{said}. {self._following()}")

    def _following(self) -> str:
        """The one that is there now, for a screen reader."""
        item = self._page.round.current
        if item is None:
            return ""
        return _("Next: {author}, {title}").format(author=item.waiting.author, title=self._care.said(item.waiting))

    def hand_off(self, made: Sequence[Intent]) -> None:
        """What is finished in the browser opens there once the next message is shown; closing reports waits for its time."""
        page = self._page
        by_hand = [one for one in made if one.state is State.HANDOFF and one.kind is not Kind.SETTLE]
        if by_hand and not is_offline(self._desk.store):
            QTimer.singleShot(AFTER_MS, page, lambda: page.handoff_asked.emit(by_hand[0].id))

    def _refused(self, refused: Refused) -> None:
        page = self._page
        second = [(_("Judge it all the same"), lambda: self.give(again=True))]
        buttons = second if refused.code == "second_first" else []
        if refused.code in STALE and page.about is not None:
            heavies = self._services.heavies
            buttons = both_sides(page, self._desk, heavies, page.about, page.sights.as_seen, self._care.opened)
            page.take_waiting()
            self._show()
        page.strip.say(refusal_sentence(refused), buttons, "warn")
        if refused.code == "second_first":
            page.strip.focus_first()
        elif refused.code == "say_first":
            page.answer_asked.emit(str(refused.facts["intent"]))
