"""What an account has spent of its budgets, and what of it waits for its turn. For the collector."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class SpentNow:
    """One budget: `moments_ms` are those of its requests that still count, None for one on its way."""

    name: str
    requests: int
    per_ms: int
    published: bool
    moments_ms: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class WaitNow:
    """`work` as in adapters.budgets.Work; `why`: "budget" it is spent, "behind" others go first."""

    connection: str
    work: str
    about: str
    why: str
    since_ms: int
    due_at_ms: int | None


def put_spent(store: Store, connection: str, budgets: Sequence[SpentNow], quiet_until_ms: int) -> None:
    """Write what an account has spent; `quiet_until_ms`: its platform wants nothing before that moment."""
    with store.writing(store.cache) as cache:
        for one in budgets:
            cache.exec_driver_sql(
                "INSERT OR REPLACE INTO allowance(connection, name, requests, per_ms, published, spent, quiet_until_ms)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (connection, one.name, one.requests, one.per_ms, int(one.published), json.dumps(list(one.moments_ms)),
                 quiet_until_ms),
            )  # fmt: skip


def put_waits(store: Store, waits: Sequence[WaitNow]) -> None:
    """All that waits now, instead of all that did."""
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("DELETE FROM wait")
        for one in waits:
            cache.exec_driver_sql(
                "INSERT INTO wait(connection, work, about, why, since_ms, due_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
                (one.connection, one.work, one.about, one.why, one.since_ms, one.due_at_ms),
            )
