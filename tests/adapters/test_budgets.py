"""How often an account asks: never more than its platform allows, and what a person waits for goes first."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters.budgets import MARGIN_S, Allowance, Budget, work
from console.domain.platform import RateLimited
from tests.fakes.meter import Meter
from tests.virtual_clock import VirtualClock

TEN = Budget(10, 30.0)


async def ask(
    allowance: Allowance, log: list[str], name: str = "x", kind: str = "deliver", budget: Budget = TEN, takes_s: float = 0.0,
    kind_of_budget: str = "messages",
) -> None:  # fmt: skip
    """One request for some work, which takes so long."""
    with work(kind, name):
        async with allowance.turn(kind_of_budget, budget):
            log.append(name)
            if takes_s:
                await allowance.clock.wait(asyncio.Event(), takes_s)


async def test_the_eleventh_waits_until_the_first_is_a_whole_window_old() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    asking = asyncio.gather(*(ask(allowance, log) for _n in range(11)))
    await clock.advance(30.0)
    assert len(log) == 10
    await clock.advance(MARGIN_S)
    assert len(log) == 11
    await asking


async def test_a_slow_answer_counts_from_when_it_was_here() -> None:
    """The platform may have counted it when it left or just before it answered: nobody here knows."""
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    asking = asyncio.gather(*(ask(allowance, log, takes_s=20) for _n in range(11)))
    await clock.advance(49.9)
    assert len(log) == 10
    await clock.advance(0.2)
    assert len(log) == 11
    await clock.advance(60)
    await asking


async def test_every_kind_has_a_budget_of_its_own() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    kinds = ("messages", "other")
    asking = asyncio.gather(*(ask(allowance, log, kind_of_budget=kind) for kind in kinds for _n in range(10)))
    await clock.settle()
    assert len(log) == 20
    assert [(spent.name, len(spent.ages_s)) for spent in allowance.spent()] == [("messages", 10), ("other", 10)]
    await asking


async def test_pulling_leaves_something_for_a_reply_and_a_reply_goes_before_it() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    pulling = asyncio.gather(*(ask(allowance, log, "pull", "pull") for _n in range(9)))
    await clock.settle()
    assert log == ["pull"] * 8, "of ten, pulling leaves two"
    replies = asyncio.gather(*(ask(allowance, log, f"reply {n}") for n in range(3)))
    await clock.settle()
    assert log[8:] == ["reply 0", "reply 1"], "they go at once, although a pull waited longer"
    assert [wait.work.about for wait in allowance.waits()] == ["reply 2", "pull"]
    await clock.advance(30.1)
    assert log[10:] == ["reply 2", "pull"]
    await asyncio.gather(pulling, replies)


async def test_what_waits_can_be_told_with_since_when_and_until_when() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    asking = asyncio.gather(*(ask(allowance, log, "posts", "pull") for _n in range(10)))
    await clock.advance(7)
    [first, second] = allowance.waits()
    assert (first.work.kind, first.work.about, first.why) == ("pull", "posts", "budget")
    assert clock.now_s() - first.since_s == 7
    assert first.due_s == pytest.approx(clock.now_s() + 23 + MARGIN_S)
    assert (second.why, second.due_s) == ("behind", None)
    await clock.advance(30)
    assert allowance.waits() == []
    await asking


async def test_who_stops_waiting_leaves_the_line() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    await asyncio.gather(*(ask(allowance, log) for _n in range(10)))
    gone = asyncio.create_task(ask(allowance, log, "gone"))
    next_one = asyncio.create_task(ask(allowance, log, "next"))
    await clock.settle()
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    await clock.advance(30.1)
    await next_one
    assert "gone" not in log
    assert log[-1] == "next"


async def test_what_was_asked_before_a_restart_counts() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock, before={"messages": [29.0, *[3.0] * 9]})
    asking = asyncio.gather(*(ask(allowance, log) for _n in range(2)))
    await clock.advance(1.0)
    assert log == []
    await clock.advance(0.1)
    assert len(log) == 1
    await clock.advance(26.0)
    assert len(log) == 2
    await asking


async def test_the_same_account_under_two_names_is_one() -> None:
    clock, log = VirtualClock(), []
    checking, running = Allowance(clock), Allowance(clock)
    await asyncio.gather(*(ask(checking, log) for _n in range(6)), *(ask(running, log) for _n in range(4)))
    running.absorb(checking)
    assert [len(spent.ages_s) for spent in running.spent()] == [10]


# -- the platform wants no more --------------------------------------------------------------------------------------


async def test_after_a_refusal_nothing_leaves_until_then_whatever_it_is_for() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    assert allowance.refused(12.0) == 12.0
    for kind in ("deliver", "check", "pictures", "pull"):
        for budget in ("messages", "other"):
            with pytest.raises(RateLimited) as told:
                await ask(allowance, log, kind=kind, kind_of_budget=budget)
            assert told.value.retry_after_s == 12.0
    assert log == []
    await clock.advance(12.0)
    await ask(allowance, log)
    assert len(log) == 1


async def test_what_waits_for_its_turn_is_told_at_once() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    await asyncio.gather(*(ask(allowance, log) for _n in range(10)))
    waiting = asyncio.create_task(ask(allowance, log, "late"))
    await clock.settle()
    allowance.refused(40.0)
    with pytest.raises(RateLimited) as told:
        await waiting
    assert told.value.retry_after_s == 40.0
    assert allowance.waits() == []


async def test_a_refusal_without_a_time_doubles_from_half_a_minute_to_five_minutes() -> None:
    clock = VirtualClock()
    allowance = Allowance(clock)
    waits = []
    for _n in range(6):
        waits.append(allowance.refused(None))
        assert allowance.refused(None) == waits[-1], "an answer to what left before the first one was here"
        await clock.advance(waits[-1])
    assert waits == [30, 60, 120, 240, 300, 300]
    allowance.welcome()
    assert allowance.refused(None) == 30


# -- whatever happens ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8), st.sampled_from([1.0, 30.0]))
def test_no_window_of_the_platform_ever_holds_too_many(seed: int, requests: int, per_s: float) -> None:
    """Slow lines, lost answers, retries, bursts and pauses: the platform's own count never passes the limit."""
    chance = random.Random(seed)
    clock = VirtualClock()
    allowance, budget, meter = Allowance(clock), Budget(requests, per_s), Meter(clock.now_s, per_s)

    async def one() -> None:
        await clock.wait(asyncio.Event(), chance.choice([0, 0, chance.uniform(0, 3 * per_s)]))
        with work(chance.choice(["pull", "deliver", "pictures"])):
            async with allowance.turn("", budget):
                await clock.wait(asyncio.Event(), chance.choice([0, chance.uniform(0, per_s)]))
                meter.count("us")
                await clock.wait(asyncio.Event(), chance.choice([0, chance.uniform(0, 2 * per_s)]))

    async def everything() -> None:
        asking = asyncio.gather(*(one() for _n in range(4 * requests)))
        while not asking.done():
            await clock.advance(per_s)
        await asking

    asyncio.run(everything())
    assert meter.total == 4 * requests
    assert meter.highest["us", ""] <= requests


