"""Threads and decisions in a file: whole, and harmless in any spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from console.exports import tables
from console.exports.tables import Csv, Jsonl, TooLong, Xlsx, harmless
from tests.cli.program import Program

DANGEROUS = "=+-@\uff1d\uff0b\uff0d\uff20\t\r"
HOSTILE = [
    "=1+1", "+31 6 1234", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", "  =cmd|' /C calc'!A0", "\uff1d1+1", '"=1+1',
    'hoi;=HYPERLINK("http://evil")', "ja, =1+1", 'x;"=1+1"', "a|=1", "een\n=1+1", "\u202e=1+1", "\x00=1", "\u200b=1",
]  # fmt: skip
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(text: str, separator: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        yield from row


def row(text: str) -> dict[str, object]:
    return dict.fromkeys(tables.THREAD_COLUMNS, None) | {"id": "t1", "title": text, "author": text, "messages": 3}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_of_a_csv_file_is_a_formula_whatever_separates_it(text: str, separator: str, tmp_path: Path) -> None:
    table = Csv(tmp_path / "f.csv")
    table.thread(row(text))
    table.close()
    written = (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
    assert not formulas(written, separator)


def formulas(text: str, separator: str) -> list[str]:
    return [cell for cell in cells(text, separator) if cell.strip(' "')[:1] in tuple(DANGEROUS)]


def test_the_hostile_texts_are_formulas_where_nobody_looks_after_them() -> None:
    assert (
        sum(bool(formulas(f'"t1","{text}"', separator)) for text in HOSTILE for separator in ",;|") >= len(HOSTILE) // 2
    )
    assert harmless("Hoe laat gaat de bus?") == "Hoe laat gaat de bus?"
    assert harmless(12) == 12


def test_a_workbook_has_texts_only(tmp_path: Path) -> None:
    table = Xlsx(tmp_path / "f.xlsx")
    for text in (*HOSTILE, "https://example.org", "mailto:x@example.org", "x" * 40_000, "{=1+1}"):
        table.thread(row(text))
    table.close()
    with zipfile.ZipFile(tmp_path / "f.xlsx") as book:
        threads = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert not [name for name in book.namelist() if "externalLink" in name or "_rels/sheet" in name]
    assert not list(threads.iter(f"{SHEET}f"))
    assert not list(threads.iter(f"{SHEET}hyperlink"))
    kinds = {cell.get("t") for cell in threads.iter(f"{SHEET}c")}
    assert kinds <= {"inlineStr", "s", None}
    texts = [found.text or "" for found in threads.iter(f"{SHEET}t")]
    assert "=1+1" in texts
    assert max(map(len, texts)) == tables.XLSX_LETTERS


def test_more_than_a_sheet_can_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "XLSX_ROWS", 3)
    table = Xlsx(tmp_path / "f.xlsx")
    table.thread(row("een"))
    table.thread(row("twee"))
    with pytest.raises(TooLong):
        table.thread(row("drie"))
    table.close()


def test_a_line_of_json_stays_a_line(tmp_path: Path) -> None:
    table = Jsonl(tmp_path / "f.jsonl")
    table.thread(row("een\ntwee"))
    table.close()
    lines = (tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["een\ntwee"]


def test_the_file_holds_every_thread_with_its_decisions(program: Program, tmp_path: Path) -> None:
    thread = program.json("queue")["threads"][0]["id"]
    program("note", thread, "--text", "=2+2 nog eens kijken")
    told = program.json("export", str(tmp_path / "f.jsonl"), "--format", "jsonl")
    rows = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines()]
    threads = [row for row in rows if row["row"] == "thread"]
    decisions = [row for row in rows if row["row"] == "decision"]
    assert (told["threads"], told["decisions"]) == (len(threads), len(decisions))
    every = program.json("queue", "--view", "all", "--limit", "1000")["threads"]
    assert [row["id"] for row in threads] == [row["id"] for row in every]
    assert {row["id"] for row in decisions} == {event["id"] for event in program.json("history")["events"]}
    assert any(row["text"] == "=2+2 nog eens kijken" for row in decisions)
    for kind in ("csv", "xlsx"):
        assert program.json("export", str(tmp_path / f"f.{kind}"), "--format", kind)["threads"] == len(threads)
    lines = list(csv.DictReader((tmp_path / "f.csv").open(encoding="utf-8-sig", newline="")))
    assert [line["id"] for line in lines if line["row"] == "thread"] == [row["id"] for row in threads]
    assert any(line["text"] == "'=2+2 nog eens kijken" for line in lines)


def test_a_query_narrows_it(program: Program, tmp_path: Path) -> None:
    told = program.json("export", "in:koffiehoek", str(tmp_path / "f.csv"), "--format", "csv")
    assert 0 < told["threads"] < 30


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [(["f.csv", "--format", "ods"], 2, "Choose one of"), (["nergens/f.csv", "--format", "csv"], 1, "folder that exists"),
     (["is:nope", "f.csv", "--format", "csv"], 2, "doesn't exist")],
)  # fmt: skip
def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    program: Program, tmp_path: Path, call: list[str], code: int, words: str
) -> None:
    call = [str(tmp_path / part) if part.endswith(".csv") else part for part in call]
    ended = program("export", *call)
    assert ended.returncode == code, ended.stderr
    assert words in ended.stderr
    assert not list(tmp_path.iterdir())
