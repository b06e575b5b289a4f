"""Carrying out what the desk asked of the collector: check a connection, keep it, take it away, pull now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from console.adapters.registry import find, sign_in_of
from console.domain.characters import honest, one_line
from console.domain.platform import PlatformError, Rejected
from console.store.connection import Store
from console.store.read.connections import ConnectionRow
from console.store.read.connections import connections as stored_connections
from console.store.write import connections, folding, pictures
from console.store.write.requests import Request, answer, tell
from console.sync import import_copies
from console.sync.allowances import Allowances
from console.sync.connecting import DAY_MS, Checked, Patience, Wanted, asks_secrets, check, needs_secrets
from console.sync.harmless import space
from console.sync.import_requests import Imports
from console.sync.pictures import Pictures
from console.sync.road import Packing
from console.sync.secret_store import NoKeyring, NoPassphrase, SecretStore, WrongPassphrase
from console.sync.signing_in import Attempts

Sync = Callable[[frozenset[str]], Awaitable[list[dict[str, Any]]]]
Renew = Callable[[str], Awaitable[None]]
LOOKS, LOOK_S = 20, 0.25  # for a secret that another window's collector has to put down first


class Requests:
    """Each request gets exactly one answer, also when it went wrong."""

    def __init__(
        self, store: Store, secrets: SecretStore, patience: Patience, sync: Sync, renew: Renew, fetching: Pictures,
        allowances: Allowances, packing: Packing,
    ) -> None:  # fmt: skip
        """`sync` pulls the named connections; `renew` starts one afresh, because its secrets are new."""
        self._store = store
        self._secrets = secrets
        self._patience = patience
        self._sync = sync
        self._renew = renew
        self._fetching = fetching
        self._allowances = allowances
        self._found: dict[str, Checked] = {}
        self._attempts = Attempts(patience, store.now_ms)
        self._imports = Imports(store, patience)
        self._packing = packing

    async def carry_out(self, request: Request) -> None:
        try:
            facts = await self._carried_out(request)
        except PlatformError as error:
            facts = {"error": type(error).__name__, "code": error.code, "words": error.words}
            answer(self._store, request.id, facts, ok=False)
        except (NoKeyring, NoPassphrase, WrongPassphrase) as error:
            answer(self._store, request.id, {"error": type(error).__name__}, ok=False)
        except KeyError as missing:
            answer(self._store, request.id, {"error": "unknown", "words": str(missing.args[0])}, ok=False)
        else:
            answer(self._store, request.id, facts)

    async def _carried_out(self, request: Request) -> dict[str, Any]:
        kind, args = request.kind, request.args
        match kind:
            case "sync":
                return {"connections": await self._sync(frozenset(args.get("names", ())))}
            case "check":
                return described(await self._check(args))
            case "sign_in":
                await self._attempts.make(str(args["ref"]), args, lambda facts: tell(self._store, request.id, facts))
                return {}
            case "stop_signing_in":
                self._attempts.stop(str(args["ref"]))
                return {}
            case "connect":
                checked = self._checked_before(args) or await self._check(args)
                if args.get("again") not in (None, checked.new.key):
                    raise Rejected(checked.result.us, code="other_account")
                if checked.result.works:
                    self._secrets.put(checked.new.key, checked.secrets)
                    if connections.reaches_further(self._store, checked.new):
                        connections.read_anew(self._store, checked.new.key)
                    connections.put(self._store, checked.new)
                    for key in args.get("ignored", ()):
                        connections.follow(self._store, key, False)
                    self._found.pop(str(args["ref"]))
                    self._attempts.kept(str(args["ref"]))
                    await self._renew(checked.new.key)
                return described(checked)
            case "renew":
                self._allowances.count(args["key"], args.get("asked") or {})
                await self._renew(args["key"])
                return {}
            case "disconnect":
                connections.remove(self._store, args["key"])
                self._secrets.forget(args["key"])
                if args.get("forget"):
                    import_copies.forget(self._store, args["key"])
                    connections.forget(self._store, args["key"])
                    pictures.forget(self._store, args["key"])
                return {}
            case "look_at_file":
                return await self._imports.look(args, lambda facts: tell(self._store, request.id, facts))
            case "import_file":
                return await self._imports.bring(args, lambda facts: tell(self._store, request.id, facts))
            case "stop_import":
                self._imports.stop(str(args["ref"]))
                return {}
            case "pictures":
                return {"pictures": await self._fetching.bring(args["messages"], again=bool(args.get("again")))}
            case "for_the_road":
                return await self._packing.pack(args, lambda facts: tell(self._store, request.id, facts))
            case "stop_packing":
                self._packing.stop(str(args["ref"]))
                return {}
            case "rebuild":
                return {"threads": folding.rebuild(self._store)}
            case _:
                raise KeyError(kind)

    async def _check(self, args: Mapping[str, Any]) -> Checked:
        ref = str(args.get("ref", ""))
        adapter, url, user = str(args["adapter"]), str(args.get("url", "")), str(args.get("user", ""))
        account, again = (adapter, url, user), str(args.get("again") or "")
        settings, secrets = self._known(ref, account, again)
        wanted = Wanted(
            adapter, args.get("name", ""), url, user, settings | _filled(args.get("settings") or {}),
            int(args.get("since_days", 90)),
        )  # fmt: skip
        secrets |= _filled(await self._handed_over(ref)) if ref and asks_secrets(adapter) else {}
        secrets |= self._attempts.of(ref)
        typed, stored = f"{adapter} {url} {user}", self._stored(ref, account, again)
        allowance = self._allowances.of(stored) if stored else self._allowances.of_unknown(typed)
        checked = await check(wanted, secrets, self._patience, self._store.now_ms(), allowance)
        self._allowances.is_really(typed, checked.new.key)
        self._found[ref] = checked
        return checked

    def _checked_before(self, args: Mapping[str, Any]) -> Checked | None:
        """What a check with this `ref` found, where nothing that it was about changed since; named and dated as asked now."""
        found = self._found.get(str(args["ref"])) if args.get("as_checked") else None
        if found is None:
            return None
        with contextlib.suppress(NoKeyring, NoPassphrase, WrongPassphrase):
            self._secrets.take(str(args["ref"]))  # it came along in case we had forgotten
        since_ms = self._store.now_ms() - int(args.get("since_days", 90)) * DAY_MS
        return replace(found, new=replace(found.new, name=args.get("name") or found.new.name, since_ms=since_ms))

    async def _handed_over(self, ref: str) -> dict[str, str]:
        """The secret of one request. What another window's collector heard comes a moment later."""
        for look in range(LOOKS):
            try:
                found = self._secrets.take(ref)
            except (NoKeyring, NoPassphrase, WrongPassphrase):
                if look == LOOKS - 1:
                    raise
                found = {}
            if found:
                return found
            await asyncio.sleep(LOOK_S)
        return {}

    def _known(self, ref: str, account: tuple[str, str, str], again: str) -> tuple[dict[str, str], dict[str, str]]:
        """What a check just before, or the connection there is already, knows of this account: its device, say.

        So that to check, to connect and to sign in again is one sign-in on one device where a platform has such.
        """
        found = self._found.get(ref)
        if found is not None and account == (found.new.adapter, found.new.url, found.new.user):
            return dict(found.new.settings), dict(found.secrets)
        row = self._connection(account, again)
        if row is None:
            return {}, {}
        return dict(row.settings), self._secrets.get(row.key) if needs_secrets(row.adapter) else {}

    def _connection(self, account: tuple[str, str, str], again: str) -> ConnectionRow | None:
        """The connection that is signed in again, or that has this account, where it says whose it is."""
        nobody = not account[2] and sign_in_of(find(account[0])) is not None
        for row in stored_connections(self._store):
            if row.key == again if again else account == (row.adapter, row.url, row.user) and not nobody:
                return row
        return None

    def _stored(self, ref: str, account: tuple[str, str, str], again: str) -> str:
        """The key of the connection that has this account, or that a check just before found; "" for none."""
        found = self._found.get(ref)
        if found is not None and account == (found.new.adapter, found.new.url, found.new.user):
            return found.new.key
        row = self._connection(account, again)
        return "" if row is None else row.key


def _filled(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in typed.items() if text}


def _on_one_line(facts: Mapping[str, object]) -> dict[str, object]:
    """What a platform says in a finding, as it reads; what is for an administrator keeps its lines."""
    return {
        name: fact if not isinstance(fact, str) else honest(fact) if name == "for_administrator" else one_line(fact)
        for name, fact in facts.items()
    }  # fmt: skip


def described(checked: Checked) -> dict[str, Any]:
    """A check's findings as plain facts: the window and the command line make the sentences."""
    lines = [
        {"code": line.code, "ok": line.ok, "facts": _on_one_line(line.facts), "limited": line.limited}
        for line in checked.result.lines
    ]
    offered = [asdict(space(found)) for found in checked.result.spaces]
    return {
        "works": checked.result.works, "lines": lines, "us": one_line(checked.result.us), "key": checked.new.key, "spaces": offered,
        "ways": dict(checked.can.ways), "approximate": checked.can.approximate,
    }  # fmt: skip
