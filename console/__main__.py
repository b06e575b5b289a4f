"""`luisterpost`: the language is chosen first, because every text that follows is in it."""

from __future__ import annotations

import sys

from console.words import use


def main() -> int:
    """The entry point of the command line."""
    arguments = sys.argv[1:]
    use(_language_in(arguments))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    from console.cli.app import run  # its texts are made when it is imported, in the language just chosen

    return run(arguments)


def _language_in(arguments: list[str]) -> str | None:
    for n, argument in enumerate(arguments):
        if argument == "--lang":
            return arguments[n + 1] if n + 1 < len(arguments) else None
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return None


if __name__ == "__main__":
    sys.exit(main())
