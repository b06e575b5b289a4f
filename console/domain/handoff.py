"""What a person finishes in the browser: whether something that stands there now is it.

Nobody tells us that a reply was placed by hand, so its words are what it is recognised by. Where they don't settle it
beyond doubt, a person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from console.domain.characters import honest
from console.domain.conversation import MessageKey
from console.domain.outbox import LEAVES, Intent, Kind, Seen

LEAST_CHARS = 40  # so much of a text is nobody else's by accident
ALIKE = 0.6  # of the words, in their order
MOST_WORDS = 400  # as many are compared
LATE_MS = 600_000  # so far the platform's clock may be behind ours


class Whose(Enum):
    """Whose a message is. UNTOLD: its author may be us, because nobody told us under which name we write there."""

    OURS = "ours"
    UNTOLD = "untold"
    THEIRS = "theirs"


class Match(Enum):
    IT = "it"
    LIKE = "like"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class There:
    """A message that stands on the platform, not known yet to be of any intent."""

    key: MessageKey
    parent: MessageKey | None
    posted_at_ms: int
    text: str
    whose: Whose
    author: str


def folded(text: str) -> str:
    """A text by its words alone."""
    return " ".join(honest(text).split())


def reads_as(written: str, shown: str) -> bool:
    """Whether a text is what was written: the same words, or the beginning of them where the platform shows no more."""
    ours, theirs = folded(written), folded(shown)
    cut = theirs.rstrip(".… ")
    return ours == theirs or (len(cut) >= LEAST_CHARS and ours.startswith(cut))


def compare(written: str, there: There) -> Match:
    """Whether a message is what was written, by its words and its author."""
    ours = folded(written)
    if reads_as(written, there.text):
        sure = there.whose is Whose.OURS or (there.whose is Whose.UNTOLD and len(ours) >= LEAST_CHARS)
        if sure:
            return Match.IT
        return Match.LIKE if there.whose is Whose.UNTOLD or len(ours) >= LEAST_CHARS else Match.OTHER
    return Match.LIKE if there.whose is Whose.OURS and likeness(ours, folded(there.text)) >= ALIKE else Match.OTHER


def likeness(one: str, other: str) -> float:
    """How much of two texts is the same words in the same order, 0 to 1."""
    return SequenceMatcher(None, one.split()[:MOST_WORDS], other.split()[:MOST_WORDS], autojunk=False).ratio()


def may_be(intent: Intent, there: There) -> bool:
    """Whether a message can be what became of an intent, by when it was said: after its maker looked."""
    after = (there.posted_at_ms, there.key) > (intent.seen.last_at_ms, intent.seen.last)
    return after and there.posted_at_ms >= intent.created_at_ms - LATE_MS


def settled(waiting: Sequence[Intent], there: Sequence[There]) -> Mapping[str, There]:
    """Which replies of one thread stand there now: each message is one reply's, and each reply's is one message.

    Of equal texts, a message goes to the one that answers what it answers, then to the one that was opened, then to the
    oldest.
    """
    found: dict[str, There] = {}
    for message in sorted(there, key=lambda one: (one.posted_at_ms, one.key)):
        fitting = [
            intent for intent in waiting
            if intent.id not in found and may_be(intent, message) and compare(intent.text, message) is Match.IT
        ]  # fmt: skip
        if fitting:
            best = min(fitting, key=lambda one: (one.message != message.parent, one.last_byte_at_ms is None,
                                                 one.created_at_ms, one.id))  # fmt: skip
            found[best.id] = message
    return found


def alike(intent: Intent, there: Sequence[There]) -> There | None:
    """The message that may be what became of a reply, where none certainly is."""
    fitting = [one for one in there if may_be(intent, one) and compare(intent.text, one) is Match.LIKE]
    ours = folded(intent.text)
    return max(fitting, key=lambda one: likeness(ours, folded(one.text)), default=None)


def brought_about(intent: Intent, now: Seen) -> bool:
    """Whether what was to be done by hand is so now, and was not when its maker looked. Not for replies.

    Where the platform never showed the difference, nothing can be concluded: then only a person can say.
    """
    before = intent.seen
    match intent.kind:
        case Kind.LOCK | Kind.UNLOCK:
            return now.locked is not before.locked and now.locked is (intent.kind is Kind.LOCK)
        case Kind.SETTLE:
            return bool(before.reports) and not set(before.reports) & set(now.reports)
        case _ if intent.kind in LEAVES:
            leaves = {state.value for state in LEAVES[intent.kind]}
            gone_too = {"deleted"} if intent.kind in (Kind.HIDE, Kind.HOLD, Kind.SPAM) else set()
            return before.message_state not in leaves and now.message_state in leaves | gone_too
        case _:
            return False
