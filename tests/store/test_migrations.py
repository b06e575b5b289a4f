"""A file of an earlier version becomes what a new one is, and what was in it stays."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from alembic import op

from console.domain.conversation import PersonKey
from console.store.files import CACHE, LEDGER, VERSIONS
from console.store.migrations.run import upgrade
from console.store.opening import opened
from console.store.preparing import prepare
from console.store.read import people
from tests.houses import CONNECTION, house

FIRST = {
    name: resources.files("console.store") / f"migrations/{name[:-3]}/versions/0001_first.sql"
    for name in (CACHE, LEDGER)
}

OPENS = """
import sys
from pathlib import Path
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
store = Store(Path(sys.argv[1]), now_ms=lambda: 0, policy=Policy())
print("ready", flush=True)
sys.stdin.readline()
prepare(store.folder)
"""


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


def version(path: Path) -> int:
    raw = opened(path)
    (found,) = raw.execute("PRAGMA user_version").fetchone()
    raw.close()
    return int(found)


def test_a_step_that_is_interrupted_leaves_the_file_as_it_was_and_is_made_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / CACHE
    first(old)
    before = shape(old)

    class Stopped(Exception):
        pass

    class Stopping:
        """The steps' connection; it stops at the last statement, when all else is done."""

        def exec_driver_sql(self, sql: str) -> object:
            if sql == f"PRAGMA user_version={VERSIONS[CACHE]}":
                raise Stopped
            return real().exec_driver_sql(sql)

    real = op.get_bind
    with monkeypatch.context() as stopping:
        stopping.setattr(op, "get_bind", Stopping)
        with pytest.raises(Stopped):
            upgrade(old, old.stem)
    assert (shape(old), version(old)) == (before, 1)
    upgrade(old, old.stem)
    assert version(old) == VERSIONS[CACHE]


def test_two_processes_that_open_it_at_once_both_find_it_up_to_date(tmp_path: Path) -> None:
    house(tmp_path).store.close()
    for path in tmp_path.glob(f"{CACHE}*"):
        path.unlink()
    first(tmp_path / CACHE)
    both = [
        subprocess.Popen(
            [sys.executable, "-c", OPENS, str(tmp_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _one in range(2)
    ]  # fmt: skip
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in both:
        _told, wrong = process.communicate(timeout=60)
        assert process.returncode == 0, wrong
    assert version(tmp_path / CACHE) == VERSIONS[CACHE]


def test_what_can_be_collected_again_is_not_kept_twice(tmp_path: Path) -> None:
    first(tmp_path / CACHE)
    prepare(tmp_path)
    assert version(tmp_path / CACHE) == VERSIONS[CACHE]
    assert not list(tmp_path.glob("cache.v*"))


def test_who_an_earlier_version_knew_is_a_person_of_their_own(tmp_path: Path) -> None:
    for name in (CACHE, LEDGER):
        first(tmp_path / name)
    raw = opened(tmp_path / CACHE)
    raw.execute("INSERT INTO person(id, key, name) VALUES (7, 'memory:here:user:fatma', 'Fatma')")
    raw.close()
    of = house(tmp_path)
    assert [tuple(row) for row in of.store.read("SELECT who_id, how FROM person")] == [(7, "alone")]
    assert people.members(of.store, PersonKey("memory:here:user:fatma")) == ["memory:here:user:fatma"]
    of.store.close()


def test_what_was_taken_back_before_is_so_after_and_what_stood_again_stands(tmp_path: Path) -> None:
    old = tmp_path / LEDGER
    first(old)
    raw = opened(old)
    for n, (key, undoes) in enumerate([("a", None), ("b", None), ("ua", "a"), ("ub", "b"), ("uub", "ub")]):
        raw.execute(
            'INSERT INTO event(key, origin, origin_seq, hlc, at_ms, "by", thread, what, undoes, payload_hash, chain)'
            " VALUES (?, 'o', ?, ?, 0, 'Noor', 't', ?, ?, '', '')",
            (key, n, n, "undo" if undoes else "done", undoes),
        )
    raw.close()
    upgrade(old, old.stem)
    raw = opened(old)
    assert {key for (key,) in raw.execute("SELECT event FROM undone")} == {"a", "ub"}
    raw.close()
