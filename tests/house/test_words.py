"""Every text is translated, and the command line runs without Qt."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
_spec = importlib.util.spec_from_file_location("translations", ROOT / "scripts" / "translations.py")
assert _spec is not None
assert _spec.loader is not None
translations = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(translations)
PLACE = re.compile(r"\{[a-z_]*\}")


def test_every_text_has_a_dutch_translation() -> None:
    assert translations.missing(translations.updated()) == []


def test_a_text_without_translation_is_noticed() -> None:
    catalog = translations.updated()
    catalog.add("A text that nobody translated")
    assert translations.missing(catalog) == ["A text that nobody translated"]


def test_the_compiled_catalogue_is_that_of_the_texts() -> None:
    catalog = translations.translated()
    assert translations.MO.read_bytes() == translations.mo_bytes(catalog)


def test_translations_fill_in_the_same_things() -> None:
    wrong = []
    for message in translations.translated():
        if not message.id:
            continue
        many = message.id[-1] if isinstance(message.id, tuple | list) else message.id
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if any(set(PLACE.findall(text)) - set(PLACE.findall(many)) for text in strings):
            wrong.append(message.id)
    assert wrong == []


def texts_in_fstrings(source: str) -> list[int]:
    """Lines where a text of the catalogue stands inside an f-string: before Python 3.12 nobody gathers it there."""
    inside = [
        part for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
    ]
    calls = [node for node in inside if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return sorted({call.lineno for call in calls if call.func.id in ("_", "ngettext")})  # type: ignore[attr-defined]


def test_no_text_hides_in_an_fstring() -> None:
    assert texts_in_fstrings("f\"{_('earlier')}: {n}\"") == [1], "one that hides is found"
    files = sorted((ROOT / "console").rglob("*.py"))
    found = {str(file): texts_in_fstrings(file.read_text(encoding="utf-8")) for file in files}
    assert {file: lines for file, lines in found.items() if lines} == {}


BLOCK_QT = """
import sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6", "qasync", "qtawesome"):
            raise ImportError("Qt is not to be had")
sys.meta_path.insert(0, NoQt())
sys.argv = ["luisterpost", *sys.argv[1:]]
from console.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("call", [["--version"], ["--help"], ["platforms", "--json"], ["queue", "--help"]])
def test_the_command_line_runs_without_qt(call: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BLOCK_QT, *call], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()


def test_the_window_without_qt_says_what_is_missing(tmp_path: Path) -> None:
    call = ["--home", str(tmp_path), "--lang", "en", "window"]
    ended = subprocess.run(
        [sys.executable, "-c", BLOCK_QT, *call],
        cwd=ROOT, capture_output=True, text=True, check=False, env={"DISPLAY": ":none", "PATH": "/usr/bin"},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "PySide6" in ended.stderr
    assert "Traceback" not in ended.stderr
