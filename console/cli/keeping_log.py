"""What goes wrong while collecting is kept in the profile, for whoever helps; a person gets a sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOG = "collector.log"


class _Log(logging.FileHandler):
    """Made with the first line; where nothing can be written, on a full disk say, nothing is kept."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Not a word of it: the library would print where a person reads."""


@contextmanager
def log_kept(profile: Path) -> Iterator[None]:
    """Meanwhile warnings go to the profile's file and not to the terminal."""
    log = _Log(profile / LOG, encoding="utf-8", delay=True)
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(log)
    try:
        yield
    finally:
        root.removeHandler(log)
        log.close()
