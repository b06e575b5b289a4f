"""A person's word on a decision that waits for them after a time without network: mine after all, theirs, or later."""

from __future__ import annotations

from console.desk import outbox, undo
from console.desk.seat import Decision, Desk, Refused
from console.desk.verdicts import plan, prepared
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Intent, Kind, State
from console.domain.triage import What
from console.domain.verdicts import Action, Judgement
from console.store.opening import Connection
from console.store.read.returned import Item, Returned, returned
from console.store.write import away
from console.store.write.clock import new_key
from console.store.write.decisions import append
from console.store.write.intents import load


def look(desk: Desk) -> Returned | None:
    """What there is to tell of the last time without network; None where there is nothing."""
    return returned(desk.store, desk.moderator)


def found(desk: Desk, event: str) -> Item:
    """One that waits, by its decision's key or that of what the outbox holds for it: the beginning or the end of it.

    Raises Refused("not_waiting").
    """
    told = returned(desk.store, desk.moderator)
    items = [] if told is None else [one for one in told.items if one.asks]
    fits = [one for one in items if any(key.startswith(event) or key.endswith(event) for key in _keys(one))]
    if len(fits) != 1:
        raise Refused("not_waiting")
    return fits[0]


def _keys(item: Item) -> tuple[str, ...]:
    return (item.event.key, *map(str, item.event.payload.get("intents", ())))


def mine(desk: Desk, item: Item) -> Decision:
    """It is done all the same, on what is there now. A verdict is given anew, so that it stands over theirs; what may have
    arrived is tried again.

    Raises Refused as `verdicts.plan`, and not_waiting where it was settled elsewhere meanwhile; then nothing is changed.
    """
    event = item.event
    # One letter about several, which others wait for too; and what may be there, whose message may be gone by it.
    as_it_is = any(one.seen.beside or one.state is State.UNCERTAIN for one in item.stuck)
    if event.what is not What.VERDICT or event.message is None or as_it_is:
        for intent in item.stuck:
            outbox.retry(desk, intent.id)
        return Decision(event.key, event.thread, event.what)
    made = plan(desk, event.message, _judgement(item))
    new, intents = prepared(desk, made, new_key(), undo=False)

    def as_it_waited(ledger: Connection) -> None:  # what waits still is superseded by the newer verdict
        if any(load(ledger, one.id).state is not one.state for one in item.stuck):
            raise Refused("not_waiting")

    append(desk.store, [new], intents, before=as_it_waited)
    return Decision(new.key, made.about.thread, What.VERDICT, tuple(intents))


def theirs(desk: Desk, item: Item) -> None:
    """What others did stands: ours doesn't leave; what was written stays as a draft, and what left already stays there."""
    for intent in item.stuck:
        outbox.drop(desk, intent.id)
    if not any(one.state is State.SENT for one in item.intents):
        undo.undo(desk, item.event.key)


def leave(desk: Desk, item: Item) -> None:
    """It waits where it stands, in the outbox or in Flagged, and isn't asked about here again."""
    away.leave(desk.store, item.event.key)


def put_away(desk: Desk) -> None:
    """All was read."""
    away.put_away(desk.store)


def _judgement(item: Item) -> Judgement:
    """The same judgement again; its letters only where they haven't left."""
    payload = item.event.payload
    policies = tuple(HousePolicy(int(one["number"]), str(one["title"])) for one in payload.get("policies", ()))
    letter = next((one for one in item.stuck if one.outside), None)
    return Judgement(
        Action(payload["action"]), policies, str(payload.get("to", "")), str(payload.get("text", "")),
        _unsent(item.stuck, Kind.REPLY), _unsent(item.stuck, Kind.WRITE),
        "" if letter is None else letter.outside, "" if letter is None else letter.text,
    )  # fmt: skip


def _unsent(stuck: list[Intent], kind: Kind) -> str:
    return next((one.text for one in stuck if one.kind is kind and not one.outside), "")
