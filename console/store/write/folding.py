"""The collector's own work on the projections: folding decisions in, and re-levelling what time has passed."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.triage import ABOUT_NO_THREAD
from console.store.connection import Store
from console.store.errors import translated
from console.store.opening import rollback
from console.store.write import judging, persons, undoing
from console.store.write.pages import Changed
from console.store.write.projecting import project

PAGE = 100  # threads in one transaction, so that nobody waits long
_START_LINE = "start_line "  # and the connection's key: the name of a mark
MINUTE_MS = 60_000  # less than this the clock may go back: it is kept right all the time


def fold_new(store: Store) -> Changed:
    """Bring the cache's rows up to date with decisions made since, and take their fresh rows away."""
    met, some = persons.fold(store)
    if some:
        return Changed(met, frozenset({ABOUT_NO_THREAD}))
    fresh = store.ledger.exec_driver_sql("SELECT thread, seq FROM fresh ORDER BY seq LIMIT ?", (PAGE,)).all()
    if not fresh:
        return Changed()
    keys = {row.thread: row.seq for row in fresh}
    ids = _ids(store, list(keys))
    changed = _projected(store, ids)
    with store.writing(store.ledger) as ledger:
        # One decided on again meanwhile has a later number: its fresh row stays for the next round.
        ledger.exec_driver_sql("DELETE FROM fresh WHERE thread = ? AND seq = ?", list(keys.items()))
    return Changed(changed, frozenset(keys))


def relevel(store: Store) -> Changed:
    """Look again at the threads whose next stage has come: snoozes that pass, targets that are missed."""
    with translated(store.cache_path):
        due = store.cache.exec_driver_sql(
            "SELECT id FROM thread WHERE next_stage_at_ms <= ? ORDER BY next_stage_at_ms LIMIT ?",
            (store.now_ms(), PAGE),
        ).all()
    return Changed(_projected(store, [row.id for row in due])) if due else Changed()


def levelling(store: Store) -> Iterator[Changed]:
    """Re-level what is past, a page at a time; everything, where the clock was set back since it was last done."""
    levelled_ms = _levelled_ms(store)
    now_ms = store.now_ms()
    if now_ms < levelled_ms - MINUTE_MS:
        yield from rebuilding(store)
    while (changed := relevel(store)).thread_ids:
        yield changed
    if not 0 <= now_ms - levelled_ms < MINUTE_MS:
        with store.writing(store.cache) as cache:
            cache.exec_driver_sql("INSERT OR REPLACE INTO meta(name, value) VALUES ('levelled_ms', ?)", (str(now_ms),))


def _levelled_ms(store: Store) -> int:
    with translated(store.cache_path):
        row = store.cache.exec_driver_sql("SELECT value FROM meta WHERE name = 'levelled_ms'").first()
    return 0 if row is None else int(row.value)


def catch_up(store: Store) -> None:
    """Fold and re-level everything there is. For who holds the collector's lock."""
    while fold_new(store).keys:
        pass
    for _changed in following_start_lines(store):
        pass
    for _changed in levelling(store):
        pass


def moved_start_lines(store: Store) -> dict[str, int]:
    """The connections whose start line isn't the one their threads were last worked out with, and where it is now."""
    with translated(store.cache_path):
        rows = store.cache.exec_driver_sql("SELECT name, value FROM meta WHERE name LIKE ?", (f"{_START_LINE}%",)).all()
    marks = {row.name: row.value for row in rows}
    found = store.ledger.exec_driver_sql("SELECT key, start_line_ms FROM connection").all()
    return {row.key: row.start_line_ms for row in found if marks.get(_START_LINE + row.key) != str(row.start_line_ms)}


def following_start_lines(store: Store) -> Iterator[Changed]:
    """Work out the threads of connections whose start line moved, a page at a time.

    The mark comes last: after a crash halfway it is simply done again.
    """
    for key, start_line_ms in moved_start_lines(store).items():
        found = store.cache.exec_driver_sql("SELECT id FROM thread WHERE connection = ? ORDER BY id", (key,))
        yield from _in_pages(store, [row.id for row in found])
        with store.writing(store.cache) as cache:
            cache.exec_driver_sql(
                "INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)", (_START_LINE + key, str(start_line_ms))
            )


def rebuilding(store: Store) -> Iterator[Changed]:
    """Work out all projections again, a page at a time."""
    undoing.rebuild(store)
    judging.rebuild(store)
    yield Changed(persons.rebuild(store))
    yield from _in_pages(store, [row.id for row in store.cache.exec_driver_sql("SELECT id FROM thread ORDER BY id")])


def _in_pages(store: Store, ids: list[int]) -> Iterator[Changed]:
    for start in range(0, len(ids), PAGE):
        yield Changed(_projected(store, ids[start : start + PAGE]))


def rebuild(store: Store) -> int:
    """Work out all projections again; returns how many threads there are."""
    return len(frozenset().union(*(changed.thread_ids for changed in rebuilding(store))))


def reproject(store: Store, keys: list[str]) -> Changed:
    """Work out the projections of these threads again: what is on its way for them moved."""
    return Changed(_projected(store, _ids(store, keys)), frozenset(keys))


def _ids(store: Store, keys: list[str]) -> list[int]:
    found = []
    for key in keys:
        row = store.cache.exec_driver_sql(
            "SELECT id FROM thread WHERE key = ? UNION ALL SELECT thread_id FROM alias WHERE key = ? LIMIT 1",
            (key, key),
        ).first()
        if row is not None:
            found.append(int(row.id))
    return found


def _projected(store: Store, ids: list[int]) -> frozenset[int]:
    with translated(store.cache_path):
        cache = store.cache
        cache.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            changed = project(store, cache, ids)
            cache.exec_driver_sql("COMMIT")
        except BaseException:
            rollback(cache)
            raise
    return changed
