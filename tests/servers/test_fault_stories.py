"""The long fault run: on every real platform, each step of delivery and of pulling with each fault, drawn by seed.

`make faults` runs it and writes what was run into docs/faults.md.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import pytest

from console.desk import replies
from console.domain.conversation import MessageKey
from console.store.read import outbox
from tests.servers import proxy
from tests.servers.connected import FAULTS, KILLS, Connected, there
from tests.servers.mailbox import OnMail
from tests.servers.proxy import PATIENCE_S

__all__ = ["there"]
pytestmark = pytest.mark.long

SEED = int(os.environ.get("LUISTERPOST_FAULT_SEED", "20261125"))
TURNS = 4
UNHURRIED = 0.03
LATE = {"finished late": proxy.LATE_AND_CUT}
# Where in the life of a reply the fault strikes.
STEPS = ("sending", "looking", "pulling")
UPHEAVALS = [
    (step, upheaval)
    for step, upheavals in {
        "sending": ("restarted", "UIDVALIDITY changed", "UIDVALIDITY of Sent changed", "sending restarted",
                    "sending restarted after"),
        "looking": ("restarted", "UIDVALIDITY changed", "UIDVALIDITY of Sent changed"),
        "pulling": ("restarted", "UIDVALIDITY changed"),
        "filing": ("restarted", "UIDVALIDITY of Sent changed"),
        "killed": ("restarted", "UIDVALIDITY changed", "sending restarted"),
    }.items()
    for upheaval in upheavals
]  # fmt: skip
CASES = [(step, fault) for step in STEPS for fault in (*FAULTS, *LATE)] + [("killed", moment) for moment in KILLS * 3]


@pytest.mark.parametrize("turn", range(TURNS))
@pytest.mark.parametrize(("step", "fault"), CASES, ids=[f"{step}-{fault}-{n}" for n, (step, fault) in enumerate(CASES)])
def test_story(
    there: Connected, step: str, fault: str, turn: int, request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    """Some answers and perhaps an action; the fault at its step, and perhaps another beside it; then fair weather."""

    def strike(draw: random.Random) -> Callable[[], int]:
        return _kills(there, fault, draw) if step == "killed" else _struck(there, step, fault, draw)

    _story(there, f"{step}: {fault}", turn, request, record_property, strike)


@pytest.mark.parametrize("turn", range(TURNS))
@pytest.mark.parametrize(("step", "upheaval"), UPHEAVALS)
@pytest.mark.parametrize("there", ["mail"], indirect=True)
def test_story_of_a_server(
    there: Connected, step: str, upheaval: str, turn: int, request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    """The same, where it is the server itself that something happens to, while somebody speaks with it."""
    with ThreadPoolExecutor(1) as beside:

        def strike(draw: random.Random) -> Callable[[], int]:
            return _upheaval(there, step, upheaval, draw, beside)

        _story(there, f"{step}: {upheaval}", turn, request, record_property, strike)


def _story(
    there: Connected, story: str, turn: int, request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None], strike: Callable[[random.Random], Callable[[], int]],
) -> None:  # fmt: skip
    seed = SEED + hash_of(request.node.name)
    draw = random.Random(seed)
    action = there.place.action() if draw.random() < 0.4 else None
    there.pull()
    made = [there.reply(f"Antwoord {n} van ronde {turn}, {seed}.") for n in range(draw.randint(1, 4))]
    if action is not None:
        replies.act(there.desk, action.kind, there.place.thread, action.message)
    intents = len(made) + (action is not None)
    facts = {
        "platform": request.node.callspec.params["there"],
        "story": story,
        "seed": seed,
        "intents": intents,
    }
    for name, value in facts.items():
        record_property(name, value)
    strikes = strike(draw)
    asyncio.run(there.until_the_outbox_is_settled())
    there.line.clear()
    record_property("strikes", strikes())
    assert strikes() >= 1, "the fault was really there"
    there.tells_the_truth(*made)
    assert action is None or action.done()
    assert outbox.intents(there.store) == []
    there.pull(2)
    assert _standing(there.held()) == _standing(there.place.served())


def _standing(messages: Mapping[MessageKey, tuple[str, str]]) -> dict[MessageKey, tuple[str, str]]:
    """Those that stand: what was removed is there no more on some platforms, and empty on others."""
    return {key: told for key, told in messages.items() if told[0] != "deleted"}


def hash_of(name: str) -> int:
    """The same number for the same case in every process."""
    return sum(ord(char) * 31**place for place, char in enumerate(name)) % 1_000_000_007


def _struck(there: Connected, step: str, fault: str, draw: random.Random) -> Callable[[], int]:
    kind = (FAULTS | LATE)[fault]
    if step == "sending":
        faults = [there.line.next(kind, there.place.sends, times=draw.randint(1, 2), after_s=draw.uniform(0.1, 2.5))]
    elif step == "looking":
        # Its answer is lost, so that somebody must look, and the look meets the fault.
        there.line.next(draw.choice([proxy.CUT_AFTER, proxy.CUT_BEFORE]), there.place.sends)
        faults = [there.line.next(kind, there.place.reads, times=draw.randint(1, 3), after_s=draw.uniform(0.1, 2.5))]
    else:
        faults = [there.line.next(kind, there.place.reads, times=draw.randint(1, 4), after_s=draw.uniform(0.1, 2.5))]
    if draw.random() < 0.3:
        there.line.next(draw.choice(list(FAULTS.values())), there.place.sends)
    return lambda: sum(one.happened for one in faults)


def _upheaval(there: Connected, step: str, upheaval: str, draw: random.Random, beside: Executor) -> Callable[[], int]:
    """The line is held at the step, until what happens to the server is over."""
    place = there.place
    assert isinstance(place, OnMail), "only of a mail server it is known what can happen to it"
    place.settle_scale = UNHURRIED  # a restart takes the time that it takes
    happen = place.upheavals[upheaval.removesuffix(" after")]
    if upheaval.endswith(" after"):
        return _held_answer(place, happen, beside)
    at = {"looking": place.before, "pulling": place.reads, "filing": place.files}.get(step, place.sends)
    if step == "looking":
        there.line.next(draw.choice([proxy.CUT_AFTER, proxy.CUT_BEFORE]), place.sends)
    held = there.line.next(proxy.LATE, at)

    def beside_it() -> int:
        held.wait()
        happen()
        held.release()
        return 1

    going = beside.submit(beside_it)
    if step == "killed":
        there.end_while_delivering(held)
    return partial(going.result, PATIENCE_S)


def _held_answer(place: OnMail, happen: Callable[[], None], beside: Executor) -> Callable[[], int]:
    """The mail was taken and delivered, and the server goes down before it says so."""
    place.submission.next("hold")

    def beside_it() -> int:
        assert place.submission.held.wait(PATIENCE_S), "no answer was ever held"
        happen()
        return 1

    return partial(beside.submit(beside_it).result, PATIENCE_S)


def _kills(there: Connected, moment: str, draw: random.Random) -> Callable[[], int]:
    killed = 0
    for _kill in range(draw.randint(1, 3)):
        if outbox.counts(there.store).on_its_way:  # all may have left before the next kill
            killed += there.kill_while_delivering(moment)
    return lambda: killed
