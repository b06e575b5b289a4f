"""What is left of a connection's budgets, and what of it waits for its turn."""

from __future__ import annotations

import json
from dataclasses import dataclass

from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """At most `requests` in any `per_ms`; `published` by the platform, else our own measure.

    spent_ms        the moments of the requests that were made, oldest first; None for one on its way
    quiet_until_ms  the platform wants none before, 0 when it never said so
    """

    name: str
    requests: int
    per_ms: int
    published: bool
    spent_ms: tuple[int | None, ...]
    quiet_until_ms: int

    def left(self, now_ms: int) -> int:
        counted = [at_ms for at_ms in self.spent_ms if at_ms is None or at_ms + self.per_ms > now_ms]
        return 0 if now_ms < self.quiet_until_ms else max(0, self.requests - len(counted))


def budgets(store: Store, connection: str) -> list[BudgetRow]:
    found = store.read(
        "SELECT name, requests, per_ms, published, spent, quiet_until_ms FROM allowance"
        " WHERE connection = :connection ORDER BY name = '', name",
        {"connection": connection},
    )
    return [
        BudgetRow(row["name"], row["requests"], row["per_ms"], bool(row["published"]), tuple(json.loads(row["spent"])),
                  row["quiet_until_ms"])
        for row in found
    ]  # fmt: skip
