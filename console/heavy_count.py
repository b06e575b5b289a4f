"""How many heavy messages were opened today: one number, for the eyes of who opened them, in a file of its own.

It stands in no database, because those are backed up, handed over and shared; and which messages they were is kept nowhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

NAME = "heavy.json"


class HeavyCount:
    """The number of today. A file that can't be read or written counts as nothing: care never stops a review."""

    def __init__(self, profile: Path, today: Callable[[], date] = date.today) -> None:
        self._file = profile / NAME
        self._today = today

    def today(self) -> int:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            return max(0, int(kept["opened"])) if kept["day"] == self._today().isoformat() else 0
        except (OSError, ValueError, TypeError, KeyError):
            return 0

    def add(self, more: int = 1) -> int:
        """Count so many more; returns the number of today."""
        opened = self.today() + more
        fresh = self._file.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"day": self._today().isoformat(), "opened": opened}), encoding="utf-8")
            os.replace(fresh, self._file)
        except OSError:
            pass  # a full disk: it counts in this review all the same
        return opened
