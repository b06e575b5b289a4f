"""A collector that is killed over and over, at any moment, loses nothing and sends nothing twice."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import psutil
import pytest

from console.cli.session import now_ms
from console.desk import drafts, replies, triage, undo
from console.desk import outbox as person
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind, State
from console.store import care
from console.store.read import outbox, queue, thread
from console.store.write import folding
from console.sync.lock import collector_lock
from tests.figures import Note
from tests.houses import DAY_MS, HOUR_MS, key
from tests.long.processes import Shared, collecting, pause, shared, until

THREADS = 40
BURST = 10  # things that happen while no collector runs


class Life:
    """What goes on while collectors come and go: colleagues write, a moderator decides."""

    def __init__(self, at: Shared, seed: int) -> None:
        self.at = at
        self.draw = random.Random(seed)
        self.said = 0
        self.replies: list[str] = []
        self.did = Counter[str]()
        for n in range(8):
            at.world.put_person(f"p{n}", f"Collega {n}", joined_ms=now_ms() - 900 * DAY_MS)
        for n in range(THREADS):
            at.world.say(
                f"t{n}", "plein", f"p{n % 8}", now_ms() - HOUR_MS, f"Wie weet iets over {n}?", title=f"Over {n}"
            )

    def step(self) -> None:
        act = self.draw.choice([self._colleague, self._colleague, self._decision, self._answer, self._action])
        self.did[act.__name__.strip("_")] += 1
        act()

    def _colleague(self) -> None:
        world, root = self.at.world, f"t{self.draw.randrange(THREADS)}"
        mine = f"x{self.draw.randrange(self.said)}" if self.said else ""
        match self.draw.randrange(6):
            case 0 if mine and world.post(mine)["state"] != "gone":
                world.edit(mine, f"Anders gezegd {self.said}", now_ms())
            case 1 if mine:
                world.remove(mine, now_ms())
            case kind:
                state = "held" if kind == 2 else "visible"
                world.say(f"x{self.said}", "plein", f"p{self.draw.randrange(8)}", now_ms(), f"En {self.said} dan?",
                          answers=root, state=state)  # fmt: skip
                self.said += 1

    def _decision(self) -> None:
        desk, at = self.at.desk, self._known()
        match self.draw.randrange(7) if at else -1:
            case 0:
                triage.done(desk, [at])
            case 1:
                triage.snooze(desk, [at], now_ms() + HOUR_MS)
            case 2:
                triage.tag(desk, [at], [f"tag{self.draw.randrange(5)}"])
            case 3:
                triage.assign(desk, [at], self.draw.choice(["Karin", "Noor", ""]))
            case 4:
                triage.note(desk, at, f"Notitie {self.said}")
            case 5:
                drafts.mark_read(desk, at, now_ms(), "zzz")
            case 6:
                last = undo.undoable(desk)
                if last is not None and last.event.what != "act":
                    undo.undo(desk)

    def _answer(self) -> None:
        at = self._known()
        if at:
            decision = replies.reply(self.at.desk, at, f"Antwoord {len(self.replies)}.")
            self.replies.append(decision.intents[0].id)

    def _action(self) -> None:
        at = self._known()
        waiting = replies.held_messages(self.at.desk, at) if at else []
        if waiting:
            replies.act(self.at.desk, Kind.APPROVE, at, waiting[0])

    def _known(self) -> ThreadKey:
        found = ThreadKey(key("message", f"t{self.draw.randrange(THREADS)}"))
        return found if queue.row(self.at.store, found) is not None else ThreadKey("")


def settle(at: Shared) -> None:
    """Say yes to answers that ask a person, let go of actions that can't be, until nothing is under way."""

    def settled() -> bool:
        for row in outbox.intents(at.store):
            if row.intent.state in (State.CONFLICT, State.FAILED) or row.intent.asks:
                again = person.retry if row.intent.kind is Kind.REPLY else person.drop
                again(at.desk, row.intent.id)
        return at.caught_up() and not outbox.intents(at.store) and not at.one("SELECT count(*) AS n FROM ledger.fresh")

    until(settled, "everything to be settled")


def held(at: Shared) -> dict[str, tuple[str, str]]:
    rows = at.store.read("SELECT key, state, text FROM message")
    return {row["key"]: (row["state"], row["text"]) for row in rows}


def there(at: Shared) -> dict[str, tuple[str, str]]:
    return {
        key("message", post["id"]): ("deleted", "") if post["state"] == "gone" else (post["state"], post["body"])
        for post in at.world.posts("memory", removed=True)
    }


def projections(at: Shared) -> list[tuple[object, ...]]:
    rows = queue.page(at.store, queue.View("all"), 10 * THREADS)[0]
    return [
        (row.key, row.state, row.level, row.due_at_ms, row.reasons, row.tags, row.assignee, row.held) for row in rows
    ]


@pytest.mark.parametrize("kills", [15, pytest.param(500, marks=pytest.mark.long)])
def test_killed_collectors_lose_nothing_and_send_nothing_twice(tmp_path: Path, note: Note, kills: int) -> None:
    seed = random.SystemRandom().randrange(10**6)
    with shared(tmp_path) as at:
        life, while_busy = Life(at, seed), 0
        note(f"seed {seed}")
        begun_ms = now_ms()
        with collecting(at):
            until(at.caught_up, "the first threads")
            longest_ms = 2 * (now_ms() - begun_ms)  # a loaded machine starts a collector more slowly
        for _kill in range(kills):
            for _step in range(BURST):
                life.step()
            process = at.start("sync", "--watch")
            until_ms = now_ms() + int(life.draw.random() * longest_ms)
            while now_ms() < until_ms:
                life.step()
                pause(0.03)
            while_busy += not at.caught_up() or outbox.counts(at.store).on_its_way > 0
            process.kill()
            process.wait()
            assert process.stdin is not None
            process.stdin.close()
        with collecting(at) as last:
            settle(at)
        assert not last.is_running(), "its stdin closed: the collector ended"
        lost = at.one("SELECT count(*) AS n FROM ledger.intent_step WHERE detail = 'ended'")
        marks = Counter(post["mark"] for post in at.world.posts("memory", removed=True) if post["mark"])
        note(f"{kills} kills, {while_busy} of them with work under way, {lost} answers lost that way; {len(life.replies)} replies, "
             f"{sum(marks.values())} on the platform, {sum(n > 1 for n in marks.values())} twice; {dict(life.did)}")  # fmt: skip
        assert while_busy >= kills // 3, "it was really killed at work"
        assert len(life.replies) >= kills
        assert marks == Counter(life.replies)
        assert held(at) == there(at)
        shown = projections(at)
        for row in shown:
            folded = thread.triage(at.store, MessageKey(str(row[0])))
            assert (row[5], row[6]) == (folded.tags, folded.assignee)
        with collector_lock(at.folder):
            folding.rebuild(at.store)
        assert projections(at) == shown
        assert care.broken_chains(at.store) == []
        for connection in (at.store.cache, at.store.ledger):
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        own = str(at.folder.parent)
        assert not [p for p in psutil.process_iter(["cmdline"]) if own in (p.info["cmdline"] or [])], "nobody is left"
