"""What the store can't do, in our own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.store.opening import DRIVER


class StoreError(Exception):
    """The store can't do its work. `path` is the file concerned; nothing of the failed transaction was written."""

    code = "store"

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(f"{path.name}: {detail or self.code}")
        self.path = path
        self.detail = detail


class StoreFull(StoreError):
    """No room left on the disk."""

    code = "store_full"


class StoreReadOnly(StoreError):
    """The folder or file can't be written."""

    code = "store_read_only"


class StoreDamaged(StoreError):
    """The file is not what we wrote."""

    code = "store_damaged"


class StoreTooNew(StoreError):
    """A newer Luisterpost wrote this file."""

    code = "store_too_new"


class StoreBusy(StoreError):
    """Another process kept the file locked for longer than we wait."""

    code = "store_busy"


class StoreAskedTooMuch(StoreError):
    """A question was given up: it took more than was allowed, or nobody waits for the answer any more."""

    code = "store_asked_too_much"


_SIGNS: tuple[tuple[str, type[StoreError]], ...] = (
    ("disk is full", StoreFull),
    ("readonly", StoreReadOnly),
    ("read-only", StoreReadOnly),
    ("unable to open", StoreReadOnly),
    ("disk i/o error", StoreFull),
    ("malformed", StoreDamaged),
    ("not a database", StoreDamaged),
    ("locked", StoreBusy),
    ("no such table", StoreDamaged),
    ("interrupted", StoreAskedTooMuch),
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into ours. What matches none of the signs is a bug and travels on."""
    try:
        yield
    except Exception as cause:
        told = getattr(cause, "orig", cause)  # SQLAlchemy's own errors carry the driver's
        if not isinstance(told, DRIVER.Error):
            raise
        words = str(told).lower()
        for sign, error in _SIGNS:
            if sign in words:
                raise error(path, words) from cause
        raise
