"""The ledger's backup, and making the ledger again from it and its journal.

For who holds the collector's lock: one process looks after them, the others only add to the journal.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.store.errors import StoreDamaged, translated
from console.store.files import LEDGER
from console.store.journal import Journal, Statement
from console.store.opening import connected, copy, create, opened

BACKUP = "ledger.backup.db"
HOUR_MS = 3_600_000
HOLD = "INSERT INTO profile(name, value) VALUES ('outbox_hold', '1') ON CONFLICT DO UPDATE SET value = '1'"


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a damaged ledger.

    backup_ms  the moment of the backup it was made from; None when its journal alone was enough
    aside      what the damaged file is called now
    whole      every transaction since the backup was there; if not, the outbox is held: something may have been sent
    """

    backup_ms: int | None
    aside: str
    whole: bool


def is_due(folder: Path, now_ms: int) -> bool:
    """Whether a backup should be made: the last is over an hour old, and something was written since."""
    backup = folder / BACKUP
    is_old = not backup.exists() or now_ms - _written_ms(backup) >= HOUR_MS
    return is_old and Journal(folder).last() > 0


def back_up(folder: Path) -> None:
    """Copy the ledger as it is, and begin its journal after that. Raises StoreDamaged; then the last backup stays."""
    ledger, backup = folder / LEDGER, folder / BACKUP
    fresh = folder / f"{BACKUP}.{os.getpid()}"
    try:
        with translated(ledger):
            raw = opened(ledger)
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)")
            raw.close()
            copy(ledger, fresh)
            number = _sound_number(fresh)
            if number is None:
                raise StoreDamaged(ledger, "found while backing it up")
            with fresh.open("rb+") as written:
                os.fsync(written.fileno())
            os.replace(fresh, backup)
            raw = opened(ledger)
            try:
                raw.execute("BEGIN IMMEDIATE")  # nobody adds a line meanwhile
                Journal(folder).begin_after(number)
            finally:
                raw.close()
    finally:
        fresh.unlink(missing_ok=True)


def needs_care(folder: Path) -> bool:
    """Whether the ledger is damaged, gone although there is something to make it from, or behind its journal."""
    ledger, journal = folder / LEDGER, Journal(folder)
    if not ledger.exists() or ledger.stat().st_size == 0:
        return (folder / BACKUP).exists() or journal.last() > 0
    number = _sound_number(ledger)
    return number is None or number < journal.last()


def care_for(folder: Path, now_ms: int) -> Restored | None:
    """Bring the ledger up to its journal, or make it again where it is damaged; None where nothing was.

    Raises StoreDamaged where neither backup nor journal can make it again; then nothing is changed.
    """
    ledger, journal = folder / LEDGER, Journal(folder)
    number = _sound_number(ledger) if ledger.exists() and ledger.stat().st_size else None
    if number is None:
        return _restore(folder, now_ms)
    if next(iter(journal.lines(number)[0]), number + 1) == number + 1:
        _roll_forward(ledger, journal)
        return None
    # Older than what the backup holds: a power cut took its write-ahead log, or somebody put an old copy in place.
    return _restore(folder, now_ms)


def _restore(folder: Path, now_ms: int) -> Restored:
    ledger, backup, journal = folder / LEDGER, folder / BACKUP, Journal(folder)
    building = ledger.with_suffix(".restoring.db")
    _unlink(building)
    sound = backup.exists() and _sound_number(backup) is not None
    if not sound and 1 not in journal.lines()[0]:
        raise StoreDamaged(ledger, "no backup")
    with translated(building):
        if sound:
            copy(backup, building)
        else:
            with connected(building) as connection:
                create(connection, LEDGER)
        whole = _roll_forward(building, journal)
        raw = opened(building)
        raw.execute("PRAGMA journal_mode=DELETE")  # one file again, to be put in place at once
        raw.close()
    aside = ledger.with_suffix(f".damaged-{now_ms}.db")
    for suffix in ("-wal", "-shm", ""):
        if (beside := ledger.with_name(ledger.name + suffix)).exists():
            beside.rename(aside.with_name(aside.name + suffix))
    os.replace(building, ledger)
    # What somebody wrote into the old file while we worked stands in the journal too.
    whole = _roll_forward(ledger, journal) and whole
    if not whole:
        _hold_the_outbox(ledger)
    return Restored(_written_ms(backup) if sound else None, aside.name, whole)


def _roll_forward(path: Path, journal: Journal) -> bool:
    """Repeat what the journal has and the file hasn't; whether every line was there and came through."""
    raw = opened(path)
    try:
        raw.execute("BEGIN IMMEDIATE")
        number = _number_in(raw)
        lines, whole = journal.lines(number)
        through = [_repeat(raw, statements) for statements in lines.values()]
        raw.execute("COMMIT")
    finally:
        raw.close()
    return whole and all(through) and list(lines) == list(range(number + 1, number + 1 + len(lines)))


def _hold_the_outbox(ledger: Path) -> None:
    raw = opened(ledger)
    raw.execute(HOLD)
    raw.close()


def _repeat(raw: Any, statements: list[Statement]) -> bool:
    raw.execute("SAVEPOINT line")
    try:
        for sql, times in statements:
            for values in times:
                raw.execute(sql, tuple(values)).fetchall()
    except Exception:  # a line that follows on a lost one may not fit; the others still do
        raw.execute("ROLLBACK TO line")
        return False
    finally:
        raw.execute("RELEASE line")
    return True


def _sound_number(path: Path) -> int | None:
    """How far a ledger counts, None where it is damaged."""
    try:
        with translated(path):
            raw = opened(path)
            try:
                return _number_in(raw) if raw.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" else None
            finally:
                raw.close()
    except StoreDamaged:
        return None


def _number_in(raw: Any) -> int:
    row = raw.execute("SELECT value FROM profile WHERE name = 'journal'").fetchone()
    return 0 if row is None else int(row[0])


def _written_ms(path: Path) -> int:
    return int(path.stat().st_mtime * 1000)


def _unlink(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
