"""A file of an earlier version becomes what a new one is, and what was in it stays."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from console.store.connection import opened
from console.store.files import CACHE, LEDGER
from console.store.migrations.run import upgrade
from tests.houses import CONNECTION, house

FIRST = {
    name: resources.files("console.store") / f"migrations/{name[:-3]}/versions/0001_first.sql"
    for name in (CACHE, LEDGER)
}


def shape(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The columns of every table, and the names of the indexes."""
    raw = opened(path)
    names = [
        name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY name")
    ]
    found = {name: sorted(tuple(row)[1:] for row in raw.execute(f"PRAGMA table_info({name})")) for name in names}
    raw.close()
    return found


def first(path: Path) -> None:
    """A file as the first version made it."""
    raw = opened(path)
    for statement in FIRST[path.name].read_text(encoding="utf-8").split(";\n\n"):
        if statement.strip():
            raw.execute(statement)
    raw.execute("PRAGMA user_version=1")
    raw.close()


@pytest.mark.parametrize("name", [CACHE, LEDGER])
def test_a_file_of_the_first_version_becomes_what_a_new_one_is(tmp_path: Path, name: str) -> None:
    new = house(tmp_path / "new").store.folder / name
    old = tmp_path / name
    first(old)
    raw = opened(old)
    if name == CACHE:
        raw.execute("INSERT INTO stream(connection, key, cursor) VALUES (?, 'posts', '{}')", (CONNECTION,))
    raw.close()
    upgrade(old, old.stem)
    assert shape(old) == shape(new)
    raw = opened(old)
    assert raw.execute("PRAGMA user_version").fetchone() == opened(new).execute("PRAGMA user_version").fetchone()
    if name == CACHE:
        assert raw.execute("SELECT key, more FROM stream").fetchall() == [("posts", 0)]
    raw.close()
