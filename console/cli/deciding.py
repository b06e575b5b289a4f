"""Commands that decide what goes to the platforms: replies, letters and actions; and taking back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.bulk import DryRun, Many, Query, View, Yes, decide
from console.cli.delivering import deliver_now
from console.cli.reading import Json, heavies
from console.cli.session import ASKS, FAILED, Failed, Session, now_ms, put_json, say
from console.cli.terminal import safe
from console.desk import replies, undo
from console.desk.bulk_verbs import Approve
from console.desk.seat import Decision, Desk, Refused
from console.desk.undo import Undone
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind, State
from console.exports import rows
from console.sentences.handoffs import placed_sentence
from console.sentences.shown import (
    clock,
    intent_sentence,
    kind_noun,
    kind_verb,
    stays_sentence,
)
from console.sentences.undoing import undone_said
from console.store.public_id import public_id
from console.store.read import names
from console.store.read import outbox as outbox_rows
from console.store.read.history import ending_in
from console.store.read.outbox import IntentRow
from console.store.read.stands import titles
from console.words import _


def reply(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar=_("MESSAGE-OR-THREAD"))],
    text: Annotated[str | None, typer.Option("--text", help=_("What it says."))] = None,
    from_stdin: Annotated[bool, typer.Option("--stdin", help=_("Read the text from standard input."))] = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:
    words = _words(text, from_stdin)
    session: Session = context.obj
    with session.desk() as desk:
        thread, message = place(desk, which)
        decision = replies.reply(desk, thread, words, message, undo=not wait)
    finish(session, decision, wait, as_json)


def write(
    context: typer.Context,
    which: Annotated[str, typer.Argument(metavar=_("MESSAGE"))],
    text: Annotated[str | None, typer.Option("--text", help=_("What it says."))] = None,
    from_stdin: Annotated[bool, typer.Option("--stdin", help=_("Read the text from standard input."))] = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:
    words = _words(text, from_stdin)
    session: Session = context.obj
    with session.desk() as desk:
        message = names.message(desk.store, which)
        decision = replies.write(desk, names.thread_of(desk.store, message), message, words, undo=not wait)
    finish(session, decision, wait, as_json)


def _words(text: str | None, from_stdin: bool) -> str:
    """What is to be said, from the call or from standard input."""
    if (text is None) == (not from_stdin):
        raise typer.BadParameter(_("Give --text or --stdin."))
    return sys.stdin.read() if from_stdin else text or ""


def place(desk: Desk, which: str) -> tuple[ThreadKey, MessageKey | None]:
    """A message with its thread, or a thread alone."""
    try:
        message = names.message(desk.store, which)
    except names.Unknown:
        return names.thread(desk.store, which), None
    return names.thread_of(desk.store, message), message


def finish(session: Session, decision: Decision, wait: bool, as_json: bool) -> None:
    """Deliver now where asked, then say how the intents stand."""
    rows = deliver_and_tell(session, decision, wait, quiet=as_json)
    if as_json:
        put_json({"intents": [shapes.intent(row) for row in rows]})
    raise_for(rows, wait)


def deliver_and_tell(session: Session, decision: Decision, wait: bool, *, quiet: bool = False) -> list[IntentRow]:
    """Deliver a decision's intents now where asked; returns them as they stand then, and says so."""
    if wait:
        deliver_now(session, decision)
    with session.store() as store:
        rows = [row for row in (outbox_rows.intent(store, intent.id) for intent in decision.intents) if row]
    for row in () if quiet else rows:
        say(f"{kind_noun(row.intent.kind.value)}: {intent_sentence(row.intent, row.platform, now_ms())}")
    return rows


def raise_for(rows: list[IntentRow], wait: bool) -> None:
    """End with the exit code that says how what was delivered stands."""
    states = {row.intent.state for row in rows} if wait else set()
    if states & {State.CONFLICT, State.UNCERTAIN, State.HANDOFF}:
        raise typer.Exit(ASKS)
    if State.FAILED in states:
        raise typer.Exit(FAILED)


