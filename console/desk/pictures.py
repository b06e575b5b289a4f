"""Pictures that somebody looks at: what isn't here is asked of the collector, by the message it stands in."""

from __future__ import annotations

from console.desk.seat import Desk
from console.domain.conversation import MessageKey
from console.store.write import requests


def look_at(desk: Desk, message: MessageKey, *, again: bool = False) -> str:
    """Ask for the pictures of a message; returns the request's id. `again`: also those that could not be had before."""
    return requests.ask(desk.store, "pictures", {"messages": [message], "again": again})
