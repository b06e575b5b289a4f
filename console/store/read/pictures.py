"""Pictures that are here, and why others aren't."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.store.blobs import reading
from console.store.connection import Store
from console.store.errors import StoreDamaged

# Whoever can't be reached now may be there the next time.
PASSING = frozenset({"offline", "signed_out", "busy"})


@dataclass(frozen=True, slots=True)
class PictureState:
    """`error` is "" for a picture that is here, else why it isn't (the codes of `console.sync.pictures`); `size_bytes` with its row."""

    error: str
    last_used_ms: int
    size_bytes: int = 0


def states(store: Store, keys: Iterable[str]) -> dict[str, PictureState]:
    """What is known of these pictures; those that were never fetched are not in it. Usable from any thread."""
    try:
        with reading(store.folder) as blobs:
            if blobs is None:
                return {}
            found = blobs.execute(
                "SELECT key, error, last_used_ms, size_bytes FROM picture WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            ).fetchall()
    except StoreDamaged:
        return {}  # it is asked for again, and the collector puts the file aside
    return {key: PictureState(*rest) for key, *rest in found}


def picture(store: Store, key: str) -> bytes | None:
    """The file of one picture, PNG or JPEG as the collector wrote it; None where it isn't here."""
    try:
        with reading(store.folder) as blobs:
            if blobs is None:
                return None
            row = blobs.execute("SELECT bytes FROM picture WHERE key = ? AND error = ''", (key,)).fetchone()
    except StoreDamaged:
        return None
    return None if row is None else bytes(row[0])


def messages_with_pictures(store: Store) -> list[str]:
    """Keys of the messages that pictures are held of."""
    try:
        with reading(store.folder) as blobs:
            return [] if blobs is None else [row[0] for row in blobs.execute("SELECT DISTINCT message FROM picture")]
    except StoreDamaged:
        return []


def held(store: Store) -> tuple[int, int]:
    """How many pictures are here, and how many bytes they take. Raises StoreDamaged."""
    with reading(store.folder) as blobs:
        if blobs is None:
            return 0, 0
        count, size_bytes = blobs.execute(
            "SELECT count(*), coalesce(sum(size_bytes), 0) FROM picture WHERE error = ''"
        ).fetchone()
        return int(count), int(size_bytes)
