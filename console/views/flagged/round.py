"""A round of review: what waits, the message before the reviewer, and what is chosen for it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from console.desk.planned import Plans
from console.domain.house_policies import HousePolicy
from console.domain.letters import Letter
from console.domain.receivers import Receiver
from console.house_texts import Found, InUse
from console.sentences.troubles import in_use_sentence
from console.store.read.judged import Reported
from console.views.flagged.ahead import Sights
from console.views.flagged.choice import Choice
from console.views.flagged.frame import FlaggedFrame
from console.views.flagged.note import Noting
from console.views.flagged.rows import place_said, review_row
from console.views.flagged.waiting import take_waiting
from console.views.models.review_round import Round
from console.views.services import Services


class FlaggedRound(FlaggedFrame):
    """`left` when the reviewer stops; `thread_asked` for the whole conversation of a message.

    handoff_asked  an intent to finish in the browser · answer_asked  one to say first what came of it
    """

    left = Signal()
    thread_asked = Signal(str, str)
    link_asked = Signal(str)
    handoff_asked = Signal(str)
    answer_asked = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services, self._desk = services, services.desk
        self.round = Round()
        self.choice = Choice()
        self.sights = Sights(self._desk)
        self.plans = Plans(self._desk)
        self.policies: Sequence[HousePolicy] = ()
        self.noting = Noting(self.note, self._desk, lambda why: self.strip.say(why, tone="danger"))
        self.revealed = False

    @property
    def about(self) -> Reported | None:
        """The message before the reviewer."""
        return None if self.sights.now is None else self.sights.now.about

    def take_waiting(self) -> bool:
        """What waits now joins the round. Whether anything changed."""
        return take_waiting(self.round, self._desk, self.policies)

    def show_list(self) -> None:
        items, here = self.round.items, self.round.at
        self.list.show_rows(len(items), lambda n: review_row(items[n], here=n == here), here)
        self.head.show_place(place_said(self.round), self.round.share)

    def known_receivers(self) -> Sequence[Receiver]:
        found: Sequence[Receiver] = self._services.settings["receivers"]
        return found

    def read_policies(self) -> None:
        self.policies = self._in_use(self._services.house.policies())

    def _letters(self) -> Sequence[Letter]:
        return self._in_use(self._services.house.letters())

    def _in_use(self, used: InUse[Found]) -> Found:
        if broken := in_use_sentence(used):
            self.strip.say(broken, tone="warn")
        return used.found
