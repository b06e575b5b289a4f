"""A connection's card: everything that waits is on it, with why and until when."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console import words
from console.adapters.budgets import Budget, work
from console.desk import connections as desk_connections
from console.desk import outbox, replies
from console.domain.conversation import MessageKey
from console.domain.outbox import On
from console.domain.platform import Page
from console.sentences.connections import progress_sentence, waiting_reason, waiting_title, waiting_until
from console.store.read.card import Card, Waiting, card
from console.store.write import intents, pages, requests
from console.store.write.connections import Round, note_health
from console.sync.allowances import Allowances
from tests.houses import CONNECTION, SPACE, House, house
from tests.virtual_clock import VirtualClock

TEN = Budget(10, 30.0)
SEEN_MS = 5_000


@pytest.fixture
def here(tmp_path: Path) -> House:
    words.use("en")
    return house(tmp_path)


def shown(here: House) -> Card:
    found = card(here.store, CONNECTION)
    assert found is not None
    return found


def waits(here: House) -> list[tuple[str, str, str]]:
    return [(one.what, one.why, one.title) for one in shown(here).waiting]


def test_a_quiet_connection_waits_for_nothing(here: House) -> None:
    here.say("vraag", "Hoe laat?")
    found = shown(here)
    assert (found.waiting, found.budgets) == ((), ())
    assert progress_sentence(found.progress, here.clock.now).endswith("Everything there is has been read.")


async def test_nothing_waits_more_than_five_seconds_unseen(here: House) -> None:
    """Whatever it is that can't go on: five seconds later it is on the card."""
    thread = here.say("vraag", "Hoe laat?")
    clock = VirtualClock()
    allowances = Allowances(here.store, clock)
    own = allowances.of(CONNECTION)

    async def ask(kind: str, about: str = "") -> None:
        with work(kind, about):
            async with own.turn("messages", TEN):
                pass

    for _n in range(10):
        await ask("check")
    waiting = [asyncio.create_task(ask(kind, about)) for kind, about in (
        ("pull", "space:plein"), ("spaces", ""), ("pictures", "x"), ("check", ""))]  # fmt: skip
    reply = replies.reply(here.desk, thread, "Om negen uur.", MessageKey(thread)).intents[0]
    desk_connections.ask(here.desk, "sync", {"names": ["Hier"]})
    note_health(here.store, CONNECTION, Round("unreachable", "timeout", retry_at_ms=here.clock.now + 120_000))
    before_ms = here.clock.now
    while here.clock.now - before_ms < SEEN_MS:
        await clock.advance(1)
        here.clock.forward(1_000)
        allowances.tell()  # as the collector does, each second
    assert sorted(waits(here)) == sorted([
        ("pull", "behind", "Het plein"), ("spaces", "behind", ""), ("pictures", "behind", ""), ("check", "budget", ""),
        ("deliver", "undo", "Over vraag"), ("sync", "asked", ""), ("pull", "network", ""),
    ])  # fmt: skip
    due = {one.what: waiting_until(one, here.clock.now) for one in shown(here).waiting if one.due_ms}
    assert due == {"check": "in 26 s", "deliver": "in 5 s", "pull": "in 2 min"}
    await clock.advance(31)
    allowances.tell()
    await asyncio.gather(*waiting)
    assert {what for what, _why, _title in waits(here)} == {"deliver", "sync", "pull"}
    assert reply.id


@pytest.mark.parametrize(
    ("on", "fields", "why"),
    [
        (On.RATE_LIMITED, {"waits_for": "limit"}, "told"),
        (On.AUTH_EXPIRED, {"waits_for": "sign_in"}, "sign_in"),
        (On.NOTHING_LEFT, {"waits_for": "network"}, "network"),
        (On.ANSWER_LOST, {}, "settling"),
    ],
)
def test_what_could_not_be_delivered_says_why_it_waits(here: House, on: On, fields: dict[str, str], why: str) -> None:
    thread = here.say("vraag", "Hoe laat?")
    reply = replies.reply(here.desk, thread, "Om negen uur.", MessageKey(thread)).intents[0]
    here.clock.forward(20_000)
    intents.move(here.store, reply.id, On.DUE)
    assert waits(here) == [], "it is being sent: nothing waits"
    intents.move(here.store, reply.id, on, not_before_ms=here.clock.now + 60_000, **fields)
    assert waits(here) == [("deliver", why, "Over vraag")]


def test_what_is_due_and_does_not_leave_says_why(here: House) -> None:
    thread = here.say("vraag", "Hoe laat?")
    replies.reply(here.desk, thread, "Om negen uur.", MessageKey(thread))
    here.clock.forward(20_000)
    assert waits(here) == [("deliver", "news", "Over vraag")]
    outbox.hold(here.desk, True)
    assert waits(here) == [("deliver", "hold", "Over vraag")]
    desk_connections.pause(here.desk, shown(here).row, True)
    assert waits(here) == [("pull", "paused", ""), ("deliver", "paused", "Over vraag")]


@pytest.mark.parametrize(
    ("state", "why"),
    [("unreachable", "network"), ("sign_in", "sign_in"), ("limited", "told"), ("forbidden", "refused"), ("bad", "refused")],
)  # fmt: skip
def test_a_connection_that_backs_off_says_until_when(here: House, state: str, why: str) -> None:
    note_health(here.store, CONNECTION, Round(state, "x", retry_at_ms=here.clock.now + 10_000))
    assert waits(here) == [("pull", why, "")]
    here.clock.forward(10_000)
    assert waits(here) == []


def test_what_was_asked_of_other_connections_is_not_on_this_card(here: House) -> None:
    for kind, args in (
        ("sync", {"names": ["Elders"]}), ("check", {"adapter": "memory", "url": "", "user": "somebody"}),
        ("pictures", {"messages": ["elsewhere"]}), ("disconnect", {"key": CONNECTION}),
    ):  # fmt: skip
        requests.ask(here.store, kind, args)
    assert waits(here) == []
    requests.ask(here.store, "check", {"adapter": "memory", "url": "", "user": "us"})
    message = here.say("vraag", "Hoe laat?")
    requests.ask(here.store, "pictures", {"messages": [message]})
    requests.ask(here.store, "sync")
    assert sorted(waits(here)) == [("check", "asked", ""), ("pictures", "asked", ""), ("sync", "asked", "")]


def test_pages_that_are_still_to_come_are_named_by_their_space(here: House) -> None:
    here.say("vraag", "Hoe laat?")
    for stream, more in (("space:plein", True), ("sweep:plein", True), ("comments:spam", True), ("posts", False)):
        pages.apply(here.store, CONNECTION, stream, Page((), {}, more=more))
    said = progress_sentence(shown(here).progress, here.clock.now)
    assert "‘Het plein’" in said
    assert "edits and removals in ‘Het plein’" in said
    assert "comments among spam" in said
    assert "posts" not in said
    assert SPACE.endswith(":plein")


def test_every_reason_and_every_thing_that_waits_has_a_sentence(here: House) -> None:
    for why in (
        "budget",
        "behind",
        "told",
        "network",
        "sign_in",
        "refused",
        "undo",
        "news",
        "settling",
        "hold",
        "paused",
        "asked",
    ):
        assert waiting_reason(Waiting("pull", "", "", why, None, 0), "yammer")
    for what, about in (
        ("pull", ""),
        ("pull", "posts"),
        ("deliver", "reply"),
        ("check", ""),
        ("pictures", ""),
        ("sync", ""),
        ("spaces", ""),
    ):
        said = waiting_title(Waiting(what, about, "", "budget", None, 0))
        assert said[0].isupper()
