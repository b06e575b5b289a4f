"""What every test may use. Without a screen Qt paints into memory."""

from __future__ import annotations

import os

from tests.figures import note, pytest_terminal_summary
from tests.servers.synapse import synapse
from tests.servers.wordpress import wordpress

__all__ = ["note", "pytest_terminal_summary", "synapse", "wordpress"]

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
