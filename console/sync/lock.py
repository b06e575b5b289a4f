"""One collector a profile, held by a lock that the system frees when the process ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock


class AlreadyRunning(Exception):
    """Another collector serves this profile."""


@contextmanager
def collector_lock(profile: Path) -> Iterator[None]:
    """Be the profile's collector. Raises AlreadyRunning; OSError where the folder can't be written."""
    lock = filelock.FileLock(profile / "collector.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise AlreadyRunning from None
    try:
        yield
    finally:
        lock.release()
