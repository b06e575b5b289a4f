"""A connection's card: what it waits for, what it may still ask, and how far it has read."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import ConnectionKey
from console.store.connection import Row, Store
from console.store.files import NO_DUE
from console.store.read.connections import ConnectionRow, SpaceRow, by_name, spaces
from console.store.read.waits import BudgetRow, budgets

MOST_WAITS = 50
_WHY = {"unreachable": "network", "sign_in": "sign_in", "limited": "told"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something of a connection that waits.

    what    "pull", "spaces", "deliver", "check", "pictures" or "sync" (a person asked to collect now)
    about   of a pull the stream, of what is delivered its kind
    title   of the space or thread that it is about, "" for none
    why     "budget" it is spent · "behind" others go first · "told" the platform asks for it · "network" · "sign_in" ·
            "refused" the platform said no to reading · "undo" it can be taken back so long · "news" first what
            colleagues said is read · "settling" whether it arrived can't be known before · "hold" · "paused" · "asked"
    due_ms  when it goes on, None where nobody knows
    """

    what: str
    about: str
    title: str
    why: str
    due_ms: int | None
    since_ms: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a connection has read.

    oldest_ms  the oldest message held, None for none
    unread     (stream, title of its space or "") of those that have pages to read still, oldest read first
    """

    oldest_ms: int | None
    unread: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    row: ConnectionRow
    progress: Progress
    budgets: tuple[BudgetRow, ...]
    waiting: tuple[Waiting, ...]
    spaces: tuple[SpaceRow, ...]


def card(store: Store, connection: ConnectionKey) -> Card | None:
    """Everything the card of a connection shows; None when there is no such connection."""
    row = by_name(store, connection)
    if row is None:
        return None
    there, left = tuple(spaces(store, row.key)), tuple(budgets(store, row.key))
    return Card(row, _progress(store, row, there), left, tuple(_waiting(store, row, there)), there)


def _progress(store: Store, row: ConnectionRow, there: tuple[SpaceRow, ...]) -> Progress:
    oldest = store.read("SELECT min(oldest_at_ms) AS at_ms FROM space WHERE connection = :key", {"key": row.key})[0]
    streams = store.read(
        "SELECT key FROM stream WHERE connection = :key AND more ORDER BY pulled_at_ms, key", {"key": row.key}
    )
    unread = tuple((stream["key"], _title(stream["key"], there)) for stream in streams)
    return Progress(None if oldest["at_ms"] in (None, NO_DUE) else oldest["at_ms"], unread)


def _title(stream: str, there: tuple[SpaceRow, ...]) -> str:
    """The space that a stream is about: its key ends in the platform's own number for it, where it is about one."""
    number = stream.partition(":")[2]
    return next((space.title for space in there if number and space.key.endswith(f":{number}")), "")


def _waiting(store: Store, row: ConnectionRow, there: tuple[SpaceRow, ...]) -> list[Waiting]:
    found = [*_asked(store, row), *_to_deliver(store, row), *_in_line(store, row, there), *_backing_off(store, row)]
    return sorted(found, key=lambda wait: (wait.due_ms or NO_DUE, wait.since_ms))[:MOST_WAITS]


def _in_line(store: Store, row: ConnectionRow, there: tuple[SpaceRow, ...]) -> list[Waiting]:
    """What waits for its turn, as the collector tells; what is delivered is in the outbox too, and is told of there."""
    found = store.read(
        "SELECT work, about, why, since_ms, due_at_ms FROM wait WHERE connection = :key AND work <> 'deliver'"
        " ORDER BY id", {"key": row.key},
    )  # fmt: skip
    return [
        Waiting(one["work"], one["about"] if one["work"] == "pull" else "", _title(one["about"], there), one["why"],
                one["due_at_ms"], one["since_ms"])
        for one in found
    ]  # fmt: skip


def _backing_off(store: Store, row: ConnectionRow) -> list[Waiting]:
    health = row.health
    if row.paused:
        return [Waiting("pull", "", "", "paused", None, health.since_ms)]
    if health.state in ("ok", "new") or health.retry_at_ms is None or health.retry_at_ms <= store.now_ms():
        return []
    return [Waiting("pull", "", "", _WHY.get(health.state, "refused"), health.retry_at_ms, health.since_ms)]


def _to_deliver(store: Store, row: ConnectionRow) -> list[Waiting]:
    """The outbox of this connection, as far as nobody is asked; what is being sent only while it waits for its turn."""
    found = store.read(
        "SELECT i.kind, i.state, i.waits_for, i.created_at_ms, i.not_before_ms, coalesce(t.title, '') AS title,"
        " w.why AS in_line, w.due_at_ms FROM ledger.intent AS i LEFT JOIN thread AS t ON t.key = i.thread"
        " LEFT JOIN wait AS w ON w.work = 'deliver' AND w.about = i.id WHERE i.connection = :key"
        " AND i.state NOT IN ('sent', 'withdrawn') AND i.asks = 0"
        " AND (i.state IN ('queued', 'uncertain') OR i.state = 'sending' AND w.why IS NOT NULL)"
        " ORDER BY i.created_at_ms, i.id LIMIT :most",
        {"key": row.key, "most": MOST_WAITS},
    )
    now_ms = store.now_ms()
    held = bool(store.read("SELECT 1 FROM ledger.profile WHERE name = 'outbox_hold' AND value <> ''"))
    return [
        Waiting("deliver", one["kind"], one["title"], *_until(one, now_ms, row.paused, held), since_ms=one["created_at_ms"])
        for one in found
    ]  # fmt: skip


def _until(one: Row, now_ms: int, paused: bool, held: bool) -> tuple[str, int | None]:
    """Why an intent waits, and until when."""
    due_ms = one["not_before_ms"] if one["not_before_ms"] > now_ms else None
    if paused or held:
        return ("paused" if paused else "hold"), None
    if one["in_line"]:
        return one["in_line"], one["due_at_ms"]
    if one["state"] == "uncertain":
        return "settling", due_ms
    if due_ms is None:
        return "news", None
    return {"limit": "told", "network": "network", "sign_in": "sign_in"}.get(one["waits_for"], "undo"), due_ms


def _asked(store: Store, row: ConnectionRow) -> list[Waiting]:
    """What a person asked of the collector and has no answer to yet."""
    found = store.read(
        "SELECT kind, asked_at_ms FROM ledger.request WHERE state IN ('asked', 'taken') AND ("
        " kind = 'sync' AND (coalesce(json_array_length(args, '$.names'), 0) = 0 OR EXISTS ("
        "   SELECT 1 FROM json_each(args, '$.names') WHERE value IN (:name, :key)))"
        " OR kind IN ('check', 'connect') AND args ->> 'adapter' = :adapter AND coalesce(args ->> 'url', '') = :url"
        "   AND coalesce(args ->> 'user', '') = :user"
        " OR kind = 'pictures' AND EXISTS (SELECT 1 FROM json_each(args, '$.messages') AS asked"
        "   JOIN message AS m ON m.key = asked.value JOIN space AS s ON s.id = m.space_id WHERE s.connection = :key))",
        {"name": row.name, "key": row.key, "adapter": row.adapter, "url": row.url, "user": row.user},
    )
    names = {"connect": "check"}
    return [Waiting(names.get(one["kind"], one["kind"]), "", "", "asked", None, one["asked_at_ms"]) for one in found]
