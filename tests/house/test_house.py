"""The house's own rules: who may import whom, types, lint, sizes, names, colours."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PYTHON = [*sorted((ROOT / "console").rglob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]
CODE = [file for file in PYTHON if file.is_relative_to(ROOT / "console")]
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.splitlines()  # fmt: skip


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_rooms_import_only_what_they_may() -> None:
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    ended = run("-c", program, "--no-cache")
    assert ended.returncode == 0, ended.stdout


def test_the_types_are_strict_and_hold() -> None:
    ended = run("-m", "mypy")
    assert ended.returncode == 0, ended.stdout


def test_the_code_is_lint_clean() -> None:
    ended = run("-m", "ruff", "check", ".")
    assert ended.returncode == 0, ended.stdout


def test_the_code_is_formatted() -> None:
    ended = run("-m", "ruff", "format", "--check", ".")
    assert ended.returncode == 0, ended.stdout


def test_nothing_unused_is_kept(tmp_path: Path) -> None:
    adapters = [point.value.split(":") for point in entry_points(group="luisterpost.adapters")]
    called = "".join(f"from {module} import {name}\n{name}\n" for module, name in adapters)
    (tmp_path / "entry_points.py").write_text(called, encoding="utf-8")
    ended = run("-m", "vulture", "console", str(tmp_path))
    assert ended.returncode == 0, ended.stdout


def test_what_nobody_calls_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "forgotten.py").write_text("def nobody_calls_this():\n    return 1\n", encoding="utf-8")
    ended = run("-m", "vulture", "console", str(tmp_path))
    assert ended.returncode != 0
    assert "nobody_calls_this" in ended.stdout


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_does_two_jobs(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 500


def test_names_say_what_a_module_does() -> None:
    vague = {"utils", "helpers", "common", "misc", "manager"}
    assert not [file for file in PYTHON if file.stem.strip("_") in vague]


def test_only_the_tokens_know_colours() -> None:
    literal = re.compile(r"[\"']#[0-9A-Fa-f]{3,8}[\"']")
    assert not [file for file in CODE if literal.search(file.read_text(encoding="utf-8"))]


def test_nobody_sleeps() -> None:
    sleeping = re.compile(r"\btime\.sleep\(")
    found = [file for file in PYTHON if sleeping.search(file.read_text(encoding="utf-8")) and file != Path(__file__)]
    assert not found


def test_no_machine_and_no_registry_is_named() -> None:
    named = re.compile(r"/(?:root|home)/\w|/tmp/\w|py(?:pi\.org|thonhosted)|index[-]url")
    texts = {".py", ".toml", ".txt", ".md", ".sh", ".spec", ""}
    files = [ROOT / name for name in TRACKED if (ROOT / name).suffix in texts and (ROOT / name).is_file()]
    assert not [file for file in files if named.search(file.read_text(encoding="utf-8", errors="ignore"))]


def test_pyside_is_not_the_version_that_loses_none() -> None:
    import PySide6

    assert PySide6.__version__ != "6.12.0"
    before = sys.getrefcount(None)
    from PySide6.QtCore import QObject

    thing = QObject()
    for _turn in range(200):
        thing.blockSignals(False)
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 100


def test_every_line_to_a_server_shares_its_accounts_allowance() -> None:
    """A client with an allowance of its own would double what the account may ask."""
    calls = [
        (file, call)
        for file in (ROOT / "console" / "adapters").glob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Http"
    ]
    assert len(calls) > 5
    assert not [file for file, call in calls if "allowance" not in [keyword.arg for keyword in call.keywords]]
