"""A browser that signs in by itself, for BROWSER of a real program: `python -m tests.fakes.entra_browser TRUST ADDRESS`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fakes.entra import Browser

if __name__ == "__main__":
    Browser(Path(sys.argv[1])).open(sys.argv[2])
