"""Earlier versions of edited messages and the text of removed ones: they can't be pulled again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it was. `why` is "edited" or "removed"."""

    message: str
    text_hash: str
    author: str
    posted_at_ms: int
    edited_at_ms: int | None
    html: str
    text: str
    kept_at_ms: int
    why: str


def keep(store: Store, versions: Sequence[Version]) -> None:
    """Write them down for good; one that is kept already stays as it is. Raises a StoreError."""
    if not versions:
        return
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "INSERT OR IGNORE INTO kept_version(message, text_hash, author, posted_at_ms, edited_at_ms, html, text,"
            " kept_at_ms, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [astuple(version) for version in versions],
        )
