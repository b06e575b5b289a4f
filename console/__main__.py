"""`luisterpost` and `luisterpost-window`: the language is chosen first, because every text that follows is in it."""

from __future__ import annotations

import contextlib
import gc
import io
import sys
from pathlib import Path
from typing import TextIO

from console.screen import has_screen
from console.words import _, use


def main() -> int:
    """The entry point of the command line."""
    try:
        return start(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line itself was there to hear it
        print(_("Stopped. What was confirmed is kept."), file=sys.stderr)
        return 1


def window() -> int:
    """The entry point of `luisterpost-window`, which has no terminal: why it can't go on is said in a box.

    It takes what `luisterpost` takes; without a command it opens the window.
    """
    sys.stdout = sys.stdout or io.StringIO()  # a program without a terminal has none on Windows
    sys.stderr = heard = _Heard(sys.stderr)
    opening = [*sys.argv[1:], "window"]
    code = start(opening if _window_asked(opening) is not None else sys.argv[1:])
    sentence = heard.getvalue().strip()
    if code and sentence and has_screen():
        with contextlib.suppress(ImportError):
            from console.app import say_in_a_box

            say_in_a_box(sentence)
    return code


class _Heard(io.StringIO):
    """Keeps what is said and passes it on to the terminal, where there is one."""

    def __init__(self, onward: TextIO | None) -> None:
        super().__init__()
        self._onward = onward

    def write(self, text: str) -> int:
        if self._onward is not None:
            self._onward.write(text)
            self._onward.flush()
        return super().write(text)


def start(arguments: list[str]) -> int:
    """Carry out one call; returns its exit code."""
    use(_language_in(arguments))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")
    asked = _window_asked(arguments)
    if asked is not None and has_screen():
        with contextlib.suppress(ImportError):  # without Qt the command line says what is missing
            return _open_window(*asked)
    from console.cli.app import run  # its texts are made when it is imported, in the language just chosen

    return run(arguments)


def _window_asked(arguments: list[str]) -> tuple[Path | None, str, bool] | None:
    """Home, profile and whether a language was named, where the window is asked for and nothing else."""
    options: dict[str, str] = {}
    left = list(arguments)
    while left:
        name, sign, value = left.pop(0).partition("=")
        if name == "window" and not sign and "window" not in options:
            options["window"] = ""
        elif name in ("--home", "--profile", "--lang") and (sign or left):
            options[name] = value if sign else left.pop(0)
        else:
            return None
    home = Path(options["--home"]) if "--home" in options else None
    return home, options.get("--profile", "default"), "--lang" in options


def _open_window(home: Path | None, profile: str, language_named: bool) -> int:
    """Open the window without the command line's own imports: they would take a third of the start."""
    from console import settings

    gc.disable()  # what is imported stays: looking through it for garbage takes a tenth of the start

    try:
        folder = settings.profile_folder(home, profile)
        found = settings.load(folder)
        if found.language and not language_named:
            use(found.language)
        folder.mkdir(parents=True, exist_ok=True)
        from console.app import run as run_window

        return run_window(folder, found)
    except ImportError:
        raise
    except Exception as error:
        from console.cli.app import plain
        from console.cli.session import say

        sentence, code = plain(error)
        say(sentence)
        return code


def _language_in(arguments: list[str]) -> str | None:
    for n, argument in enumerate(arguments):
        if argument == "--lang":
            return arguments[n + 1] if n + 1 < len(arguments) else None
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return None


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()  # a process that takes files apart is this program once more: then it ends here
    sys.exit(main())
