"""Modules build on each other one way, also in what they import late or for their types only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MODULES = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in (ROOT / "console").rglob("*.py")}


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in MODULES else node.module


def in_order(graph: dict[str, set[str]]) -> list[str]:
    """Whom nobody builds on comes last. Raises CycleError with the modules that go round."""
    return list(TopologicalSorter(graph).static_order())


def test_no_two_modules_need_each_other() -> None:
    graph = {name: set(imported(file.read_text(encoding="utf-8"))) for name, file in MODULES.items()}
    assert len(in_order(graph)) >= len(MODULES)


def test_two_modules_that_need_each_other_are_noticed() -> None:
    late = "def work():\n    from console.store import backup\n"
    with pytest.raises(CycleError):
        in_order({"console.store.backup": {"console.store.files"}, "console.store.files": set(imported(late))})
