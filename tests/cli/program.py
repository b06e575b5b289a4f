"""Calling `luisterpost` as scripts do: in this process, or, where the process itself is what matters, as one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from console import words
from console.__main__ import start

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-m", "console"]
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
SURROUNDINGS = {"LUISTERPOST_UNDO_S": "0", "QT_QPA_PLATFORM": "offscreen", "NO_COLOR": "1", "COLUMNS": "160"}

Ended = subprocess.CompletedProcess[str]


def called(arguments: Sequence[str], stdin: str, surroundings: Mapping[str, str]) -> Ended:
    """One call in this process, as if its environment were this: it costs a tenth of a process, and says the same."""
    out, err = _stream(), _stream()
    with (
        patch.dict(os.environ, surroundings, clear=True), patch.object(sys, "stdin", _stream(stdin)),
        redirect_stdout(out), redirect_stderr(err),
    ):  # fmt: skip
        try:
            code = start(list(arguments))
        finally:
            words.use("en")
    return Ended(arguments, code, _said(out), _said(err))


def started(arguments: Sequence[str], stdin: str, surroundings: Mapping[str, str]) -> Ended:
    """One call as a process of its own."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False, input=stdin
    )


class Program:
    """Calls `luisterpost` on a home of its own, with no screen."""

    call = staticmethod(called)

    def __init__(self, home: Path) -> None:
        self.home = home

    def arguments(self, *arguments: str, profile: str = "demo") -> list[str]:
        return ["--home", str(self.home), "--profile", profile, "--lang", "en", *arguments]

    def __call__(self, *arguments: str, stdin: str = "", profile: str = "demo", **surroundings: str) -> Ended:
        here = {name: value for name, value in os.environ.items() if name not in SCREENS}
        return self.call(self.arguments(*arguments, profile=profile), stdin, here | SURROUNDINGS | surroundings)

    def json(self, *arguments: str, stdin: str = "") -> Any:
        ended = self(*arguments, "--json", stdin=stdin)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)


class Process(Program):
    """The same as a process of its own."""

    call = staticmethod(started)

    def command(self, *arguments: str) -> list[str]:
        return [*COMMAND, *self.arguments(*arguments)]


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
