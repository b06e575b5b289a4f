"""Connections: what is asked of the collector, and what the desk writes down itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.desk.seat import Desk, Refused
from console.domain.conversation import ConnectionKey, SpaceKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Way
from console.store.read.connections import ConnectionRow, capabilities, standing
from console.store.read.outbox import joining
from console.store.read.requests import Answer, answer
from console.store.write import connections, requests
from console.store.write.clock import new_key
from console.store.write.decisions import append


def ask(desk: Desk, kind: str, args: Mapping[str, Any]) -> str:
    """Ask the collector something; returns the request's id, to look for its answer by."""
    return requests.ask(desk.store, kind, args)


def answered(desk: Desk, request_id: str) -> Answer | None:
    """The answer, None while there is none."""
    found = answer(desk.store, request_id)
    return found if found.state in ("done", "failed") else None


def told(desk: Desk, request_id: str) -> Mapping[str, Any]:
    """What the collector says of a request before its answer, {} while it says nothing."""
    found = answer(desk.store, request_id)
    return found.facts if found.state == "taken" else {}


def sync_now(desk: Desk, names: frozenset[str] = frozenset()) -> str:
    return requests.ask(desk.store, "sync", {"names": sorted(names)})


def disconnect(desk: Desk, row: ConnectionRow, *, forget: bool) -> str:
    """Take a connection away, with `forget` what was pulled of it too; decisions stay."""
    return requests.ask(desk.store, "disconnect", {"key": row.key, "forget": forget})


def pause(desk: Desk, row: ConnectionRow, paused: bool) -> None:
    connections.pause(desk.store, row.key, paused)


def move_start_line(desk: Desk, row: ConnectionRow, at_ms: int) -> None:
    """Count what was said from `at_ms` on; before it all can wait but reports and held messages. 0 counts everything."""
    connections.move_start_line(desk.store, row.key, at_ms)


def follow(desk: Desk, connection: ConnectionKey, space: SpaceKey, followed: bool) -> Intent | None:
    """Collect a space, or no longer. One that only invited us is joined first: an intent of the outbox says how that goes.

    Raises Refused: no_way.
    """
    connections.follow(desk.store, space, followed)
    if not followed or standing(desk.store, space) != "invited":
        return None
    asked = joining(desk.store, space)
    if asked is not None:
        return asked
    if capabilities(desk.store, space).way(Kind.JOIN.value) is not Way.API:
        raise Refused("no_way", kind=Kind.JOIN.value, platform=space.partition(":")[0])
    now_ms = desk.store.now_ms()
    intent = Intent(
        id=IntentId(new_key()), kind=Kind.JOIN, connection=connection, space=space, thread=ThreadKey(""),
        message=None, text="", state=State.QUEUED, by=desk.moderator, created_at_ms=now_ms,
        not_before_ms=now_ms,
    )  # fmt: skip
    append(desk.store, [], [intent])
    return intent
