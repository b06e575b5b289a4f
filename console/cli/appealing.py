"""The command `appeal`: a judged message waits again, with its author's words."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.reading import Json
from console.cli.session import Session, put_json, say
from console.desk import appeals
from console.store.public_id import public_id
from console.store.read import judged, names
from console.words import _


def appeal(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar=_("MESSAGE"))],
    text: Annotated[str, typer.Option("--text", help=_("What its author says against the verdict."))],
    to: Annotated[str, typer.Option("--to", help=_("Who judges it first; not who gave the verdict."))] = "",
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    with session.desk() as desk:
        message = names.message(desk.store, which)
        made = appeals.appeal(desk, message, text, to)
        found = judged.reported(desk.store, message)
    asked, author = to.strip(), "" if found is None else found.author
    if as_json:
        put_json({"appeal": {"id": made.event, "message": public_id("m", message), "thread": public_id("t", made.thread),
                             "author": author, "asked": asked or None}})  # fmt: skip
    elif asked:
        say(_("The appeal of {name} waits for {asked}. It stands in ‘Flagged’.").format(name=author, asked=asked))  # fmt: skip
    else:
        say(_("The appeal of {name} waits for a second opinion. It stands in ‘Flagged’.").format(name=author))  # fmt: skip
