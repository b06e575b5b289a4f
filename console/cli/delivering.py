"""Delivering at once: by ourselves where no collector runs, else by asking the one that does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from console.cli.session import Session
from console.desk.seat import Decision
from console.domain.outbox import ENDS, State
from console.store.connection import Store
from console.store.read.outbox import intent as find_intent
from console.sync.collector import Collector
from console.sync.lock import AlreadyRunning, collector_lock
from console.sync.secret_store import SecretStore

SETTLED = ENDS | {State.CONFLICT, State.FAILED, State.HANDOFF}


def sync_once(session: Session, names: frozenset[str], say: Callable[[dict[str, Any]], None]) -> list[dict[str, Any]]:
    """One round of every connection, by us or by the collector that runs."""
    while True:
        with session.store() as store:
            try:
                with collector_lock(store.folder):
                    collector = Collector(store, SecretStore(store.folder), session.patience(), say)
                    return asyncio.run(collector.once(names))
            except AlreadyRunning:
                answer = session.ask(store, "sync", {"names": sorted(names)}, lambda: is_running(store))
        if "connections" in answer:
            return list(answer["connections"])
        # The collector we asked ended meanwhile: then it is our turn.


def is_running(store: Store) -> bool:
    """Whether somebody holds the collector's lock."""
    try:
        with collector_lock(store.folder):
            return False
    except AlreadyRunning:
        return True


def deliver_now(session: Session, decision: Decision) -> None:
    """Run rounds until every intent of a decision has left, failed, or waits for a person or the network."""
    for _round in range(3):
        sync_once(session, frozenset(), lambda said: None)
        with session.store() as store:
            rows = [row for row in (find_intent(store, intent.id) for intent in decision.intents) if row is not None]
        if all(row.intent.state in SETTLED or row.intent.waits_for for row in rows):
            return
