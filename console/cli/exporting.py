"""The command `export`: threads and decisions in a file for a spreadsheet or another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.reading import Json
from console.cli.session import Failed, Session, now_ms, put_json, say
from console.domain.query import Query, parse
from console.exports.files import write_trouble, written
from console.exports.rows import decision
from console.exports.tables import FORMATS, Table, TooLong
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
    try:
        with written(file, kind) as table:
            threads, decisions = _fill(session, query, table)
    except (TooLong, OSError) as error:
        raise Failed(write_trouble(error, file)) from None
    if as_json:
        put_json({"file": str(file), "format": kind, "threads": threads, "decisions": decisions})
        return
    said = [
        ngettext("{n} thread", "{n} threads", threads).format(n=number(threads)),
        ngettext("{n} decision", "{n} decisions", decisions).format(n=number(decisions)),
    ]
    say(_("{what} written in {path}.").format(what=", ".join(said), path=file))


def _fill(session: Session, query: Query | None, table: Table) -> tuple[int, int]:
    """How many threads and decisions went into the table."""
    threads = decisions = 0
    at_ms = now_ms()
    with session.store() as store:
        for found in exported(store, query, session.settings().name):
            if isinstance(found, Decided):
                table.decision(decision(found))
                decisions += 1
            else:
                table.thread(shapes.thread(found, at_ms))
                threads += 1
    return threads, decisions
