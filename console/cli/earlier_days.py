"""The days before a demo begins, lived through once more: each decision by the desk's own verb, at its own moment."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from console.adapters.community import Community, Earlier, age_ms
from console.adapters.memory_world import MemoryWorld
from console.cli.session import now_ms
from console.desk import answers, appeals, by_hand, letter_files, triage, verdicts
from console.desk.seat import Decision, Desk
from console.desk.undo import undo
from console.domain.conversation import MessageKey, ThreadKey, key_of
from console.domain.house_policies import chosen
from console.domain.outbox import FILE, State
from console.domain.verdicts import Action, Judgement
from console.house_texts import HouseTexts
from console.sentences.escalations import addressed
from console.settings import Settings
from console.store.connection import Store
from console.store.read.outbox import of_decision
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.demo import SERVER, WORLD
from console.sync.secret_store import SecretStore

DUE_MS = 60_000  # after so long at most what waits its undo time has left


class EarlierDays:
    """Goes through a demo's earlier days. Nobody else may have its profile open."""

    def __init__(self, folder: Path, settings: Settings, community: Community) -> None:
        self._settings = settings
        self._earlier = community.earlier
        self._begun_ms = self._now_ms = now_ms()
        self._store = Store(folder, now_ms=lambda: self._now_ms, policy=settings.policy)
        self._texts = HouseTexts(folder)
        self._world = MemoryWorld(str(folder / WORLD))

    def live_through(self) -> None:
        """All of them, in the order in which they are told. Raises what the desk raises where the texts ask what can't be."""
        try:
            self._round()
            for n, deed in enumerate(self._earlier):
                self._now_ms = self._begun_ms - deed.ago_ms
                if deed.what == "round":
                    self._round()
                elif deed.by_colleague:
                    self._colleague(f"earlier/{n}", deed)
                else:
                    self._moderator(deed)
        finally:
            self._world.close()
            self._store.close()

    def _round(self) -> None:
        collector = Collector(self._store, SecretStore(self._store.folder), Patience(), lambda said: None)
        asyncio.run(collector.once())

    def _colleague(self, name: str, deed: Earlier) -> None:
        if deed.what == "report":
            reason, words = deed.cells
            self._world.put_report(name, deed.about, deed.by, self._now_ms, reason, words)
        else:
            self._world.edit(deed.about, deed.text, self._now_ms)

    def _moderator(self, deed: Earlier) -> None:
        desk = Desk(self._store, deed.by, DUE_MS)
        post = self._world.post(deed.about)
        message, thread = (key_of(post["platform"], SERVER, "message", post[part]) for part in ("id", "root"))
        match deed.what:
            case "keep" | "hide" | "delete" | "escalate":
                self._judge(desk, MessageKey(message), deed)
            case "answer":
                answers.record(desk, MessageKey(message), deed.text, closes=deed.cells == ("closes",))
            case "appeal":
                appeals.appeal(desk, MessageKey(message), deed.text, *deed.cells)
            case "undo":
                undo(desk)
            case "note":
                triage.note(desk, ThreadKey(thread), deed.text)
            case "assign":
                triage.assign(desk, [ThreadKey(thread)], deed.cells[0])
            case "tag":
                triage.tag(desk, [ThreadKey(thread)], deed.cells)
            case "snooze":
                triage.snooze(desk, [ThreadKey(thread)], self._now_ms + age_ms(*deed.cells))
            case "done":
                triage.done(desk, [ThreadKey(thread)])
            case _:
                raise ValueError(f"no moderator does this: {deed.what}")

    def _judge(self, desk: Desk, message: MessageKey, deed: Earlier) -> None:
        """A verdict; what it leaves to do by hand is done at once, as its moderator did."""
        action = Action(deed.what)
        to, *numbers = deed.cells if action is Action.ESCALATE else ("", *deed.cells)
        policies = chosen(self._texts.policies().found, [int(number) for number in numbers])
        note, answer = _said(deed.text.splitlines())
        judgement = Judgement(action, policies, to, note, answer)
        judgement = addressed(desk, [message], judgement, self._settings.receivers, by_file=False)
        self._by_hand(desk, verdicts.give(desk, message, judgement))

    def _by_hand(self, desk: Desk, decision: Decision) -> None:
        for row in of_decision(self._store, decision.event):
            if row.state is not State.HANDOFF:
                continue
            if row.outside == FILE:
                with tempfile.TemporaryDirectory() as place:
                    letter_files.write(desk, row.id, Path(place) / "letter.html")
            else:
                by_hand.opened(desk, row.id, row.last_byte_at_ms)
            by_hand.placed(desk, row.id)


def _said(lines: Sequence[str]) -> tuple[str, str]:
    """The note for the team, and behind `>` what goes to the author."""
    note = [line for line in lines if not line.startswith(">")]
    answer = [line.removeprefix(">").strip() for line in lines if line.startswith(">")]
    return "\n".join(note), "\n".join(answer)
