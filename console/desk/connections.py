"""Connections: what is asked of the collector, and what the desk writes down itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.desk.seat import Desk
from console.domain.conversation import SpaceKey
from console.store.read.connections import ConnectionRow
from console.store.read.requests import Answer, answer
from console.store.write import connections, requests


def ask(desk: Desk, kind: str, args: Mapping[str, Any]) -> str:
    """Ask the collector something; returns the request's id, to look for its answer by."""
    return requests.ask(desk.store, kind, args)


def answered(desk: Desk, request_id: str) -> Answer | None:
    """The answer, None while there is none."""
    found = answer(desk.store, request_id)
    return found if found.state in ("done", "failed") else None


def sync_now(desk: Desk, names: frozenset[str] = frozenset()) -> str:
    return requests.ask(desk.store, "sync", {"names": sorted(names)})


def disconnect(desk: Desk, row: ConnectionRow, *, forget: bool) -> str:
    """Take a connection away, with `forget` what was pulled of it too; decisions stay."""
    return requests.ask(desk.store, "disconnect", {"key": row.key, "forget": forget})


def pause(desk: Desk, row: ConnectionRow, paused: bool) -> None:
    connections.pause(desk.store, row.key, paused)


def follow(desk: Desk, space: SpaceKey, followed: bool) -> None:
    connections.follow(desk.store, space, followed)
