"""Reading a community written as text: resources/demo/README.md describes the format.

Pure parsing, without a clock: every moment is an age ("3h12m" ago) that becomes a time when a world is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

Row = TypeVar("Row")
Told = TypeVar("Told", "Arrival", "Earlier")

_AGE = re.compile(r"(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_UNITS_MS = (365 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000)
_HAPPENINGS = ("say", "start", "report", "edit", "remove", "like", "answer")
_COLLEAGUES_DO = ("report", "edit")


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
    department: str
    mail: str
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
    """A report on a message; `by` and `text` are "" where the reporter left them out.

    `state` is pending, upheld or dismissed: what the platform's own people made of it.
    """

    by: str
    ago_ms: int
    reason: str
    text: str
    state: str = "pending"


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message. `html` says that the body is markup, else it is plain text; `before` is the text before an edit."""

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
    attachments: tuple[tuple[str, str, int], ...] = ()
    reactions: tuple[tuple[str, int], ...] = ()
    reports: tuple[ReportText, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadText:
    title: str
    messages: tuple[MessageText, ...]
    locked: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class SpaceText:
    platform: str
    slug: str
    title: str
    members: int
    leadership: bool
    threads: tuple[ThreadText, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that happens while somebody watches: `what` is say, start, report, edit, remove or like.

    `answers` names a message (a space, for start); with `to_us` it waits until we have replied in that message's thread.
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
class Earlier:
    """Something that was done before the community is looked at: by a colleague (report, edit), by a moderator, or a round of
    the collector. Moderators stand with their name. `cells`: what stood behind the message, as the kind of deed has it.
    """

    what: str
    ago_ms: int
    by: str = ""
    about: str = ""
    cells: tuple[str, ...] = ()
    text: str = ""

    @property
    def by_colleague(self) -> bool:
        return self.what in _COLLEAGUES_DO


@dataclass(frozen=True, slots=True)
class Community:
    connections: tuple[ConnectionText, ...]
    people: tuple[PersonText, ...]
    spaces: tuple[SpaceText, ...]
    arrivals: tuple[Arrival, ...]
    earlier: tuple[Earlier, ...] = ()


def load(folder: Path) -> Community:
    """Read a whole community. Raises BrokenCommunity with file and line."""
    people = tuple(_read(folder / "people.txt", _person))
    known = {person.handle for person in people}
    connections = tuple(_read(folder / "connections.txt", lambda line: _connection(line, known)))
    platforms = {connection.platform for connection in connections}
    spaces: list[SpaceText] = []
    names: set[str] = set()
    for file in sorted(folder.glob("*/*.txt"), key=lambda file: str(file).lower()):
        if file.parent.name not in platforms:
            raise BrokenCommunity(file, 1, f"no connection to {file.parent.name}")
        spaces.append(_SpaceReader(file, known, names).space())
    rooms = {f"{space.platform}/{space.slug}" for space in spaces}
    earlier = _told(folder / "earlier.txt", lambda cells: _earlier(cells, known, names))
    arrivals = _told(folder / "alive.txt", lambda cells: _arrival(cells, known, names, rooms))
    return Community(connections, people, tuple(spaces), arrivals, earlier)


def age_ms(text: str) -> int:
    """ "3h12m" in milliseconds. Raises ValueError."""
    found = _AGE.fullmatch(text.strip())
    if found is None or not text.strip():
        raise ValueError(f"not an age: {text.strip()}")
    return sum(int(part) * unit for part, unit in zip(found.groups(), _UNITS_MS, strict=True) if part)


@contextmanager
def _at(file: Path, line: int) -> Iterator[None]:
    """What is wrong inside gets its place."""
    try:
        yield
    except ValueError as wrong:
        raise BrokenCommunity(file, line, str(wrong)) from None


def _read(file: Path, row: Callable[[str], Row]) -> Iterator[Row]:
    for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            with _at(file, n):
                yield row(line)


def _cells(line: str, count: int) -> list[str]:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != count:
        raise ValueError(f"{count} cells expected, {len(cells)} found")
    return cells


def _one_of(value: str, known: set[str], what: str) -> str:
    if value not in known:
        raise ValueError(f"unknown {what}: {value}")
    return value


def _connection(line: str, people: set[str]) -> ConnectionText:
    platform, title, account, exact = _cells(line, 4)
    _one_of(exact, {"exact", "approximate"}, "mark")
    return ConnectionText(platform, title, _one_of(account, people, "person"), exact == "approximate")


def _person(line: str) -> PersonText:
    handle, name, title, department, mail, joined, role = _cells(line, 7)
    _one_of(role, {"-", "us", "leadership"}, "role")
    joined_ms = None if joined == "-" else age_ms(joined)
    return PersonText(
        handle, name, title, "" if department == "-" else department, "" if mail == "-" else mail, joined_ms,
        role == "leadership", role == "us",
    )  # fmt: skip


class _SpaceReader:
    """One space's file, line by line. The names of its messages go into `names`, which all spaces share."""

    def __init__(self, file: Path, people: set[str], names: set[str]) -> None:
        self._file = file
        self._people = people
        self._names = names
        self._space = SpaceText(file.parent.name, file.stem, file.stem, 0, False)
        self._threads: list[ThreadText] = []
        self._messages: list[MessageText] = []  # of the last thread; the last one is still being read
        self._body: list[str] = []
        self._before: list[str] | None = None

    def space(self) -> SpaceText:
        n = 0
        for n, line in enumerate(self._file.read_text(encoding="utf-8").splitlines(), 1):
            with _at(self._file, n):
                self._line(line)
        with _at(self._file, n):
            self._end_thread()
        return replace(self._space, threads=tuple(self._threads))

    def _line(self, line: str) -> None:
        if line.startswith("== "):
            self._end_thread()
            self._threads.append(ThreadText(line[3:].strip(), ()))
        elif line.startswith("-- "):
            self._end_message()
            self._messages.append(self._opened([cell.strip() for cell in line[3:].split("|")]))
        elif line.startswith("@"):
            name, _, value = line[1:].partition(" ")
            if not self._threads:
                self._fact_of_space(name, value.strip())
            elif not self._messages:
                self._fact_of_thread(name)
            else:
                self._messages[-1] = self._with(self._messages[-1], name, value.strip())
        elif self._messages:
            (self._body if self._before is None else self._before).append(line.removeprefix("\\"))
        elif line.strip() and not line.startswith("#"):
            raise ValueError("a text without a message")

    def _opened(self, cells: list[str]) -> MessageText:
        if not self._threads:
            raise ValueError("a message before the first thread")
        if len(cells) < 2:
            raise ValueError("a message needs a person and an age")
        name = f"{self._space.platform}/{self._space.slug}/{len(self._threads)}.{len(self._messages) + 1}"
        message = MessageText(name, _one_of(cells[0], self._people, "person"), age_ms(cells[1]))
        for cell in cells[2:]:
            match cell.split(" ", 1):
                case ["to", which]:
                    message = replace(message, answers=self._nth(which).name)
                case ["held" | "hidden" | "spam" as state]:
                    message = replace(message, state=state)
                case ["id", given]:
                    message = replace(message, name=given)
                case ["html"]:
                    message = replace(message, html=True)
                case _:
                    raise ValueError(f"unknown mark: {cell}")
        if message.name in self._names:
            raise ValueError(f"two messages are called {message.name}")
        self._names.add(message.name)
        return message

    def _nth(self, which: str) -> MessageText:
        if not which.isdecimal() or not 0 < int(which) <= len(self._messages):
            raise ValueError(f"no earlier message {which} in this thread")
        return self._messages[int(which) - 1]

    def _fact_of_space(self, name: str, value: str) -> None:
        match name:
            case "title":
                self._space = replace(self._space, title=value)
            case "members":
                self._space = replace(self._space, members=int(value))
            case "leadership":
                self._space = replace(self._space, leadership=True)
            case _:
                raise ValueError(f"unknown: @{name}")

    def _fact_of_thread(self, name: str) -> None:
        match name:
            case "locked":
                self._threads[-1] = replace(self._threads[-1], locked=True)
            case "pinned":
                self._threads[-1] = replace(self._threads[-1], pinned=True)
            case _:
                raise ValueError(f"unknown: @{name}")

    def _with(self, message: MessageText, name: str, value: str) -> MessageText:
        match name:
            case "attachment":
                title, mime, size = value.rsplit(" ", 2)
                return replace(message, attachments=(*message.attachments, (title, mime, int(size))))
            case "reactions":
                parts = value.split()
                pairs = zip(parts[::2], parts[1::2], strict=True)
                return replace(message, reactions=(*message.reactions, *((sign, int(count)) for sign, count in pairs)))
            case "edited":
                self._before = []
                return replace(message, edited_ago_ms=age_ms(value))
            case "deleted":
                return replace(message, deleted_ago_ms=age_ms(value))
            case "report":
                rest, _, settled = value.rpartition(" | ")
                state = settled if settled in ("upheld", "dismissed") else "pending"
                by, ago, reason, text = _cells(value if state == "pending" else rest, 4)
                by = "" if by == "-" else _one_of(by, self._people, "person")
                report = ReportText(by, age_ms(ago), reason, text.removeprefix("-"), state)
                return replace(message, reports=(*message.reports, report))
            case _:
                raise ValueError(f"unknown: @{name}")

    def _end_message(self) -> None:
        if self._messages:
            message = replace(
                self._messages[-1],
                body="\n".join(self._body).strip(),
                before="\n".join(self._before or ()).strip(),
            )
            if not message.body:
                raise ValueError("a message without a text ended before this line")
            self._messages[-1] = message
        self._body, self._before = [], None

    def _end_thread(self) -> None:
        self._end_message()
        if self._threads:
            if not self._messages:
                raise ValueError("a thread without a message ended before this line")
            self._threads[-1] = replace(self._threads[-1], messages=tuple(self._messages))
        self._messages = []


def _told(file: Path, one: Callable[[list[str]], Told]) -> tuple[Told, ...]:
    """What happens, a line each with its text below it."""
    found: list[Told] = []
    for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        with _at(file, n):
            if line.startswith("-- "):
                found.append(one([cell.strip() for cell in line[3:].split("|")]))
            elif line.strip() and not line.startswith("#"):
                if not found:
                    raise ValueError("a text before the first arrival")
                found[-1] = replace(found[-1], text=f"{found[-1].text}\n{line.removeprefix(chr(92))}".strip())
    return tuple(found)


def _earlier(cells: list[str], people: set[str], names: set[str]) -> Earlier:
    if len(cells) == 2 and cells[0] == "round":
        return Earlier(cells[0], age_ms(cells[1]))
    if len(cells) < 4:
        raise ValueError("a deed needs a kind, an age, a person and a message")
    what, ago, by, about, *rest = cells
    if what in _COLLEAGUES_DO:
        by = "" if by == "-" else _one_of(by, people, "person")
    return Earlier(what, age_ms(ago), by, _one_of(about, names, "message"), tuple(rest))


def _arrival(cells: list[str], people: set[str], names: set[str], rooms: set[str]) -> Arrival:
    if len(cells) < 4:
        raise ValueError("an arrival needs a kind, a delay, a person and a place")
    what, after, by, where, *rest = cells
    _one_of(what, set(_HAPPENINGS), "arrival")
    _one_of(where, rooms if what == "start" else names, "space" if what == "start" else "message")
    text = rest[1] if what == "report" and len(rest) > 1 else ""
    return Arrival(what, age_ms(after), _one_of(by, people, "person"), where, text, title=rest[0] if rest else "",
                   held="held" in rest[1:], to_us=what == "answer")  # fmt: skip
