"""All that a reviewer sees of one message, as one value: read for the one before them, and ahead for the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.desk.seat import Desk
from console.domain.house_policies import HousePolicy
from console.domain.platform import Capabilities
from console.store.read import judged
from console.store.read.connections import capabilities
from console.store.read.judged import Reported, Waiting
from console.views.flagged.shown import Begins, review_shown
from console.views.flagged.why import reasons_shown
from console.views.models.review_round import Item
from console.widgets.review_message import ReviewShown
from console.widgets.review_why import ReasonsShown


@dataclass(frozen=True, slots=True)
class How:
    """How a message is shown: `around` so many messages before and after it; `unfolded`: what it said before, too.

    begins  what of it is covered until somebody asks, and how its pictures are
    """

    revealed: bool
    unfolded: bool
    narrow: bool
    around: int
    begins: Begins

    def of_next(self, *, revealed: bool) -> How:
        """As the next one comes."""
        return replace(self, revealed=revealed, unfolded=False)


@dataclass(frozen=True, slots=True)
class Sight:
    how: How
    about: Reported
    can: Capabilities
    message: ReviewShown
    why: ReasonsShown


def sight(
    desk: Desk,
    item: Item,
    waits: Sequence[Waiting],
    policies: Sequence[HousePolicy],
    how: How,
    about: Reported | None = None,
) -> Sight | None:
    """None where the message isn't held any more. `about`: what was read of it just now."""
    about = about or judged.reported(desk.store, item.waiting.message)
    if about is None:
        return None
    message = review_shown(
        desk.store, about, desk.store.now_ms(), how.begins, revealed=how.revealed, unfolded=how.unfolded, narrow=how.narrow,
        around=how.around,
    )  # fmt: skip
    if message is None:
        return None
    why = reasons_shown(
        desk, about, item.waiting, waits, policies, item.said, how.begins.heavies, revealed=how.revealed
    )
    return Sight(how, about, capabilities(desk.store, about.space_key), message, why)
