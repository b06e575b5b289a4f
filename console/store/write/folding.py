"""The collector's own work on the projections: folding decisions in, and re-levelling what time has passed."""

from __future__ import annotations

from collections.abc import Callable

from console.store.connection import Store, rollback, translated
from console.store.write.pages import Changed
from console.store.write.projecting import project

PAGE = 100  # threads in one transaction, so that nobody waits long


def fold_new(store: Store) -> Changed:
    """Bring the cache's rows up to date with decisions made since, and take their fresh rows away."""
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


def catch_up(store: Store) -> None:
    """Fold and re-level everything there is. For who holds the collector's lock."""
    while fold_new(store).keys:
        pass
    while relevel(store).thread_ids:
        pass


def rebuild(store: Store, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Work out all projections again, in pages; returns how many threads there are."""
    ids = [row.id for row in store.cache.exec_driver_sql("SELECT id FROM thread ORDER BY id")]
    for start in range(0, len(ids), PAGE):
        _projected(store, ids[start : start + PAGE])
        progress(min(start + PAGE, len(ids)), len(ids))
    return len(ids)


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
