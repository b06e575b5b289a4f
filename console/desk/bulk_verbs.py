"""What can be decided on many conversations at once: triage, approving what waits, and one verdict on what is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.desk import replies, triage
from console.desk.bulk import Item, LeftOut, Piece, Weighed, changed_since
from console.desk.seat import Desk, Refused
from console.desk.together import give_each, plan_together
from console.desk.verdicts import AsSeen, Plan
from console.domain.conversation import ThreadKey
from console.domain.outbox import INVERSE, Kind
from console.domain.platform import Way
from console.domain.triage import What
from console.domain.verdicts import Judgement
from console.store.read import judged
from console.store.read.connections import capabilities
from console.store.read.stands import Stand, stands

# Where a conversation goes is for who has it. Giving it to somebody or filing it is for anybody.
OF_WHO_HAS_IT = frozenset({What.DONE, What.SNOOZE, What.REOPEN})
_SO_ALREADY: Mapping[What, Callable[[Stand, Mapping[str, Any]], bool]] = {
    What.DONE: lambda stand, _payload: stand.state == "done",
    What.REOPEN: lambda stand, _payload: stand.state == "open",
    What.ASSIGN: lambda stand, payload: stand.assignee == payload["to"],
    What.TAG: lambda stand, payload: payload["tag"] in stand.tagged,
    What.UNTAG: lambda stand, payload: payload["tag"] not in stand.tagged,
}


@dataclass(frozen=True, slots=True)
class Triage:
    """Done, later, somebody's, with which tags: ours alone. `payloads`: one event for each."""

    what: What
    payloads: tuple[Mapping[str, Any], ...] = ({},)

    def weigh(self, desk: Desk, found: Sequence[Stand]) -> Weighed:
        items: list[Item] = []
        theirs: list[Item] = []
        for stand in found:
            if not self._is_so(stand):
                other = self.what in OF_WHO_HAS_IT and stand.assignee not in ("", desk.moderator)
                (theirs if other else items).append(Item(stand))
        return Weighed(tuple(items), theirs=tuple(theirs), nothing=len(found) - len(items) - len(theirs))

    def take(self, desk: Desk, items: Sequence[Item], mark: str) -> Piece:
        still, left_out = _still(desk, items)
        threads = [item.stand.key for item in still]
        made = triage.decide(desk, self.what, threads, *self.payloads, together=mark) if threads else []
        return Piece(made, len(threads), left_out)

    def _is_so(self, stand: Stand) -> bool:
        so = _SO_ALREADY.get(self.what)
        return so is not None and all(so(stand, payload) for payload in self.payloads)


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve all that waits for it in these conversations."""

    def weigh(self, desk: Desk, found: Sequence[Stand]) -> Weighed:
        items: list[Item] = []
        left_out: list[LeftOut] = []
        ways: Counter[Way] = Counter()
        stays = 0
        for stand in found:
            can = capabilities(desk.store, stand.space) if stand.held else None
            if can is None:
                continue
            way = can.way(Kind.APPROVE.value)
            if way is Way.NO:
                left_out.append(LeftOut(stand.key, _no_way(stand)))
                continue
            items.append(Item(stand))
            ways[way] += stand.held
            stays += stand.held if can.way(INVERSE[Kind.APPROVE].value) is Way.NO else 0
        nothing = len(found) - len(items) - len(left_out)
        return Weighed(tuple(items), tuple(left_out), (), nothing, ways, stays)

    def take(self, desk: Desk, items: Sequence[Item], mark: str) -> Piece:
        still, left_out = _still(desk, items)
        made, refused = replies.approve_all_of(desk, [item.stand.key for item in still], mark)
        left_out += [LeftOut(thread, why) for thread, why in refused]
        return Piece(made, len(made), left_out)


@dataclass(frozen=True, slots=True)
class Judge:
    """The same verdict on every reported message that waits in these conversations."""

    judgement: Judgement

    def weigh(self, desk: Desk, found: Sequence[Stand]) -> Weighed:
        by_key = {stand.key: stand for stand in found}
        waiting = [one for one in judged.waiting(desk.store) if one.thread in by_key]
        thread_of = {one.message: one.thread for one in waiting}
        made = plan_together(desk, [one.message for one in waiting], self.judgement)
        items = tuple(Item(by_key[ThreadKey(plan.about.thread)], plan) for plan in made.plans)
        left_out = tuple(LeftOut(thread_of[message], why) for message, why in made.left_out)
        steps = [step for plan in made.plans for step in plan.steps]
        stays = sum(step.way is Way.API and step.back is Way.NO for step in steps)
        nothing = len(by_key.keys() - set(thread_of.values()))
        return Weighed(items, left_out, (), nothing, Counter(step.way for step in steps), stays)

    def take(self, desk: Desk, items: Sequence[Item], mark: str) -> Piece:
        before = {item.plan.about.message: item.plan for item in items if item.plan is not None}
        now = plan_together(desk, list(before), self.judgement)
        plans = [plan for plan in now.plans if _changed(before[plan.about.message], plan) is None]
        left_out = [LeftOut(ThreadKey(before[message].about.thread), why) for message, why in now.left_out]
        for plan in now.plans:
            if (why := _changed(before[plan.about.message], plan)) is not None:
                left_out.append(LeftOut(ThreadKey(plan.about.thread), why))
        made = give_each(desk, plans, mark) if plans else []
        return Piece(made, len(plans), left_out)


def _still(desk: Desk, items: Sequence[Item]) -> tuple[list[Item], list[LeftOut]]:
    """Those that are as they were when they were weighed, and why the others aren't."""
    now = stands(desk.store, [item.stand.thread_id for item in items])
    there = [item for item in items if item.stand.thread_id in now]
    changed = changed_since(desk, [item.stand for item in there], now)
    left_out = [LeftOut(i.stand.key, Refused("no_thread")) for i in items if i.stand.thread_id not in now]
    left_out += [LeftOut(thread, why) for thread, why in changed.items()]
    return [item for item in there if item.stand.key not in changed], left_out


def _no_way(stand: Stand) -> Refused:
    return Refused("no_way", kind=Kind.APPROVE.value, platform=stand.platform)


def _changed(before: Plan, now: Plan) -> Refused | None:
    """Why a verdict isn't given on a message that isn't as it was weighed."""
    was, seen = _as_seen(before), _as_seen(now)
    if was.text_hash != seen.text_hash:
        return Refused("changed_since")
    if was.verdict != seen.verdict:
        return Refused("decided_since", by="" if now.about.verdict is None else now.about.verdict.by)
    return Refused("locked_since") if seen.locked and not was.locked else None


def _as_seen(plan: Plan) -> AsSeen:
    about = plan.about
    return AsSeen(about.text_hash, "" if about.verdict is None else about.verdict.key, about.locked)
