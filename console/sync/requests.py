"""Carrying out what the desk asked of the collector: check a connection, keep it, take it away, pull now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from console.domain.platform import PlatformError
from console.store.connection import Store
from console.store.write import connections, folding, pictures
from console.store.write.requests import Request, answer
from console.sync.connecting import Checked, Patience, Wanted, check
from console.sync.pictures import Pictures
from console.sync.secret_store import NoKeyring, NoPassphrase, SecretStore, WrongPassphrase

Sync = Callable[[frozenset[str]], Awaitable[list[dict[str, Any]]]]


class Requests:
    """Each request gets exactly one answer, also when it went wrong."""

    def __init__(self, store: Store, secrets: SecretStore, patience: Patience, sync: Sync, fetching: Pictures) -> None:
        self._store = store
        self._secrets = secrets
        self._patience = patience
        self._sync = sync
        self._fetching = fetching

    async def carry_out(self, request: Request) -> None:
        try:
            facts = await self._carried_out(request.kind, request.args)
        except PlatformError as error:
            facts = {"error": type(error).__name__, "code": error.code, "words": error.words}
            answer(self._store, request.id, facts, ok=False)
        except (NoKeyring, NoPassphrase, WrongPassphrase) as error:
            answer(self._store, request.id, {"error": type(error).__name__}, ok=False)
        except KeyError as missing:
            answer(self._store, request.id, {"error": "unknown", "words": str(missing.args[0])}, ok=False)
        else:
            answer(self._store, request.id, facts)

    async def _carried_out(self, kind: str, args: Mapping[str, Any]) -> dict[str, Any]:
        match kind:
            case "sync":
                return {"connections": await self._sync(frozenset(args.get("names", ())))}
            case "check":
                return described(await self._check(args))
            case "connect":
                checked = await self._check(args)
                if checked.result.works:
                    self._secrets.put(checked.new.key, self._secrets.get(str(args["ref"])))
                    connections.put(self._store, checked.new)
                return described(checked)
            case "disconnect":
                connections.remove(self._store, args["key"])
                self._secrets.forget(args["key"])
                if args.get("forget"):
                    connections.forget(self._store, args["key"])
                    pictures.forget(self._store, args["key"])
                return {}
            case "pictures":
                return {"pictures": await self._fetching.bring(args["messages"], again=bool(args.get("again")))}
            case "rebuild":
                return {"threads": folding.rebuild(self._store)}
            case _:
                raise KeyError(kind)

    async def _check(self, args: Mapping[str, Any]) -> Checked:
        wanted = Wanted(
            args["adapter"], args.get("name", ""), args.get("url", ""), args.get("user", ""),
            args.get("settings") or {}, int(args.get("since_days", 90)),
        )  # fmt: skip
        return await check(wanted, self._secrets.get(str(args.get("ref", ""))), self._patience, self._store.now_ms())


def described(checked: Checked) -> dict[str, Any]:
    """A check's findings as plain facts: the window and the command line make the sentences."""
    lines = [{"code": line.code, "ok": line.ok, "facts": dict(line.facts)} for line in checked.result.lines]
    return {"works": checked.result.works, "lines": lines, "us": checked.result.us, "key": checked.new.key}
