"""Who is one person over platforms: their identities, their threads, and who else they might be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import PersonKey, ThreadKey
from console.domain.people import Decided, How, fold_people
from console.domain.triage import ABOUT_NO_THREAD, TriageEvent
from console.store.connection import Store
from console.store.folded import folded
from console.store.rows import EVENT_COLUMNS, event_of

_EVENTS = ", ".join(f'"{name}"' for name in EVENT_COLUMNS)
_LISTED = "IN (SELECT value FROM json_each(:listed))"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person on one platform.

    how       by what it belongs to its person
    decision  the decision by hand behind that, "" where there is none
    """

    key: PersonKey
    name: str
    handle: str
    title: str
    department: str
    mail: str
    joined_at_ms: int | None
    first_at_ms: int
    leadership: bool
    bot: bool
    how: How
    decision: str
    messages: int
    spaces: int

    @property
    def platform(self) -> str:
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another person with the same name and department: the same one, perhaps."""

    identities: tuple[Identity, ...]

    @property
    def first(self) -> Identity:
        return self.identities[0]


@dataclass(frozen=True, slots=True)
class PersonThread:
    """A thread in which a person wrote."""

    key: ThreadKey
    title: str
    last_at_ms: int
    state: str
    platform: str


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One person, seen from one of their identities.

    key          the identity that was asked for
    since_ms     when they joined first, or as far as that isn't known, first said something
    identities   that one first, then the others, the busiest first; at most as many as were asked for
    threads      those in which they wrote, the newest first; at most as many as were asked for
    """

    key: PersonKey
    identities: tuple[Identity, ...]
    identities_total: int
    messages: int
    since_ms: int
    threads: tuple[PersonThread, ...]
    threads_total: int
    suggestions: tuple[Suggestion, ...]

    @property
    def first(self) -> Identity:
        return self.identities[0]


def decisions(ledger: Any) -> tuple[list[TriageEvent], Decided]:
    """All decisions about people, and what they come to.

    ledger  the driver's connection to the ledger, or one that has it attached
    """
    rows = ledger.execute(f"SELECT {_EVENTS} FROM event WHERE thread = ?", (ABOUT_NO_THREAD,)).fetchall()
    events = [event_of(dict(zip(EVENT_COLUMNS, row, strict=True))) for row in rows]
    return events, fold_people(events)


def members(store: Store, key: PersonKey) -> list[PersonKey]:
    """All identities of the person that this is one of; none where it isn't held."""
    rows = store.read(
        "SELECT key FROM person_shown WHERE who_id = (SELECT who_id FROM person_shown WHERE key = :key) ORDER BY key",
        {"key": key},
    )
    return [PersonKey(row["key"]) for row in rows]


def names(store: Store, keys: Sequence[PersonKey]) -> list[str]:
    """What these identities are called, in the order asked."""
    found = {
        row["key"]: row["name"] or row["handle"]
        for row in store.read(f"SELECT key, name, handle FROM person WHERE key {_LISTED}", {"listed": json.dumps(keys)})
    }
    return [found.get(key, "") for key in keys]


def person(store: Store, key: PersonKey, most: int = 6, most_threads: int = 6) -> PersonCard | None:
    """What we know of one person, over all platforms."""
    ids = store.read(
        "SELECT id, key, how FROM person_shown WHERE who_id = (SELECT who_id FROM person_shown WHERE key = :key)",
        {"key": key},
    )
    if not ids:
        return None
    decided = decisions(store.reader)[1] if len(ids) > 1 or ids[0]["how"] == How.APART else Decided()
    listed = json.dumps([row["id"] for row in ids])
    said = {
        row["person_id"]: row["n"]
        for row in store.read(
            f"SELECT person_id, count(*) AS n FROM message WHERE person_id {_LISTED} GROUP BY person_id",
            {"listed": listed},
        )
    }
    shown = sorted(ids, key=lambda row: (row["key"] != key, -said.get(row["id"], 0), row["key"]))[:most]
    since = store.read(
        f"SELECT coalesce(min(joined_at_ms), min(first_at_ms)) AS at_ms FROM person WHERE id {_LISTED}",
        {"listed": listed},
    )
    threads = store.read(
        "SELECT t.key, t.title, t.snippet, t.last_at_ms, t.state,"
        " coalesce(nullif(s.platform, ''), c.platform) AS platform FROM thread_shown AS t"
        " JOIN space AS s ON s.id = t.space_id"
        " LEFT JOIN ledger.connection AS c ON c.key = t.connection"
        f" WHERE t.id IN (SELECT DISTINCT thread_id FROM message WHERE person_id {_LISTED})"
        " ORDER BY t.last_at_ms DESC, t.key LIMIT :most",
        {"listed": listed, "most": most_threads},
    )
    total = store.read(
        f"SELECT count(DISTINCT thread_id) AS n FROM message WHERE person_id {_LISTED}", {"listed": listed}
    )[0]["n"]
    return PersonCard(
        key, tuple(_identities(store, shown, decided)), len(ids), sum(said.values()), since[0]["at_ms"],
        tuple(
            PersonThread(
                ThreadKey(row["key"]), row["title"] or row["snippet"], row["last_at_ms"], row["state"],
                row["platform"] or row["key"].partition(":")[0],
            )
            for row in threads
        ),
        total, tuple(suggestions(store, key)),
    )  # fmt: skip


