"""The copy of a folder with many files is one file, and nobody can tell by what is read of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.adapters.files import opened
from console.adapters.imports import pack
from console.domain.imported import FILES, FOLDER
from console.domain.platform import Rejected
from console.store.read.connections import connections
from console.sync import import_copies
from tests.adapters.imports.test_mail import made
from tests.houses import House, house
from tests.sync.test_importing import bring, held


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    made_house = house(tmp_path / "profile")
    yield made_house
    made_house.store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Mails in folders, an empty file, a name that is no text of any kind, and a zip with a mail more."""
    top = tmp_path / "post"
    for number in range(8):
        below = top / ("vragen" if number % 2 else "antwoorden/oud")
        below.mkdir(parents=True, exist_ok=True)
        (below / f"{number}.eml").write_bytes(bytes(made(number)))
    (top / "leeg.eml").write_bytes(b"")
    (top / "groot.eml").write_bytes(bytes(made(20)) + b"x" * 5_000_000)
    with zipfile.ZipFile(top / "meer.zip", "w") as archive:
        archive.writestr("9.eml", bytes(made(9)))
    return top


def copy_of(home: House) -> Path:
    (row,) = [row for row in connections(home.store) if row.adapter == "files"]
    return home.store.folder / FOLDER / row.url


def test_what_is_read_is_the_same_and_so_is_the_connection(
    home: House, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = house(tmp_path / "other")
    loose = bring(other.store, folder)
    monkeypatch.setattr(import_copies, "MOST_LOOSE", 3)
    assert bring(home.store, folder) == loose
    assert held(home.store) == held(other.store)
    assert len(held(home.store)) == 10
    lying = sorted(path.name for path in (copy_of(home) / FILES).rglob("*") if path.is_file())
    assert lying == [pack.NAME, "meer.zip"]
    with opened(copy_of(home)) as packed, opened(copy_of(other)) as whole:
        assert packed.items == whole.items
        for item in whole.items:
            assert packed.open(item, at=7).read() == whole.open(item, at=7).read()
    other.store.close()


def test_a_copy_that_was_damaged_is_told_of(
    home: House, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(import_copies, "MOST_LOOSE", 3)
    bring(home.store, folder)
    (packed,) = (copy_of(home) / FILES).rglob(pack.NAME)
    whole = packed.read_bytes()
    for damaged in (b"", whole[:5], whole[:-9], whole[100:], whole[:-8] + b"\xff" * 8):
        packed.write_bytes(damaged)
        with pytest.raises(Rejected) as told:
            opened(copy_of(home))
        assert told.value.code == "import_not_readable"


def test_a_stranger_that_calls_itself_such_a_copy_is_a_file_like_any_other(home: House, folder: Path) -> None:
    packing = pack.Packing(folder / pack.NAME)
    list(packing.copied(str(folder / "groot.eml"), "../../elders.eml"))
    packing.finish()
    bring(home.store, folder)
    with opened(copy_of(home)) as source:
        names = {item.name for item in source.items if not item.archive}
    assert pack.NAME in names
    assert "../../elders.eml" not in names
    assert len(held(home.store)) >= 10


def test_a_copy_that_is_given_up_halfway_leaves_nothing(
    home: House, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(import_copies, "MOST_LOOSE", 3)
    monkeypatch.setattr(
        pack.Packing, "finish", lambda self: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(Rejected) as told:
        bring(home.store, folder)
    assert told.value.code == "import_no_room"
    assert list((home.store.folder / FOLDER).iterdir()) == []
