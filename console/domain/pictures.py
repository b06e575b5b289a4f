"""Which files are pictures that we show, and how one is named in the picture store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

# What can be taken apart safely. An SVG is a program, and everything else is a file like any other.
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MOST_PER_MESSAGE = 8


def pictures_in(attachments: Iterable[Sequence[Any]]) -> list[str]:
    """Addresses of the attachments (name, type, bytes, address) that are shown as pictures: by their type, the first
    ones, and only those whose bytes are somewhere."""
    found = [url for _name, mime, _size, url in attachments if url and _type_of(mime) in SHOWN_TYPES]
    return found[:MOST_PER_MESSAGE]


def _type_of(mime: str) -> str:
    return mime.split(";")[0].strip().lower()


def picture_key(connection: str, url: str) -> str:
    """The name of a picture in the store: what stands behind the same address may differ per connection."""
    return hashlib.sha256(f"{connection}\n{url}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
