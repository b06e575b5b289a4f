"""What PyInstaller makes `luisterpost-window` of."""

import sys

from console.__main__ import window

sys.exit(window())
