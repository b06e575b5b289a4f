"""Exports of hundreds of megabytes are read in little memory, at a pace that a person can wait for."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.exports import (
    ENGAGE_COLUMNS,
    engage_files,
    engage_row,
    facebook_post,
    mojibake,
    slack_files,
    slack_said,
    table,
    workplace_comment,
    workplace_post,
    wxr_comment,
    wxr_head,
    wxr_item,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only this system tells a process's peak"),
]
MOST_BYTES = 300_000_000  # of memory, at the highest
TEXT = "Wanneer horen we iets over het nieuwe rooster, en wie beslist daarover? Eén ding is zeker. " * 20
ROWS = 120_000  # of about 2 kB
READ = """
import json, re, sys
from pathlib import Path
from console.adapters.imports.entry import Entry, Options
from console.adapters.imports.recognising import recognise
from console.adapters.imports.source import Source
from console.domain.conversation import Message
with Source([Path(sys.argv[1])]) as source:
    kind = recognise(source)
    messages = skipped = 0
    for one in kind.read(source, Options(), None):
        if isinstance(one, Entry):
            messages += sum(isinstance(change, Message) for change in one.changes)
        else:
            skipped += 1
told = {"format": kind.key, "messages": messages, "skipped": skipped, "troubles": [one.reason for one in source.troubles]}
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]  # ru_maxrss begins with the parent's
print(json.dumps(told | {"kilobytes": int(peak)}))
"""


def facebook() -> tuple[str, Iterator[str]]:
    def written() -> Iterator[str]:
        yield '{"group_posts_v2": ['
        for n in range(ROWS):
            row = facebook_post(mojibake(f"{n} {TEXT}"), "Sanne de Wit posted in Zorg.", 1_700_000_000 + n)
            yield json.dumps(row) + ("," if n < ROWS - 1 else "")
        yield "]}"

    return "your_facebook_activity/groups/group_posts_and_comments.json", written()


def engage() -> tuple[str, Iterator[str]]:
    def written() -> Iterator[str]:
        yield table(ENGAGE_COLUMNS, [])
        for n in range(1, ROWS + 1):
            yield table(ENGAGE_COLUMNS, [engage_row(n, f"{n} {TEXT}")]).partition("\r\n")[2]

    return "Messages.csv", written()


def wordpress() -> tuple[str, Iterator[str]]:
    def written() -> Iterator[str]:
        yield wxr_head()
        head, tail = wxr_item(1, "Veel", "Tekst", ["@"]).split("@")
        yield head
        for n in range(1, ROWS):
            yield wxr_comment(n, f"{n} {TEXT}")
        yield f"{tail}</channel></rss>"

    return "export.xml", written()


def slack() -> tuple[str, Iterator[str]]:
    def written() -> Iterator[str]:
        yield "["
        for n in range(ROWS):
            yield json.dumps(slack_said(f"{1_700_000_000 + n}.000100", f"{n} {TEXT}")) + ("," if n < ROWS - 1 else "")
        yield "]"

    return "algemeen/2026-11-23.json", written()


def workplace() -> tuple[str, Iterator[str]]:
    def written() -> Iterator[str]:
        yield '{"data": ['
        posts = ROWS // 20
        for n in range(1, posts + 1):
            comments = {"data": [workplace_comment(n * 100 + k, f"{n} {TEXT}") for k in range(19)]}
            yield json.dumps(workplace_post(n, TEXT, comments=comments)) + ("," if n < posts else "")
        yield "]}"

    return "feed.json", written()


OTHERS = {
    "slack": slack_files({}),
    "yammer": {name: text for name, text in engage_files([]).items() if "Messages" not in name},
}


@pytest.mark.parametrize(
    ("format", "made"),
    [("facebook", facebook), ("yammer", engage), ("wxr", wordpress), ("slack", slack), ("workplace", workplace)],
)
def test_a_large_export_is_read_in_little_memory(
    tmp_path: Path, format: str, made: Callable[[], tuple[str, Iterator[str]]]
) -> None:
    path = tmp_path / "groot.zip"
    name, pieces = made()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(name, "w") as inside:
            for piece in pieces:
                inside.write(piece.encode())
        for other, text in OTHERS.get(format, {}).items():
            archive.writestr(other, text)
    assert path.stat().st_size > 200_000_000
    ended = subprocess.run(
        [sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True, timeout=1200
    )
    told = json.loads(ended.stdout)
    print(format, path.stat().st_size, told)
    assert told["format"] == format
    assert (told["messages"], told["skipped"], told["troubles"]) == (ROWS, 0, [])
    assert told["kilobytes"] * 1024 < MOST_BYTES
