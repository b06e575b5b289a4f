"""The last time without network, kept in the ledger: which connection was away from when to when, and what was left for later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.store.connection import Store
from console.store.opening import Connection
from console.store.write import clock

NAME = "away"


def came_back(store: Store, connection: str, left_ms: int) -> None:
    """A connection answers again that last did at `left_ms`. What was told of an earlier time makes room for this."""
    with store.writing(store.ledger) as ledger:
        kept = _value(ledger)
        lines = {key: span for key, span in kept.get("lines", {}).items() if span[1] >= left_ms}
        left = kept.get("left", []) if lines else []
        lines[connection] = [left_ms, store.now_ms()]
        clock.set_value(ledger, NAME, json.dumps({"lines": lines, "left": left}))


def leave(store: Store, event: str) -> None:
    """One decision that waits for a person is left for later."""
    with store.writing(store.ledger) as ledger:
        kept = _value(ledger)
        if kept and event not in kept["left"]:
            clock.set_value(ledger, NAME, json.dumps({**kept, "left": [*kept["left"], event]}))


def put_away(store: Store) -> None:
    """What was told is read: it isn't told again."""
    with store.writing(store.ledger) as ledger:
        clock.set_value(ledger, NAME, "")


def _value(ledger: Connection) -> Mapping[str, Any]:
    found = clock.value(ledger, NAME)
    return dict(json.loads(found)) if found else {}
