"""Help and wrong calls in the person's language, with nothing of another in between."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import typer

from console.cli.app import build
from tests.cli.program import ROOT

ENGLISH = re.compile(
    r"Usage|Options|OPTIONS|Commands|COMMAND|Arguments|Show this|required|\[default|<[a-z]+>|THREAD|QUERY|MESSAGE"
)
NAMES = [str(command.name) for command in build().registered_commands]


WRONG: list[tuple[list[str], str, str]] = [
    (["reply"], "ontbreekt", "is missing"), (["--nope"], "De optie --nope bestaat niet", "There is no option --nope"),
     (["nope"], "De opdracht ‘nope’ bestaat niet", "There is no command ‘nope’"),
     (["queue", "--limit", "x"], "een heel getal van 1 tot 1000", "a whole number from 1 to 1000"),
     (["queue", "--limit", "0"], "een heel getal van 1 tot 1000", "a whole number from 1 to 1000"),
     (["doctor", "x"], "Dat is te veel: x", "That is too much: x"),
     (["connect", "wordpress", "--name"], "hoort een waarde", "needs a value after it"),
     (["sync", "--once=x"], "hoort geen waarde", "takes no value"),
     (["queue", "--view", "x"], "Kies uit: inbox", "Choose one of: inbox"),
     (["que\x1b[31mue"], "De opdracht ‘que\\x1b[31mue’ bestaat niet", "There is no command ‘que\\x1b[31mue’"),
]  # fmt: skip
ALL_OF = """
import contextlib, io, json, sys
from console.__main__ import start
told = []
for arguments in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = start(arguments)
    told.append((code, out.getvalue(), err.getvalue()))
json.dump(told, sys.stdout)
"""


def all_of(language: str, calls: list[list[str]]) -> list[tuple[int, str, str]]:
    """Exit code and what was said of each call, all in one process: its texts are made once, in this language."""
    asked = json.dumps([["--lang", language, *one] for one in calls])
    ended = subprocess.run(
        [sys.executable, "-c", ALL_OF], cwd=ROOT, capture_output=True, text=True, check=True, input=asked
    )
    return [(code, out, err) for code, out, err in json.loads(ended.stdout)]


def call(language: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", "--lang", language, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_library_itself_speaks_english() -> None:
    app = typer.Typer(rich_markup_mode=None)
    app.command()(lambda name: None)
    assert ENGLISH.search(typer.main.get_command(app).get_help(typer.Context(typer.main.get_command(app))))


def test_help_is_in_dutch_for_every_command() -> None:
    told = call("nl", "--help").stdout
    assert not ENGLISH.search(told), told
    for heading in ("Gebruik:", "Opties:", "Opdrachten:"):
        assert heading in told
    program = "import sys\nfrom console import words\nwords.use('nl')\nfrom console.cli.app import run\n" + "".join(
        f"run(['{name}', '--help'])\n" for name in NAMES
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("Gebruik:") == len(NAMES)
    assert not ENGLISH.search(ended.stdout), ENGLISH.findall(ended.stdout)


def test_a_wrong_call_is_told_in_either_language() -> None:
    for language, column in (("nl", 1), ("en", 2)):
        for wrong, (code, out, err) in zip(WRONG, all_of(language, [one[0] for one in WRONG]), strict=True):
            assert (code, out) == (2, ""), wrong
            assert wrong[column] in err
            assert "Traceback" not in err
            assert language == "en" or not ENGLISH.search(err), err


def test_an_unknown_language_is_refused() -> None:
    ended = call("fr", "queue")
    assert ended.returncode == 2
    assert "nl, en" in ended.stderr
