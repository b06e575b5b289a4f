"""Commands that decide what becomes of threads, one or many: done, later, whose, with which tags and notes."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from console.cli.bulk import DryRun, Many, Query, Theirs, Threads, View, Yes, decide
from console.cli.reading import Json
from console.cli.session import Session, now_ms, put_json, say
from console.desk import triage
from console.desk.bulk_verbs import Triage
from console.desk.seat import Decision, Desk
from console.domain.conversation import MessageKey
from console.domain.triage import What
from console.domain.until import NotAMoment, moment_of
from console.sentences.shown import moment
from console.store.public_id import public_id
from console.store.read import names
from console.words import _


def done(
    context: typer.Context, which: Threads = None, query: Query = None, view: View = None, yes: Yes = False,
    dry_run: DryRun = False, theirs: Theirs = False, as_json: Json = False,
) -> None:  # fmt: skip
    decide(context.obj, Triage(What.DONE), which or [], Many(query, view, yes, dry_run, theirs, as_json))


def reopen(
    context: typer.Context, which: Threads = None, query: Query = None, view: View = None, yes: Yes = False,
    dry_run: DryRun = False, theirs: Theirs = False, as_json: Json = False,
) -> None:  # fmt: skip
    decide(context.obj, Triage(What.REOPEN), which or [], Many(query, view, yes, dry_run, theirs, as_json))


def tag(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD TAG …"))], query: Query = None,
    view: View = None, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False,
) -> None:  # fmt: skip
    _tagged(context, What.TAG, words, Many(query, view, yes, dry_run, True, as_json))


def untag(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD TAG …"))], query: Query = None,
    view: View = None, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False,
) -> None:  # fmt: skip
    _tagged(context, What.UNTAG, words, Many(query, view, yes, dry_run, True, as_json))


def _tagged(context: typer.Context, what: What, words: list[str], many: Many) -> None:
    which, tags = _split(words, many)
    payloads = tuple({"tag": cleaned} for text in tags if (cleaned := triage.cleaned_tag(text)))
    if not payloads:
        raise typer.BadParameter(_("Say which tag."))
    decide(context.obj, Triage(what, payloads), which, many)


def assign(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD WHO, or MESSAGE WHO"), help=_("A reported message is handed on: it leaves your review."))],
    query: Query = None, view: View = None, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False,
) -> None:  # fmt: skip
    many = Many(query, view, yes, dry_run, True, as_json)
    which, who = _split(words, many)
    if which and not dry_run and _handed_on(context.obj, which[0], " ".join(who), as_json):
        return
    decide(context.obj, Triage(What.ASSIGN, ({"to": " ".join(who)},)), which, many)


def _handed_on(session: Session, typed: str, who: str, as_json: bool) -> bool:
    """Whether a message was named: then it is handed on."""
    with session.desk() as desk:
        message = _message_named(desk, typed)
        if message is None:
            return False
        if not who.strip():
            raise typer.BadParameter(_("Say to whom it is handed on."))
        made = triage.hand_on(desk, names.thread_of(desk.store, message), message, who)
    _tell(made, _("It is handed on. Take it back with ‘luisterpost undo’."), as_json)
    return True


def _message_named(desk: Desk, typed: str) -> MessageKey | None:
    """The message of this name; None where it names a thread, or nothing."""
    try:
        names.thread(desk.store, typed)
    except names.Unknown:
        with suppress(names.Unknown):
            return names.message(desk.store, typed)
    except names.Ambiguous:
        pass
    return None


def snooze(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD UNTIL"))], query: Query = None,
    view: View = None, yes: Yes = False, dry_run: DryRun = False, theirs: Theirs = False, as_json: Json = False,
) -> None:  # fmt: skip
    many = Many(query, view, yes, dry_run, theirs, as_json)
    which, until = _split(words, many)
    try:
        at = moment_of(" ".join(until), moment(now_ms(), context.obj.settings().policy.hours.timezone))
    except NotAMoment:
        raise typer.BadParameter(_("Say until when: 2h, tomorrow, friday 14:00, 2026-12-01.")) from None
    decide(context.obj, Triage(What.SNOOZE, ({"until_ms": int(at.timestamp() * 1000)},)), which, many)


def note(
    context: typer.Context, which: Annotated[str, typer.Argument(metavar=_("THREAD"))],
    text: Annotated[str, typer.Option("--text", help=_("What it says."))], as_json: Json = False,
) -> None:  # fmt: skip
    with context.obj.desk() as desk:
        made = triage.note(desk, names.thread(desk.store, which), text)
    _tell(made, _("The note is kept. Take it back with ‘luisterpost undo’."), as_json)


def _tell(made: Decision, said: str, as_json: bool) -> None:
    if as_json:
        put_json({"events": [{"id": made.event, "thread": public_id("t", made.thread), "what": made.what.value}]})
    else:
        say(said)


def _split(words: list[str], many: Many) -> tuple[list[str], list[str]]:
    """The thread that is named, and what is said of it."""
    return (words[:1], words[1:]) if many.named else ([], words)
