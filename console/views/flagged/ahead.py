"""What is seen of the message before a reviewer, and what was read ahead of those that probably come next."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk.seat import Desk
from console.desk.verdicts import AsSeen
from console.domain.house_policies import HousePolicy
from console.store.read import judged
from console.store.read.judged import Waiting
from console.views.flagged.sight import How, Sight, sight
from console.views.models.review_round import Item


class Sights:
    """`now` is what stands before the reviewer, None where nothing does."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.now: Sight | None = None
        self._came: Sight | None = None  # this one, as it came
        self._ahead: Sight | None = None  # the one that follows
        self._last: Sight | None = None  # the one decided last, as it came: taking back shows it again

    def look_at(self, item: Item | None, waits: Sequence[Waiting], policies: Sequence[HousePolicy], how: How) -> None:
        """This one from now on: as it was read ahead, where nothing of it changed since."""
        about = None if item is None else judged.reported(self._desk.store, item.waiting.message)
        if item is None or about is None:
            self.now = None
            return
        ready = (one for one in self.ready if (one.about, one.how) == (about, how))
        self.now = next(ready, None) or sight(self._desk, item, waits, policies, how, about)

    def read_ahead(self, item: Item, waits: Sequence[Waiting], policies: Sequence[HousePolicy], how: How) -> None:
        """The one that follows, without the one that is decided before it."""
        here = "" if self.now is None else self.now.about.message
        rest = [one for one in waits if one.message != here]
        self._ahead = sight(self._desk, item, rest, policies, how)

    @property
    def ready(self) -> list[Sight]:
        """Those that probably come next."""
        return [one for one in (self._ahead, self._last) if one is not None]

    @property
    def as_seen(self) -> AsSeen:
        """What a verdict on it is given on."""
        if self.now is None:
            return AsSeen("", "")
        about = self.now.about
        return AsSeen(about.text_hash, "" if about.verdict is None else about.verdict.key, about.locked)

    def came(self) -> None:
        """It has just come before the reviewer."""
        self._came = self.now

    def decided(self) -> None:
        """It is the one that taking back shows again."""
        self._last = self._came

    def forget(self) -> None:
        """What was read ahead holds no more: the policies, the letters or the look are others."""
        self._ahead = self._last = None
