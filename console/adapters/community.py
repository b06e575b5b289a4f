"""Reading a community written as text: resources/demo/README.md describes the format.

Pure parsing, without a clock: every moment is an age ("3h12m" ago) that becomes a time when a world is made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_AGE = re.compile(r"(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_UNITS_MS = (365 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000)


class BrokenCommunity(Exception):
    """A line that can't be read: which file, which line, what is wrong with it."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        super().__init__(f"{file.name}, line {line}: {what}")
        self.file = file
        self.line = line
        self.what = what


@dataclass(frozen=True, slots=True)
class PersonText:
    handle: str
    name: str
    title: str
    joined_ago_ms: int | None
    leadership: bool
    us: bool


@dataclass(frozen=True, slots=True)
class ConnectionText:
    platform: str
    title: str
    account: str
    approximate: bool


@dataclass(frozen=True, slots=True)
class ReportText:
    by: str
    ago_ms: int
    reason: str
    text: str


@dataclass(slots=True)
class MessageText:
    """One message. `html` says that the body is markup; else it is plain text."""

    name: str
    by: str
    ago_ms: int
    answers: str = ""
    state: str = "visible"
    body: str = ""
    html: bool = False
    edited_ago_ms: int | None = None
    before: str = ""
    deleted_ago_ms: int | None = None
    attachments: list[tuple[str, str, int]] = field(default_factory=list)
    reactions: list[tuple[str, int]] = field(default_factory=list)
    reports: list[ReportText] = field(default_factory=list)


@dataclass(slots=True)
class ThreadText:
    title: str
    messages: list[MessageText] = field(default_factory=list)
    locked: bool = False
    pinned: bool = False


@dataclass(slots=True)
class SpaceText:
    platform: str
    slug: str
    title: str
    members: int
    leadership: bool
    threads: list[ThreadText] = field(default_factory=list)


@dataclass(slots=True)
class Arrival:
    """Something that happens while somebody watches: `what` is say, start, report, edit, remove or like.

    `answers` names a message; with `to_us` it waits until we have replied in that message's thread.
    """

    what: str
    after_ms: int
    by: str
    answers: str
    text: str = ""
    title: str = ""
    held: bool = False
    to_us: bool = False


@dataclass(frozen=True, slots=True)
class Community:
    connections: tuple[ConnectionText, ...]
    people: tuple[PersonText, ...]
    spaces: tuple[SpaceText, ...]
    arrivals: tuple[Arrival, ...]


def load(folder: Path) -> Community:
    """Read a whole community. Raises BrokenCommunity with file and line."""
    connections = tuple(
        _connection(folder / "connections.txt", n, line) for n, line in _lines(folder, "connections.txt")
    )
    people = tuple(_person(folder / "people.txt", n, line) for n, line in _lines(folder, "people.txt"))
    known = {person.handle for person in people}
    spaces = tuple(
        _Reader(file, known).space() for file in sorted(folder.glob("*/*.txt"), key=lambda file: str(file).lower())
    )
    names = {message.name for space in spaces for thread in space.threads for message in thread.messages}
    arrivals = _arrivals(folder / "alive.txt", known, names)
    return Community(connections, people, spaces, arrivals)


def age_ms(text: str) -> int:
    """ "3h12m" in milliseconds. Raises ValueError."""
    found = _AGE.fullmatch(text.strip())
    if found is None or not text.strip():
        raise ValueError(text)
    return sum(int(part) * unit for part, unit in zip(found.groups(), _UNITS_MS, strict=True) if part)


def _lines(folder: Path, name: str) -> list[tuple[int, str]]:
    text = (folder / name).read_text(encoding="utf-8")
    return [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]


def _cells(file: Path, n: int, line: str, count: int) -> list[str]:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != count:
        raise BrokenCommunity(file, n, f"{count} cells expected, {len(cells)} found")
    return cells


def _connection(file: Path, n: int, line: str) -> ConnectionText:
    platform, title, account, approximate = _cells(file, n, line, 4)
    return ConnectionText(platform, title, account, approximate == "approximate")


def _person(file: Path, n: int, line: str) -> PersonText:
    handle, name, title, joined, role = _cells(file, n, line, 5)
    try:
        joined_ms = None if joined == "-" else age_ms(joined)
    except ValueError:
        raise BrokenCommunity(file, n, f"not an age: {joined}") from None
    return PersonText(handle, name, title, joined_ms, role == "leadership", role == "us")


