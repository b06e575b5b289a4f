"""Of the windows on one profile, one speaks unasked: what it brings to mind is not said twice."""

from __future__ import annotations

from pathlib import Path

import filelock


class FirstWindow:
    """The right to speak, held by a lock that the system frees when the process ends, however it ends."""

    def __init__(self, profile: Path) -> None:
        self._lock = filelock.FileLock(profile / "window.lock")

    def speaks(self) -> bool:
        """Whether this window is the one; from now on it is, where no other one is."""
        if not self._lock.is_locked:
            try:
                self._lock.acquire(timeout=0)
            except (filelock.Timeout, OSError):
                return False
        return True

    def leave(self) -> None:
        self._lock.release()
