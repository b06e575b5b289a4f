"""What was read ahead of a page belongs to the page that brings it: whoever goes on from the one before finds it once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from console.adapters.imports import mail, reading
from console.adapters.imports.entry import Options
from console.adapters.imports.mail import Mails
from console.adapters.imports.reading import Reading
from console.adapters.imports.source import Source
from console.domain.platform import Cursor
from tests.adapters.imports.test_mail import made


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zip of six mails, the third of which breaks off."""
    monkeypatch.setattr(mail, "BATCH", 2)
    monkeypatch.setattr(reading, "MESSAGES", 2)
    path = tmp_path / "post.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(6):
            archive.writestr(
                f"{number}.eml", bytes(made(number, "Hier staat een lang verhaal. " * (12_000 if number == 2 else 1)))
            )
        middle = archive.infolist()[2].header_offset + 9_000
    data = bytearray(path.read_bytes())
    data[middle] ^= 1
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("anew", [False, True])
def test_what_breaks_off_is_listed_once_though_reading_begins_anew_behind_every_page(
    damaged: Path, tmp_path: Path, anew: bool
) -> None:
    listed, cursor, more, pages = tmp_path / "skipped", None, True, 0
    read: Reading | None = None
    while more:
        if read is None or anew:
            if read is not None:
                read.close()
            read = Reading(Source([damaged]), Mails(), Options(), cursor, listed)
        page = read.page()
        cursor, more = dict[str, object](page.cursor), page.more
        pages += 1
        told = cursor_of(page.cursor)
        assert told == len(listed.read_text().splitlines() if listed.exists() else [])
    assert read is not None
    read.close()
    assert pages > 2
    assert [line for line in listed.read_text().splitlines() if "cut_off" in line] == listed.read_text().splitlines()
    assert cursor_of(cursor or {}) == 1


def cursor_of(cursor: Cursor) -> int:
    """How many things it says were skipped."""
    return sum(cursor.get("skipped", {}).values())
