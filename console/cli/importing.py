"""The command `import`: an export or a mailbox as a connection of its own, or what would be read of it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from console.adapters.imports.recognising import format_named
from console.cli import pasting
from console.cli.connecting import report
from console.cli.delivering import sync_once
from console.cli.reading import Json
from console.cli.session import Failed, Session, now_ms, put_json, say
from console.cli.terminal import Screen
from console.domain.imported import Imported, Missed
from console.exports import rows
from console.sentences.imports import counted_words, format_words, skipped_words
from console.sentences.shown import day
from console.store.connection import Store
from console.store.read.connections import ConnectionRow, by_name, spaces
from console.store.read.imports import imported, skipped, skipped_file
from console.sync import importing
from console.sync.import_copies import Told
from console.sync.importing import Asked, Look
from console.words import _, ngettext, number

SHOWN = 20  # of what was skipped
MOVES_S = 0.2


def import_files(
    context: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar=_("FILE"), help=_("A file, a folder, or the zips of one export."))] = None,
    platform: Annotated[str, typer.Option("--platform", help=_("Take it for this, whatever it looks like."))] = "",
    name: Annotated[str, typer.Option("--name", help=_("What you call it; else as the file."))] = "",
    of: Annotated[str, typer.Option("--of", help=_("The connection that the same conversations come from otherwise."))] = "",
    trust: Annotated[list[str] | None, typer.Option("--trust", help=_("A mail server whose word on who sent a mail holds; else the one that most mails name."))] = None,
    private: Annotated[bool, typer.Option("--private", help=_("Private messages in it too."))] = False,
    paste: Annotated[bool, typer.Option("--paste", help=_("Standard input is a message that you copied, with its link."))] = False,
    author: Annotated[str, typer.Option("--author", help=_("Who wrote what is pasted."))] = "",
    group: Annotated[str, typer.Option("--group", help=_("The group it belongs to, where its link doesn't tell."))] = "",
    link: Annotated[str, typer.Option("--link", help=_("Where it stands, if not in the text."))] = "",
    at: Annotated[str, typer.Option("--at", help=_("When it was written: 2026-11-24, 3d (so long ago); else now."))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Say what would be read, and keep nothing."))] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    if paste:
        pasting.refuse_files(files or ())
        pasting.paste(session, pasting.Said(author, group, link, at), as_json=as_json)
        return
    if not files:
        raise typer.BadParameter(_("Name a file, or paste with --paste."))
    if platform and format_named(platform) is None:
        raise typer.BadParameter(_("No file is read as ‘{name}’.").format(name=platform))
    asked = Asked(tuple(path.absolute() for path in files), name, platform, of, private, tuple(trust or ()))
    with session.store(must_exist=False) as store, moving() as told:
        try:
            if dry_run:
                found = importing.look(store, asked, told, each_mail=as_json)
            else:
                added = importing.bring(store, asked, session.patience(), told).new
        except importing.NoSuchConnection:
            raise Failed(_("There is no connection ‘{name}’. See ‘luisterpost connections’.").format(name=of)) from None
    if dry_run:
        put_json(shape_of(found)) if as_json else say_look(found)
        return
    if not as_json:
        say(_("A copy is kept in the profile. What is read is kept too, also if you stop here: ‘luisterpost sync --once’ goes on."))  # fmt: skip
    with watched(session, added.key):
        rows = sync_once(session, frozenset((added.key,)), lambda said: None)
    failed = [row for row in rows if not row["ok"]]
    if failed:
        report(rows, False)
    with session.store() as store:
        row = by_name(store, added.key)
        if row is None:
            raise Failed(_("There is no connection ‘{name}’. See ‘luisterpost connections’.").format(name=added.name))
        if as_json:
            put_json(_result(store, row))
        else:
            _say_result(store, row)


@contextmanager
def moving() -> Iterator[Told]:
    """A bar on a terminal that shows how far it is."""
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
                  console=Screen(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:  # fmt: skip
        task = progress.add_task("", total=1.0)

        def told(what: str, share: float, messages: int) -> None:
            words = _("Copying …") if what == "copying" else _("Reading … {n} messages").format(n=number(messages))
            progress.update(task, completed=share, description=words)

        yield told


@contextmanager
def watched(session: Session, key: str) -> Iterator[None]:
    """A bar for what the collector reads, whoever that is: it looks in the store."""
    if not sys.stderr.isatty():
        yield
        return
    ended = threading.Event()

    def look() -> None:
        with session.store() as store, moving() as told:
            while not ended.wait(MOVES_S):
                how = imported(store, key)
                told("reading", how.share, how.messages)

    watcher = threading.Thread(target=look, name="import progress")
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def say_look(found: Look) -> None:
    """What would be read, for people."""
    say(_("Recognised: {name}.").format(name=format_words(found.format)))
    say(counted_words(found.messages, found.people))
    if found.first_ms is not None and found.last_ms is not None:
        say(_("From {first} until {last}.").format(first=day(found.first_ms, now_ms()), last=day(found.last_ms, now_ms())))  # fmt: skip
    for title, count in found.spaces.most_common():
        say(f"    {title}  {number(count)}")
    say_skipped(found.missed[:SHOWN], len(found.missed))
    say(_("Nothing is kept of it: this was a dry run."))


def say_skipped(missed: Sequence[Missed], count: int) -> None:
    if count:
        say(ngettext("{n} thing was left out:", "{n} things were left out:", count).format(n=number(count)))
    for one in missed:
        say(f"    {one.where}  {skipped_words(one.reason, one.facts)}")
    if count > len(missed):
        more = count - len(missed)
        say("   " + ngettext(" and {n} more", " and {n} more", more).format(n=number(more)))


def shape_of(found: Look) -> dict[str, Any]:
    """What would be read, for programs."""
    return {
        "name": found.name, "format": found.format, "platform": found.platform, "messages": found.messages,
        "people": found.people, "first_at": rows.when(found.first_ms), "last_at": rows.when(found.last_ms),
        "spaces": [{"title": title, "messages": count} for title, count in found.spaces.most_common()],
        "skipped": [shape_of_missed(one) for one in found.missed], "skipped_count": len(found.missed),
        "mails": [
            {"file": one.file, "taken_for": one.taken_for, "platform": one.platform, "space": one.space,
             "thread": one.thread, "url": one.url, "told_of": one.told_of, "layout": one.layout, "reason": one.reason}
            for one in found.mails
        ],
    }  # fmt: skip


def shape_of_missed(one: Missed) -> dict[str, Any]:
    return {"where": one.where, "reason": one.reason, "text": skipped_words(one.reason, one.facts), "raw": one.raw}


def _result(store: Store, row: ConnectionRow) -> dict[str, Any]:
    how = imported(store, row.key)
    return {
        "name": row.name, "format": row.settings.get("format", ""), "platform": row.platform, "messages": how.messages,
        "ended": how.ended, "spaces": [{"title": one.title, "messages": one.messages} for one in spaces(store, row.key)],
        "skipped": [shape_of_missed(one) for one in skipped(store, row, SHOWN)], "skipped_count": _count(how.skipped),
        "skipped_file": str(skipped_file(store, row)) if how.skipped else None,
    }  # fmt: skip


def _say_result(store: Store, row: ConnectionRow) -> None:
    how: Imported = imported(store, row.key)
    say(ngettext("‘{name}’: {n} message read.", "‘{name}’: {n} messages read.", how.messages).format(name=row.name, n=number(how.messages)))  # fmt: skip
    say_skipped(skipped(store, row, SHOWN), _count(how.skipped))
    if how.skipped:
        say(_("The whole list is in {file}.").format(file=skipped_file(store, row)))


def _count(of: Mapping[str, int]) -> int:
    return sum(of.values())
