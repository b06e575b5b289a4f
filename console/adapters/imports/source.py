"""A safe look at what a person gave us: a file, a folder, or several zips that belong together.

Nothing is unpacked: what is in a zip is read as it streams. Names are only ever compared and shown, never made into
paths. What breaks off, lies about its size or isn't a file at all is noted in `troubles`, and the rest is read.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from console.adapters.imports import pack
from console.adapters.imports.pack import Slice
from console.domain.platform import Rejected

MOST_ENTRIES = 200_000  # in the zips together
MOST_FILES = 1_000_000  # in a folder
MOST_BYTES = 2_000_000_000  # of one file in a zip, unpacked
MOST_TOTAL_BYTES = 20_000_000_000  # of all files in zips, unpacked
MOST_RATIO = 200  # unpacked to packed
FREE_BYTES = 1_000_000  # that much may come of anything, however small
MOST_LISTED_BYTES = 60_000_000  # of a zip's own list of its files, which is read whole
HEAD_BYTES = 4096
_BUFFER_BYTES = 262_144
_ZIP = b"PK\x03\x04"
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)
_NUMBERS = re.compile(r"(\d+)")
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One file of a source.

    archive  the zip it lies in, "" for a file of the disk
    name     its path in the zip or below the folder, with "/" between its parts
    """

    archive: str
    name: str
    size_bytes: int = field(compare=False)
    packed_bytes: int = field(compare=False, default=0)

    @property
    def base(self) -> str:
        return self.name.rpartition("/")[2]

    @property
    def where(self) -> str:
        """As a person would look it up; a name that is no text has marks in it."""
        whole = f"{self.archive}/{self.name}" if self.archive else self.name
        return whole.encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that isn't read, or not to its end. Codes of `reason` as in `entry.Skipped`."""

    where: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Bytes(Protocol):
    """What a file's bytes come from, whatever it lies in."""

    def read(self, most_bytes: int, /) -> bytes: ...

    def seek(self, at: int, /) -> int: ...

    def close(self) -> None: ...