def edit(
    context: typer.Context, which: Annotated[str, typer.Argument(metavar=_("MESSAGE"))],
    text: Annotated[str, typer.Option("--text", help=_("What it says."))], wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    with session.desk() as desk:
        message = names.message(desk.store, which)
        decision = replies.edit(desk, names.thread_of(desk.store, message), message, text, undo=not wait)
    finish(session, decision, wait, as_json)


def action(kind: Kind) -> Callable[..., None]:
    """The command for one thing to do on the platform."""

    def command(
        context: typer.Context, which: Annotated[str, typer.Argument(metavar=_("MESSAGE"))],
        wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
        as_json: Json = False,
    ) -> None:  # fmt: skip
        session: Session = context.obj
        with session.desk() as desk:
            thread, message = place(desk, which)
            if message is None and kind not in replies.ABOUT_THREADS:
                message = names.opening(desk.store, thread)
            decision = replies.act(desk, kind, thread, message, undo=not wait)
        finish(session, decision, wait, as_json)

    command.__doc__ = kind_verb(kind.value)
    return command


def reaction(kind: Kind) -> Callable[..., None]:
    """The command for reacting to a message, or taking that back."""

    def command(
        context: typer.Context, which: Annotated[str, typer.Argument(metavar=_("MESSAGE"))],
        emoji: Annotated[str, typer.Argument(metavar="[EMOJI]")] = "👍",
        wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
        as_json: Json = False,
    ) -> None:  # fmt: skip
        session: Session = context.obj
        with session.desk() as desk:
            message = names.message(desk.store, which)
            thread = names.thread_of(desk.store, message)
            decision = replies.act(desk, kind, thread, message, text=emoji, undo=not wait)
        finish(session, decision, wait, as_json)

    command.__doc__ = kind_verb(kind.value)
    return command


def approve(
    context: typer.Context, which: Annotated[str, typer.Argument(metavar=_("MESSAGE-OR-THREAD"))] = "",
    all_waiting: Annotated[bool, typer.Option("--all-waiting", help=_("All that wait in this thread."))] = False,
    query: Query = None, view: View = None, yes: Yes = False, dry_run: DryRun = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    many = Many(query, view, yes, dry_run, True, as_json)
    if not many.named:
        decide(session, Approve(), [], many)
        return
    if not which:
        raise typer.BadParameter(_("Name a message or a thread, or give --query or --view."))
    with session.desk() as desk:
        if all_waiting:
            decision = replies.approve_all(desk, names.thread(desk.store, which))
        else:
            message = names.message(desk.store, which)
            thread = names.thread_of(desk.store, message)
            decision = replies.act(desk, Kind.APPROVE, thread, message, undo=not wait)
    finish(session, decision, wait, as_json)


def undo_last(
    context: typer.Context, event: Annotated[str, typer.Argument(metavar=_("[EVENT]"))] = "", as_json: Json = False
) -> None:
    with context.obj.desk() as desk:
        named = ending_in(desk.store, event) if event else []
        if len(named) > 1:
            raise Failed(_("Several decisions end like that: give more of the ID."))
        try:
            undone = undo.undo(desk, named[0] if named else event)
        except Refused as refused:
            if event and refused.code == "nothing_to_undo":
                raise names.Unknown(event) from None
            raise
        about = _about(context.obj, desk, undone)
    if as_json:
        put_json({"undone": {"id": undone.undid.key, "what": undone.undid.what.value,
                             "restored": undone.restored or None, "sent_at": rows.when(undone.sent_at_ms),
                             "stays": undone.stays, "count": undone.count,
                             "holds": None if undone.holds is None else undone.holds.key}})  # fmt: skip
    elif undone.by_hand is not None:
        say(_("What was done by hand is taken back by hand: ‘luisterpost outbox open {id}’.").format(id=undone.by_hand.id[-8:]))  # fmt: skip
    elif undone.stays and undone.placed is not None:
        say(placed_sentence(undone.placed, now_ms()) + " " + _("If it isn't there after all: ‘luisterpost outbox back {id}’.").format(id=undone.placed.id[-8:]))  # fmt: skip
    elif undone.stays:
        if undone.sent_at_ms is None:
            say(stays_sentence(undone.undid, ""))
        elif undone.undid.payload.get("kind") == "settle":
            say(stays_sentence(undone.undid, clock(undone.sent_at_ms, now_ms())))
        else:
            say(_("That reply was sent already. It stays there; you can remove it with ‘luisterpost delete’."))
    else:
        say(undone_said(undone) + about)


def _about(session: Session, desk: Desk, undone: Undone) -> str:
    """Of which conversation a single decision was, covered where it is heavy."""
    thread = undone.undid.thread
    if undone.count > 1 or not thread:
        return ""
    title = heavies(session, desk.store).titles([thread]).get(thread) or titles(desk.store, [thread])[thread]
    return f"\n· {public_id('t', thread)} {safe(title).plain}"
