"""What each platform can do, as the memory adapter plays it: the platforms' own sheets, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.domain.platform import Capabilities, capabilities

_BY_HAND: Mapping[str, Any] = {
    "edit": "handoff", "hide": "handoff", "unhide": "handoff", "lock": "handoff", "unlock": "handoff",
    "pin": "handoff", "unpin": "handoff",
}  # fmt: skip

SHOWS: Mapping[str, Capabilities] = {
    "memory": capabilities(
        read="api", files_in="api", threads_in="api", reply="api", edit="api", approve="api", hold="api", hide="api", unhide="api", spam="api",
        unspam="api", delete="api", restore="api", lock="api", unlock="api", pin="api", unpin="api", reports="api",
        settle="api", live="api", max_bytes=10_000,
    ),
    "yammer": capabilities(
        read="api", files_in="api", threads_in="api", reply="api", delete="api", reports="handoff", settle="handoff", max_bytes=10_000,
        **_BY_HAND,
    ),
    "humhub": capabilities(
        read="api", files_in="api", threads_in="api", reply="api", edit="api", delete="api", lock="api", unlock="api", pin="api",
        unpin="api", reports="handoff", settle="handoff", max_bytes=65_535,
    ),
    "wordpress": capabilities(
        read="api", files_in="api", threads_in="api", reply="api", edit="api", approve="api", hold="api", hide="api", unhide="api", spam="api",
        unspam="api", delete="api", restore="api", lock="api", unlock="api", pin="api", unpin="api", max_bytes=65_525,
    ),
    "facebook": capabilities(
        read="handoff", reply="handoff", approve="handoff", delete="handoff", reports="handoff", settle="handoff",
        approximate=True, **_BY_HAND,
    ),
    "linkedin": capabilities(read="handoff", reply="handoff", delete="handoff", approximate=True, **_BY_HAND),
    "mattermost": capabilities(
        read="api", files_in="api", threads_in="api", reply="api", edit="api", delete="api", pin="api", unpin="api", live="api", max_bytes=16_383,
    ),
}  # fmt: skip

# What a platform tells of whoever speaks there: "mail" it vouches for, and where they work.
TELLS: Mapping[str, frozenset[str]] = {
    "memory": frozenset({"mail", "department"}), "yammer": frozenset({"mail", "department"}),
    "humhub": frozenset({"mail", "department"}), "wordpress": frozenset({"department"}),
    "mattermost": frozenset({"mail"}),
}  # fmt: skip
