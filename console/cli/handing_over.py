"""The commands `hand-over` and `take-over`: one sealed file from one moderator to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.asking import agreed, passphrase
from console.cli.bulk import Yes
from console.cli.reading import Json
from console.cli.session import FAILED, Failed, Session, put_json, say
from console.desk import hand_over
from console.domain.hand_over import HandOver, NotAHandOver
from console.sentences.hand_over import contents, file_trouble, missing_said
from console.store.read.handing_over import missing
from console.store.sealed import NotSealed, WrongPassphrase
from console.words import _

FromStdin = Annotated[
    bool,
    typer.Option("--passphrase-stdin", help=_("Reads the passphrase from standard input instead of asking for it.")),
]


def give(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar=_("FILE"))],
    to: Annotated[str, typer.Option("--to", help=_("The colleague whose assignments these are from then on."))],
    from_stdin: FromStdin = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    with session.desk() as desk:
        made = hand_over.gather(desk, to)
        if not from_stdin:
            say(contents(made))
        try:
            hand_over.write(made, file, passphrase(from_stdin, twice=True))
        except OSError as error:
            raise Failed(file_trouble(error, file)) from None
        decision = hand_over.given(desk, made)
    if as_json:
        put_json(shapes.hand_over(made) | {"file": str(file), "id": None if decision is None else decision.event})
        return
    say(
        _("Written in {path}. Give {name} the passphrase by another way than the file.").format(path=file, name=made.to)
    )


def take(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar=_("FILE"))],
    from_stdin: FromStdin = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what is in it."))] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    try:
        found = hand_over.read(file, passphrase(from_stdin, twice=False))
    except (OSError, WrongPassphrase, NotSealed, NotAHandOver) as error:
        raise Failed(file_trouble(error, file)) from None
    with session.desk() as desk:
        away = missing(desk.store, found.threads)
        if not as_json:
            _tell(found, away)
        if not (dry_run or yes or as_json) and not agreed(_("Go on?")):
            raise typer.Exit(FAILED)
        decision = None if dry_run else hand_over.take(desk, found)
    if as_json:
        put_json(shapes.hand_over(found) | {"missing": away, "id": None if decision is None else decision.event})
    elif decision is not None:
        say(_("It is yours now: it stands in ‘Mine’. ‘luisterpost undo’ takes all of it back but the drafts."))


def _tell(found: HandOver, away: int) -> None:
    say(_("From {name}: {what}").format(name=found.by, what=contents(found)))
    if away:
        say(missing_said(away))