# -- what the platform says is used up -----------------------------------------------------------------------------------


async def test_pulling_slows_down_as_more_is_used_up_and_what_a_person_waits_for_goes_on() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    allowance.used(0.85)
    pulling = asyncio.gather(ask(allowance, log, "pull", kind="pull"))
    await clock.advance(0.1)
    assert log == []
    await ask(allowance, log, "reply")
    await clock.advance(20)
    await pulling
    assert log == ["reply", "pull"]
    allowance.used(0.2)
    await ask(allowance, log, "pull again", kind="pull")
    assert log[-1] == "pull again"


async def test_pulling_rests_when_nearly_all_is_used_up() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    allowance.used(0.96)
    with pytest.raises(RateLimited):
        await ask(allowance, log, "pull", kind="pull")
    await ask(allowance, log, "reply")
    await clock.advance(301)
    await ask(allowance, log, "pull", kind="pull")
    assert log == ["reply", "pull"]


async def test_where_the_platform_says_how_long_nothing_is_allowed_nothing_leaves() -> None:
    clock, log = VirtualClock(), []
    allowance = Allowance(clock)
    allowance.used(1.0, 120)
    with pytest.raises(RateLimited) as limited:
        await ask(allowance, log, "reply")
    assert limited.value.retry_after_s == 120
    await clock.advance(121)
    await ask(allowance, log, "reply")
    assert log == ["reply"]