class _Reader:
    """One space's file, line by line."""

    def __init__(self, file: Path, known: set[str]) -> None:
        self._file = file
        self._known = known
        self._slug = file.stem
        self._space = SpaceText(file.parent.name, file.stem, file.stem, 0, False)
        self._body: list[str] = []
        self._before: list[str] | None = None

    def space(self) -> SpaceText:
        for n, line in enumerate(self._file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                self._line(n, line)
            except ValueError as wrong:
                raise BrokenCommunity(self._file, n, f"not understood: {wrong}") from None
        self._finish()
        return self._space

    def _line(self, n: int, line: str) -> None:
        if line.startswith("== "):
            self._finish()
            self._space.threads.append(ThreadText(line[3:].strip()))
        elif line.startswith("-- "):
            self._finish()
            self._start(n, line[3:])
        elif line.startswith("@"):
            self._fact(n, line[1:])
        elif line.startswith("# ") and not self._space.threads:
            return
        elif self._space.threads:
            (self._body if self._before is None else self._before).append(line)

    def _start(self, n: int, line: str) -> None:
        if not self._space.threads:
            raise BrokenCommunity(self._file, n, "a message before the first thread")
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 2 or cells[0] not in self._known:
            raise BrokenCommunity(self._file, n, f"unknown person: {cells[0]}")
        thread = self._space.threads[-1]
        name = f"{self._space.platform}/{self._slug}/{len(self._space.threads)}.{len(thread.messages) + 1}"
        message = MessageText(name, cells[0], age_ms(cells[1]))
        for cell in cells[2:]:
            match cell.split(" ", 1):
                case ["to", which]:
                    message.answers = thread.messages[int(which) - 1].name
                case ["held" | "hidden" | "spam" as state]:
                    message.state = state
                case ["id", given]:
                    message.name = given
                case ["html"]:
                    message.html = True
                case _:
                    raise BrokenCommunity(self._file, n, f"unknown mark: {cell}")
        thread.messages.append(message)

    def _fact(self, n: int, line: str) -> None:
        name, _, value = line.partition(" ")
        value = value.strip()
        if not self._space.threads:
            match name:
                case "title":
                    self._space.title = value
                case "members":
                    self._space.members = int(value)
                case "leadership":
                    self._space.leadership = True
                case _:
                    raise BrokenCommunity(self._file, n, f"unknown: @{name}")
            return
        thread = self._space.threads[-1]
        if name in ("locked", "pinned"):
            setattr(thread, name, True)
            return
        message = thread.messages[-1]
        match name:
            case "attachment":
                title, mime, size = value.rsplit(" ", 2)
                message.attachments.append((title, mime, int(size)))
            case "reactions":
                parts = value.split()
                message.reactions += [(emoji, int(count)) for emoji, count in zip(parts[::2], parts[1::2], strict=True)]
            case "edited":
                message.edited_ago_ms = age_ms(value)
                self._before = []
            case "deleted":
                message.deleted_ago_ms = age_ms(value)
            case "report":
                by, ago, reason, text = _cells(self._file, n, value, 4)
                message.reports.append(ReportText(by, age_ms(ago), reason, text))
            case _:
                raise BrokenCommunity(self._file, n, f"unknown: @{name}")

    def _finish(self) -> None:
        if self._space.threads and self._space.threads[-1].messages:
            message = self._space.threads[-1].messages[-1]
            message.body = message.body or "\n".join(self._body).strip()
            if self._before is not None:
                message.before = "\n".join(self._before).strip()
        self._body, self._before = [], None


def _arrivals(file: Path, known: set[str], names: set[str]) -> tuple[Arrival, ...]:
    found: list[Arrival] = []
    for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("-- "):
            what, after, by, answers, *rest = [cell.strip() for cell in line[3:].split("|")]
            if by not in known:
                raise BrokenCommunity(file, n, f"unknown person: {by}")
            if what != "start" and answers not in names:
                raise BrokenCommunity(file, n, f"unknown message: {answers}")
            found.append(
                Arrival(
                    what,
                    age_ms(after),
                    by,
                    answers,
                    title=rest[0] if rest and rest[0] != "held" else "",
                    held="held" in rest,
                    to_us=what == "answer",
                )
            )
        elif found and line.strip() and not line.startswith("#"):
            found[-1].text = f"{found[-1].text}\n{line}".strip()
    return tuple(found)
