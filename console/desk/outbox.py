"""A person's word on what is in the outbox: try again, it is there, write it anew, let it go."""

from __future__ import annotations

from dataclasses import replace

from console.desk.seat import Desk, Refused
from console.domain.outbox import Intent, Kind, On, State, after
from console.store.read.outbox import intent as find
from console.store.read.seen import look, text_hashes
from console.store.write import clock, drafts
from console.store.write.intents import move


def retry(desk: Desk, intent_id: str) -> Intent:
    """Send it (again), as the thread is now: "toch versturen". Raises Refused("no_intent"), NotPossible."""
    intent = found(desk, intent_id)
    now = look(desk.store, intent.thread, intent.message)
    seen = intent.seen
    if now is not None:
        # While it is not known to have failed, what it settles is not shown as pending: its maker saw that before.
        beside = text_hashes(desk.store, [message for message, _text_hash in seen.beside])
        seen = replace(now.seen, reports=tuple(sorted({*seen.reports, *now.seen.reports})), beside=beside)
    return move(
        desk.store, intent.id, On.RETRY, not_before_ms=desk.store.now_ms(), asks=False, error="", error_words="",
        seen=seen,
    )  # fmt: skip


def drop(desk: Desk, intent_id: str) -> Intent:
    """Let it go; what was written stays as a draft."""
    intent = found(desk, intent_id)
    if intent.kind is Kind.REPLY:
        drafts.save(desk.store, intent.thread, "reply", intent.text, intent.message or "")
    if intent.state is State.QUEUED:
        intent = move(desk.store, intent.id, On.TAKE_BACK)
    return intent if intent.state is State.WITHDRAWN else move(desk.store, intent.id, On.DROP)


def says_sent(desk: Desk, intent_id: str) -> Intent:
    """An uncertain one is there: the person saw it."""
    return move(desk.store, found(desk, intent_id).id, On.SAYS_SENT, sent_at_ms=desk.store.now_ms(), asks=False)


def edit(desk: Desk, intent_id: str) -> Intent:
    """Write it anew: it no longer leaves, and the words of a reply are its thread's draft again.

    Raises Refused("no_intent"), NotPossible (an action has no words; or it is on its way).
    """
    intent = found(desk, intent_id)
    if intent.kind is Kind.REPLY:
        after(intent.state, On.EDIT, intent.kind)  # else nothing is touched
        drafts.save(desk.store, intent.thread, "reply", intent.text, intent.message or "")
    return move(desk.store, intent.id, On.EDIT)


def hold(desk: Desk, on: bool) -> None:
    """Let nothing leave for now, or let it leave again."""
    with desk.store.writing(desk.store.ledger) as ledger:
        clock.set_value(ledger, "outbox_hold", "1" if on else "")


def is_held(desk: Desk) -> bool:
    return bool(clock.value(desk.store.ledger, "outbox_hold"))


def found(desk: Desk, intent_id: str) -> Intent:
    """One by its id. Raises Refused("no_intent")."""
    row = find(desk.store, intent_id)
    if row is None:
        raise Refused("no_intent")
    return row.intent