class Source:
    """Files to read from. Close it; one thread at a time uses it."""

    def __init__(self, paths: Sequence[Path], *, kept: bool = False) -> None:
        """What lies at these paths: a file, a folder, zips. Raises Rejected "import_…" where nothing of it can be read.

        kept  it is the profile's own copy: the many files of a folder may lie in one (`imports.pack`)
        """
        self._kept = kept
        self._packs: list[BinaryIO] = []
        self._packed: dict[str, tuple[int, int, int]] = {}  # by name: which pack, where in it, how long
        self.troubles: list[Trouble] = []
        self._zips: dict[str, zipfile.ZipFile] = {}
        self._inside: dict[tuple[str, str], zipfile.ZipInfo] = {}
        self._paths: dict[str, str] = {}
        self._read: dict[Item, int] = {}
        self._opened_bytes = self._read_bytes = 0  # kept beside `_read`: of many files they are asked for often
        self._entries = self._unpacked_bytes = 0
        self._items: list[Item] = []
        try:
            for path in paths:
                self._add(path, f"{path.name}/" if len(paths) > 1 else "")
        except OSError as cause:
            self.close()
            raise Rejected(str(cause.filename or ""), code="import_not_readable") from cause
        except BaseException:
            self.close()
            raise
        self.items = tuple(sorted(self._items, key=_natural))
        self._by_base: dict[str, list[Item]] = {}
        for item in self.items:
            self._by_base.setdefault(item.base.lower(), []).append(item)

    # -- what there is -----------------------------------------------------------------------------------------------------

    def named(self, name: str) -> list[Item]:
        """The files whose path ends with `name` ("groups/your_comments_in_groups.json"), whatever lies above them.

        Upper and lower case are the same. One from each zip of a set that has it, in their order.
        """
        wanted = name.lower()
        found = self._by_base.get(wanted.rpartition("/")[2], [])
        return [item for item in found if f"/{item.name.lower()}".endswith(f"/{wanted}")]

    def below(self, folder: str, ending: str = "") -> list[Item]:
        """The files with `folder` among the folders above them, and that `ending`."""
        part = f"/{folder.lower().strip('/')}/"
        return [one for one in self.items if part in f"/{one.name.lower()}" and one.name.lower().endswith(ending)]

    def head(self, item: Item, most_bytes: int = HEAD_BYTES) -> bytes:
        """How a file begins; what can't be read is empty."""
        with _Careful(self, item, 0, counted=False) as raw:
            return raw.read(most_bytes) or b""

    def open(self, item: Item, at: int = 0) -> BinaryIO:
        """A file from that byte on. It raises nothing: where it breaks off or grows too large, it ends, and that is noted."""
        if item not in self._read:
            self._read[item] = 0
            self._opened_bytes += item.size_bytes
        buffer_bytes = min(_BUFFER_BYTES, max(HEAD_BYTES, item.size_bytes + 1))
        return io.BufferedReader(_Careful(self, item, at, counted=True), buffer_bytes)

    def text(self, item: Item, encoding: str = "utf-8-sig") -> io.TextIOWrapper:
        """A file as text with its line ends as they are; what is no text of that encoding is shown with marks in its place."""
        return io.TextIOWrapper(self.open(item), encoding=encoding, errors="replace", newline="")

    def share(self) -> float:
        """How much of what was opened so far has been read, 0 to 1: for a bar that shows progress."""
        return min(1.0, self._read_bytes / self._opened_bytes) if self._opened_bytes else 0.0

    def close(self) -> None:
        for opened in self._zips.values():
            opened.close()
        for packed in self._packs:
            packed.close()
        self._zips.clear()
        self._packs.clear()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- looking -----------------------------------------------------------------------------------------------------------

    def _add(self, path: Path, above: str) -> None:
        if path.is_dir():
            self._add_folder(path, above)
        elif path.is_file():
            with path.open("rb") as stream:
                zipped = stream.read(4) == _ZIP
            self._add_zip(path, path.name) if zipped else self._add_file(str(path), path.name)
        else:
            raise Rejected(path.name, code="import_not_there" if not path.exists() else "import_not_a_file")

    def _add_folder(self, top: Path, above: str) -> None:
        if self._kept and (top / pack.NAME).is_file():
            self._add_packed(top / pack.NAME, above)
        for folder, folders, names in os.walk(top, followlinks=False):
            relative = os.path.relpath(folder, top).replace(os.sep, "/")
            shown = above + (f"{relative}/" if relative != "." else "")
            folders[:] = sorted(name for name in folders if not self._is_link(f"{folder}/{name}", shown + name))
            for name in sorted(names):
                path = f"{folder}/{name}"
                if self._is_link(path, shown + name):
                    continue
                if name.lower().endswith(".zip"):
                    self._add_zip(Path(path), shown + name)
                elif not (self._kept and folder == str(top) and name == pack.NAME):
                    self._add_file(path, shown + name)

    def _is_link(self, path: str, shown: str) -> bool:
        """A link may lead anywhere: it is left alone."""
        if os.path.islink(path):
            self._trouble(shown, "link")
            return True
        return False

    def _add_file(self, path: str, name: str) -> None:
        told = os.stat(path)
        if not stat.S_ISREG(told.st_mode):
            self._trouble(name, "not_a_file")
            return
        if len(self._items) >= MOST_FILES:
            raise Rejected(name, code="import_too_many")
        self._paths[name] = path
        self._items.append(Item("", name, told.st_size))

    def _add_packed(self, path: Path, above: str) -> None:
        stream = path.open("rb", buffering=0)
        self._packs.append(stream)
        try:
            for name, begin, size in pack.files_in(stream):
                self._packed[above + name] = len(self._packs) - 1, begin, size
                self._items.append(Item("", above + name, size))
        except ValueError as cause:
            raise Rejected(path.parent.name, code="import_not_readable") from cause

    def _add_zip(self, path: Path, shown: str) -> None:
        if _listed_bytes(path) > MOST_LISTED_BYTES:
            raise Rejected(shown, code="import_too_many")
        try:
            opened = zipfile.ZipFile(path)
        except _BROKEN_ZIP:
            self._trouble(shown, "cut_off_zip")
            return
        self._zips[shown] = opened
        self._entries += len(opened.filelist)
        self._unpacked_bytes += sum(info.file_size for info in opened.filelist)
        if self._entries > MOST_ENTRIES:
            raise Rejected(shown, code="import_too_many")
        if self._unpacked_bytes > MOST_TOTAL_BYTES:
            raise Rejected(shown, code="import_too_large")
        for info in opened.filelist:
            if not info.filename:
                self._trouble(shown, "cut_off_zip")  # a name that begins with a zero byte is none
            elif not info.is_dir():
                self._add_entry(info, shown)

    def _add_entry(self, info: zipfile.ZipInfo, archive: str) -> None:
        name = _name_in(info)
        where = f"{archive}/{name}"
        reason = _not_taken(info, name)
        if not reason and (archive, name) in self._inside:
            reason = "double_name"
        if reason:
            self._trouble(where, reason)
            return
        self._inside[archive, name] = info
        self._items.append(Item(archive, name, info.file_size, info.compress_size))

    def _trouble(self, where: str, reason: str, **facts: object) -> None:
        self.troubles.append(Trouble(where, reason, facts))

    # -- reading -----------------------------------------------------------------------------------------------------------

    def begun(self, item: Item) -> Bytes:
        """The bytes themselves, for `_Careful`, which knows what may become of them."""
        if not item.archive and item.name in self._packed:
            number, begin, size = self._packed[item.name]
            return Slice(self._packs[number], begin, size)
        if item.archive:
            return self._zips[item.archive].open(self._inside[item.archive, item.name])
        return open(self._paths[item.name], "rb", buffering=0)  # whoever asked closes it

    def note_read(self, item: Item, up_to: int) -> None:
        more = up_to - self._read.get(item, 0)
        if more > 0:
            self._read[item] = up_to
            self._read_bytes += more

    def note_broken(self, item: Item, reason: str, at: int) -> None:
        told = Trouble(item.where, reason, {"bytes": at})
        if not any(one.where == told.where and one.reason == told.reason for one in self.troubles):
            self.troubles.append(told)


