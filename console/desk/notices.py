"""Handing on notices that nobody understood, so that somebody makes a layout of them."""

from __future__ import annotations

from pathlib import Path

from console.store.connection import Store
from console.store.read.notices import not_understood


def write_examples(store: Store, path: Path) -> int:
    """Write them, without anything personal, as a mailbox file; returns how many. Raises OSError.

    Nothing is written where there are none.
    """
    found = not_understood(store)
    if found:
        # Written beside it and put in place when it is whole.
        fresh = path.with_name(f".{path.name}.new")
        mails = (one.example.replace("\nFrom ", "\n>From ") for one in found)
        try:
            fresh.write_text("".join(f"From - Thu Jan 01 00:00:00 1970\n{mail}\n" for mail in mails), encoding="utf-8")
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    return len(found)