def suggestions(store: Store, key: PersonKey, most: int = 3) -> list[Suggestion]:
    """Others with the same name and department, but for those that were said to be somebody else."""
    found = store.read(
        "WITH mine AS (SELECT id, who_id FROM person_shown"
        "               WHERE who_id = (SELECT who_id FROM person_shown WHERE key = :key)),"
        " called AS (SELECT DISTINCT alike, bot FROM person WHERE id IN (SELECT id FROM mine) AND alike <> '')"
        " SELECT DISTINCT o.who_id FROM called JOIN person AS a ON a.alike = called.alike AND a.bot = called.bot"
        "   JOIN person_shown AS o ON o.id = a.id"
        "  WHERE a.alike <> '' AND a.id NOT IN (SELECT id FROM mine) ORDER BY o.who_id LIMIT 50",
        {"key": key},
    )
    if not found:
        return []
    decided, mine = decisions(store.reader)[1], members(store, key)
    offered = []
    for row in found:
        ids = store.read("SELECT id, key, how FROM person_shown WHERE who_id = :who", {"who": row["who_id"]})
        if not decided.are_somebody_else(mine, {PersonKey(one["key"]) for one in ids}):
            offered.append(Suggestion(tuple(_identities(store, ids, decided))))
        if len(offered) == most:
            break
    return offered


def all_suggestions(store: Store, most: int = 50) -> list[tuple[Identity, Identity]]:
    """Pairs of people with the same name and department, each pair once, by name."""
    found = store.read(
        "SELECT min(p.key) AS key FROM person AS p JOIN person_shown AS s ON s.id = p.id WHERE p.alike <> ''"
        " GROUP BY p.alike HAVING count(DISTINCT s.who_id) > 1 ORDER BY p.alike LIMIT :most",
        {"most": most},
    )
    pairs = []
    for row in found:
        card = person(store, PersonKey(row["key"]))
        if card is not None:
            pairs += [(card.first, other.first) for other in card.suggestions]
    return pairs[:most]


def named(store: Store, text: str, most: int = 50) -> list[Identity]:
    """One identity of every person whose name holds this, whatever its capitals and accents; by name."""
    rows = store.read(
        "SELECT min(s.id) AS id FROM person_shown AS s WHERE instr(folded(s.name), :text) > 0"
        " GROUP BY s.who_id ORDER BY folded(s.name), s.key LIMIT :most",
        {"text": folded(text), "most": most},
    )
    listed = json.dumps([row["id"] for row in rows])
    ids = store.read(f"SELECT id, key, how FROM person_shown WHERE id {_LISTED}", {"listed": listed})
    return sorted(_identities(store, ids, Decided()), key=lambda one: (folded(one.name), one.key))


def _identities(store: Store, shown: Sequence[Any], decided: Decided) -> list[Identity]:
    """The identities in these rows of `person_shown`, in their order."""
    listed = json.dumps([row["id"] for row in shown])
    rows = {row["id"]: row for row in store.read(f"SELECT * FROM person WHERE id {_LISTED}", {"listed": listed})}
    counts = {
        row["person_id"]: (row["messages"], row["spaces"])
        for row in store.read(
            "SELECT person_id, count(*) AS messages, count(DISTINCT space_id) AS spaces FROM message"
            f" WHERE person_id {_LISTED} GROUP BY person_id",
            {"listed": listed},
        )
    }
    found = []
    for one in shown:
        row, (messages, spaces), how = rows[one["id"]], counts.get(one["id"], (0, 0)), How(one["how"])
        found.append(
            Identity(
                PersonKey(row["key"]), row["name"], row["handle"], row["title"], row["department"], row["mail"],
                row["joined_at_ms"], row["first_at_ms"], bool(row["leadership"]), bool(row["bot"]), how,
                decided.by.get(PersonKey(row["key"]), "") if how in (How.HAND, How.APART) else "", messages, spaces,
            )
        )  # fmt: skip
    return found
