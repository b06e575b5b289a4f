"""The command `export`: threads and decisions in a file for a spreadsheet or another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.reading import Json
from console.cli.session import Failed, Session, now_ms, put_json, say
from console.cli.tables import FORMATS, Table, TooLong
from console.domain.query import Query, parse
from console.sentences.shown import what_happened
from console.store.read.exporting import Decided, exported
from console.words import _, ngettext, number


def export(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar=_("[QUERY …] FILE"), help=_("What to take, and the file to write it in."))
    ],
    kind: Annotated[str, typer.Option("--format", help=_("csv, xlsx or jsonl"))],
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    if kind not in FORMATS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(FORMATS)))
    *typed, name = words
    query, file = parse(" ".join(typed)) if typed else None, Path(name)
    if file.is_dir() or not file.parent.is_dir():
        raise Failed(_("We can't write {path}: name a file in a folder that exists.").format(path=file))
    # Written beside it and put in place when it is whole: who is interrupted keeps the file they had.
    fresh = file.with_name(f".{file.name}.new")
    try:
        threads, decisions = _written(session, query, FORMATS[kind](fresh))
        fresh.replace(file)
    except TooLong:
        raise Failed(_("That is more than a sheet can hold. Use --format csv, or a narrower query.")) from None
    finally:
        fresh.unlink(missing_ok=True)
    if as_json:
        put_json({"file": str(file), "format": kind, "threads": threads, "decisions": decisions})
        return
    said = [
        ngettext("{n} thread", "{n} threads", threads).format(n=number(threads)),
        ngettext("{n} decision", "{n} decisions", decisions).format(n=number(decisions)),
    ]
    say(_("{what} written in {path}.").format(what=", ".join(said), path=file))


def _written(session: Session, query: Query | None, table: Table) -> tuple[int, int]:
    """How many threads and decisions went into the table."""
    threads = decisions = 0
    at_ms = now_ms()
    try:
        with session.store() as store:
            for found in exported(store, query, session.settings().name):
                if isinstance(found, Decided):
                    event = shapes.event(found.row)
                    table.decision(event | {"words": what_happened(found.row.event), "text": found.text})
                    decisions += 1
                else:
                    table.thread(shapes.thread(found, at_ms))
                    threads += 1
    finally:
        table.close()
    return threads, decisions
