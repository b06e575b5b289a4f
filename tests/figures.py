"""Figures that tests measure and people read: whatever a test notes stands under the run, also with many workers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Note = Callable[[str], None]
_PROPERTY = "figure"


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Note:
    """Writes one line under the run: what was measured or counted, with its seed."""
    return lambda line: record_property(_PROPERTY, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {line}"
        for state in ("passed", "failed")
        for report in terminalreporter.stats.get(state, [])
        if getattr(report, "when", "") == "call"
        for name, line in report.user_properties
        if name == _PROPERTY
    ]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
