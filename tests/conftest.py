"""What every test may use. Without a screen Qt paints into memory."""

from __future__ import annotations

import gc
import os
import ssl
from collections.abc import Iterator
from functools import lru_cache

import pytest
from hypothesis import settings

from console.adapters import transport
from console.store import sealed
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


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what stands here by now stays: every theme that is shown would look through it for garbage again


@pytest.fixture(scope="session", autouse=True)
def worked_out_once() -> Iterator[None]:
    """The same key of a passphrase and salt, and whom this computer trusts, are worked out once: both take long."""
    key, trust = lru_cache(sealed._key), lru_cache(lambda *_places, found=transport._trust: found())

    def trusted() -> ssl.SSLContext:
        return trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "_key", key)
        patch.setattr(transport, "_trust", trusted)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    figures.pytest_terminal_summary(terminalreporter)
    matrix_schema.summary(terminalreporter)
