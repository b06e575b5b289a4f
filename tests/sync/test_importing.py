"""Importing files: the copy in the profile, and the connection that is pulled from it, killed at any moment."""

from __future__ import annotations

import asyncio
import mailbox
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from console.adapters.imports import reading
from console.domain.imported import FOLDER
from console.domain.platform import Rejected
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read.connections import by_name, connections
from console.store.read.imports import imported, skipped, skipped_file
from console.store.write import pages
from console.store.write.connections import remove
from console.sync import import_copies, importing
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.import_copies import Stopped
from console.sync.importing import Asked
from console.sync.secret_store import SecretStore
from tests.adapters.imports.test_mail import a_maildir, an_mbox, made
from tests.houses import House, house


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    made_house = house(tmp_path / "profile")
    yield made_house
    made_house.store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_mbox(tmp_path, [made(number, answers=number - 1 if number % 4 else None) for number in range(24)])


def nothing(what: str, share: float, messages: int) -> None:
    """Nobody looks."""


def bring(store: Store, *paths: Path, **asked: Any) -> str:
    """Import and read; the connection's key."""
    key = importing.bring(store, Asked(paths, **asked), Patience(), nothing).new.key
    collect(store, key)
    return key


def collect(store: Store, key: str) -> None:
    (row,) = asyncio.run(
        Collector(store, SecretStore(store.folder), Patience(), lambda said: None).once(frozenset((key,)))
    )
    assert row["ok"], row


def held(store: Store) -> Sequence[tuple[Any, ...]]:
    """Everything that was read, without what is local to this machine."""
    rows = store.read(
        "SELECT m.key, t.key AS thread, s.key AS space, p.name, m.posted_at_ms, m.text, m.title FROM message AS m"
        " JOIN thread AS t ON t.id = m.thread_id JOIN space AS s ON s.id = m.space_id JOIN person AS p ON p.id = m.person_id"
        " ORDER BY m.key"
    )
    return [tuple(row) for row in rows]


def test_what_is_read_comes_from_the_copy_and_can_be_read_again_without_the_file(home: House, file: Path) -> None:
    key = bring(home.store, file)
    before = held(home.store)
    assert len(before) == 24
    file.unlink()
    home.store.close()
    for part in home.store.folder.glob("cache.db*"):
        part.unlink()
    anew = Store(home.store.folder, now_ms=home.clock, policy=home.store.policy)
    prepare(anew.folder)
    collect(anew, key)
    assert held(anew) == before
    anew.close()


def test_importing_twice_changes_nothing(home: House, file: Path) -> None:
    first = bring(home.store, file)
    before = held(home.store)
    assert bring(home.store, file) == first
    assert held(home.store) == before
    assert len([row for row in connections(home.store) if row.adapter == "files"]) == 1


def test_two_files_with_the_same_mails_make_none_of_them_two(home: House, file: Path, tmp_path: Path) -> None:
    bring(home.store, file)
    box = mailbox.mbox(tmp_path / "later.mbox")
    for number in range(12, 36):
        box.add(made(number, answers=number - 1 if number % 4 else None))
    box.close()
    bring(home.store, tmp_path / "later.mbox")
    assert len(held(home.store)) == 36


def test_an_import_goes_on_where_its_collector_was_killed(
    home: House, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MESSAGES", 1)
    monkeypatch.setattr("console.adapters.imports.mail.BATCH", 5)
    other = house(tmp_path / "other")
    bring(other.store, file)
    key = importing.bring(home.store, Asked((file,)), Patience(), nothing).new.key
    apply = pages.apply
    killed = 0

    class Killed(BaseException):
        """As if the process had ended: nothing gets to tidy up."""

    def apply_and_die(*arguments: Any) -> Any:
        nonlocal killed
        killed += 1
        if killed % 2:
            raise Killed
        return apply(*arguments)

    monkeypatch.setattr(pages, "apply", apply_and_die)
    while not imported(home.store, key).ended:
        try:
            collect(home.store, key)
        except Killed:
            continue
    assert killed > 8
    assert held(home.store) == held(other.store)
    assert imported(home.store, key).messages == 24
    other.store.close()


def test_a_copy_that_is_stopped_leaves_nothing(home: House, file: Path) -> None:
    def stop(what: str, share: float, messages: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        importing.bring(home.store, Asked((file,)), Patience(), stop)
    assert list((home.store.folder / FOLDER).iterdir()) == []
    assert [row.adapter for row in connections(home.store)] == ["memory"]


def test_a_disk_without_room_is_told_before_anything_is_copied(
    home: House, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_copies, "ROOM_BYTES", 10**18)
    with pytest.raises(Rejected) as refused:
        bring(home.store, file)
    assert refused.value.code == "import_no_room"
    assert list((home.store.folder / FOLDER).iterdir()) == []


def test_links_are_not_followed_into_the_profile(home: House, tmp_path: Path) -> None:
    (tmp_path / "geheim.eml").write_bytes(bytes(made(9)))
    folder = a_maildir(tmp_path, [made(1), made(2)])
    (folder / "cur" / "link").symlink_to(tmp_path / "geheim.eml")
    (folder / "elders").symlink_to(tmp_path)
    bring(home.store, folder)
    assert len(held(home.store)) == 2
    assert not any(path.is_symlink() for path in (home.store.folder / FOLDER).rglob("*"))


def test_a_name_that_is_taken_gets_a_number(home: House, file: Path, tmp_path: Path) -> None:
    bring(home.store, file)
    (tmp_path / "b").mkdir()
    bring(home.store, an_mbox(tmp_path / "b", [made(50)]))
    assert {row.name for row in connections(home.store)} == {"Hier", "redactie", "redactie 2"}


def test_nobody_else_reads_the_copy(home: House, file: Path) -> None:
    bring(home.store, file)
    assert (home.store.folder / FOLDER).stat().st_mode & 0o077 == 0


def test_a_connection_that_is_forgotten_takes_its_copy_along(home: House, file: Path) -> None:
    key = bring(home.store, file)
    remove(home.store, key)
    import_copies.forget(home.store, key)
    assert list((home.store.folder / FOLDER).iterdir()) == []
    assert file.exists()


def test_where_the_list_of_what_was_left_out_can_not_be_written_nothing_is_lost(home: House, tmp_path: Path) -> None:
    folder = tmp_path / "los"
    folder.mkdir()
    an_mbox(folder, [made(number) for number in range(3)])
    (folder / "anders.txt").write_text("Geen mail.")
    key = importing.bring(home.store, Asked((folder,)), Patience(), nothing).new.key
    row = by_name(home.store, key)
    assert row is not None
    skipped_file(home.store, row).mkdir()
    rows = asyncio.run(
        Collector(home.store, SecretStore(home.store.folder), Patience(), lambda said: None).once(frozenset((key,)))
    )
    assert rows[0]["error"] == "store_read_only"
    skipped_file(home.store, row).rmdir()
    collect(home.store, key)
    assert len(held(home.store)) == 3
    assert [one.where for one in skipped(home.store, row, 9)] == ["anders.txt"]
