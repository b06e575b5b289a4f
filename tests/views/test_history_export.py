"""The history in a file, from the window: all that the fields ask for, or nothing, and plain words in the end."""

from __future__ import annotations

import csv
import errno
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from console.desk import triage
from console.exports import files, tables
from console.store.read.history import Asked
from console.views.history.export import HistoryExport
from tests.houses import House, house

HOSTILE = '=cmd|"/c calc"!A1 <b>vet</b> %_'


@pytest.fixture
def of(tmp_path: Path) -> Iterator[House]:
    made = house(tmp_path / "profile")
    key = made.say("vraag", "Weet iemand dit?")
    for n in range(7):
        triage.note(made.desk, key, f"{HOSTILE} {n}")
    yield made
    made.store.close()


@pytest.fixture
def export(of: House) -> Iterator[HistoryExport]:
    made = HistoryExport(of.store)
    yield made
    made.close()


def told(export: HistoryExport, qtbot: QtBot, asked: Asked, file: Path) -> str:
    with qtbot.waitSignal(export.ended) as ended:
        export.write(asked, file)
    return str(ended.args[0])


def test_all_pages_are_written_and_no_cell_is_a_formula(
    of: House, export: HistoryExport, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.store.read.history.PAGE", 3)
    file = tmp_path / "geschiedenis.csv"
    assert told(export, qtbot, Asked(words=("vet",)), file) == f"7 decisions written in {file}."
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
    assert len(rows) == 7
    assert all(row["text"].startswith("'=cmd|") for row in rows), "an apostrophe before what would be worked out"
    told(export, qtbot, Asked(), tmp_path / "boek.xlsx")
    assert (tmp_path / "boek.xlsx").read_bytes().startswith(b"PK")


def test_it_says_how_far_it_is_and_stopped_leaves_what_was_there(
    export: HistoryExport, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "f.csv"
    file.write_text("van vorige week")
    begun, on = Event(), Event()
    real = files.decision

    def waits(found: object) -> dict[str, object]:
        begun.set()
        assert on.wait(10)
        return real(found)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "decision", waits)
    with qtbot.waitSignal(export.ended) as ended:
        with qtbot.waitSignal(export.said):
            export.write(Asked(), file)
        assert begun.wait(10)
        export.stop()
        on.set()
    assert ended.args == ["Stopped. Nothing was written."]
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["f.csv"]
    assert file.read_text() == "van vorige week"


class _Full(tables.Csv):
    def decision(self, row: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


class _Long(tables.Csv):
    def decision(self, row: object) -> None:
        raise tables.TooLong


def refuses(error: OSError) -> object:
    def replace(_self: Path, _to: Path) -> None:
        raise error

    return replace


@pytest.mark.parametrize(
    ("why", "words"),
    [("full", "no room left"), ("long", "more than a sheet"), ("open", "open in another program"),
     ("read only", "Nothing may be written in"), ("no folder", "folder that exists"), ("a folder", "folder that exists"),
     ("odd", "can't be written: Input/output error")],
)  # fmt: skip
def test_what_goes_wrong_is_said_plainly_and_nothing_half_is_left(
    export: HistoryExport, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str, words: str
) -> None:
    folder = tmp_path / "uit"
    folder.mkdir()
    file = folder / "f.csv"
    match why:
        case "full" | "long":
            monkeypatch.setitem(tables.FORMATS, "csv", _Full if why == "full" else _Long)
        case "open":
            monkeypatch.setattr(Path, "replace", refuses(PermissionError(errno.EACCES, "Access is denied")))
        case "odd":
            monkeypatch.setattr(Path, "replace", refuses(OSError(errno.EIO, "Input/output error")))
        case "read only":
            monkeypatch.setattr(Path, "touch", lambda _self: (_ for _ in ()).throw(PermissionError(errno.EACCES, "")))
        case "no folder":
            file = tmp_path / "nergens" / "f.csv"
        case "a folder":
            file.mkdir()
    assert words in told(export, qtbot, Asked(), file)
    assert [one for one in folder.iterdir() if one.is_file()] == []


def test_a_workbook_that_cannot_be_made_is_an_error_of_the_disk(tmp_path: Path) -> None:
    book = tables.Xlsx(tmp_path / "weg" / "f.xlsx")
    with pytest.raises(FileNotFoundError):
        book.close()


def test_the_end_of_the_name_says_what_it_is(export: HistoryExport, qtbot: QtBot, tmp_path: Path) -> None:
    told(export, qtbot, Asked(), tmp_path / "f.jsonl")
    assert (tmp_path / "f.jsonl").read_text().startswith("{")
    told(export, qtbot, Asked(), tmp_path / "zonder")
    assert (tmp_path / "zonder").read_text(encoding="utf-8-sig").startswith('"row"')
