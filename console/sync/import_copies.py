"""The copies of imported files in the profile: what their connections are pulled from, so that the cache can be made again.

A copy appears under its own name, which is made of what is in it, only when it is whole and on the disk. What was left
halfway is taken away by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from console.adapters.imports import pack
from console.domain.imported import ADAPTER, FILES, FOLDER
from console.domain.platform import Rejected
from console.store.connection import Store

ROOM_BYTES = 200_000_000  # that stay free on the disk beside the copy
MOST_FLUSHED = 1_000  # files, each on its own; of more the whole disk is flushed at once where a system can
MOST_LOOSE = 200  # files of a folder that are kept as they are; of more, all but zips lie in one
_UNDER_WAY = ".new-"
_STALE_S = 86_400
_NAME = re.compile(r"[0-9a-f]{20}")

Told = Callable[[str, float, int], None]
"""What is being done ("copying", "reading"), how much of it is done (0 to 1), and how many messages were read."""


class Stopped(Exception):
    """Whoever asked for it no longer wants it: nothing was kept."""


def keep(paths: Sequence[Path], profile: Path, told: Told) -> str:
    """Copy files and folders into the profile; links stay where they are. `told` may raise Stopped.

    Returns the name of the copy's folder, the same for the same content. Raises Rejected: import_no_room (words: so many MB are lacking), import_not_readable.
    """
    top = profile / FOLDER
    try:
        top.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(top)
        files = [(path, below, os.stat(below).st_size) for path in paths for below in _below(path)]
        total = sum(size for _path, _below, size in files)
        lacking = total + ROOM_BYTES - shutil.disk_usage(top).free
        if lacking > 0:
            raise Rejected(str(lacking // 1_000_000 + 1), code="import_no_room")
        return _kept(files, len(paths) > 1, top, total, told)
    except OSError as cause:
        code = "import_no_room" if cause.errno == errno.ENOSPC else "import_not_readable"
        raise Rejected(
            "" if cause.errno == errno.ENOSPC else Path(str(cause.filename or "")).name, code=code
        ) from cause


def forget(store: Store, connection: str) -> None:
    """Take away the copy that a connection reads, if it reads one; also of a connection that was removed."""
    row = store.ledger.exec_driver_sql("SELECT adapter, url FROM connection WHERE key = ?", (connection,)).first()
    if row is not None and row.adapter == ADAPTER and _NAME.fullmatch(row.url):
        shutil.rmtree(store.folder / FOLDER / row.url, ignore_errors=True)


def _kept(files: Sequence[tuple[Path, str, int]], several: bool, top: Path, total: int, told: Told) -> str:
    fresh = top / f"{_UNDER_WAY}{os.getpid()}-{time.time_ns()}"
    digest = hashlib.sha256()
    done = 0
    counted = Counter(path for path, _below, _size in files)
    packs = {path: fresh / FILES / path.name / pack.NAME for path, count in counted.items() if _is_packed(path, count)}
    loose = sum(count for path, count in counted.items() if path not in packs)
    packing: dict[Path, pack.Packing] = {}
    try:
        (fresh / FILES).mkdir(mode=0o700, parents=True)
        made = ""
        for path, below, size in files:
            relative = below[len(str(path)) :]
            packed = path in packs and not below.lower().endswith(".zip")
            target = str(packs[path]) if packed else f"{fresh / FILES / path.name}{relative}"
            if made != (made := os.path.dirname(target)):
                os.makedirs(made, exist_ok=True)
            if several or relative:  # the content of a file alone says which it is, whatever it is called
                named = f"{path.name}{relative.replace(os.sep, '/')}"
                digest.update(f"\0{named}\0{size}\0".encode("utf-8", "surrogateescape"))
            if packed:
                writes = packing.get(path) or packing.setdefault(path, pack.Packing(packs[path]))
                parts = writes.copied(below, relative.replace(os.sep, "/").lstrip("/"))
            else:
                parts = _copied(below, target, flush=loose <= MOST_FLUSHED)
            for part in parts:
                digest.update(part)
                done += len(part)
                told("copying", done / total if total else 1.0, 0)
        for writes in packing.values():
            writes.finish()
        name = digest.hexdigest()[:20]
        if (top / name).exists():
            return name
        _flush(fresh, whole=loose > MOST_FLUSHED)
        try:
            os.replace(fresh, top / name)
        except OSError:
            if not (top / name).exists():  # else somebody imported the same at the same time
                raise
        _flush(top, whole=False)
        return name
    finally:
        for writes in packing.values():
            writes.close()
        shutil.rmtree(fresh, ignore_errors=True)


def _is_packed(path: Path, count: int) -> bool:
    """Whether a folder's files are kept in one: many are, and so is what would be taken for such a one itself."""
    return path.is_dir() and (count > MOST_LOOSE or (path / pack.NAME).exists())


def _below(path: Path) -> Iterator[str]:
    """The files at a path, in the same order on every look."""
    if path.is_file():
        yield str(path)
    for folder, folders, names in os.walk(path, followlinks=False):
        folders[:] = sorted(name for name in folders if not os.path.islink(os.path.join(folder, name)))
        for name in sorted(names):
            below = os.path.join(folder, name)
            if os.path.isfile(below) and not os.path.islink(below):
                yield below


def _copied(source: str, target: str, *, flush: bool) -> Iterator[bytes]:
    """Copy a file, part by part."""
    with open(source, "rb", buffering=0) as reads, open(target, "wb", buffering=0) as writes:
        while part := reads.read(pack.CHUNK_BYTES):
            writes.write(part)
            yield part
        if flush or not hasattr(os, "sync"):
            os.fsync(writes.fileno())


def _flush(folder: Path, *, whole: bool) -> None:
    """Put what a folder names on the disk; a system without folders to open has done so by itself."""
    if whole and hasattr(os, "sync"):
        os.sync()
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _clear(top: Path) -> None:
    """Take away what was left halfway by somebody who ended long ago."""
    for left in top.glob(f"{_UNDER_WAY}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)
