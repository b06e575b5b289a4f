"""The count of heavy messages: one number of today, in a file of its own; a bad file stops nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from console.heavy_count import NAME, HeavyCount


def test_it_counts_from_none_every_day(tmp_path: Path) -> None:
    day = date(2026, 11, 26)
    count = HeavyCount(tmp_path, lambda: day)
    assert (count.today(), count.add(), count.add(3), count.today()) == (0, 1, 4, 4)
    assert HeavyCount(tmp_path, lambda: day).today() == 4, "also after a restart"
    day = date(2026, 11, 27)
    assert (count.today(), count.add()) == (0, 1)
    assert json.loads((tmp_path / NAME).read_text()) == {"day": "2026-11-27", "opened": 1}, (
        "no message, and one day only"
    )


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"day": 1}', '{"day": "2026-11-26", "opened": "many"}', "\xff"]
)
def test_a_file_that_says_nothing_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_bytes(text.encode("latin-1"))
    count = HeavyCount(tmp_path, lambda: date(2026, 11, 26))
    assert (count.today(), count.add()) == (0, 1)


def test_where_nothing_can_be_written_a_review_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert HeavyCount(tmp_path / "file").add() == 1
