"""Names of emoji between colons, as several platforms write them, and the emoji they stand for."""

from __future__ import annotations

import re

_NAMED = re.compile(r":([a-z0-9_+-]{1,40}):")
# What people type most; a name we don't know stays as it is.
EMOJIS = {
    "smile": "😄", "smiley": "😃", "grinning": "😀", "grin": "😁", "laughing": "😆", "joy": "😂", "rofl": "🤣",
    "wink": "😉", "blush": "😊", "slightly_smiling_face": "🙂", "heart_eyes": "😍", "sunglasses": "😎", "thinking": "🤔",
    "neutral_face": "😐", "confused": "😕", "disappointed": "😞", "cry": "😢", "sob": "😭", "angry": "😠", "rage": "😡",
    "scream": "😱", "see_no_evil": "🙈", "thumbsup": "👍", "+1": "👍", "thumbsdown": "👎", "-1": "👎", "clap": "👏",
    "pray": "🙏", "muscle": "💪", "wave": "👋", "ok_hand": "👌", "raised_hands": "🙌", "heart": "❤️", "broken_heart": "💔",
    "tada": "🎉", "fire": "🔥", "star": "⭐", "rocket": "🚀", "coffee": "☕", "warning": "⚠️", "white_check_mark": "✅",
    "x": "❌", "question": "❓", "exclamation": "❗", "bulb": "💡", "100": "💯",
}  # fmt: skip


def with_emoji(text: str) -> str:
    """The text with emoji in the place of their names; a name that we don't know stays as it is."""
    return _NAMED.sub(lambda match: EMOJIS.get(match.group(1), match.group()), text)
