"""Files as connections of their own: looking at one without keeping anything, and connecting a copy of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

from console.adapters.files import Files, format_of, options_of
from console.adapters.imports.beside import Beside
from console.adapters.imports.entry import Entry, Format, Skipped
from console.adapters.imports.mail import Mails
from console.adapters.imports.mail_verdicts import Verdict, verdicts
from console.adapters.imports.source import Source
from console.domain.characters import one_line
from console.domain.conversation import Message, Person, Space
from console.domain.imported import FOLDER, LOOKING, Missed
from console.store.connection import Store
from console.store.read.connections import connections as stored_connections
from console.store.read.connections import servers
from console.store.write import connections
from console.sync.connecting import Checked, Patience, Wanted, check, held
from console.sync.import_copies import Told, keep

EVERYTHING_DAYS = 36_500


class NoSuchConnection(LookupError):
    """Nothing has the name that a file was said to belong to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants imported, and how.

    name     what to call it; "" is as the file
    format   a kind of file or a platform, to be taken for whatever it looks like; "" is by its content
    of       name of the connection that the same conversations come from otherwise; "" is the only one of that platform
    private  private messages too
    trust    mail servers whose word on who sent a mail holds; empty is what the connection `of` knows, or the mails say
    """

    paths: tuple[Path, ...]
    name: str = ""
    format: str = ""
    of: str = ""
    private: bool = False
    trust: tuple[str, ...] = ()


@dataclass(slots=True)
class Look:
    """What a file holds, counted without keeping any of it. `spaces` is title -> messages."""

    name: str
    format: str
    platform: str
    messages: int = 0
    people: int = 0
    spaces: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None
    missed: list[Missed] = field(default_factory=list)
    mails: list[Verdict] = field(default_factory=list)


def look(store: Store, asked: Asked, told: Told, *, each_mail: bool = False) -> Look:
    """What would be read; with `each_mail` also what each mail is taken for. `told` may raise Stopped. Raises Rejected "import_…" where that is nothing; NoSuchConnection."""
    mark = store.folder / LOOKING
    with Source(asked.paths) as source, Beside(mark=mark) as beside:
        kind = format_of(source, asked.format)
        found = Look(_name(asked), kind.key, kind.platform)
        titles: dict[str, str] = {}
        people: set[str] = set()
        options = options_of(
            _settings(store, asked, kind), 0, lambda keys: held(store, keys), lambda name: servers(store, name), beside
        )
        for one in kind.read(source, options, None):
            if isinstance(one, Skipped):
                found.missed.append(Missed(one.where, one.reason, one.facts, one.raw))
            else:
                _count(found, one, titles, people)
            told("reading", source.share(), found.messages)
        found.missed += [Missed(one.where, one.reason, one.facts) for one in source.troubles]
        found.mails = list(verdicts(source, options)) if each_mail and kind.key == Mails.key else []
    mark.unlink(missing_ok=True)  # of a look that ended in the middle, which this one did not
    found.people = len(people)
    return found


def bring(store: Store, asked: Asked, patience: Patience, told: Told) -> Checked:
    """Keep a copy and connect it; its messages come with the next round. `told` may raise Stopped.

    The same file again is the connection that it made before, under the name that was asked for now if any. Raises
    PlatformError; NoSuchConnection.
    """
    with Source(asked.paths) as source:  # before anything is copied
        kind = format_of(source, asked.format)
    settings = _settings(store, asked, kind)
    folder = keep(asked.paths, store.folder, told)
    before = next((row for row in stored_connections(store) if row.adapter == Files.key and row.url == folder), None)
    name = before.name if before is not None and not asked.name else _free_name(store, _name(asked), folder)
    wanted = Wanted(Files.key, name, folder, "", {**settings, "format": kind.key}, EVERYTHING_DAYS, kind.platform)
    checked = asyncio.run(check(wanted, {}, patience, store.now_ms(), imports=store.folder / FOLDER))
    connections.put(store, checked.new)
    return checked


def _count(found: Look, entry: Entry, titles: dict[str, str], people: set[str]) -> None:
    for change in entry.changes:
        match change:
            case Space():
                titles[change.key] = one_line(change.title)
            case Person():
                people.add(change.key)
            case Message():
                found.messages += 1
                found.spaces[titles.get(change.space, change.space)] += 1
                found.first_ms = min(found.first_ms or change.posted_at_ms, change.posted_at_ms)
                found.last_ms = max(found.last_ms or 0, change.posted_at_ms)


def _settings(store: Store, asked: Asked, kind: Format) -> dict[str, str]:
    """What a connection to it keeps of how it is to be read."""
    settings = {
        "name": _name(asked), "timezone": store.policy.hours.timezone, "imported_ms": str(store.now_ms()),
        "private": "yes" if asked.private else "no",
    }  # fmt: skip
    rows = [row for row in stored_connections(store) if row.adapter != Files.key]
    named = [row for row in rows if asked.of.lower() in (row.name.lower(), row.key.lower())]
    if asked.of and not named:
        raise NoSuchConnection(asked.of)
    alike = named or [row for row in rows if row.platform == kind.platform]
    if len(alike) == 1:
        settings |= {"server": alike[0].server, "account": alike[0].user or alike[0].account}
        settings |= {"authserv": alike[0].settings.get("authserv", "")}
    return settings | ({"authserv": "; ".join(asked.trust)} if asked.trust else {})


def _name(asked: Asked) -> str:
    first = asked.paths[0]
    return asked.name or one_line(first.name if first.is_dir() else first.stem) or "import"


def _free_name(store: Store, wanted: str, folder: str) -> str:
    """The wanted name, with a number where another connection has it."""
    taken = {row.name.lower() for row in stored_connections(store) if row.url != folder}
    names: Sequence[str] | chain[str] = chain([wanted], (f"{wanted} {number}" for number in count(2)))
    return next(name for name in names if name.lower() not in taken)
