"""What every test may use. Without a screen Qt paints into memory."""

from __future__ import annotations

import os

from hypothesis import settings

from tests.figures import note, pytest_terminal_summary
from tests.servers.synapse import synapse
from tests.servers.wordpress import wordpress

__all__ = ["note", "pytest_terminal_summary", "synapse", "wordpress"]

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# `make fuzz` makes up more than `make test` has time for.
settings.register_profile("fuzz", max_examples=int(os.environ.get("EXAMPLES", "100")), deadline=None)
if "EXAMPLES" in os.environ:
    settings.load_profile("fuzz")
