"""What every account that this collector speaks for may still ask: one allowance each, whoever asks in its name.

What is spent is kept in the store: for the connection's card, and for the next collector, since a platform's window
doesn't end with ours. A budget of few requests is written with each of them, before it leaves; one of many, which is
our own measure, at most once a second.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from console.adapters.budgets import Allowance, Budget, Clock, Wait
from console.store.connection import Store
from console.store.errors import StoreError
from console.store.read import waits as stored
from console.store.write.waits import SpentNow, WaitNow, put_spent, put_waits

MOMENT_S = 1.0  # who waits no longer needs no mention
FEW_A_SECOND = 1.0


class Allowances:
    """By connection key; an account that is only being checked is known by what was typed until it is found out."""

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock
        self._by_connection: dict[str, Allowance] = {}
        self._checking: dict[str, Allowance] = {}
        self._changed: set[str] = set()
        self._told: set[tuple[str, int, str, float | None]] = set()

    def of(self, connection: str) -> Allowance:
        """The account's own. The adapter that runs, a check beside it, and the next adapter all share it."""
        if connection not in self._by_connection:
            moved = partial(self._moved, connection)
            self._by_connection[connection] = as_left(self._store, connection, self._clock, moved)
        return self._by_connection[connection]

    def of_unknown(self, typed: str) -> Allowance:
        """Of an account that nobody has checked yet."""
        return self._checking.setdefault(typed, Allowance(self._clock))

    def is_really(self, typed: str, connection: str) -> None:
        """A check found out which account it was: what it asked counts there."""
        if typed in self._checking:
            self.of(connection).absorb(self._checking.pop(typed))
            self._changed.add(connection)

    def count(self, connection: str, asked_ms: Mapping[str, Sequence[int]]) -> None:
        """Another program asked in this account's name: budget -> at which moments."""
        now_ms = self._store.now_ms()
        self.of(connection).add(
            {name: [(now_ms - at_ms) / 1000 for at_ms in moments] for name, moments in asked_ms.items()}
        )

    def tell(self) -> None:
        """Write what changed since the last time: what is spent, and what has waited for longer than a moment."""
        for connection in self._changed:
            self._write(connection)
        self._changed.clear()
        waits = [
            (connection, wait)
            for connection, own in self._by_connection.items()
            for wait in own.waits()
            if own.clock.now_s() - wait.since_s >= MOMENT_S
        ]
        # By the steady clock, on which nothing moves that didn't change.
        told = {(connection, wait.number, wait.why, wait.due_s) for connection, wait in waits}
        if told != self._told:
            put_waits(self._store, [self._row(connection, wait) for connection, wait in waits])
            self._told = told

    def begin(self) -> None:
        """Nothing waits yet, whatever was written when the last collector ended."""
        put_waits(self._store, [])

    def _moved(self, connection: str, budget: Budget) -> None:
        if budget.requests / budget.per_s < FEW_A_SECOND:
            with contextlib.suppress(
                StoreError
            ):  # a disk that is full stops no request; whoever writes what it brings says so
                self._write(connection)
                return
        self._changed.add(connection)

    def _write(self, connection: str) -> None:
        own, now_ms = self._by_connection[connection], self._store.now_ms()
        spent = [
            SpentNow(one.name, one.budget.requests, int(one.budget.per_s * 1000), one.budget.published,
                     [*(now_ms - int(age_s * 1000) for age_s in one.ages_s), *[None] * one.flying])
            for one in own.spent()
        ]  # fmt: skip
        empty_s = own.empty_for_s()
        put_spent(self._store, connection, spent, now_ms + int(empty_s * 1000) if empty_s else 0)

    def _row(self, connection: str, wait: Wait) -> WaitNow:
        now_s, now_ms = self._by_connection[connection].clock.now_s(), self._store.now_ms()
        since_ms = now_ms - int((now_s - wait.since_s) * 1000)
        due_ms = None if wait.due_s is None else now_ms + int((wait.due_s - now_s) * 1000)
        return WaitNow(connection, wait.work.kind, wait.work.about, wait.why, since_ms, due_ms)


def as_left(
    store: Store, connection: str, clock: Clock | None = None, moved: Callable[[Budget], None] = lambda budget: None
) -> Allowance:
    """What an account may ask, by what was written of it. A request that was on its way may have arrived until now."""
    now_ms, rows = store.now_ms(), stored.budgets(store, connection)
    before = {row.name: [max(0, now_ms - (at_ms or now_ms)) / 1000 for at_ms in row.spent_ms] for row in rows}
    quiet_ms = max((row.quiet_until_ms - now_ms for row in rows), default=0)
    return Allowance(clock, before=before, empty_s=max(0, quiet_ms) / 1000, moved=moved)


def asked_since(allowance: Allowance, began_ms: int, now_ms: int) -> dict[str, list[int]]:
    """What was asked from a moment on, budget -> moments, for whoever goes on asking in this account's name."""
    found = {one.name: [now_ms - int(age_s * 1000) for age_s in one.ages_s] for one in allowance.spent()}
    return {name: [at_ms for at_ms in moments if at_ms >= began_ms] for name, moments in found.items()}
