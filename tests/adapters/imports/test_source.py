"""A safe look at what a person gave us: bombs, tricks, links, cut-off and mixed-up archives, and sets of zips."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.adapters.imports import source as sources
from console.adapters.imports.source import Source
from console.domain.platform import Rejected


def zipped(path: Path, *files: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files:
            made.writestr(name, data)
    return path


def whole(source: Source) -> dict[str, bytes]:
    found = {}
    for item in source.items:
        with source.open(item) as stream:
            found[item.where] = stream.read()
    return found


def troubles(source: Source) -> dict[str, str]:
    return {one.where: one.reason for one in source.troubles}


def test_a_file_a_folder_and_a_zip_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "map" / "onder").mkdir(parents=True)
    (tmp_path / "map" / "onder" / "a.txt").write_bytes(b"een")
    for path in (tmp_path / "map", zipped(tmp_path / "a.zip", ("map/onder/a.txt", b"een"))):
        with Source([path]) as source:
            (item,) = source.named("onder/A.TXT")
            assert source.open(item).read() == b"een"
            assert source.named("nder/a.txt") == []


def test_a_set_of_zips_is_one_source_in_its_order(tmp_path: Path) -> None:
    parts = [zipped(tmp_path / f"export-part{n}.zip", ("Messages.csv", b"%d" % n)) for n in (10, 2, 1)]
    with Source(parts) as source:
        assert [source.open(item).read() for item in source.named("Messages.csv")] == [b"1", b"2", b"10"]
    with Source([tmp_path]) as folder:
        assert len(folder.named("Messages.csv")) == 3


def test_a_zip_bomb_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bom.zip", ("bom", b"\0" * 30_000_000), ("goed", b"tekst"))
    assert path.stat().st_size < 100_000  # it is one
    with Source([path]) as source:
        assert whole(source) == {"bom.zip/goed": b"tekst"}
        assert troubles(source) == {"bom.zip/bom": "zip_bomb"}


def test_a_bomb_that_lies_about_its_size_ends_where_it_grows_too_large(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bom.zip", ("bom", b"\0" * 30_000_000))
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.find(mark) + at, 900_000)
    path.write_bytes(data)
    with Source([path]) as source:
        assert len(whole(source)["bom.zip/bom"]) <= 1_000_000
        assert len(source.troubles) == 1


def test_more_than_a_disk_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", ("a", os.urandom(2000)), ("b", os.urandom(2000)))
    monkeypatch.setattr(sources, "MOST_TOTAL_BYTES", 3000)
    with pytest.raises(Rejected) as refused:
        Source([path])
    assert refused.value.code == "import_too_large"
    monkeypatch.setattr(sources, "MOST_ENTRIES", 1)
    with pytest.raises(Rejected) as refused:
        Source([path])
    assert refused.value.code == "import_too_many"


def test_a_list_of_files_as_long_as_a_book_is_not_even_read(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 500_000_000, 0, 0)
    (tmp_path / "lang.zip").write_bytes(b"PK\x03\x04" + b"x" * 100 + end)
    with pytest.raises(Rejected) as refused:
        Source([tmp_path / "lang.zip"])
    assert refused.value.code == "import_too_many"


@pytest.mark.parametrize("name", ["../etc/passwd", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "a/.."])
def test_a_name_that_points_outside_is_left_out(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", (name, b"kwaad"), ("goed", b"tekst"))
    with Source([path]) as source:
        assert list(whole(source).values()) == [b"tekst"]
        assert set(troubles(source).values()) == {"path_trick"}


def test_a_link_in_a_zip_or_a_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "geheim").write_bytes(b"geheim")
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "link").symlink_to(tmp_path / "geheim")
    (tmp_path / "map" / "rond").symlink_to(tmp_path)
    with Source([tmp_path / "a.zip", tmp_path / "map"]) as source:
        assert whole(source) == {}
        assert set(troubles(source).values()) == {"link"}


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pijp")
    with Source([tmp_path]) as source:
        assert source.items == ()
        assert troubles(source) == {"pijp": "not_a_file"}
    with pytest.raises(Rejected) as refused:
        Source([tmp_path / "pijp"])
    assert refused.value.code == "import_not_a_file"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [("caf\u00e9.txt".encode(), "café.txt"), ("caf\u00e9.txt".encode("cp437"), "café.txt"), (b"\xff\xfe", None)],
)
def test_names_are_read_as_they_were_meant(tmp_path: Path, raw: bytes, shown: str | None) -> None:
    path = zipped(tmp_path / "a.zip", ("x" * len(raw), b"tekst"))
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    with Source([path]) as source:
        (item,) = source.items
        assert shown in (None, item.name)
        assert source.open(item).read() == b"tekst"


def test_a_zip_within_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "in.zip", ("Messages.csv", b"1"))
    with Source([zipped(tmp_path / "uit.zip", ("in.zip", inner.read_bytes()))]) as source:
        assert source.named("Messages.csv") == []


def test_two_files_of_one_name_are_one(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        path = zipped(tmp_path / "a.zip", ("a", b"een"), ("a", b"twee"))
    with Source([path]) as source:
        assert whole(source) == {"a.zip/a": b"een"}
        assert troubles(source) == {"a.zip/a": "double_name"}


def test_a_locked_file_is_left_out(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("dicht", b"geheim"))
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + at] |= 1
    path.write_bytes(data)
    with Source([path]) as source:
        assert troubles(source) == {"a.zip/dicht": "encrypted"}


def test_a_zip_that_is_cut_off_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    cut = zipped(tmp_path / "half.zip", ("a", os.urandom(5000)))
    cut.write_bytes(cut.read_bytes()[:3000])
    with Source([cut, zipped(tmp_path / "heel.zip", ("b", b"tekst"))]) as source:
        assert whole(source) == {"heel.zip/b": b"tekst"}
        assert troubles(source) == {"half.zip": "cut_off_zip"}


def test_a_file_that_is_damaged_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    text = b"".join(b"regel %d\n" % n for n in range(200_000))
    path = zipped(tmp_path / "a.zip", ("lang", text), ("goed", b"tekst"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20] = b"\xff" * 20
    path.write_bytes(data)
    with Source([path]) as source:
        found = whole(source)
        assert found["a.zip/goed"] == b"tekst"
        assert text.startswith(found["a.zip/lang"][:100_000])
        assert troubles(source) == {"a.zip/lang": "cut_off"}


def test_reading_from_the_middle_gives_the_rest(tmp_path: Path) -> None:
    text = os.urandom(700_000)
    (tmp_path / "a").write_bytes(text)
    with Source([tmp_path / "a", zipped(tmp_path / "b.zip", ("a", text))]) as source:
        for item in source.items:
            assert source.open(item, 600_001).read() == text[600_001:]
            assert source.open(item, 900_000).read() == b""


def test_how_far_it_is_grows_to_the_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1_000_000)
    with Source([tmp_path / "a"]) as source:
        stream, shares = source.open(source.items[0]), []
        while stream.read(100_000):
            shares.append(source.share())
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=12), st.booleans())
def test_a_zip_with_anything_in_it_is_read_or_refused(tmp_path: Path, at: int, spoilt: bytes, cut: bool) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("groups/a.json", b'{"a": [1, 2, 3]}' * 40)
        files.writestr("b.csv", b"a,b\n1,2\n" * 50)
    data = bytearray(made.getvalue())
    at %= len(data)
    data[at : at + len(spoilt)] = b"" if cut else spoilt
    path = tmp_path / "iets.zip"
    path.write_bytes(data)
    with suppress(Rejected), Source([path]) as source:
        assert sum(map(len, whole(source).values())) <= 2_000_000
        assert all(one.where.encode() and one.reason for one in source.troubles)


def test_a_bomb_of_bombs_takes_no_time(tmp_path: Path) -> None:
    """Overlapping files, each the whole of the others: 10 MB that claim to be terabytes."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(b"\0" * 50_000_000) + kernel.flush()
    path = tmp_path / "veel.zip"
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 50_000_000, 1, 0) + b"a" + packed
    rows = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), 50_000_000, 6, 0, 0, 0, 0, 0, 0)
        + b"%06d" % n
        for n in range(2000)
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2000, 2000, len(rows), len(head), 0)
    path.write_bytes(head + rows + end)
    with pytest.raises(Rejected) as refused:
        Source([path])
    assert refused.value.code == "import_too_large"
