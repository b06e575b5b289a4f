"""The file of decisions comes back from its last backup and its journal, whatever happened to it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.desk import drafts, outbox, replies, triage
from console.store import backup
from console.store.errors import StoreDamaged, StoreFull
from console.store.files import LEDGER
from console.store.journal import NAME
from console.store.preparing import prepare
from tests.houses import HOUR_MS, House, house

ROOT = Path(__file__).parent.parent.parent


def decide(of: House, times: int, begin: int = 0) -> None:
    """A bit of everything that a ledger holds."""
    for n in range(begin, begin + times):
        of.clock.forward(60_000)
        at = of.say(f"m{n}", "Weet iemand hoe dit werkt?", ago_ms=HOUR_MS)
        triage.tag(of.desk, [at], [f"woord{n}", "rooster"])
        triage.note(of.desk, at, f"Kijk hier nog eens naar, {n}. " + "é🙂" * (n * 30))
        replies.reply(of.desk, at, f"We zoeken het uit ({n}).")
        drafts.keep_reply(of.desk, at, f"Half geschreven {n}", None)
        of.say(f"m{n}", "Weet iemand hoe dit écht werkt?", ago_ms=HOUR_MS)


def everything(folder: Path) -> dict[str, list[Any]]:
    """All that stands in a ledger."""
    connection = sqlite3.connect(folder / LEDGER)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}
    connection.close()
    return found


def is_broken(ledger: Path) -> bool:
    connection = sqlite3.connect(ledger)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError:
        return True
    finally:
        connection.close()


def damage(ledger: Path, dice: random.Random) -> None:
    """Overwrite a stretch at a random place until SQLite itself finds the file broken."""
    for _attempt in range(100):
        size = ledger.stat().st_size
        length = dice.randrange(16, 6000)
        with ledger.open("rb+") as file:
            file.seek(dice.randrange(size))
            file.write(dice.randbytes(length))
        if is_broken(ledger):
            return
    raise AssertionError("the file would not break")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("backed_up", [True, False], ids=["with a backup", "from the journal alone"])
def test_a_ledger_damaged_anywhere_comes_back_whole(tmp_path: Path, seed: int, backed_up: bool) -> None:
    of = house(tmp_path)
    decide(of, 3)
    if backed_up:
        backup.back_up(tmp_path)
    decide(of, 3, begin=3)
    of.store.close()
    before = everything(tmp_path)
    assert len(before["event"]) >= 18
    damage(tmp_path / LEDGER, random.Random(seed))
    assert backup.needs_care(tmp_path)
    restored = backup.care_for(tmp_path, of.clock.now)
    assert restored is not None
    assert restored.whole
    assert (restored.backup_ms is not None) == backed_up
    assert everything(tmp_path) == before
    assert (tmp_path / restored.aside).exists()
    assert not backup.needs_care(tmp_path)
    decide(of, 1, begin=6)


@pytest.mark.parametrize("how", ["empty", "gone", "its log gone"])
def test_a_ledger_that_lost_its_content_comes_back(tmp_path: Path, how: str) -> None:
    of = house(tmp_path)
    decide(of, 2)
    backup.back_up(tmp_path)
    decide(of, 2, begin=2)
    saved = (tmp_path / LEDGER).read_bytes()
    of.store.close()
    whole = everything(tmp_path)
    for file in tmp_path.glob(f"{LEDGER}-*"):
        file.unlink()
    (tmp_path / LEDGER).write_bytes(saved)  # as it stood before its log was folded in: the log's words are lost
    assert everything(tmp_path) != whole
    if how == "empty":
        (tmp_path / LEDGER).write_bytes(b"")
    if how == "gone":
        (tmp_path / LEDGER).unlink()
    assert backup.needs_care(tmp_path)
    backup.care_for(tmp_path, of.clock.now)
    assert everything(tmp_path) == whole


def test_an_untouched_ledger_needs_no_care(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 1)
    assert not backup.needs_care(tmp_path)
    before = everything(tmp_path)
    assert backup.care_for(tmp_path, of.clock.now) is None
    assert everything(tmp_path) == before


def test_a_journal_with_a_hole_holds_the_outbox(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 1)
    backup.back_up(tmp_path)
    decide(of, 2, begin=1)
    of.store.close()
    journal = tmp_path / NAME
    lines = journal.read_bytes().split(b"\n")
    lines[len(lines) // 2] = lines[len(lines) // 2][:-5] + b"xxxxx"
    journal.write_bytes(b"\n".join(lines))
    damage(tmp_path / LEDGER, random.Random(1))
    restored = backup.care_for(tmp_path, of.clock.now)
    assert restored is not None
    assert not restored.whole
    assert outbox.is_held(of.desk), "what was sent in the lost part must not be sent again"


def test_without_backup_and_journal_nothing_is_touched(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 1)
    of.store.close()
    (tmp_path / NAME).unlink()
    damage(tmp_path / LEDGER, random.Random(2))
    before = (tmp_path / LEDGER).read_bytes()
    with pytest.raises(StoreDamaged):
        backup.care_for(tmp_path, of.clock.now)
    assert (tmp_path / LEDGER).read_bytes() == before


def test_a_damaged_ledger_never_replaces_a_good_backup(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 2)
    backup.back_up(tmp_path)
    good = (tmp_path / backup.BACKUP).read_bytes()
    of.store.close()
    damage(tmp_path / LEDGER, random.Random(3))
    with pytest.raises(StoreDamaged):
        backup.back_up(tmp_path)
    assert (tmp_path / backup.BACKUP).read_bytes() == good
    assert not list(tmp_path.glob(f"{backup.BACKUP}.*"))


def test_who_has_the_damaged_file_open_goes_on_with_the_restored_one(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 2)
    at = of.say("later", "En morgen?")
    damaged = tmp_path / LEDGER
    prepare(tmp_path)
    (tmp_path / "ledger.db-wal").write_bytes(b"")
    with damaged.open("rb+") as file:
        file.write(b"x" * 4096)
    assert is_broken(damaged)
    assert backup.care_for(tmp_path, of.clock.now) is not None
    triage.tag(of.desk, [at], ["daarna"])
    of.store.close()
    assert any("daarna" in row for row in everything(tmp_path)["event"])


def test_an_older_ledger_is_brought_up_to_date_from_the_backup(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 1)
    backup.back_up(tmp_path)
    old = (tmp_path / backup.BACKUP).read_bytes()
    decide(of, 1, begin=1)
    backup.back_up(tmp_path)
    decide(of, 1, begin=2)
    of.store.close()
    whole = everything(tmp_path)
    (tmp_path / LEDGER).write_bytes(old)
    assert everything(tmp_path) != whole
    assert backup.needs_care(tmp_path)
    restored = backup.care_for(tmp_path, of.clock.now)
    assert restored is not None
    assert (tmp_path / restored.aside).read_bytes() == old
    assert everything(tmp_path) == whole


def test_what_did_not_come_through_is_not_in_the_journal(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 1)
    last = of.store.journal.last()
    with pytest.raises(StoreDamaged):
        half_done(of)
    assert of.store.journal.last() == last
    assert len(everything(tmp_path)["event"]) > 0


def half_done(of: House) -> None:
    with of.store.writing(of.store.ledger) as ledger:
        ledger.exec_driver_sql("DELETE FROM event")
        ledger.exec_driver_sql("DELETE FROM no_such_thing")


def test_a_decision_whose_journal_line_finds_no_room_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoi?")
    before = everything(tmp_path)
    monkeypatch.setattr(of.store.journal, "path", Path("/dev/full"))
    with pytest.raises(OSError, match="No space left"), Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    with pytest.raises(StoreFull):
        triage.done(of.desk, [at])
    assert everything(tmp_path) == before


def test_a_backup_is_due_each_hour_in_which_something_was_written(tmp_path: Path) -> None:
    of = house(tmp_path)
    decide(of, 1)
    assert backup.is_due(tmp_path, of.clock.now), "there is none yet"
    backup.back_up(tmp_path)
    os.utime(tmp_path / backup.BACKUP, (of.clock.now / 1000, of.clock.now / 1000))
    of.clock.forward(2 * HOUR_MS)
    assert not backup.is_due(tmp_path, of.clock.now), "nothing was written"
    decide(of, 1, begin=1)
    assert backup.is_due(tmp_path, of.clock.now)
    of.clock.now -= 2 * HOUR_MS
    assert not backup.is_due(tmp_path, of.clock.now)


WRITER = """
import sys
from pathlib import Path
from console.desk import triage
from tests.houses import house
of = house(Path(sys.argv[1]))
at = of.say("a", "Hoi?")
n = 0
while True:
    made = triage.tag(of.desk, [at], [f"t{n}"])
    print(made[0].event, flush=True)
    n += 1
"""


def test_what_was_confirmed_before_a_kill_comes_back_from_the_journal(tmp_path: Path) -> None:
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        confirmed = [child.stdout.readline().strip() for _n in range(20 + attempt)]
        child.send_signal(signal.SIGKILL)
        confirmed += child.stdout.read().split()[:-1]
        child.wait()
        for file in folder.glob(f"{LEDGER}*"):
            file.unlink()
        assert backup.care_for(folder, 0) is not None
        connection = sqlite3.connect(folder / LEDGER)
        kept = {key for (key,) in connection.execute("SELECT key FROM event")}
        connection.close()
        assert set(confirmed) <= kept
        assert len(confirmed) >= 20
