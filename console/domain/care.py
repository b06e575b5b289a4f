"""Care for whoever reviews: which messages are heavy, and how they and their pictures are set to begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.domain.house_policies import HousePolicy, under


class Cover(StrEnum):
    """What of the reported messages begins covered."""

    ALL = "all"
    HEAVY = "heavy"


class Look(StrEnum):
    """How a picture of a reported message begins."""

    PLAIN = "plain"
    GREY = "grey"
    BLURRED = "blurred"
    BLURRED_GREY = "blurred_grey"

    @property
    def blurred(self) -> bool:
        return self in (Look.BLURRED, Look.BLURRED_GREY)

    @property
    def grey(self) -> bool:
        return self in (Look.GREY, Look.BLURRED_GREY)


@dataclass(frozen=True, slots=True)
class Care:
    """What is set.

    words          a reported message with one of these in it is heavy; one may end in `*`
    limit          after so many heavy ones a day something is said, 0 for never
    lighter_after  after so many heavy ones in a row a light one comes, 0 for the order as it is
    """

    on: bool = True
    cover: Cover = Cover.ALL
    pictures: Look = Look.BLURRED
    words: tuple[str, ...] = ()
    limit: int = 20
    lighter_after: int = 0

    @property
    def starts(self) -> Look:
        """How a picture of a reported message begins now."""
        return self.pictures if self.on else Look.PLAIN

    def covers(self, *, heavy: bool) -> bool:
        """Whether the words of a reported message begin covered in the review."""
        return self.on and (heavy or self.cover is Cover.ALL)


@dataclass(frozen=True, slots=True)
class Heavy:
    """Why a message is heavy: what it was reported as, or else the word of the settings that stands in it."""

    reported_as: str = ""
    word: str = ""


def why_heavy(
    care: Care, policies: Iterable[HousePolicy], reports: Sequence[tuple[str, str]], text: str
) -> Heavy | None:
    """Why a message is heavy; None for one that isn't, and for all while care is off.

    reports  reason and words of each report that wasn't dismissed; without any nothing is heavy
    """
    if not care.on or not reports:
        return None
    heavy = [policy for policy in policies if policy.heavy]
    for reason, said in reports:
        if found_under := under(heavy, reason, said):
            return Heavy(reason.strip() or found_under[0].title)
    found = word_in(care.words, text)
    return Heavy(word=found) if found else None


def word_in(words: Sequence[str], text: str) -> str:
    """The first of these words that stands in a text as a whole word, "" for none. A `*` at its end is the rest of a word."""
    for word in words:
        bare = word.strip().rstrip("*")
        ending = r"\w*" if word.strip().endswith("*") else ""
        if bare and re.search(rf"(?<!\w){re.escape(bare)}{ending}(?!\w)", text, re.IGNORECASE):
            return bare
    return ""
