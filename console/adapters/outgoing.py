"""What leaves, on any platform: its words made ready, whether what they change is still what was seen, what a look found.

Shared by adapters; it knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from console.domain.conversation import Change, Message, said_hash
from console.domain.outbox import Intent
from console.domain.platform import Found, Rejected, Sighting


def ready(text: str, max_bytes: int | None = None) -> str:
    """A text as it leaves, without what no encoding holds. Raises Rejected "empty" or "too_long"."""
    sent = text.encode("utf-8", "replace").decode()
    if not sent:
        raise Rejected(code="empty")
    if max_bytes is not None and len(sent.encode()) > max_bytes:
        raise Rejected(code="too_long")
    return sent


def refuse_if_changed(intent: Intent, now: Iterable[Change]) -> None:
    """Raises Rejected "changed" when the message of an edit, as the platform has it `now`, isn't what its maker saw."""
    hashes = (said_hash(one.title, one.text) for one in now if isinstance(one, Message) and one.key == intent.message)
    if intent.seen.text_hash and intent.seen.text_hash != next(hashes, ""):
        raise Rejected(code="changed")


def sighting(there: bool, intent: Intent) -> Found:
    """What a look found of an intent that changes what is there, by whether the platform shows that change."""
    return Found(Sighting.SEEN, intent.message or intent.thread) if there else Found(Sighting.ABSENT)


def by_its_words(found: Set[str], *, everything: bool) -> Found:
    """Which of our messages with these words at that place is the one that was sent: one of two nobody can tell apart.

    everything  all was looked at that may be it
    """
    if len(found) == 1:
        return Found(Sighting.SEEN, next(iter(found)))
    return Found(Sighting.ABSENT if everything and not found else Sighting.UNCLEAR)
