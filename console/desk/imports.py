"""Importing a file: what is asked of the collector, which alone reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.desk.seat import Desk
from console.store.write import requests


def look(desk: Desk, paths: Sequence[Path], ref: str) -> str:
    """Count what is in these files, without keeping any of it. `ref` is to stop it by; returns the request's id."""
    return requests.ask(desk.store, "look_at_file", {"paths": [str(path) for path in paths], "ref": ref})


def bring(desk: Desk, paths: Sequence[Path], name: str, ref: str) -> str:
    """Copy them into the profile and connect the copy, under that name."""
    return requests.ask(desk.store, "import_file", {"paths": [str(path) for path in paths], "name": name, "ref": ref})


def stop(desk: Desk, ref: str) -> None:
    """No longer wanted: nothing is kept of what isn't connected yet."""
    requests.ask(desk.store, "stop_import", {"ref": ref})
