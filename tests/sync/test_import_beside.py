"""A process of its own takes mails apart while we store them: what becomes of an import when either of the two is gone."""

from __future__ import annotations

import asyncio
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.adapters.imports import beside, mail
from console.adapters.imports.beside import HERE, Beside
from console.domain.imported import LOOKING, Imported
from console.domain.platform import BadResponse
from console.sentences.imports import skipped_words
from console.sentences.platform_troubles import trouble
from console.store.connection import Store
from console.store.read.connections import by_name
from console.store.read.imports import imported, skipped
from console.sync import importing
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.import_copies import Stopped
from console.sync.importing import Asked
from console.sync.secret_store import SecretStore
from tests.adapters.imports.test_mail import an_mbox, made
from tests.houses import House, house
from tests.sync import deadly_reading
from tests.sync.test_importing import bring, collect, held, nothing

HANGS = """
import multiprocessing, sys
from console.adapters.imports.beside import Beside
if __name__ == "__main__":
    found = Beside(here=0).ahead(abs, ((n, [n]) for n in range(-9, 0)))
    next(found)
    print(multiprocessing.active_children()[0].pid, flush=True)
    sys.stdin.read()
"""
COLLECTS = """
import sys
from pathlib import Path
from console.adapters.imports import beside, mail
from console.domain.policy import Policy
from console.store.connection import Store
from tests.sync import deadly_reading, test_import_beside
if __name__ == "__main__":
    mail.read = getattr(deadly_reading, sys.argv[3])
    test_import_beside.round_of(Store(Path(sys.argv[1]), now_ms=lambda: 1_800_000_000_000, policy=Policy()), sys.argv[2])
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    made_house = house(tmp_path / "profile")
    yield made_house
    made_house.store.close()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Mails for ten batches, of which all but the first few are read by the other process."""
    assert HERE < 5
    monkeypatch.setattr(mail, "BATCH", 4)
    monkeypatch.setattr("console.adapters.imports.reading.MESSAGES", 4)
    return an_mbox(tmp_path, [made(number, answers=number - 1 if number % 4 else None) for number in range(40)])


def round_of(store: Store, key: str) -> dict[str, Any]:
    rows = asyncio.run(
        Collector(store, SecretStore(store.folder), Patience(), lambda said: None).once(frozenset((key,)))
    )
    return rows[0]


