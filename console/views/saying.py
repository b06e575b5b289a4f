"""What is said over the conversation: what came of a verb, why nothing did, and a question before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from console.desk.seat import Refused
from console.domain.outbox import NotPossible
from console.sentences.troubles import failed_sentence
from console.store.errors import StoreError
from console.views.bare_window import BareWindow
from console.views.handing_off import HandingOff
from console.words import _

T = TypeVar("T")
Button = tuple[str, Callable[[], None]]


class Saying:
    """One thing at a time, with buttons to do something about it."""

    def __init__(self, window: BareWindow, handing_off: HandingOff) -> None:
        self._window, self._handing_off = window, handing_off
        self._strip = window.conversation.strip

    def say(self, text: str, buttons: Sequence[Button] = (), tone: str = "info") -> None:
        self._strip.say(text, buttons, tone)

    def ask(self, text: str, button: str, go: Callable[[], None], tone: str = "info") -> None:
        """Ask once, with the effect in words; Enter says yes, Esc leaves."""

        def yes() -> None:
            self._strip.hide()
            self._window.list.view.setFocus()
            go()

        self.say(text, [(button, yes), (_("Leave it"), self._strip.hide)], tone)
        self._strip.focus_first()

    def attempt(self, verb: Callable[[], T]) -> T | None:
        """Do it; what can't be done is said in a plain sentence, and nothing is written."""
        try:
            return verb()
        except (Refused, NotPossible, StoreError) as error:
            self.failed(error)
            return None

    def failed(self, error: Refused | NotPossible | StoreError) -> None:
        """Say why nothing happened; where a person has to say first whether something is there, ask that."""
        self.say(failed_sentence(error), tone="danger" if isinstance(error, StoreError) else "warn")
        if isinstance(error, Refused) and error.code == "say_first":
            self._handing_off.ask(str(error.facts["intent"]))
