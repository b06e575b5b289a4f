"""A message with more reports than anybody reads, and with words longer than a page."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

from console.cli.reported import MOST_REPORTS, print_reports
from console.cli.terminal import Screen
from console.store.read.thread import ShownReport
from tests.houses import HOUR_MS


def reports(count: int, text: str) -> list[ShownReport]:
    return [ShownReport(f"r{n}", HOUR_MS, "Onbeleefd", text, f"Melder {n}", "user", "pending") for n in range(count)]


def printed(found: list[ShownReport]) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        print_reports(Screen(), found, {}, [], HOUR_MS, covered=False)
    return out.getvalue()


def test_of_ten_thousand_reports_the_newest_are_shown_and_the_rest_is_counted() -> None:
    told = printed(reports(10_000, "Kort."))
    assert told.count("Melder") == MOST_REPORTS
    assert "Melder 9999" in told
    assert "9,980 earlier reports; --json has all of them" in told
    assert "earlier" not in printed(reports(MOST_REPORTS, "Kort."))


def test_a_word_without_end_is_cut() -> None:
    told = printed(reports(1, "a" * 20_000))
    assert 900 < told.count("a") < 1_100
    assert "…" in told
