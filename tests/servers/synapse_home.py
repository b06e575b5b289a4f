"""Where the tests' Synapse lives: a virtual environment of its own in the user's cache folder, made when first needed.

`python -m tests.servers.synapse_home` makes it ahead of time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

PINS = Path(__file__).with_name("synapse-constraints.txt")
INSTALL_TIMEOUT_S = 600.0


class NoSynapse(Exception):
    """It can't be installed here; the text says why."""


def python() -> Path:
    """The interpreter that has the pinned Synapse. Raises NoSynapse."""
    pins = hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    name = f"synapse-{sys.version_info.major}.{sys.version_info.minor}-{pins}"
    folder = user_cache_path("luisterpost-tests", ensure_exists=True) / name
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with FileLock(f"{folder}.lock", timeout=INSTALL_TIMEOUT_S):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(folder))
            _run(str(found), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", str(PINS),
                 "matrix-synapse")  # fmt: skip
            (folder / "complete").touch()
    return found


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as cause:
        raise NoSynapse(str(cause)) from cause
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or command[0]).splitlines()[-1]
        raise NoSynapse(f"matrix-synapse can't be installed: {last}")


if __name__ == "__main__":
    try:
        python()
    except NoSynapse as why:
        print(f"No Synapse for the tests: {why}", file=sys.stderr)
