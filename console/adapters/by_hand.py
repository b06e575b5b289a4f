"""What can be done where a platform shows programs nothing: by the moderator's own hand in the browser, and guided."""

from __future__ import annotations

from console.adapters.deep_links import FACEBOOK, LINKEDIN, WORKPLACE, YAMMER
from console.domain.platform import Capabilities, Way

_WAYS = {
    FACEBOOK: ("reply", "edit", "approve", "hide", "delete", "lock", "unlock", "pin", "unpin", "react", "unreact", "settle"),
    LINKEDIN: ("reply", "edit", "approve", "delete", "pin", "unpin", "react", "unreact", "settle"),
    YAMMER: ("reply", "edit", "approve", "hide", "unhide", "delete", "lock", "unlock", "pin", "unpin", "react", "unreact",
             "settle"),
}  # fmt: skip
ELSEWHERE = frozenset((FACEBOOK, LINKEDIN, YAMMER, WORKPLACE))


def by_hand(platform: str) -> Capabilities:
    """Of a group whose conversations come by mail, export or paste. Workplace has ended: nothing can be done there."""
    ways = {"read": Way.API, **dict.fromkeys(_WAYS.get(platform, ()), Way.HANDOFF)}
    return Capabilities(ways, approximate=True)
