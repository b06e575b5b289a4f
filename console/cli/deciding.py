"""Commands that decide: triage, replies, actions on the platform, undo, and the outbox."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.delivering import deliver_now
from console.cli.reading import Json
from console.cli.session import ASKS, FAILED, Session, now_ms, put_json, say
from console.desk import replies, triage, undo
from console.desk.seat import Decision, Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind, State
from console.domain.query import parse
from console.domain.until import NotAMoment, moment_of
from console.exports import rows
from console.sentences.handoffs import placed_sentence
from console.sentences.shown import (
    clock,
    intent_sentence,
    kind_noun,
    kind_verb,
    moment,
    stays_sentence,
)
from console.sentences.undoing import undone_said
from console.store.public_id import public_id
from console.store.read import names, queue
from console.store.read import outbox as outbox_rows
from console.store.read import thread as threads
from console.store.read.outbox import IntentRow
from console.words import _, ngettext

Threads = Annotated[list[str] | None, typer.Argument(metavar=_("THREAD …"))]
Query = Annotated[str | None, typer.Option("--query", help=_("All threads that match, instead of THREAD."))]
Yes = Annotated[bool, typer.Option("--yes", help=_("Don't ask; the count was seen."))]
ONE_THREAD = typer.Argument(metavar=_("THREAD"))


def chosen(desk: Desk, which: list[str] | None, query: str | None, yes: bool) -> list[ThreadKey]:
    """The threads a command is about; in bulk the count comes first."""
    if query is None:
        if not which:
            raise typer.BadParameter(_("Name a thread, or give --query."))
        return [names.thread(desk.store, name) for name in which]
    view = queue.View("all", query=parse(query), moderator=desk.moderator)
    found = queue.rows(desk.store, queue.order(desk.store, view).ids)
    say(ngettext("{n} thread matches.", "{n} threads match.", len(found)).format(n=len(found)))
    if found and not yes and not typer.confirm(_("Go on?"), err=True):
        raise typer.Exit(FAILED)
    return [row.key for row in found]


def told(made: list[Decision], as_json: bool) -> None:
    if as_json:
        put_json({"events": [{"id": decision.event, "thread": public_id("t", decision.thread),
                              "what": decision.what.value} for decision in made]})  # fmt: skip
    else:
        say(ngettext("{n} thread. Take it back with ‘luisterpost undo’.", "{n} threads. Take it back with ‘luisterpost undo’.", len(made)).format(n=len(made)))  # fmt: skip


def done(
    context: typer.Context, which: Threads = None, query: Query = None, yes: Yes = False, as_json: Json = False
) -> None:
    with context.obj.desk() as desk:
        told(triage.done(desk, chosen(desk, which, query, yes)), as_json)


def reopen(
    context: typer.Context, which: Threads = None, query: Query = None, yes: Yes = False, as_json: Json = False
) -> None:
    with context.obj.desk() as desk:
        told(triage.reopen(desk, chosen(desk, which, query, yes)), as_json)


def tag(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD TAG …"))], query: Query = None,
    yes: Yes = False, as_json: Json = False,
) -> None:  # fmt: skip
    with context.obj.desk() as desk:
        which, tags = (None, words) if query is not None else (words[:1], words[1:])
        told(triage.tag(desk, chosen(desk, which, query, yes), tags), as_json)


def untag(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD TAG …"))], query: Query = None,
    yes: Yes = False, as_json: Json = False,
) -> None:  # fmt: skip
    with context.obj.desk() as desk:
        which, tags = (None, words) if query is not None else (words[:1], words[1:])
        told(triage.untag(desk, chosen(desk, which, query, yes), tags), as_json)


def note(
    context: typer.Context, which: Annotated[str, ONE_THREAD], text: Annotated[str, typer.Option("--text", help=_("What it says."))],
    as_json: Json = False,
) -> None:  # fmt: skip
    with context.obj.desk() as desk:
        told([triage.note(desk, names.thread(desk.store, which), text)], as_json)


def assign(
    context: typer.Context, words: Annotated[list[str], typer.Argument(metavar=_("THREAD WHO, or MESSAGE WHO"), help=_("A reported message is handed on: it leaves your review."))],
    query: Query = None, yes: Yes = False, as_json: Json = False,
) -> None:  # fmt: skip
    with context.obj.desk() as desk:
        which, who = (None, words) if query is not None else (words[:1], words[1:])
        message = None if which is None else _message_named(desk, which[0])
        if message is not None and not "".join(who).strip():
            raise typer.BadParameter(_("Say to whom it is handed on."))
        if message is not None:
            thread = names.thread_of(desk.store, message)
            told([triage.hand_on(desk, thread, message, " ".join(who))], as_json)
        else:
            told(triage.assign(desk, chosen(desk, which, query, yes), " ".join(who)), as_json)


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
    yes: Yes = False, as_json: Json = False,
) -> None:  # fmt: skip
    with context.obj.desk() as desk:
        which, until = (None, words) if query is not None else (words[:1], words[1:])
        try:
            at = moment_of(" ".join(until), moment(now_ms(), desk.store.policy.hours.timezone))
        except NotAMoment:
            raise typer.BadParameter(_("Say until when: 2h, tomorrow, friday 14:00, 2026-12-01.")) from None
        told(triage.snooze(desk, chosen(desk, which, query, yes), int(at.timestamp() * 1000)), as_json)


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
    context: typer.Context, which: Annotated[str, typer.Argument(metavar=_("MESSAGE-OR-THREAD"))],
    all_waiting: Annotated[bool, typer.Option("--all-waiting", help=_("All that wait in this thread."))] = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
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
        if event:
            event = next((row.event.key for row in threads.history(desk.store, limit=10_000)
                          if row.event.key == event or row.event.key.endswith(event)), event)  # fmt: skip
        undone = undo.undo(desk, event)
    if as_json:
        put_json({"undone": {"id": undone.undid.key, "what": undone.undid.what.value,
                             "restored": undone.restored or None, "sent_at": rows.when(undone.sent_at_ms),
                             "stays": undone.stays, "count": undone.count}})  # fmt: skip
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
        say(undone_said(undone))
