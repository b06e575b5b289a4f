"""What rows of any WordPress API have in common, read without I/O: numbers, moments, bodies. Shared by its adapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from console.adapters.markup import escape, from_plain, reduce
from console.adapters.outgoing import ready
from console.adapters.rows import Row
from console.domain.conversation import Change, Person, Thread


def positive(value: object) -> int:
    """A number that can name something, 0 for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def id_of(row: object) -> int:
    """The number of a row, 0 when it has none."""
    return positive(row.get("id")) if isinstance(row, Mapping) else 0


def number_in(key: str | None, kind: str) -> int:
    """The platform's own number in a key of that kind ("post", "user" …), 0 when it is another kind."""
    head, _, last = (key or "").rpartition(":")
    return int(last) if head.endswith(f":{kind}") and last.isdecimal() else 0


def moment_ms(value: object) -> int:
    """`2026-11-23T16:34:38` in UTC as epoch milliseconds. Raises ValueError or TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError("no moment")
    return int(datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC).timestamp() * 1000)


def written_ms(row: Row) -> int:
    """When a row says it was written, 0 when it doesn't say."""
    try:
        return moment_ms(row.get("date_gmt"))
    except (TypeError, ValueError):
        return 0


def words(content: Mapping[str, Any]) -> str:
    """The body as shown, or as stored where nothing is shown. Raises KeyError or TypeError."""
    rendered, raw = content["rendered"], content.get("raw")
    if not isinstance(rendered, str):
        raise TypeError("no text")
    return rendered if rendered.strip() or not isinstance(raw, str) else raw


def says(row: Row, text: str) -> bool:
    """Whether a row holds this text as we sent it. Accounts whose HTML is filtered get another `raw` back."""
    content = row.get("content")
    if not isinstance(content, Mapping):
        return False
    raw = "\n".join(str(content.get("raw") or "").splitlines()).strip()
    if raw == "\n".join(escape(text).splitlines()).strip():
        return True
    return reduce(str(content.get("rendered") or "")).text.split() == from_plain(text).text.split()


def sendable(text: str, max_bytes: int | None = None) -> str:
    """A moderator's plain text as WordPress wants it. Raises Rejected "empty" or "too_long"."""
    return ready(escape("\n".join(text.splitlines()).strip()), max_bytes)


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """People and threads once each and before the messages, messages as they came."""
    heads: dict[str, Change] = {}
    messages: list[Change] = []
    for change in changes:
        if isinstance(change, Person | Thread):
            heads[change.key] = change
        else:
            messages.append(change)
    return (*heads.values(), *messages)
