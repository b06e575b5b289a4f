"""Of the windows on one profile, one speaks unasked: what it brings to mind is not said twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import filelock


class FirstWindow:
    """The right to speak, held by a lock that the system frees when the process ends, however it ends."""

    def __init__(self, profile: Path) -> None:
        self._file = profile / "window.lock"
        self._lock: filelock.BaseFileLock | None = None

    def speaks(self) -> bool:
        """Whether this window is the one; from now on it is, where no other one is."""
        import filelock  # not before the window shows its rows

        if self._lock is None:
            lock = filelock.FileLock(self._file)
            try:
                lock.acquire(timeout=0)
            except (filelock.Timeout, OSError):
                return False
            self._lock = lock
        return True

    def leave(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
