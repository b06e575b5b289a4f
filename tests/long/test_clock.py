"""The clock jumps: a laptop sleeps for hours or days, the hour changes, somebody sets it. The queue is right at once."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from console.desk import replies, triage
from console.domain.conversation import ThreadKey
from console.domain.outbox import Intent, State
from console.store.read import outbox
from console.store.write import clock
from tests.figures import Note
from tests.houses import DAY_MS, HOUR_MS, key
from tests.long.walls import Laptop, laptop, moment, until

MINUTE_MS = 60_000
SLEEPS = (20 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 8 * HOUR_MS, 14 * HOUR_MS, 15 * HOUR_MS, 26 * HOUR_MS, 64 * HOUR_MS)
WEEKS = ("2026-10-22 08:45", "2027-03-25 08:45", "2026-11-19 08:45")  # with the two changes of the hour, and without
LATER = (30 * MINUTE_MS, 2 * HOUR_MS, 16 * HOUR_MS, 3 * DAY_MS)


class Week:
    """Colleagues write whether the laptop sleeps or not; who sits at it decides while it is awake."""

    def __init__(self, at: Laptop, seed: int) -> None:
        self.at = at
        self.draw = random.Random(seed)
        self.said = 0
        self.counted = Counter[str]()

    def talk(self, slept_ms: int) -> None:
        """What was said in the time until now."""
        for _message in range(self.draw.randint(4, 10)):
            at_ms = self.at.wall() - self.draw.randrange(1, slept_ms)
            opens = self.said < 5 or self.draw.random() < 0.6
            text = self.draw.choice(["Wie weet hoe dit zit?", "Dat staat op het intranet.", "Dank je wel!"])
            answers = "" if opens else f"m{self.draw.randrange(self.said)}"
            by = f"p{self.draw.randrange(5)}"
            self.at.world.say(f"m{self.said}", "plein", by, at_ms, text, answers=answers,
                              state="held" if self.draw.random() < 0.1 else "visible")  # fmt: skip
            if self.draw.random() < 0.1:
                self.at.world.put_report(f"r{self.said}", f"m{self.said}", "p0", at_ms + 1000, "Onbeleefd")
            self.said += 1

    def decide(self) -> None:
        rows = self.at.store.read("SELECT key FROM thread_shown WHERE state = 'open' AND level < 3 ORDER BY key")
        for row in self.draw.sample(rows, len(rows) // 2):
            thread = ThreadKey(row["key"])
            match self.draw.randrange(4):
                case 0:
                    triage.done(self.at.desk, [thread])
                case 1:
                    replies.reply(self.at.desk, thread, "We zoeken het uit.")
                case _:
                    triage.snooze(self.at.desk, [thread], self.at.wall() + self.draw.choice(LATER))

    def levels(self) -> dict[str, tuple[int, str]]:
        rows = self.at.store.read("SELECT key, level, state FROM thread")
        return {row["key"]: (row["level"], row["state"]) for row in rows}

    async def sleep(self, ms: int) -> None:
        """Sleep, and wake with the collector that ran before."""
        before = self.levels()
        self.at.wall.forward(ms)
        await until(lambda: not self.at.not_as_from_scratch(), "every row to be as if worked out now")
        self.woke(before)

    async def sleep_closed(self, ms: int) -> None:
        """Sleep without a collector, and look the moment that one is ready."""
        before = self.levels()
        self.at.wall.forward(ms)
        async with self.at.collecting():
            assert not self.at.not_as_from_scratch(), "right before anything else happens"
            self.woke(before)

    def woke(self, before: dict[str, tuple[int, str]]) -> None:
        assert not self.at.asleep()
        for thread, (level, state) in self.levels().items():
            if thread in before:
                self.counted["woken"] += before[thread][1] == "snoozed" and state == "open"
                self.counted["second stages"] += level < before[thread][0] < 3
                self.counted["ended by time"] += before[thread][0] < level
        self.counted["rows compared"] += len(before)


@pytest.mark.parametrize("weeks", [1, pytest.param(12, marks=pytest.mark.long)])
async def test_after_every_sleep_the_queue_is_as_if_worked_out_now(tmp_path: Path, note: Note, weeks: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    counted = Counter[str]()
    for n in range(weeks):
        folder = tmp_path / str(n)
        folder.mkdir()
        begin_ms = moment(WEEKS[n % len(WEEKS)])
        with laptop(folder, begin_ms) as at:
            week = Week(at, seed + n)
            slept_ms = DAY_MS
            while at.wall() - begin_ms < 7 * DAY_MS:
                async with at.collecting():
                    for _sleep in range(2):  # twice with a collector running, then once without any
                        week.talk(slept_ms)
                        await until(at.is_right, "everything to be pulled")
                        week.decide()
                        await until(at.is_right, "everything to be folded")
                        slept_ms = week.draw.choice(SLEEPS)
                        await week.sleep(slept_ms)
                slept_ms = week.draw.choice(SLEEPS)
                await week.sleep_closed(slept_ms)
            assert at.store.read("SELECT count(*) AS n FROM ledger.intent WHERE state <> 'sent'")[0]["n"] == 0
            counted += week.counted
    note(f"seed {seed}: {weeks} weeks, {dict(counted)}")
    assert counted["woken"]
    assert counted["second stages"] or weeks == 1


@pytest.mark.parametrize("back_ms", [HOUR_MS, DAY_MS], ids=["an hour", "a day"])
@pytest.mark.parametrize("running", [True, False], ids=["while collecting", "while closed"])
async def test_a_clock_set_back_loses_nothing_and_holds_nothing_up(
    tmp_path: Path, note: Note, back_ms: int, running: bool
) -> None:
    with laptop(tmp_path, moment("2026-11-18 09:00"), undo_ms=1_000) as at:
        at.world.say("oud", "plein", "p0", at.wall() - 27 * HOUR_MS, "Wanneer horen we meer?")
        for n in range(4):
            at.world.say(f"m{n}", "plein", "p1", at.wall() - 30 * MINUTE_MS, f"Hoe werkt dit, deel {n}?")
        async with at.collecting():
            await until(at.is_right, "the first threads")
            at.wall.forward(3 * HOUR_MS)
            await until(at.is_right, "the levels of the afternoon")
            triage.snooze(at.desk, [thread_of("m0")], at.wall() + HOUR_MS)
            at.world.set_fault("memory", "offline")
            waits = replies.reply(at.desk, thread_of("m1"), "Dat zoeken we uit.").intents[0].id
            await until(lambda: state_of(at, waits).waits_for == "network", "the reply to wait for the network")
            if running:
                at.wall.forward(-back_ms)
                undoing = replies.reply(at.desk, thread_of("m2"), "Morgen om tien uur.").intents[0].id
        if not running:
            undoing = replies.reply(at.desk, thread_of("m2"), "Morgen om tien uur.").intents[0].id
            at.wall.forward(-back_ms)
        before = clock.value(at.store.ledger, "hlc")
        triage.done(at.desk, [thread_of("m0")])
        assert int(clock.value(at.store.ledger, "hlc")) > int(before)
        assert at.folded("m0") == "done", "the later decision counts, whatever the clock says"
        at.world.set_fault("memory", "")
        async with at.collecting():
            await until(lambda: state_of(at, waits).state is State.SENT, "the reply that waited for the network")
            await until(lambda: state_of(at, undoing).state is State.SENT, "the reply that waited its undo time")
            at.world.say("nieuw", "plein", "p2", at.wall(), "En wat nu?")
            await until(at.is_right, "what is said now, with every row as if worked out now")
            assert at.row("nieuw")["level"] == 1
            assert at.row("m0")["state"] == "done"
    note("nothing lost; both replies left")


def thread_of(name: str) -> ThreadKey:
    return ThreadKey(key("message", name))


def state_of(at: Laptop, intent_id: str) -> Intent:
    row = outbox.intent(at.store, intent_id)
    assert row is not None
    return row.intent
