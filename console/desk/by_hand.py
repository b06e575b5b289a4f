"""What a person finishes in the browser: opened, placed or not, and brought back to mind until they say so."""

from __future__ import annotations

from console.desk.outbox import found
from console.desk.seat import Desk, Refused
from console.domain.calendar import add_working
from console.domain.outbox import BY_HAND, Intent, NotPossible, On, State
from console.store.read.outbox import IntentRow, by_hand, was_handoff
from console.store.write import drafts
from console.store.write.intents import move


def opened(desk: Desk, intent_id: str, known_ms: int | None) -> Intent:
    """Note that the browser opens for it now: from here on it may be there.

    known_ms  when it was opened last, as far as this window knows
    raises    Refused("opened_already", at_ms) where another window opened it since; NotPossible where it is no longer to
              be done; then nothing is to be copied or opened
    """
    now_ms = desk.store.now_ms()

    def as_known(now: Intent) -> bool:
        if now.state is State.HANDOFF and now.last_byte_at_ms != known_ms:
            raise Refused("opened_already", at_ms=now.last_byte_at_ms)
        return True

    intent = found(desk, intent_id)
    return move(desk.store, intent.id, On.OPENED, only_if=as_known, last_byte_at_ms=now_ms,
                attempts=intent.attempts + 1, not_before_ms=next_reminder_ms(desk))  # fmt: skip


def placed(desk: Desk, intent_id: str) -> Intent:
    """It is done: the person saw it. Where something like it stands there, that is it. Raises NotPossible."""
    intent = found(desk, intent_id)
    steps = intent.steps if intent.asks else (*intent.steps, BY_HAND)
    return move(desk.store, intent.id, On.PLACED, sent_at_ms=desk.store.now_ms(), asks=False, steps=steps)


def not_it(desk: Desk, intent_id: str) -> Intent:
    """What looks like it there is something else, and is not asked about again. Raises NotPossible."""
    intent = found(desk, intent_id)
    return move(desk.store, intent.id, On.NOT_IT, detail=intent.remote_message, asks=False, remote_message="")


def word_back(desk: Desk, intent_id: str) -> Intent:
    """A person takes back that it is there, or that they let it go: it waits for them again.

    Raises NotPossible where the platform shows it, where it was never theirs to finish, or its decision was taken back.
    """
    intent = found(desk, intent_id)
    if not (intent.placed_by_hand or (intent.state is State.WITHDRAWN and was_handoff(desk.store, intent.id))):
        raise NotPossible(intent.state, On.WORD_BACK)
    drafts.save(desk.store, intent.thread, "reply", "", over=intent.text)  # they wait here again
    return move(
        desk.store, intent.id, On.WORD_BACK, only_if=lambda now: now.state is intent.state, sent_at_ms=None, asks=False,
        remote_message="", steps=tuple(step for step in intent.steps if step != BY_HAND),
        not_before_ms=next_reminder_ms(desk),
    )  # fmt: skip


def next_reminder_ms(desk: Desk) -> int:
    """When to bring it back to mind, if nothing is heard of it: after a time in working hours."""
    return add_working(desk.store.policy.hours, desk.store.now_ms(), desk.remind_min)


def waiting(desk: Desk, *, due_only: bool = False) -> list[IntentRow]:
    """What waits to be finished by hand, oldest first; with `due_only` what is to be brought back to mind now."""
    rows = by_hand(desk.store)
    return [row for row in rows if row.intent.not_before_ms <= desk.store.now_ms()] if due_only else rows


def reminded(desk: Desk, rows: list[IntentRow]) -> None:
    """Its person was reminded of these: the next time is later."""
    for row in rows:
        move(desk.store, row.intent.id, On.REMINDED, only_if=lambda now: now.state is State.HANDOFF,
             not_before_ms=next_reminder_ms(desk))  # fmt: skip
