"""LinkedIn's "little text", in which posts are written: names, hashtags and escaped signs, made plain."""

from __future__ import annotations

import re

_HASHTAG = re.compile(r"\{hashtag\|(?:\\.|[^|}])*\|((?:\\.|[^}\\])*)\}")
_MENTION = re.compile(r"@\[((?:\\.|[^\]\\])*)\]\((?:\\.|[^)\\])*\)")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
MAX_CHARS = 100_000  # a post has at most a few thousand


def plain_of(little: str) -> str:
    """The words as people read them."""
    text = _HASHTAG.sub(lambda match: f"#{match[1]}", little[:MAX_CHARS])
    text = _MENTION.sub(lambda match: match[1], text)
    return _ESCAPED.sub(r"\1", text)
