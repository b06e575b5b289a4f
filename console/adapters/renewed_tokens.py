"""A token of OAuth as a header: renewed before it ends and whenever it is refused, by whoever knows its server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from console.adapters.contract import Tools
from console.domain.platform import AuthExpired, Forbidden, Rejected

SECRET = "tokens"
EARLY_MS = 300_000  # a token is renewed so long before it ends


class Renewing(Protocol):
    """An app at a server that gives tokens."""

    @property
    def signed_in(self) -> bool: ...

    async def silently(self, *, force: bool, keep: Callable[[str], None]) -> Mapping[str, Any]:
        """`access_token` and `expires_in`, without anybody's doing; with `force` a new one. What was renewed is kept
        before it is used. Raises PlatformError.
        """


class RenewedTokens:
    """What to say to a platform: a token that is good now. Meets transport.Tokens."""

    def __init__(self, app: Renewing, tools: Tools) -> None:
        self._app = app
        self._tools = tools
        self._header, self._renew_at_ms = "", 0
        self._renewing: asyncio.Task[None] | None = None

    async def header(self, refused: str = "") -> str:
        """ "Bearer …". Callers at the same time wait for one renewal.

        Raises AuthExpired when a person must sign in again; Unreachable, RateLimited, BadResponse.
        """
        if not self._app.signed_in:
            raise AuthExpired(code="sign_in_first")
        ended = self._tools.now_ms() >= self._renew_at_ms
        if self._renewing is not None or ended or refused == self._header:
            if self._renewing is None:
                self._renewing = asyncio.create_task(self._renew(force=bool(refused)), name="renew a token")
                self._renewing.add_done_callback(self._renewed)
            # Whoever is called away doesn't take the renewal along: what it brings may be had only once.
            await asyncio.shield(self._renewing)
        return self._header

    async def close(self) -> None:
        """Wait for a renewal that is on its way."""
        if self._renewing is not None:
            await asyncio.gather(self._renewing, return_exceptions=True)

    def _renewed(self, task: asyncio.Task[None]) -> None:
        self._renewing = None
        if not task.cancelled():
            task.exception()  # whoever waited has it

    async def _renew(self, *, force: bool) -> None:
        try:
            got = await self._app.silently(force=force, keep=lambda kept: self._tools.keep({SECRET: kept}))
        except (Forbidden, Rejected) as error:
            # Whatever the reason: only a person can change it, and what waits must go on waiting.
            raise AuthExpired(error.words, code=error.code) from error
        self._header = f"Bearer {got['access_token']}"
        lasts_ms = int(got.get("expires_in") or 0) * 1000
        self._renew_at_ms = self._tools.now_ms() + max(lasts_ms - EARLY_MS, lasts_ms // 2)
