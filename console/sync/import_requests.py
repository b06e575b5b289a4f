"""Importing what the window asks for: in a thread, with word of how far it is, until it is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from console.domain.platform import Rejected
from console.store.connection import Store
from console.sync import importing
from console.sync.connecting import Patience
from console.sync.import_copies import Stopped, Told
from console.sync.importing import Asked

TELL_S = 0.25
SHOWN = 20  # of what would be left out

Tell = Callable[[Mapping[str, Any]], None]


class Imports:
    """Each job has a `ref` of whoever asked, to stop it by."""

    def __init__(self, store: Store, patience: Patience) -> None:
        self._store = store
        self._patience = patience
        self._stopped: set[str] = set()

    async def look(self, args: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """What a file holds. Raises Rejected "import_…", "import_stopped"."""

        def work(store: Store, told: Told) -> dict[str, Any]:
            found = importing.look(store, _asked(args), told)
            missed = [asdict(one) for one in found.missed[:SHOWN]]
            return asdict(found) | {
                "spaces": found.spaces.most_common(),
                "missed": missed,
                "skipped": len(found.missed),
            }

        return await self._carried_out(str(args["ref"]), work, tell)

    async def bring(self, args: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """Copy a file and connect the copy. Raises as above."""

        def work(store: Store, told: Told) -> dict[str, Any]:
            new = importing.bring(store, _asked(args), self._patience, told).new
            return {"key": new.key, "name": new.name}

        return await self._carried_out(str(args["ref"]), work, tell)

    def stop(self, ref: str) -> None:
        self._stopped.add(ref)

    async def _carried_out(self, ref: str, work: Callable[[Store, Told], dict[str, Any]], tell: Tell) -> dict[str, Any]:
        how: dict[str, Any] = {}

        def told(what: str, share: float, messages: int) -> None:
            how.update(what=what, share=share, messages=messages)
            if ref in self._stopped:
                raise Stopped

        def in_thread() -> dict[str, Any]:
            store = Store(self._store.folder, now_ms=self._store.now_ms, policy=self._store.policy)
            try:
                return work(store, told)
            finally:
                store.close()

        job = asyncio.ensure_future(asyncio.to_thread(in_thread))
        said: dict[str, Any] = {}
        try:
            while not (await asyncio.wait({job}, timeout=TELL_S))[0]:
                if how != said:
                    said = dict(how)
                    tell(said)
            return job.result()
        except Stopped:
            raise Rejected(code="import_stopped") from None
        except importing.NoSuchConnection as missing:
            raise Rejected(str(missing), code="import_no_connection") from None
        finally:
            self._stopped.add(ref)  # a collector that ends waits for its thread
            await asyncio.wait({job})
            self._stopped.discard(ref)


def _asked(args: Mapping[str, Any]) -> Asked:
    return Asked(
        tuple(Path(path) for path in args["paths"]), str(args.get("name") or ""), str(args.get("format") or ""),
        str(args.get("of") or ""), bool(args.get("private")),
    )  # fmt: skip
