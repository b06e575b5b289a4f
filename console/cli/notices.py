"""The command `notices`: what of platforms' notification mails nobody understood, and a file of it to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.reading import Json
from console.cli.session import Failed, Session, now_ms, put_json, say
from console.cli.terminal import Screen, safe
from console.desk.notices import write_examples
from console.sentences.shown import age
from console.store.read.notices import not_understood
from console.words import _, ngettext, number

WORDS = ("list", "export")


def notices(
    context: typer.Context,
    word: Annotated[str, typer.Argument(help=_("list or export"))] = "list",
    file: Annotated[
        Path | None, typer.Argument(metavar=_("[FILE]"), help=_("With export: a mailbox file to write."))
    ] = None,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    if word not in WORDS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(WORDS)))
    if (file is None) is (word == "export"):
        raise typer.BadParameter(_("Name a file to write, with ‘luisterpost notices export FILE’."))
    with session.store() as store:
        found = not_understood(store)
        if file is not None:
            if file.is_dir() or not file.parent.is_dir():
                raise Failed(_("We can't write {path}: name a file in a folder that exists.").format(path=file))
            write_examples(store, file)
    if as_json:
        put_json(
            {
                "file": str(file) if file is not None and found else None,
                "notices": [shapes.notice(one) for one in found],
            }
        )
    elif not found:
        say(_("Every notification was understood."))
    elif file is None:
        for one in found:
            Screen().print(
                safe(f"{one.thread_public_id}  {age(one.posted_at_ms, now_ms())}  {one.sender}  {one.title}")
            )
    else:
        say(
            _(
                "{what} written in {path}. No names, texts or numbers of people stand in it; look it over before you send it."
            ).format(
                what=ngettext("{n} notification", "{n} notifications", len(found)).format(n=number(len(found))),
                path=file,
            )
        )
