"""Answers to what the desk asked of the collector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """`state` is asked, taken, done or failed; `facts` are plain JSON: of one that is taken, what is to be known so far."""

    state: str
    facts: Mapping[str, Any]


def answer(store: Store, request_id: str) -> Answer:
    """How a request stands. Raises KeyError if there is no such request."""
    row = store.ledger.exec_driver_sql("SELECT state, answer FROM request WHERE id = ?", (request_id,)).first()
    if row is None:
        raise KeyError(request_id)
    return Answer(row.state, json.loads(row.answer) if row.answer else {})
