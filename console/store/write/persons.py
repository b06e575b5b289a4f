"""Which identities are one person: worked out again around whatever changed about them, and only there.

The collector writes the outcome into the cache's rows, the desk into the ledger's `fresh_person` until the collector
has folded. Both come from the same evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import PersonKey
from console.domain.people import Decided, Placed, concerned, persons
from console.domain.triage import TriageEvent
from console.store.connection import Store
from console.store.opening import Connection, driver_of
from console.store.read.people import decisions
from console.store.write.overlay import note_decided
from console.store.write.projecting import note_changed, project

MOST_OF_ONE_MAIL = 1000  # identities; an address that more of them have is nobody's
MOST_THREADS = 500  # of a person whose identities changed, told to whoever reads


@dataclass(frozen=True, slots=True)
class Held:
    """One identity as the cache holds it: `joins` is its verified address, `who_id` and `how` where it was placed."""

    id: int
    key: PersonKey
    joins: str
    who_id: int
    how: str


_COLUMNS = "SELECT id, key, joins, who_id, how FROM person WHERE "
_LISTED = "IN (SELECT value FROM json_each(?))"


def around(cache: Any, decided: Decided, keys: Iterable[str], mails: Iterable[str] = ()) -> dict[PersonKey, Held]:
    """Everybody whose place can depend on these identities or addresses, themselves included.

    cache  the driver's connection
    An address that far too many have is left out of what is returned, and those it joined before are in it.
    """
    found: dict[PersonKey, Held] = {}
    seen: set[str] = set()  # keys, also of identities that aren't held now
    crowded: set[str] = set()
    asked_mails: set[str] = set()
    asked_whos: set[int] = set()
    new_keys, new_mails, new_whos = set[str](keys), {mail for mail in mails if mail}, set[int]()
    while new_keys or new_mails or new_whos:
        seen |= new_keys
        asked_mails |= new_mails
        asked_whos |= new_whos
        rows = cache.execute(f"{_COLUMNS} key {_LISTED}", (json.dumps(sorted(new_keys)),)).fetchall()
        rows += cache.execute(f"{_COLUMNS} who_id {_LISTED}", (json.dumps(sorted(new_whos)),)).fetchall()
        counted = cache.execute(
            f"SELECT joins, count(*) FROM person WHERE joins {_LISTED} AND joins <> '' GROUP BY joins",
            (json.dumps(sorted(new_mails)),),
        ).fetchall()
        crowded |= {mail for mail, count in counted if count > MOST_OF_ONE_MAIL}
        for part, more in ((new_mails - crowded, ""), (new_mails & crowded, " AND how = 'mail'")):
            if part:
                rows += cache.execute(
                    f"{_COLUMNS} joins {_LISTED} AND joins <> ''{more}", (json.dumps(sorted(part)),)
                ).fetchall()
        fresh = [Held(row[0], PersonKey(row[1]), *row[2:]) for row in rows if row[1] not in found]
        found.update((held.key, held) for held in fresh)
        named = {key for held in fresh for key in decided.groups.get(held.key, ())} | {held.key for held in fresh}
        named |= {key for one in new_keys for key in decided.groups.get(PersonKey(one), ())}
        new_keys = {str(key) for key in named} - seen
        new_mails = {held.joins for held in fresh if held.joins} - asked_mails
        new_whos = {held.who_id for held in fresh} - asked_whos
    return {
        key: held if held.joins not in crowded else Held(held.id, key, "", held.who_id, held.how)
        for key, held in found.items()
    }


def settle(
    cache: Connection, decided: Decided, keys: Iterable[str], mails: Iterable[str] = ()
) -> frozenset[int]:  # fmt: skip
    """Bring the rows around these identities up to date inside the caller's transaction.

    mails    addresses that one of them had before
    returns  the threads whose reasons may depend on it
    """
    raw = driver_of(cache)
    held = around(raw, decided, keys, mails)
    placed = persons({key: one.joins for key, one in held.items()}, decided)
    moved = _moved(held, placed)
    if not moved:
        return frozenset()
    cache.exec_driver_sql(
        "UPDATE person SET who_id = ?, how = ? WHERE id = ?",
        [(held[placed[one.key].who].id, placed[one.key].how.value, one.id) for one in moved],
    )
    note_changed(cache, _threads_of(raw, [one.id for one in moved], "id"))
    return begin(cache, {one.who_id for one in moved} | {held[placed[one.key].who].id for one in moved})


def begin(cache: Connection, who_ids: Iterable[int]) -> frozenset[int]:
    """Find where these people begin: the identity that spoke first, and their earliest join date.

    Returns the threads of the first words whose reasons may depend on what changed.
    """
    raw = driver_of(cache)
    rows = raw.execute(
        "SELECT id, who_id, first_at_ms, first_key, joined_at_ms, begins, since_ms FROM person"
        f" WHERE who_id {_LISTED} ORDER BY first_at_ms, first_key, key",
        (json.dumps(sorted(who_ids)),),
    ).fetchall()
    since_ms: dict[int, int] = {}
    for _id, who_id, _first_at_ms, _first_key, joined_at_ms, _begins, _since_ms in rows:
        if joined_at_ms is not None:
            since_ms[who_id] = min(joined_at_ms, since_ms.get(who_id, joined_at_ms))
    begun: set[int] = set()
    changes: list[tuple[int, int | None, int]] = []
    words: list[str] = []
    for id, who_id, _first_at_ms, first_key, _joined_at_ms, *stored in rows:
        begins = int(who_id not in begun)
        begun.add(who_id)
        if [begins, since_ms.get(who_id)] != stored:
            changes.append((begins, since_ms.get(who_id), id))
            words.append(first_key)
    if changes:
        cache.exec_driver_sql("UPDATE person SET begins = ?, since_ms = ? WHERE id = ?", changes)
    found = raw.execute(f"SELECT thread_id FROM message WHERE key {_LISTED}", (json.dumps(words),))
    return frozenset(row[0] for row in found)


def rebuild(store: Store) -> frozenset[int]:
    """Work all persons out again; returns the threads that may read otherwise."""
    with store.writing(store.cache) as cache:
        return project(store, cache, settle_all(store, cache))


def settle_all(store: Store, cache: Connection) -> frozenset[int]:
    """As `settle`, for everybody who could be with somebody, or is."""
    decided = decisions(driver_of(store.ledger))[1]
    rows = cache.exec_driver_sql("SELECT key FROM person WHERE joins <> '' OR how <> 'alone' OR who_id <> id")
    touched = settle(cache, decided, [*(row.key for row in rows), *decided.groups, *decided.apart])
    people = cache.exec_driver_sql("SELECT DISTINCT who_id FROM person WHERE how <> 'alone'")
    return touched | begin(cache, [row.who_id for row in people])


def fold(store: Store) -> tuple[frozenset[int], bool]:
    """Bring the cache up to date with decisions about people, and take their fresh rows away.

    Returns the threads that may read otherwise, and whether there was anything to fold.
    """
    fresh = store.ledger.exec_driver_sql("SELECT identity, seq FROM fresh_person").all()
    if not fresh:
        return frozenset(), False
    decided = decisions(driver_of(store.ledger))[1]
    with store.writing(store.cache) as cache:
        changed = project(store, cache, settle(cache, decided, [row.identity for row in fresh]))
    with store.writing(store.ledger) as ledger:
        # One decided on again meanwhile has a later number: its fresh row stays for the next round.
        ledger.exec_driver_sql(
            "DELETE FROM fresh_person WHERE identity = ? AND seq = ?", [(row.identity, row.seq) for row in fresh]
        )
    return changed, True


def refresh(store: Store, ledger: Connection, written: Iterable[TriageEvent]) -> None:
    """Write the fresh rows that decisions about people come to, inside the caller's transaction on the ledger."""
    raw, cache = driver_of(ledger), store.reader
    events, decided = decisions(raw)
    keys = concerned(events, [event.key for event in written])
    held = around(cache, decided, keys)
    placed = persons({key: one.joins for key, one in held.items()}, decided)
    laid_over = {row[0] for row in raw.execute("SELECT identity FROM fresh_person")}
    shown = {one.key: one for one in [*_moved(held, placed), *(held[key] for key in laid_over & held.keys())]}
    spoken_of = [held[key] for key in keys & held.keys()]  # also where nobody moved: a suggestion went
    note_decided(ledger, _threads_of(cache, [one.id for one in (*shown.values(), *spoken_of)], "key"))
    seq = ledger.exec_driver_sql("SELECT coalesce(max(seq), 0) + 1 FROM fresh_person").scalar_one()
    if shown:
        ledger.exec_driver_sql(
            "INSERT INTO fresh_person(identity, who, how, seq) VALUES (?, ?, ?, ?)"
            " ON CONFLICT(identity) DO UPDATE SET who = excluded.who, how = excluded.how, seq = excluded.seq",
            [(key, placed[key].who, placed[key].how.value, seq) for key in shown],
        )


def _moved(held: Mapping[PersonKey, Held], placed: Mapping[PersonKey, Placed]) -> list[Held]:
    """Those that don't stand where they should."""
    return [
        one
        for one in held.values()
        if one.who_id != held[placed[one.key].who].id or one.how != placed[one.key].how.value
    ]


def _threads_of(cache: Any, ids: Iterable[int], column: str) -> list[Any]:
    """The newest threads that these opened: whoever shows one says who they are."""
    rows = cache.execute(
        f"SELECT {column} FROM thread WHERE author_id {_LISTED} ORDER BY opened_at_ms DESC LIMIT ?",
        (json.dumps(sorted(ids)), MOST_THREADS),
    )
    return [row[0] for row in rows]
