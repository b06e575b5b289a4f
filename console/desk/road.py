"""Taking along for the road: asked of the collector, which fetches; its answer says what isn't here."""

from __future__ import annotations

from console.desk.seat import Desk
from console.domain.query import to_text
from console.store.read.queue import View
from console.store.write import requests
from console.store.write.clock import new_key


def take_along(desk: Desk, view: View, limit_mb: int) -> tuple[str, str]:
    """Ask for what a view holds, up to so many million bytes.

    Returns the request's id, and the job's to stop it by.
    """
    ref = new_key()
    query = "" if view.query is None else to_text(view.query)
    args = {"view": view.name, "connection": view.connection, "space": view.space, "query": query,
            "moderator": desk.moderator, "limit_bytes": limit_mb * 1_000_000, "ref": ref}  # fmt: skip
    return requests.ask(desk.store, "for_the_road", args), ref


def stop(desk: Desk, ref: str) -> None:
    """No further; what was fetched stays."""
    requests.ask(desk.store, "stop_packing", {"ref": ref})
