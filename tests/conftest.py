"""What every test may use. Without a screen Qt paints into memory."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests import figures
from tests.figures import note
from tests.scheduling import pytest_xdist_make_scheduler
from tests.servers import matrix_schema
from tests.servers.dovecot import dovecot
from tests.servers.matrix_schema import held_to_the_schema, pytest_sessionfinish, pytest_testnodedown
from tests.servers.synapse import synapse
from tests.servers.wordpress import wordpress

__all__ = [
    "dovecot",
    "held_to_the_schema",
    "note",
    "pytest_sessionfinish",
    "pytest_testnodedown",
    "pytest_xdist_make_scheduler",
    "synapse",
    "wordpress",
]

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# `make fuzz` makes up more than `make test` has time for.
settings.register_profile("fuzz", max_examples=int(os.environ.get("EXAMPLES", "100")), deadline=None)
if "EXAMPLES" in os.environ:
    settings.load_profile("fuzz")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures.pytest_terminal_summary(terminalreporter)
    matrix_schema.summary(terminalreporter)
