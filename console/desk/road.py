"""Taking along for the road: asked of the collector, which fetches; its answer says what isn't here."""

from __future__ import annotations

from console.desk.seat import Desk
from console.store.write import requests
from console.store.write.clock import new_key


def take_along(desk: Desk, view: str, query: str = "") -> tuple[str, str]:
    """Ask for what a view holds, or what a query finds in it; returns the request's id, and the job's to stop it by."""
    ref = new_key()
    args = {"view": view, "query": query, "moderator": desk.moderator, "ref": ref}
    return requests.ask(desk.store, "for_the_road", args), ref


def stop(desk: Desk, ref: str) -> None:
    """No further; what was fetched stays."""
    requests.ask(desk.store, "stop_packing", {"ref": ref})
