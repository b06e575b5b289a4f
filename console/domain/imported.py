"""An imported file: where its copy lies in a profile, and how far it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ADAPTER = "files"  # whose connections are imports
STREAM = "file"  # the one stream of such a connection
FOLDER = "imports"  # below the profile; in it a folder for each import, with
FILES = "files"  # the copy of what was imported, and
SKIPPED = "skipped.jsonl"  # what of it was not taken in, one a line
READING = "reading"  # beside them, while the collector itself takes a piece apart
LOOKING = "looking"  # the same in the profile, while somebody looks at a file without keeping it


@dataclass(frozen=True, slots=True)
class Imported:
    """How far an import is. `share` is 0 to 1; `skipped` is reason -> how often."""

    messages: int = 0
    share: float = 0.0
    ended: bool = False
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missed:
    """What of a file was not taken in, and why: `reason` and `facts` as in `console.adapters.imports.entry.Skipped`."""

    where: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    raw: str = ""
