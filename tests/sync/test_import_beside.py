"""A process of its own takes mails apart while we store them: what becomes of an import when either of the two is gone."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.adapters.imports import mail
from console.adapters.imports.beside import HERE, Beside
from console.domain.platform import BadResponse
from console.sentences.platform_troubles import trouble
from console.store.read.imports import imported
from console.sync import importing
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.import_copies import Stopped
from console.sync.importing import Asked
from console.sync.secret_store import SecretStore
from tests.adapters.imports.test_mail import an_mbox, made
from tests.houses import House, house
from tests.sync.test_importing import bring, collect, held, nothing

DIED = "LUISTERPOST_TEST_DIED"  # where it says that it died already
_said_in = mail._said_in
HANGS = """
import multiprocessing, sys
from console.adapters.imports.beside import Beside
if __name__ == "__main__":
    found = Beside(here=0).ahead(abs, iter(range(-9, 0)))
    next(found)
    print(multiprocessing.active_children()[0].pid, flush=True)
    sys.stdin.read()
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


def dies(number: int) -> int:
    if number == 5:
        os._exit(9)
    return number


def dies_once(batch: Any) -> Any:
    if not (told := Path(os.environ[DIED])).exists() and batch.raws[0].where.endswith(":21"):
        told.touch()
        os._exit(9)
    return _said_in(batch)


def round_of(home: House, key: str) -> dict[str, Any]:
    rows = asyncio.run(
        Collector(home.store, SecretStore(home.store.folder), Patience(), lambda said: None).once(frozenset((key,)))
    )
    return rows[0]


def test_a_process_that_ends_by_itself_is_told_of_and_what_it_gave_before_is_kept() -> None:
    got = []
    with Beside(here=0) as process:
        read = (got.append(made_of_it) for _piece, made_of_it in process.ahead(dies, iter(range(9))))
        with pytest.raises(BadResponse) as told:
            list(read)
    assert told.value.code == "import_reader_ended"
    assert got == list(range(len(got)))
    assert len(got) <= 5


def test_where_no_process_can_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refused(process: Any) -> None:
        asked.append(process)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess._Popen", staticmethod(refused))
    with Beside(here=1) as process:
        assert list(process.ahead(abs, iter(range(-6, 0)))) == [(-n, n) for n in range(6, 0, -1)]
    assert len(asked) == 1


def test_an_import_whose_reader_died_says_so_and_goes_on_with_nothing_double(
    home: House, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = house(tmp_path / "other")
    bring(other.store, file)
    monkeypatch.setenv(DIED, str(tmp_path / "died"))
    monkeypatch.setattr(mail, "_said_in", dies_once)
    key = importing.bring(home.store, Asked((file,)), Patience(), nothing).new.key
    row = round_of(home, key)
    assert (row["ok"], row["error"]) == (False, "import_reader_ended")
    assert "What was read is kept" in trouble(row["error"], row["name"])
    kept = held(home.store)
    assert 0 < len(kept) < 40
    assert imported(home.store, key).messages == len(kept)
    assert (tmp_path / "died").exists(), "the control"
    collect(home.store, key)
    assert held(home.store) == held(other.store)
    assert imported(home.store, key).messages == 40
    other.store.close()


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
    finally:
        started.kill()
        started.communicate()
    assert psutil.wait_procs([child], timeout=20)[1] == []