def collecting(home: House, key: str, reads: str) -> subprocess.Popen[str]:
    """A process that goes one round, and reads mails that way."""
    return subprocess.Popen(
        [sys.executable, "-c", COLLECTS, str(home.store.folder), key, reads],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def texts(home: House) -> set[int]:
    """The numbers of the mails that were read."""
    return {int(row["text"].partition("(")[2].partition(")")[0]) for row in home.store.read("SELECT text FROM message")}


def left_out(home: House, key: str) -> list[str]:
    row = by_name(home.store, key)
    assert row is not None
    return [f"{one.where}: {skipped_words(one.reason, one.facts)}" for one in skipped(home.store, row, 9)]


def test_a_part_that_ends_each_process_is_left_out_and_all_others_come_in_their_order() -> None:
    pieces = [("first", [1, 2, 3]), ("second", [4, 5, 6]), ("third", [7, 8]), ("fourth", [9])]
    with Beside(here=0) as process:
        assert list(process.ahead(deadly_reading.dies, iter(pieces))) == [
            ("first", [1, 2, 3]), ("second", [4, None, 6]), ("third", [7, 8]), ("fourth", [9]),
        ]  # fmt: skip


def test_where_a_process_ends_before_it_does_anything_no_part_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_begin", deadly_reading.dies_at_once)
    with Beside(here=0) as process, pytest.raises(BadResponse) as told:
        list(process.ahead(abs, [("one", [-1])]))
    assert told.value.code == "import_reader_ended"
    assert "What was read is kept" in trouble(told.value.code, "redactie")


def test_where_no_process_can_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refused(process: Any) -> None:
        asked.append(process)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess._Popen", staticmethod(refused))
    with Beside(here=1) as process:
        assert list(process.ahead(abs, ((n, [n]) for n in range(-6, 0)))) == [(-n, [n]) for n in range(6, 0, -1)]
    assert len(asked) == 1


def test_where_no_process_can_be_started_after_we_ended_ourselves_nothing_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reading").touch()

    def refused(process: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess._Popen", staticmethod(refused))
    with Beside(mark=tmp_path / "reading") as process, pytest.raises(BadResponse) as told:
        list(process.ahead(deadly_reading.dies, [("one", [5])]))
    assert told.value.code == "import_reader_ended"


def test_an_import_whose_reader_died_once_reads_every_mail_once(
    home: House, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = house(tmp_path / "other")
    bring(other.store, file)
    monkeypatch.setenv(deadly_reading.DIED, str(tmp_path / "died"))
    monkeypatch.setattr(mail, "read", deadly_reading.dies_once)
    key = bring(home.store, file)
    assert (tmp_path / "died").exists(), "the control"
    assert held(home.store) == held(other.store)
    assert imported(home.store, key) == imported(other.store, key)
    assert left_out(home, key) == []
    other.store.close()


def test_a_mail_whose_reading_ends_each_process_is_left_out_by_name_and_the_import_ends(
    home: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "read", deadly_reading.dies_each_time)
    key = bring(home.store, file)
    assert texts(home) == {*range(40)} - {deadly_reading.KILLER}
    assert imported(home.store, key) == Imported(39, 1.0, True, {"ends_reader": 1})
    (words,) = left_out(home, key)
    assert words.startswith("redactie.mbox:22: Reading this mail stopped")
    assert "the rest was read" in words


def test_a_mail_that_ends_the_collector_itself_is_left_out_by_the_next_one(
    home: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = importing.bring(home.store, Asked((file,)), Patience(), nothing).new.key
    with collecting(home, key, "dies_of_the_first") as ended:
        assert ended.wait(60) == 9, "the control"
    assert texts(home) == set()
    monkeypatch.setattr(mail, "read", deadly_reading.dies_of_the_first)
    collect(home.store, key)
    assert texts(home) == {*range(40)} - {2}
    assert [words.partition(":")[0] for words in left_out(home, key)] == ["redactie.mbox"]


def test_a_mail_for_which_there_is_no_memory_is_left_out_too(
    home: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "read", deadly_reading.has_no_room)
    key = importing.bring(home.store, Asked((file,)), Patience(), nothing).new.key
    assert not round_of(home.store, key)["ok"], "the control: the collector is among the first to try"
    collect(home.store, key)
    assert texts(home) == {*range(40)} - {2}
    assert imported(home.store, key).skipped == {"ends_reader": 1}


def test_whoever_ends_the_collector_while_it_reads_loses_no_mail(home: House, file: Path) -> None:
    key = importing.bring(home.store, Asked((file,)), Patience(), nothing).new.key
    for _here_and_beside in range(2):
        with collecting(home, key, "waits_at_the_first") as reads:
            assert reads.stdout is not None
            assert reads.stdout.readline() == "reading\n"
            reads.kill()
    collect(home.store, key)
    assert texts(home) == {*range(40)}
    assert left_out(home, key) == []


def test_a_look_at_a_file_after_one_that_ended_here_reads_beside_and_names_the_mail(
    home: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "read", deadly_reading.dies_of_the_first)
    monkeypatch.setattr(beside, "TRIES", 1)
    (home.store.folder / LOOKING).touch()
    found = importing.look(home.store, Asked((file,)), nothing, each_mail=True)
    assert found.messages == 39
    assert [(one.where, one.reason) for one in found.missed] == [("redactie.mbox:3", "ends_reader")]
    assert [one.file for one in found.mails if one.taken_for == "no_mail"] == ["redactie.mbox:3"]
    assert not (home.store.folder / LOOKING).exists()


def test_no_process_is_left_when_an_import_is_done(home: House, file: Path) -> None:
    bring(home.store, file)
    assert len(held(home.store)) == 40
    assert multiprocessing.active_children() == []


def test_no_process_is_left_when_a_dry_run_is_stopped(home: House, file: Path) -> None:
    running: list[int] = []

    def stop(what: str, share: float, messages: int) -> None:
        running.append(len(multiprocessing.active_children()))
        if messages >= 24:
            raise Stopped

    with pytest.raises(Stopped):
        importing.look(home.store, Asked((file,)), stop)
    assert max(running) == 1, "the control"
    assert multiprocessing.active_children() == []


def test_the_process_ends_with_the_one_that_started_it() -> None:
    started = subprocess.Popen([sys.executable, "-c", HANGS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        child = psutil.Process(int(started.stdout.readline()))
        asked_to_end_first = Path(f"/proc/{child.pid}/oom_score_adj")
        assert not asked_to_end_first.exists() or asked_to_end_first.read_text() == "1000\n"
    finally:
        started.kill()
        started.communicate()
    assert psutil.wait_procs([child], timeout=20)[1] == []
