"""Pictures have a file of their own, within a size; it may be deleted or damaged at any time."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from console.store import care
from console.store.files import BLOBS, VERSIONS
from console.store.read.pictures import picture, states
from console.store.write.pictures import Picture, Place, forget, keep, refuse, used
from tests.houses import House, house

LIMIT = 1_000_000


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


def put(here: House, key: str, size_bytes: int = 100_000, *, limit_bytes: int = LIMIT, connection: str = "c") -> bytes:
    here.clock.forward(1)
    data = os.urandom(size_bytes)
    keep(here.store, Place(key, connection, "m"), Picture("image/png", 4, 3, data), limit_bytes)
    return data


def keys(here: House) -> list[str]:
    return sorted(states(here.store, [f"k{n}" for n in range(60)]))


def size_bytes(here: House) -> int:
    return sum(file.stat().st_size for file in here.store.folder.glob("blobs*"))


def test_without_the_file_nothing_is_known_and_looking_makes_none(here: House) -> None:
    assert states(here.store, ["k1"]) == {}
    assert picture(here.store, "k1") is None
    forget(here.store, "c")
    assert not (here.store.folder / BLOBS).exists()


def test_a_picture_is_given_back_as_it_was_kept(here: House) -> None:
    data = put(here, "k1")
    assert picture(here.store, "k1") == data
    assert states(here.store, ["k1", "k2"])["k1"].error == ""


def test_the_file_stays_within_its_size_and_the_oldest_used_go_first(here: House) -> None:
    for n in range(9):
        put(here, f"k{n}")
    here.clock.forward(1)
    used(here.store, ["k0"])
    for n in range(9, 30):
        put(here, f"k{n}")
        assert size_bytes(here) < LIMIT * 1.1
        if n < 17:
            assert "k0" in keys(here), "it was looked at after the others"
    assert keys(here) == [f"k{n}" for n in range(21, 30)]


def test_a_smaller_limit_gives_the_room_back(here: House) -> None:
    for n in range(9):
        put(here, f"k{n}")
    assert size_bytes(here) > 900_000
    put(here, "k9", 1000, limit_bytes=300_000)
    assert size_bytes(here) < 350_000
    assert keys(here) == ["k7", "k8", "k9"]


def test_a_picture_larger_than_all_the_room_is_not_kept(here: House) -> None:
    put(here, "k1", 1000)
    put(here, "k2", LIMIT + 1)
    assert "k2" not in keys(here)


def test_why_a_picture_is_not_here_is_remembered_but_never_instead_of_it(here: House) -> None:
    refuse(here.store, Place("k1", "c", "m"), "gone", LIMIT)
    assert states(here.store, ["k1"])["k1"].error == "gone"
    assert picture(here.store, "k1") is None
    data = put(here, "k1")
    refuse(here.store, Place("k1", "c", "m"), "offline", LIMIT)
    assert picture(here.store, "k1") == data


def test_the_pictures_of_a_connection_go_with_it(here: House) -> None:
    put(here, "k1", connection="c")
    put(here, "k2", connection="d")
    forget(here.store, "c")
    assert keys(here) == ["k2"]


def test_the_file_may_be_deleted_while_everybody_works(here: House) -> None:
    put(here, "k1")
    (here.store.folder / BLOBS).unlink()
    assert keys(here) == []
    put(here, "k2")
    assert keys(here) == ["k2"]


def test_the_check_up_counts_them_and_calls_a_damaged_file_no_trouble(here: House) -> None:
    def said() -> care.Check:
        return next(check for check in care.checks(here.store) if check.name == "pictures")

    assert said() == care.Check("pictures", True, "0, 0 bytes")
    put(here, "k1", 1000)
    refuse(here.store, Place("k2", "c", "m"), "gone", LIMIT)
    assert said() == care.Check("pictures", True, "1, 1,400 bytes")
    broken_head(here.store.folder / BLOBS)
    assert said().ok


def broken_head(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[:100] = os.urandom(100)
    file.write_bytes(data)


def broken_tree(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for page in range(1, min(12, len(data) // 4096)):
        data[page * 4096 : page * 4096 + 200] = os.urandom(200)
    file.write_bytes(data)


def newer(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute(f"PRAGMA user_version={VERSIONS[BLOBS] + 1}")
    database.close()


@pytest.mark.parametrize("spoil", [broken_head, broken_tree, newer])
def test_a_damaged_file_is_put_aside_and_the_next_picture_begins_another(here: House, spoil: object) -> None:
    put(here, "k1")
    spoil(here.store.folder / BLOBS)  # type: ignore[operator]  # one of the three above
    assert picture(here.store, "k1") is None
    data = put(here, "k1")
    assert picture(here.store, "k1") == data
    assert (here.store.folder / "blobs.damaged.db").exists()
