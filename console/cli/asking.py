"""Asking a person something in the terminal, in their language."""

from __future__ import annotations

import getpass
import sys

from console.cli.session import WRONG_CALL, Failed, say
from console.domain.characters import honest
from console.words import _, language

_YES, _NO = frozenset({"y", "yes", "j", "ja"}), frozenset({"", "n", "no", "nee"})


def agreed(question: str) -> bool:
    """Whether a person says yes; Enter alone is no. Raises Failed where nobody answers."""
    choice = "[j/N]" if language() == "nl" else "[y/N]"
    while True:
        print(honest(f"{question} {choice}: "), end="", file=sys.stderr, flush=True)
        typed = sys.stdin.readline()
        if not typed:
            say("")
            raise Failed(_("Nobody answered, so nothing was done. --yes goes on without asking."))
        word = typed.strip().casefold()
        if word in _YES | _NO:
            return word in _YES


def passphrase(from_stdin: bool, *, twice: bool) -> str:
    """The first line of standard input, or what is typed at the terminal unseen. Raises Failed where there is none."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Failed(
            _("There is no terminal to type a passphrase at: give it with --passphrase-stdin. Nothing was done."),
            WRONG_CALL,
        )
    while True:
        typed = getpass.getpass(_("Passphrase") + ": ", sys.stderr)
        if not twice or getpass.getpass(_("Once more, to be sure") + ": ", sys.stderr) == typed:
            return typed
        say(_("Those were two different ones."))