class _Careful(io.RawIOBase):
    """The bytes of one file, as far as they are whole and no more than it may hold."""

    def __init__(self, source: Source, item: Item, at: int, *, counted: bool) -> None:
        super().__init__()
        self._source = source
        self._item = item
        self._counted = counted
        self._at = 0
        self._stream: Bytes | None = None
        self._safely(lambda: self._begin(at))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # what a BufferedReader hands us is one
        stream = self._stream
        data = self._safely(lambda: stream.read(len(view))) if stream is not None else b""
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        super().close()

    def _begin(self, at: int) -> bytes:
        self._stream = self._source.begun(self._item)
        if at and not self._item.archive:
            self._stream.seek(at)
            self._at = at
        while self._at < at and (passed := self._stream.read(min(at - self._at, _BUFFER_BYTES))):
            self._at += len(passed)
        return b""

    def _safely(self, read: Callable[[], bytes]) -> bytes:
        try:
            data = read()
        except (*_BROKEN_ZIP, OSError):
            self._end("cut_off")
            return b""
        self._at += len(data)
        item = self._item
        if item.archive and self._at > min(MOST_BYTES, max(FREE_BYTES, item.packed_bytes * MOST_RATIO)):
            self._end("zip_bomb")
            return b""
        if self._counted:
            self._source.note_read(item, self._at)
        return data

    def _end(self, reason: str) -> None:
        self._source.note_broken(self._item, reason, self._at)
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def _natural(item: Item) -> tuple[list[str | int], list[str | int]]:
    """Part 2 comes before part 10."""
    return _parts(item.archive) if item.archive else [], _parts(item.name)


def _parts(text: str) -> list[str | int]:
    """Words and numbers by turns; the first is a word, if an empty one."""
    parts: list[str | int] = list(_NUMBERS.split(text))
    parts[1::2] = map(int, parts[1::2])
    return parts


def _listed_bytes(path: Path) -> int:
    """How long a zip says that its list of files is; 0 where it says nothing that can be found."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 66_000))
        tail = stream.read()
    told = 0
    for mark, at, kind in ((b"PK\x05\x06", 12, "<L"), (b"PK\x06\x06", 40, "<Q")):
        found = tail.rfind(mark)
        if found >= 0 and len(tail) >= found + at + struct.calcsize(kind):
            value = int(struct.unpack_from(kind, tail, found + at)[0])
            told = max(told, 0 if value == 0xFFFFFFFF else value)
    return told


def _name_in(info: zipfile.ZipInfo) -> str:
    """A name as it was meant: what doesn't say that it is UTF-8 often is, else it is of an old DOS."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _not_taken(info: zipfile.ZipInfo, name: str) -> str:
    """Why a file in a zip is left alone, "" for one that is read."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/") or "\0" in info.orig_filename:
        return "path_trick"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    if info.file_size > MOST_BYTES:
        return "too_large"
    if info.file_size > max(FREE_BYTES, info.compress_size * MOST_RATIO):
        return "zip_bomb"
    return ""
