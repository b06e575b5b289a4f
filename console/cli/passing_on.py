"""The command `escalate`: conversations passed on, in one mail or file to who has no console."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli import shapes
from console.cli.bulk import DryRun, Query, Threads, View, Yes, chosen
from console.cli.deciding import deliver_and_tell, raise_for
from console.cli.judging import asks, judged_alone, judged_together, receiver_named, receivers_listed, tell_files
from console.cli.reading import Json
from console.cli.session import Session, put_json, say, tell
from console.domain.verdicts import Action, Judgement
from console.store.public_id import public_id
from console.store.read.passed_on import concerned, decided_together
from console.words import _


def escalate(
    context: typer.Context,
    which: Threads = None,
    to: Annotated[str, typer.Option("--to", help=_("To whom."))] = "",
    by_file: Annotated[bool, typer.Option("--as-file", help=_("As a file that you hand over, and no mail."))] = False,
    text: Annotated[str, typer.Option("--note", help=_("What they should know."))] = "",
    query: Query = None,
    view: View = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    receivers = session.settings().receivers
    if not to.strip():
        raise typer.BadParameter(_("Say to whom: --to NAME.") + " " + receivers_listed(receivers))
    with session.desk() as desk:
        about = concerned(desk.store, chosen(desk, which or [], query, view))
        judgement = Judgement(Action.ESCALATE, to=receiver_named(receivers, to, anybody=by_file), note=text.strip())
        if len(about) == 1:
            _made, said, given = judged_alone(
                desk, about[0], judgement, receivers, by_file=by_file, dry_run=dry_run, undo=not wait
            )
        else:
            _made, said, given = judged_together(
                desk, about, judgement, receivers, by_file=by_file, yes=yes, dry_run=dry_run, undo=not wait
            )
        events = [] if given is None else decided_together(desk.store, given.event)
    rows = [] if given is None else deliver_and_tell(session, given, wait, quiet=True)
    if as_json:
        put_json({
            "events": [{"id": one.key, "thread": public_id("t", one.thread), "what": one.what.value} for one in events],
            "effects": [shapes.effect(effect) for effect in said], "intents": [shapes.intent(row) for row in rows],
        })  # fmt: skip
    else:
        if len(about) == 1 or not asks(yes=yes, dry_run=dry_run):
            tell(said)
        tell_files(rows)
        if events:
            say(_("Take it back with ‘luisterpost undo’."))
    raise_for(rows, wait)
