"""Making thousands of values that all stay until they are written."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

FEW = 100


@contextmanager
def many_at_once(count: int) -> Iterator[None]:
    """Look for no garbage while so many are made: there is none, and looking took a third of the time."""
    pauses = count > FEW and gc.isenabled()
    if pauses:
        gc.disable()
    try:
        yield
    finally:
        if pauses:
            gc.enable()
