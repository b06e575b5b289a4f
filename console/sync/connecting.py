"""Checking a connection before it is stored, making an adapter of a stored one, and taking one away."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from console.adapters.budgets import Allowance, work
from console.adapters.contract import Adapter, Config, Held, Tools
from console.adapters.registry import find, sign_in_of
from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey, key_of
from console.domain.imported import FOLDER
from console.domain.platform import BadResponse, Capabilities, CheckResult, PlatformError
from console.store.connection import Store
from console.store.read.connections import ConnectionRow, servers
from console.store.read.thread import pending_reports
from console.store.write import connections, intents

log = logging.getLogger(__name__)
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How patient the collector is, and how much it may keep: settings, because tests scale them."""

    timeout_s: float = 30.0
    settle_scale: float = 1.0
    poll_s: float | None = None
    pictures_bytes: int = 200_000_000
    road_bytes: int = 200_000_000
    away_ms: int = 900_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A connection as a person describes it."""

    adapter: str
    name: str
    url: str = ""
    user: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    since_days: int = 90
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found, and the connection as it would be stored, with the secrets to keep for it and what it can do."""

    result: CheckResult
    new: connections.NewConnection
    secrets: Mapping[str, str]
    can: Capabilities


async def check(
    wanted: Wanted, secrets: Mapping[str, str], patience: Patience, now_ms: int, allowance: Allowance | None = None,
    imports: Path | None = None,
) -> Checked:  # fmt: skip
    """Look whether a connection works. Raises PlatformError; KeyError for an unknown adapter.

    allowance  of this account, where somebody else may ask in its name too
    imports    the profile's folder of imported files, for a connection to one of them
    """
    kind = find(wanted.adapter)
    platform = wanted.platform or kind.key
    config = Config(ConnectionKey(""), platform, wanted.url, wanted.user, settings=dict(wanted.settings))
    renewed: dict[str, str] = {}  # in the midst of checking
    tools = Tools(
        now_ms=lambda: now_ms, keep=renewed.update, timeout_s=patience.timeout_s, allowance=allowance or Allowance(),
        imports=imports,
    )  # fmt: skip
    result = await _result(kind, config, secrets, tools)
    user = wanted.user or result.account
    new = connections.NewConnection(
        key=key_of(platform, result.server, "connection", user), name=wanted.name or kind.title, platform=platform,
        adapter=kind.key, url=wanted.url, user=wanted.user, server=result.server, account=result.account,
        us=result.us, since_ms=now_ms - wanted.since_days * DAY_MS, start_line_ms=now_ms,
        settings=dict(wanted.settings) | dict(result.settings) | ({"tile": kind.tile} if platform == kind.key else {}),
    )  # fmt: skip
    kept = {**(result.secrets or secrets), **renewed}
    known = replace(config, server=new.server, account=new.account, settings=new.settings)
    return Checked(result, new, kept, await _able(kind, known, kept, tools))


async def _able(kind: type[Adapter], config: Config, secrets: Mapping[str, str], tools: Tools) -> Capabilities:
    """What can be done with what a check found. An adapter of anybody's that can't say it can what its platform can at best."""
    try:
        adapter = kind(config, secrets, tools)
        try:
            return adapter.capabilities()
        finally:
            await adapter.close()
    except Exception as bug:
        log.info("what %s can do", kind.key, exc_info=bug)
        return kind.default_capabilities


async def _result(kind: type[Adapter], config: Config, secrets: Mapping[str, str], tools: Tools) -> CheckResult:
    """What an adapter's check finds. It may be anybody's: whatever else it raises is BadResponse "bug"."""
    try:
        adapter = kind(config, secrets, tools)
        try:
            with work("check"):
                result = await adapter.check()
        finally:
            await adapter.close()
        if not isinstance(result, CheckResult):
            raise TypeError("no result of a check")
    except PlatformError:
        raise
    except Exception as bug:
        log.info("checking %s", kind.key, exc_info=bug)
        raise BadResponse(code="bug", maybe_sent=False) from bug
    return result


def adapter_for(
    store: Store, row: ConnectionRow, secrets: Mapping[str, str], patience: Patience, now_ms: Callable[[], int],
    keep: Callable[[Mapping[str, str]], None] = lambda renewed: None, allowance: Allowance | None = None,
) -> Adapter:  # fmt: skip
    """The adapter that serves a stored connection. Raises KeyError for an adapter that isn't installed.

    keep   takes secrets that the adapter renewed to where they stay
    """
    settings = dict(row.settings)
    if patience.poll_s is not None:
        settings["poll_s"] = str(patience.poll_s)
    config = Config(row.key, row.platform, row.url, row.user, row.server, row.account, row.since_ms, settings)

    def known(space: SpaceKey, since_ms: int) -> dict[MessageKey, str]:
        found = store.read(
            "SELECT m.key, m.state FROM message AS m JOIN space AS s ON s.id = m.space_id"
            " WHERE s.key = :space AND m.posted_at_ms >= :since AND m.state <> 'deleted'",
            {"space": space, "since": since_ms},
        )
        return {MessageKey(found_row["key"]): found_row["state"] for found_row in found}

    tools = Tools(
        now_ms=now_ms,
        imports=store.folder / FOLDER,
        known=known,
        held=lambda messages: held(store, messages),
        servers=lambda platform: servers(store, platform),
        confirmed=lambda intent, step: intents.confirm(store, intent, step),
        pending_reports=lambda message: pending_reports(store, message),
        keep=keep,
        timeout_s=patience.timeout_s,
        settle_scale=patience.settle_scale,
        allowance=allowance or Allowance(),
    )
    return find(row.adapter)(config, secrets, tools)


def held(store: Store, messages: Sequence[MessageKey]) -> dict[MessageKey, Held]:
    """Where each of these messages that is held stands."""
    rows = store.read(
        "SELECT m.key, t.key AS thread, s.key AS space, m.state, t.title, p.key AS author FROM message AS m"
        " JOIN thread AS t ON t.id = m.thread_id JOIN space AS s ON s.id = t.space_id"
        " LEFT JOIN person AS p ON p.id = m.person_id"
        " WHERE m.key IN (SELECT value FROM json_each(:keys))",
        {"keys": json.dumps(list(messages))},
    )
    return {
        MessageKey(found["key"]): Held(
            ThreadKey(found["thread"]), SpaceKey(found["space"]), found["state"], found["title"], found["author"] or ""
        )
        for found in rows
    }


def asks_secrets(adapter: str) -> bool:
    """Whether people type something secret for an adapter. Raises KeyError for one that isn't installed."""
    return any(field.secret for field in find(adapter).fields)


def needs_secrets(adapter: str) -> bool:
    """Whether an adapter works with something secret, typed or had by signing in. Raises KeyError as above."""
    return asks_secrets(adapter) or sign_in_of(find(adapter)) is not None
