"""How much is kept, by kind and age: what an administrator asks before they trust a program with it."""

from __future__ import annotations

from dataclasses import dataclass

from console.store.connection import Store

DAY_MS = 86_400_000
AGES_DAYS = (1, 7, 30, 365)  # younger than each, and the rest

# kind -> the table and its moment
_KINDS = {
    "threads": ("thread", "opened_at_ms"), "messages": ("message", "posted_at_ms"), "people": ("person", "first_at_ms"),
    "reports": ("report", "at_ms"), "decisions": ("ledger.event", "at_ms"), "intents": ("ledger.intent", "created_at_ms"),
    "versions": ("ledger.kept_version", "kept_at_ms"), "drafts": ("ledger.draft", "updated_at_ms"),
    "requests": ("ledger.request", "asked_at_ms"), "connections": ("ledger.connection", "created_at_ms"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of thing: how many, since when, and how many are younger than a day, week, month, year, or older."""

    kind: str
    count: int
    oldest_ms: int | None
    ages: tuple[int, ...]


def held(store: Store) -> list[Held]:
    """Everything that is kept, by kind and age."""
    now_ms = store.now_ms()
    edges = [0, *(days * DAY_MS for days in AGES_DAYS)]
    ranges = [
        f"age >= {edge}" + (f" AND age < {edges[n + 1]}" if n + 1 < len(edges) else "") for n, edge in enumerate(edges)
    ]
    ranges[0] = ranges[0].removeprefix("age >= 0 AND ")  # what a wrong clock dates ahead is young
    columns = ", ".join(f"count(*) FILTER (WHERE {range})" for range in ranges)
    found = []
    for kind, (table, moment) in _KINDS.items():
        row = store.read(
            f"SELECT count(*) AS count, min(at_ms) AS oldest, json_array({columns}) AS ages"
            f" FROM (SELECT {moment} AS at_ms, :now - {moment} AS age FROM {table})",
            {"now": now_ms},
        )[0]
        ages = tuple(int(part) for part in str(row["ages"]).strip("[]").split(","))
        found.append(Held(kind, row["count"], row["oldest"], ages))
    return found


def newest_moment_ms(store: Store) -> int:
    """The newest moment that was ever written down here."""
    return int(store.read("SELECT coalesce(max(at_ms), 0) AS at_ms FROM ledger.event")[0]["at_ms"])


def nothing_collected(store: Store) -> bool:
    """Whether there are connections and nothing of theirs is here: the copy is new, or was thrown away."""
    return bool(store.read("SELECT 1 FROM ledger.connection LIMIT 1")) and not store.read(
        "SELECT 1 FROM thread LIMIT 1"
    )
