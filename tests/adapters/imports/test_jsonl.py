"""Our own JSONL: what its page promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.jsonl import MOST_LINE_BYTES, Jsonl
from console.adapters.imports.recognising import recognise
from console.adapters.imports.source import Source
from console.domain.conversation import Change, Message, Person, Report, Space, Thread

PAGE = Path(__file__).parents[3] / "docs" / "import-jsonl.md"
HEAD = '{"luisterpost": 1, "server": "buurt.example"}'


def read(path: Path, after: Any = None) -> Iterator[Entry | Skipped]:
    with Source([path]) as source:
        assert isinstance(recognise(source), Jsonl)
        yield from Jsonl().read(source, Options(), after)


def written(folder: Path, *lines: str | dict[str, Any], end: str = "\n") -> Path:
    file = folder / "anything.txt"
    file.write_text("\n".join([HEAD, *(one if isinstance(one, str) else json.dumps(one) for one in lines)]) + end)
    return file


def said(path: Path) -> list[Change]:
    return [change for one in read(path) if isinstance(one, Entry) for change in one.changes]


def message(**fields: Any) -> dict[str, Any]:
    return {"type": "message", "space": "Nieuws", "author": "Sanne", "posted_at": "2026-11-23T09:12:44Z",
            "text": "Mag dat?"} | fields  # fmt: skip


def test_the_example_of_the_page_reads_as_it_says(tmp_path: Path) -> None:
    example = re.search(r"```jsonl\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    (tmp_path / "buurt").write_text(example[1], encoding="utf-8")
    changes = said(tmp_path / "buurt")
    first, second = [one for one in changes if isinstance(one, Message)]
    assert (first.title, first.text, second.text) == (
        "Parkeren",
        "Mag ik vandaag op het dak staan?",
        "Ja, alleen vandaag.",
    )
    assert second.root == first.key == second.parent
    assert second.reactions == (("👍", 3),)
    assert second.posted_at_ms - first.posted_at_ms == -(11 * 60 + 44) * 1000
    assert {one.name for one in changes if isinstance(one, Person)} >= {"Sanne de Vries", "Omar Haddad"}
    assert "Nieuws van de buurt" in {one.title for one in changes if isinstance(one, Space)}
    assert [one.title for one in changes if isinstance(one, Thread)] == ["Parkeren"]


def test_a_line_that_says_nothing_is_skipped_with_its_number_and_the_rest_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path, message(id=1), "no json", message(posted_at="yesterday"), {"type": "poll"}, message(text=" "),
        message(space=None), message(state="lost"), "[1]", message(id=2),
    )  # fmt: skip
    skipped = [(one.where, one.reason) for one in read(file) if isinstance(one, Skipped)]
    assert skipped == [
        ("anything.txt:3", "no_json"), ("anything.txt:4", "no_moment"), ("anything.txt:5", "unknown_type"),
        ("anything.txt:6", "no_text"), ("anything.txt:7", "lacks"), ("anything.txt:8", "unknown_state"),
        ("anything.txt:9", "no_json"),
    ]  # fmt: skip
    assert len([one for one in said(file) if isinstance(one, Message)]) == 2


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    file = written(tmp_path, message(text="x" * (2 * MOST_LINE_BYTES + 7)), message(id="after"))
    long, after = read(file)
    assert isinstance(long, Skipped)
    assert (long.where, long.reason) == ("anything.txt:2", "too_long")
    assert isinstance(after, Entry)


def test_a_line_that_is_cut_off_is_read_when_it_is_whole(tmp_path: Path) -> None:
    line = json.dumps(message(id="second"))
    file = written(tmp_path, message(id="first"), line[:40], end="")
    first, cut = read(file)
    assert isinstance(cut, Skipped)
    assert (cut.reason, cut.at) == ("cut_off", first.at)
    with file.open("a") as more:
        more.write(line[40:])
    (second,) = read(file, cut.at)
    assert isinstance(second, Entry)
    assert any(isinstance(one, Message) and one.key.endswith(":second") for one in second.changes)


def test_reading_goes_on_behind_any_entry(tmp_path: Path) -> None:
    file = written(tmp_path, *(message(id=n) if n % 3 else "broken" for n in range(20)))
    whole = list(read(file))
    for number, one in enumerate(whole, 1):
        assert list(read(file, json.loads(json.dumps(dict(one.at))))) == whole[number:]


def test_a_message_without_an_id_is_known_by_who_said_it_when_and_what(tmp_path: Path) -> None:
    file = written(tmp_path, message(), message(), message(author="Omar"))
    keys = [one.key for one in said(file) if isinstance(one, Message)]
    assert keys[0] == keys[1] != keys[2]


def test_what_it_is_an_answer_to_may_be_unknown(tmp_path: Path) -> None:
    file = written(tmp_path, message(id="b", parent="a"), message(id="d", thread="c"))
    answer, below = [one for one in said(file) if isinstance(one, Message)]
    assert answer.root is None
    assert answer.parent == "files:buurt.example:message:a"
    assert below.root == "files:buurt.example:message:c"
    assert below.parent is None


def test_reports_come_along(tmp_path: Path) -> None:
    flag = {"id": 4, "at": "2026-11-24T08:00:00Z", "reason": "spam", "text": "Reclame", "reporter": "Omar"}
    (report,) = [one for one in said(written(tmp_path, message(id=1, reports=[flag]))) if isinstance(one, Report)]
    assert (report.reason, report.text, report.reporter) == ("spam", "Reclame", "Omar")


@pytest.mark.parametrize("field", ["space", "author", "text", "html", "id", "thread", "title", "url", "reactions",
                                   "attachments", "reports", "posted_at", "state", "edited_at", "platform"])  # fmt: skip
@pytest.mark.parametrize("value", [None, 7, True, [], {}, [{}], {"id": []}, "\ud800", "x" * 3000, [1, {"name": 2}]])
def test_any_field_may_hold_anything(tmp_path: Path, field: str, value: object) -> None:
    for one in read(written(tmp_path, message(id="m") | {field: value})):
        for change in one.changes if isinstance(one, Entry) else ():
            str(change).encode()
