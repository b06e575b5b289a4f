"""A file's name as somebody sent it becomes one that can be shown and kept: one part of a path, on any system."""

from __future__ import annotations

import re

from console.domain.characters import one_line

MAX_CHARS = 120
MAX_BYTES = 240  # most file systems stop at 255; a copy gets a number behind its name
NAMELESS = "file"
_PARTS = re.compile(
    r"[/\\\u2044\u2215\u29f5\u29f8\uff0f\uff3c\ufe68]+"
)  # what separates folders, and what only looks so
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\uff1a]')
# Names that are devices on Windows, whatever extension they have.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|\Z)", re.IGNORECASE
)


def file_name(sent: str) -> str:
    """The last part of the name that was sent, without what a file system or a reader takes for something else.

    Its extension stays the one it ends with, also where the name is too long: then the middle goes.
    """
    name = one_line(_PARTS.split(sent.rstrip("/\\ "))[-1], most=10_000)
    name = _NOT_ON_WINDOWS.sub("_", name).strip(" .\u3000")
    if _DEVICES.match(name):
        name = f"_{name}"
    return _short(name) or NAMELESS


def _short(name: str) -> str:
    if len(name) <= MAX_CHARS and len(name.encode()) <= MAX_BYTES:
        return name
    dot = name.rfind(".")
    extension = name[dot:] if dot > 0 and len(name) - dot <= 12 else ""
    stem = name.removesuffix(extension)[: MAX_CHARS - 1 - len(extension)]
    room = MAX_BYTES - len(f"…{extension}".encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + "…" + extension
