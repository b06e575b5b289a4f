"""The file that pasted messages are kept in: it survives the cache, and is what their connection is pulled from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.store.errors import StoreFull, StoreReadOnly
from console.store.write.sources import PASTED_IN

_HEAD = {"luisterpost": 1, "platform": "files", "server": "pasted"}


def file_of(profile: Path) -> Path:
    return profile / "imports" / PASTED_IN / "files" / "pasted.jsonl"


def append(profile: Path, line: Mapping[str, Any]) -> None:
    """Put a line at the end, on the disk when this returns. Raises StoreFull, StoreReadOnly."""
    import filelock  # not before the window shows its rows

    path = file_of(profile)
    written = (json.dumps(dict(line), ensure_ascii=True) + "\n").encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two windows may paste at once, and only one of them begins the file.
        with filelock.FileLock(path.parent.parent / "pasted.lock"), path.open("ab+") as stream:
            size = stream.seek(0, os.SEEK_END)
            if not size:
                written = (json.dumps(_HEAD) + "\n").encode() + written
            elif _cut(stream, size):
                written = b"\n" + written  # a line that was cut off is left behind, not gone on with
            stream.write(written)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise (StoreFull if error.errno == 28 else StoreReadOnly)(path) from error


def _cut(stream: Any, size: int) -> bool:
    stream.seek(size - 1)
    return bool(stream.read(1) != b"\n")
