"""What an organisation agreed on: levels, targets, working hours, and who speaks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property

from console.domain.calendar import WorkingHours


class Level(IntEnum):
    """How soon a thread needs a person. Lower is sooner: the queue is ordered by this number."""

    FIRST = 0
    TODAY = 1
    CAN_WAIT = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class ReasonKind(StrEnum):
    """Why a thread needs a person. The order is that of ties: earlier kinds stand first."""

    REPORTED = "reported"
    EDITED = "edited"  # after a decision about it
    HELD = "held"
    MENTION = "mention"
    REPLY_TO_US = "reply_to_us"
    NEWCOMER = "newcomer"
    LEADERSHIP = "leadership"
    UNANSWERED = "unanswered"
    APPEALED = "appealed"
    ANSWERED = "answered"  # by who a message was passed on to


@dataclass(frozen=True, slots=True)
class Target:
    """The level of a reason and within how many working minutes it should be handled.

    `later_level` holds from `later_after_min` working minutes after the evidence.
    """

    level: Level
    within_min: int
    later_level: Level | None = None
    later_after_min: int = 0


def default_targets() -> dict[ReasonKind, Target]:
    """The targets where the settings name none."""
    return {
        ReasonKind.REPORTED: Target(Level.FIRST, 60),
        ReasonKind.EDITED: Target(Level.FIRST, 240),
        ReasonKind.HELD: Target(Level.FIRST, 240),
        ReasonKind.MENTION: Target(Level.FIRST, 120),
        ReasonKind.REPLY_TO_US: Target(Level.TODAY, 480),
        ReasonKind.NEWCOMER: Target(Level.FIRST, 240),
        ReasonKind.LEADERSHIP: Target(Level.TODAY, 480),
        ReasonKind.UNANSWERED: Target(Level.TODAY, 480, Level.FIRST, 1530),
        ReasonKind.APPEALED: Target(Level.FIRST, 480),
        ReasonKind.ANSWERED: Target(Level.FIRST, 240),
    }


@dataclass(frozen=True, eq=False)
class Policy:
    """The settings that reasons depend on.

    us_accounts   person keys that are us, beside the accounts of the connections
    us_names      shown names of the people who moderate
    mentions      words that mean us when they stand in a message: "@communicatie"
    """

    hours: WorkingHours = field(default_factory=WorkingHours)
    targets: Mapping[ReasonKind, Target] = field(default_factory=default_targets)
    us_accounts: frozenset[str] = frozenset()
    us_names: frozenset[str] = frozenset()
    mentions: tuple[str, ...] = ()
    newcomer_days: int = 30
    history_days: int = 90

    @cached_property
    def _mention(self) -> re.Pattern[str] | None:
        words = [re.escape(word) for word in self.mentions if word.strip()]
        return re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)", re.IGNORECASE) if words else None

    def mentioned_in(self, text: str) -> bool:
        """Whether a text names us."""
        return self._mention is not None and self._mention.search(text) is not None
