"""Signing in on a platform's own pages: in the system's browser, which comes back to a door of ours, or with a code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from console.adapters.contract import Config, SigningIn, Tools
from console.adapters.registry import find, sign_in_of
from console.domain.conversation import ConnectionKey
from console.domain.platform import AuthExpired, Rejected
from console.sync.browser_answer import door
from console.sync.connecting import Patience

LIMIT_S = 600.0
Tell = Callable[[Mapping[str, Any]], None]


async def sign_in(
    args: Mapping[str, Any], patience: Patience, now_ms: Callable[[], int], tell: Tell,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep, limit_s: float = LIMIT_S,
) -> dict[str, str]:  # fmt: skip
    """The secrets that a sign-in gives.

    args   adapter, url, user, settings, and with_code: a code to type elsewhere instead of a browser here
    tell   hears what a person has to do: `open`, the address of a page; or `code`, and the `address` where to type it

    Raises PlatformError: Rejected "sign_in_timeout" when nobody signed in in time; KeyError for an adapter that has no
    such pages.
    """
    kind = find(str(args["adapter"]))
    pages = sign_in_of(kind)
    if pages is None:
        raise KeyError(kind.key)
    config = Config(ConnectionKey(""), kind.key, str(args.get("url", "")), str(args.get("user", "")),
                    settings=dict(args.get("settings") or {}))  # fmt: skip
    attempt = pages.begin(config, Tools(now_ms=now_ms, timeout_s=patience.timeout_s))
    try:
        async with asyncio.timeout(limit_s):
            if args.get("with_code"):
                return dict(await _with_code(attempt, tell, pause))
            return dict(await _in_browser(attempt, tell))
    except TimeoutError:
        raise Rejected(code="sign_in_timeout") from None


async def _in_browser(attempt: SigningIn, tell: Tell) -> Mapping[str, str]:
    async with door(attempt.is_ours) as ours:
        tell({"open": await attempt.address(ours.redirect)})
        query = await ours.brought
        return await attempt.answered(query)


async def _with_code(attempt: SigningIn, tell: Tell, pause: Callable[[float], Awaitable[None]]) -> Mapping[str, str]:
    code = await attempt.code()
    tell({"code": code.code, "address": code.address})
    left_s = code.ends_after_s
    while not isinstance(found := await attempt.look(), Mapping):
        if found > left_s:
            raise AuthExpired(code="code_expired")
        left_s -= found
        await pause(found)
    return found


class Attempts:
    """The sign-ins that are going on: one for each dialog, the newest."""

    def __init__(self, patience: Patience, now_ms: Callable[[], int]) -> None:
        self._patience = patience
        self._now_ms = now_ms
        self._going: dict[str, asyncio.Task[dict[str, str]]] = {}
        self._got: dict[str, dict[str, str]] = {}

    async def make(self, ref: str, args: Mapping[str, Any], tell: Tell) -> None:
        """Sign in; what it gives is had by `of`. Raises PlatformError; Rejected "sign_in_stopped"."""
        self.stop(ref)
        task = asyncio.create_task(sign_in(args, self._patience, self._now_ms, tell), name=f"sign in {ref}")
        self._going[ref] = task
        try:
            self._got[ref] = await task
        except asyncio.CancelledError:
            us = asyncio.current_task()
            if us is not None and us.cancelling():
                raise
            raise Rejected(code="sign_in_stopped") from None
        finally:
            if self._going.get(ref) is task:
                del self._going[ref]

    def stop(self, ref: str) -> None:
        """End the attempt of a dialog; it is no error if there is none."""
        if ref in self._going:
            self._going.pop(ref).cancel()

    def of(self, ref: str) -> dict[str, str]:
        """The secrets that somebody signed in for, {} for none. They are nowhere but here until a connection keeps them."""
        return dict(self._got.get(ref, {}))

    def kept(self, ref: str) -> None:
        self._got.pop(ref, None)
