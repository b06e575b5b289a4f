"""Reasons as stored: a JSON list in the thread's row, and a bit a kind so that views can filter."""

from __future__ import annotations

import json
from collections.abc import Sequence

from console.domain.conversation import MessageKey
from console.domain.policy import Level
from console.domain.reasons import Reason, ReasonKind

_list_stored = json.JSONEncoder(ensure_ascii=False).encode
_BITS = {kind: 1 << place for place, kind in enumerate(ReasonKind)}


def bit(kind: ReasonKind) -> int:
    return _BITS[kind]


def bits(reasons: Sequence[Reason]) -> int:
    return sum(_BITS[reason.kind] for reason in reasons)


def stored(reasons: Sequence[Reason]) -> str:
    return list_stored(
        [
            [r.kind.value, r.message, r.count, r.since_ms, int(r.level), r.due_at_ms, r.name, int(r.softened)]
            for r in reasons
        ]
    )


def list_stored(values: Sequence[object]) -> str:
    """A list as a column holds it; most are empty."""
    return _list_stored(values) if values else "[]"


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Reasons as `stored` wrote them."""
    return tuple(
        Reason(ReasonKind(kind), MessageKey(message), count, since_ms, Level(level), due_at_ms, name, bool(softened))
        for kind, message, count, since_ms, level, due_at_ms, name, softened in json.loads(text)
    )
