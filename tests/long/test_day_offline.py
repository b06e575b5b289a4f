"""A day without network: two hundred decisions, verdicts among them, over four platforms on which colleagues go on.

After reconnecting each one is applied, once, or listed as a conflict; none is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.cli.session import now_ms
from console.desk import connections as asked
from console.desk import outbox as person
from console.desk import replies, triage, undo, verdicts
from console.domain.conversation import ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Intent, Kind, State
from console.domain.verdicts import Action, Judgement
from console.sentences.shown import intent_sentence
from console.store import care
from console.store.read import connections, outbox, thread
from console.store.read.returned import returned
from console.store.write import away as absences
from console.store.write.connections import put
from console.sync.connecting import Patience, Wanted, check
from console.sync.secret_store import PASSPHRASE_FILE, SecretStore
from tests.fakes.humhub import HumHub
from tests.figures import Note
from tests.houses import DAY_MS
from tests.long.places import Blog, Intranet, Place, Room, Town
from tests.long.processes import Shared, collecting, shared, until
from tests.servers import proxy
from tests.servers.proxy import Proxy, to
from tests.servers.synapse import Synapse
from tests.servers.wordpress import WordPress

BESIDE = (Kind.REPLY, Kind.SETTLE)  # what changes nothing about the message itself
VERBS = (
    "done",
    "snooze",
    "tag",
    "assign",
    "note",
    "escalate",
    "reply",
    "reply",
    "yes",
    "bin",
    "judge",
    "judge",
    "undo",
)
PRIVACY = (HousePolicy(1, "Privacy"),)


@dataclass(slots=True)
class Day:
    """What was decided offline, and what has to become of it."""

    at: Shared
    places: list[Place]
    draw: random.Random
    decided: Counter[str] = field(default_factory=Counter)
    intents: dict[str, Place] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)
    free: list[Place] = field(default_factory=list)

    def decide(self) -> None:
        """One decision. On a held comment one is made at most, so that each has an outcome of its own."""
        verb, place = self.draw.choice(VERBS), self.draw.choice(self.places)
        desk, key = self.at.desk, place.thread
        match verb:
            case "done":
                made = triage.done(desk, [key])[0].event
            case "snooze":
                made = triage.snooze(desk, [key], now_ms() + DAY_MS)[0].event
            case "tag":
                made = triage.tag(desk, [key], [f"tag{self.draw.randrange(9)}"])[0].event
            case "assign":
                made = triage.assign(desk, [key], self.draw.choice(["Karin", "Noor"]))[0].event
            case "note":
                made = triage.note(desk, key, f"Notitie {len(self.events)}").event
            case "escalate":
                made = verdicts.give(desk, place.question, Judgement(Action.ESCALATE, to="Karin")).event
            case "reply":
                made = self._sends(place, replies.reply(desk, key, f"Antwoord {len(self.events)}.", place.question))
            case "judge":
                if not self.free:
                    return
                place = self.free.pop()
                action = self.draw.choice(
                    [Action.KEEP, Action.DELETE] if place.yes is Kind.APPROVE else [Action.DELETE]
                )
                verb = f"verdict {action.value}"
                judgement = Judgement(action, () if action is Action.KEEP else PRIVACY)
                made = self._sends(place, verdicts.give(desk, place.held, judgement))
            case "yes" | "bin":
                if not self.free:
                    return
                place = self.free.pop()
                kind = place.yes if verb == "yes" else Kind.DELETE
                verb = f"{kind.value} on {place.thread.split(':')[0]}"
                words = "👍" if kind is Kind.REACT else ""
                made = self._sends(place, replies.act(desk, kind, place.thread, place.held, text=words))
            case _:
                last = undo.undoable(desk)
                if last is None:
                    return
                made = undo.undo(desk).decision.event
                self.undone.add(last.event.key)
        self.events.append(made)
        self.decided[verb] += 1

    def _sends(self, place: Place, decision: replies.Decision) -> str:
        for intent in decision.intents:
            self.intents[intent.id] = place
        return decision.event

    def row(self, intent_id: str) -> Intent:
        found = outbox.intent(self.at.store, intent_id)
        assert found is not None
        return found.intent


def is_offline(at: Shared) -> bool:
    return connections.is_offline(at.store)


@dataclass(slots=True)
class Away:
    """A profile connected with WordPress, Matrix, HumHub and the memory adapter, and the way to cut it off from all four."""

    at: Shared
    lines: list[Proxy]
    homes: tuple[Blog, Room, Town, Intranet]

    lost: proxy.Fault | None = None  # answers of the fake that never come, once we are back

    def cut(self) -> list[proxy.Fault]:
        self.at.world.set_fault("memory", "offline")
        return [line.always(proxy.CUT_BEFORE) for line in self.lines]

    def restore(self) -> None:
        for line in self.lines:
            line.clear()
        self.lost = self.lines[2].next(proxy.CUT_AFTER, to("/comment", "POST"), times=2)
        self.lines[2].next(proxy.CUT_BEFORE, to("/api/v1/", "GET"), times=2)
        self.at.world.set_fault("memory", "")
        asked.sync_now(self.at.desk)

    def marks(self) -> Counter[str]:
        """The ids of our messages that the platforms have."""
        return sum((home.marks() for home in self.homes), Counter())


@pytest.fixture
def away(
    wordpress: WordPress, synapse: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Away]:  # fmt: skip
    with contextlib.ExitStack() as stack:
        humhub = stack.enter_context(HumHub(clock=time.time))
        lines = [stack.enter_context(Proxy(url)) for url in (wordpress.url, synapse.url, humhub.url)]
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        (tmp_path / "passphrase").write_text("een wachtzin", encoding="utf-8")
        monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "passphrase"))
        at, room = stack.enter_context(shared(tmp_path)), Room(synapse)
        for wanted, secrets in (
            (Wanted("wordpress", "Blog", lines[0].url, "redactie", since_days=1),
             {"password": wordpress.accounts["redactie"].password}),
            (Wanted("matrix", "Kantoor", lines[1].url, room.us.user_id, since_days=1), {"token": room.us.token}),
            (Wanted("humhub", "Intranet", lines[2].url, since_days=1), {"token": "redactie-token"}),
        ):  # fmt: skip
            checked = asyncio.run(check(wanted, secrets, Patience(), now_ms()))
            assert checked.result.works, checked.result.lines
            put(at.store, checked.new)
            SecretStore(at.folder, "een wachtzin").put(checked.new.key, checked.secrets)
        yield Away(at, lines, (Blog(wordpress), room, Town(at.world), Intranet(humhub, lines[2].url)))


@pytest.mark.parametrize("decisions", [40, pytest.param(200, marks=pytest.mark.long)])
def test_a_day_without_network_loses_nothing_and_sends_nothing_twice(away: Away, note: Note, decisions: int) -> None:
    at = away.at
    seed = random.SystemRandom().randrange(10**6)
    draw = random.Random(seed)
    places: list[Place] = [home.opens(n) for n in range(decisions // 8) for home in away.homes]
    began_ms = now_ms()
    day = Day(at, places, draw)
    day.free = draw.sample(places, len(places))
    for place in places:
        place.act = draw.choice(place.acts)
    quick = {"LUISTERPOST_POLL_S": "1", "LUISTERPOST_SETTLE_SCALE": "0.02", "LUISTERPOST_TIMEOUT_S": "5"}

    def known() -> bool:
        keys = {row["key"] for row in at.store.read("SELECT key FROM message")}
        return all({place.thread, place.question, place.held} <= keys for place in places)

    with collecting(at, **quick):
        until(known, "all threads")
        refused = away.cut()
        until(lambda: is_offline(at), "the collector to notice")
        while len(day.events) < decisions // 2:
            day.decide()
    with collecting(at, **quick):  # the laptop was closed and opened again, still without network
        while len(day.events) < decisions:
            day.decide()
        until(lambda: is_offline(at) and all(line.happened > 5 for line in refused), "the collector to try again")
        waiting = outbox.intents(at.store)
        until(lambda: all(row.intent.waits_for == "network" for row in outbox.intents(at.store)), "all to wait")
        assert {intent_sentence(row.intent, row.platform, now_ms()) for row in waiting} != {""}
        standing = {row.intent.id for row in waiting}
        assert standing == {i for i in day.intents if day.row(i).state not in (State.WITHDRAWN, State.DRAFT)}
        away.homes[3].ours = {day.row(i).text: i for i in day.intents if day.row(i).kind is Kind.REPLY}
        for place in places:
            place.happen()
        away.restore()
        until(lambda: outbox.counts(at.store).on_its_way == 0, "everything to leave or ask")
        sent = {i for i in standing if day.row(i).state is State.SENT}
        conflicts = {row.intent.id for row in outbox.intents(at.store) if row.intent.state is State.CONFLICT}
        wrong = [day.row(i) for i in standing if (i in conflicts) != day.intents[i].conflicts(day.row(i).kind)]
        note(f"seed {seed}: {decisions} decisions {dict(day.decided)}; {len(day.intents)} for the platforms, "
             f"{len(day.intents) - len(standing)} taken back, {len(sent)} applied, {len(conflicts)} conflicts; "
             f"colleagues: {dict(Counter(place.act for place in places))}")  # fmt: skip
        assert sent | conflicts == standing, [day.row(i) for i in standing - sent - conflicts]
        assert not wrong
        for row in connections.connections(
            at.store
        ):  # a minute is no day: what the collector notes after a quarter of an hour
            absences.came_back(at.store, row.key, began_ms)
        told = returned(at.store, "Noor")
        assert told is not None
        assert {one.id for item in told.waiting for one in item.stuck} == conflicts, "the return report has them all"
        there = away.marks()
        assert there == Counter(i for i in sent if day.row(i).kind is Kind.REPLY), "each once, and nothing else"
        for place in places:
            mine = [day.row(i) for i in standing if day.intents[i] is place and day.row(i).kind not in BESIDE]
            assert place.stands(mine[0].kind if mine and mine[0].id in sent else None), (place, mine)
        _every_decision_stands(day)
        # Where the conversation is closed, an answer is refused whoever insists.
        answers = [i for i in sorted(conflicts) if day.row(i).kind is Kind.REPLY and day.intents[i].act != "closes it"]
        again = set(answers[1::2])
        for intent_id in conflicts:
            (person.retry if intent_id in again else person.drop)(at.desk, intent_id)
        until(lambda: not outbox.intents(at.store), "the conflicts to be settled as their maker said")
        assert away.marks() == there + Counter(again)
        note(f"{len(conflicts)} conflicts settled by hand: {len(again)} replies sent after all, each once")


def _every_decision_stands(day: Day) -> None:
    rows = day.at.store.read("SELECT key, what, undoes FROM ledger.event ORDER BY origin_seq")
    assert [row["key"] for row in rows] == day.events
    assert {row["undoes"] for row in rows if row["what"] == "undo"} == day.undone
    assert care.broken_chains(day.at.store) == []
    for place in day.places:
        state = thread.triage(day.at.store, ThreadKey(place.thread))
        row = day.at.store.read("SELECT tags, assignee FROM thread_shown WHERE key = :key", {"key": place.thread})[0]
        assert row["assignee"] == state.assignee
        assert all(f'"{tag}"' in row["tags"] for tag in state.tags)
