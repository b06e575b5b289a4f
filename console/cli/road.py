"""`sync --for-the-road`: take along what a view holds, with progress; Ctrl+C stops and keeps what was fetched."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from typing import Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from console.cli.delivering import is_running
from console.cli.session import FAILED, Failed, Session, put_json, say
from console.cli.terminal import Screen, safe
from console.domain.query import parse
from console.sentences.road import missed_lines, packed_words, packing_words
from console.store.connection import Store
from console.store.read import queue
from console.store.read.requests import Answer, answer
from console.store.write import requests
from console.store.write.clock import new_key
from console.sync.collector import Collector
from console.sync.lock import AlreadyRunning, collector_lock
from console.sync.secret_store import SecretStore
from console.words import _

LOOK_S = 0.1
Tell = Callable[[Mapping[str, Any]], None]


def for_the_road(session: Session, words: list[str], view: str, *, as_json: bool) -> None:
    """Raises Failed; exits 1 where the disk was full, 3 where nobody could be reached."""
    if view not in queue.VIEWS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(queue.VIEWS)))
    query = " ".join(words)
    parse(query)
    settings = session.settings()
    args = {
        "view": view,
        "query": query,
        "moderator": settings.name,
        "limit_bytes": settings.road_mb * 1_000_000,
        "ref": new_key(),
    }
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=Screen(stderr=True),
                  transient=True, disable=not sys.stderr.isatty()) as progress:  # fmt: skip
        task = progress.add_task(packing_words({}))
        found = packed(session, args, lambda how: progress.update(task, description=packing_words(how)))
    if as_json:
        put_json({"road": found})
    else:
        say(packed_words(found))
        for line in missed_lines(found["missed"]):
            Screen().print(safe(f"· {line}"))
    if found["full"]:
        raise typer.Exit(FAILED)


def packed(session: Session, args: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """By us, or by the collector that runs."""
    while True:
        with session.store() as store:
            try:
                with collector_lock(store.folder):
                    collector = Collector(store, SecretStore(store.folder), session.patience(), lambda said: None)
                    return asyncio.run(collector.pack(args, tell))
            except AlreadyRunning:
                found = _asked(store, args, tell)
        if found is not None:
            return found
        # The collector we asked ended meanwhile: then it is our turn.


def _asked(store: Store, args: Mapping[str, Any], tell: Tell) -> dict[str, Any] | None:
    request = requests.ask(store, "for_the_road", args)

    async def answered() -> Answer | None:
        while (stands := answer(store, request)).state not in ("done", "failed"):
            if not is_running(store):
                return None
            if stands.facts:
                tell(stands.facts)
            await asyncio.sleep(LOOK_S)
        return stands

    try:
        found = asyncio.run(answered())
    except KeyboardInterrupt:
        requests.ask(store, "stop_packing", {"ref": args["ref"]})
        raise
    if found is not None and found.state == "failed":
        raise Failed(_("Nothing was taken along: stopped before it began."))
    return None if found is None else dict(found.facts)
