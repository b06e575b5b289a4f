"""What doctor looks at around the two files: the disk, the clock, the folder, secrets, adapters, the collector, the backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from console.adapters.registry import all_adapters, broken
from console.cli.delivering import is_running
from console.settings import file_system
from console.store.backup import BACKUP
from console.store.care import Check
from console.store.connection import Store
from console.store.read.connections import connections
from console.store.read.held import newest_moment_ms
from console.sync.connecting import needs_secrets
from console.sync.secret_store import SecretStore

ROOM_BYTES = 200_000_000
CLOCK_MS = 300_000


def surroundings(store: Store) -> Iterator[Check]:
    free = shutil.disk_usage(store.folder).free
    yield Check("disk", free >= ROOM_BYTES, f"{free // 1_000_000:,} MB")
    yield Check("folder", True, " ".join(filter(None, (str(store.folder), file_system(store.folder)))))
    behind_ms = newest_moment_ms(store) - store.now_ms()
    yield Check("clock", behind_ms < CLOCK_MS, f"-{behind_ms // 60_000} min" if behind_ms >= CLOCK_MS else "")
    secrets = any(needs_secrets(row.adapter) for row in connections(store))
    place = SecretStore(store.folder).place()
    yield Check("secrets", place != "none" or not secrets, place)
    yield Check("adapters", not broken(), ", ".join(kind.key for kind in all_adapters()))
    for one in broken():
        yield Check("adapter", False, f"{one.name} ({one.package}): {one.why}")
    yield Check("collector", True, "runs" if is_running(store) else "-")
    backup = store.folder / BACKUP
    minutes = (store.now_ms() - int(backup.stat().st_mtime * 1000)) // 60_000 if backup.exists() else None
    yield Check("backup", True, "-" if minutes is None else f"{minutes} min")
