"""What the settings say is part of the projections: when they changed, everything is worked out again."""

from __future__ import annotations

import hashlib
import json

from console.store.connection import Store
from console.store.write.folding import PAGE, rebuild


def follow_settings(store: Store) -> bool:
    """Work out mentions, reasons and levels again if the settings are not those of last time; whether they weren't.

    For who holds the collector's lock. A crash halfway leaves the mark of before: it is simply done again.
    """
    mark = _mark(store)
    row = store.cache.exec_driver_sql("SELECT value FROM meta WHERE name = 'settings'").first()
    if row is not None and row.value == mark:
        return False
    if row is not None:
        _look_for_mentions(store)
        rebuild(store)
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("INSERT OR REPLACE INTO meta(name, value) VALUES ('settings', ?)", (mark,))
    return row is not None


def _mark(store: Store) -> str:
    """A name for all of the policy that projections depend on, and for who we are."""
    policy = store.policy
    hours = policy.hours
    facts = [
        sorted(policy.mentions), sorted(policy.us_names), sorted(policy.us_accounts), policy.newcomer_days,
        policy.history_days, hours.timezone, sorted((day, list(spans)) for day, spans in hours.days.items()),
        sorted(str(day) for day in hours.holidays),
        sorted((kind.value, int(t.level), t.within_min, t.later_level, t.later_after_min)
               for kind, t in policy.targets.items()),
        [tuple(row) for row in store.ledger.exec_driver_sql(
            "SELECT key, account FROM connection WHERE removed_at_ms IS NULL ORDER BY key")],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


def _look_for_mentions(store: Store) -> None:
    last = 0
    while True:
        rows = store.cache.exec_driver_sql(
            "SELECT id, text, mentions FROM message WHERE id > ? ORDER BY id LIMIT ?", (last, PAGE)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        fresh = [(int(store.policy.mentioned_in(row.text)), row.id) for row in rows]
        changed = [pair for pair, row in zip(fresh, rows, strict=True) if pair[0] != row.mentions]
        if changed:
            with store.writing(store.cache) as cache:
                cache.exec_driver_sql("UPDATE message SET mentions = ? WHERE id = ?", changed)
