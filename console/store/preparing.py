"""A profile's two files before they are used: made where there are none, brought up to date where they are older."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from console.store.backup import back_up
from console.store.errors import StoreTooNew, translated
from console.store.files import CACHE, LEDGER, VERSIONS
from console.store.opening import connected, copy, create, opened


def prepare(folder: Path) -> None:
    """Make or migrate both files of a profile. Raises StoreTooNew, StoreDamaged, StoreReadOnly, StoreFull."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / LEDGER).exists():
        _keep_private(folder)
    for path in (folder / CACHE, folder / LEDGER):
        with translated(path):
            was_older = _bring_up_to_date(path)
    if was_older:  # the ledger comes last; what its journal says fits the schema of before
        back_up(folder)


def _bring_up_to_date(path: Path) -> bool:
    """Whether the file was of an earlier version."""
    raw = opened(path)
    try:
        version, known = int(raw.execute("PRAGMA user_version").fetchone()[0]), VERSIONS[path.name]
    finally:
        raw.close()
    if version == known:
        return False
    if version > known:
        raise StoreTooNew(path, f"version {version}, this program knows {known}")
    if version == 0:
        with connected(path) as connection:
            create(connection, path.name)
        return False
    if path.name == LEDGER:  # the cache can be collected again, and is large
        copy(path, path.with_suffix(f".v{version}.db"))
    from console.store.migrations.run import upgrade  # Alembic takes 0.3 s to import: only where it is needed

    upgrade(path, path.stem)
    return True


def _keep_private(folder: Path) -> None:
    """What colleagues said is for the owner of the profile. On Windows a person's own folders are so already."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & stat.S_IWUSR:
        with suppress(PermissionError):  # somebody else's folder that we may write in
            folder.chmod(mode & stat.S_IRWXU)
