"""Which messages are heavy, and what stands in the place of their words: for the window and the terminal alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from console.domain.care import Care, Heavy, why_heavy
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy
from console.domain.pictures import pictures_in
from console.house_texts import HouseTexts
from console.sentences.care import heavy_line, heavy_title
from console.store.connection import Store
from console.store.read.heavy import COUNTS, told_of
from console.store.read.judged import APPEAL
from console.store.read.thread import ShownMessage


class Heavies:
    """The policies are read once, and again when somebody changed them or a review begins."""

    def __init__(self, store: Store, care: Callable[[], Care], house: HouseTexts) -> None:
        self._store, self._care, self._house = store, care, house
        self._policies: Sequence[HousePolicy] | None = None

    def read_again(self) -> None:
        self._policies = None

    def of(self, message: ShownMessage) -> Heavy | None:
        reports = [(r.reason, r.text) for r in message.reports if r.state in COUNTS and r.source != APPEAL]
        return why_heavy(self._care(), self._known(), reports, message.text)

    def among(self, messages: Iterable[str]) -> dict[MessageKey, Heavy]:
        """Those of these messages that are heavy."""
        care, policies = self._care(), self._known()
        if not care.on or not (care.words or any(policy.heavy for policy in policies)):
            return {}
        found = {
            told.message: why_heavy(care, policies, told.reports, told.text) for told in told_of(self._store, messages)
        }
        return {message: heavy for message, heavy in found.items() if heavy is not None}

    def titles(self, threads: Iterable[str]) -> dict[str, str]:
        """What stands in the place of the title and the first words of those threads that open with a heavy message."""
        return {str(message): heavy_title(heavy) for message, heavy in self.among(threads).items()}

    def line(self, message: ShownMessage, space: str) -> str:
        """What stands in the place of a message, "" for one that isn't heavy."""
        heavy = self.of(message)
        return "" if heavy is None else heavy_line(heavy, space, len(pictures_in(message.attachments)))

    def _known(self) -> Sequence[HousePolicy]:
        if self._policies is None:
            self._policies = self._house.policies().found
        return self._policies
