"""The command `answer`: what somebody said that a message was passed on to."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.reading import Json
from console.cli.session import put_json, say
from console.desk import answers
from console.sentences.shown import as_sentence, what_happened
from console.store.public_id import public_id
from console.store.read import names, passed_on
from console.words import _


def answer(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar=_("MESSAGE"))],
    closes: Annotated[bool, typer.Option("--closes", help=_("They settled it: its reports are upheld."))] = False,
    returns: Annotated[bool, typer.Option("--returns", help=_("It comes back: it waits for a verdict again."))] = False,
    text: Annotated[str, typer.Option("--text", help=_("What they said."))] = "",
    who: Annotated[str, typer.Option("--from", help=_("Who said it, where that isn't whom it was passed on to."))] = "",
    as_json: Json = False,
) -> None:
    if closes == returns:
        raise typer.BadParameter(_("Say what comes of it: --closes or --returns."))
    with context.obj.desk() as desk:
        message = names.message(desk.store, which)
        made = answers.record(desk, message, text, closes=closes, who=who)
        verdict = passed_on.passed_on(desk.store, message)
        said = passed_on.answers_on(desk.store, "" if verdict is None else verdict.key)
    if as_json:
        put_json({"event": made.event, "message": public_id("m", message), "closes": closes})
    else:
        say(as_sentence(what_happened(said[-1])) + " " + _("Take it back with ‘luisterpost undo’."))
