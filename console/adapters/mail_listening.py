"""Being told of new mail: a connection of its own that waits in one folder (IDLE), renewed before the server ends it."""

from __future__ import annotations

import asyncio
import imaplib
import time
from collections.abc import Callable
from typing import Any

from imapclient import IMAPClient

from console.adapters.imap import Imap
from console.domain.platform import PlatformError, Unreachable

WAIT_S = 28.0  # of one wait
RENEW_S = 25 * 60.0  # a server may end it after 29 minutes
SHORT_S = 10.0  # a wait that ends sooner without news was cut off
LONGEST_REST_S = 600.0


class Idle:
    """Waits for news in a folder. Where the server keeps dropping the line it rests, so that others only poll."""

    def __init__(self, line: Imap, folder: str, steady_s: Callable[[], float] = time.monotonic) -> None:
        """`steady_s`: the clock by which a wait grows old, and by which it rests."""
        self._line = line
        self._folder = folder
        self._steady_s = steady_s
        self._on: IMAPClient | None = None
        self._since_s = 0.0
        self._drops = 0
        self._rest_until_s = 0.0

    async def begin(self) -> None:
        """From now on nothing is missed. Whatever goes wrong is left to whoever reads the mail."""
        if self._steady_s() < self._rest_until_s:
            return
        try:
            await self._line.do(self._begun)
        except PlatformError:
            self._dropped()

    async def wait(self, patience_s: float) -> None:
        """Until there is news, or so many seconds."""
        if self._on is None or self._steady_s() < self._rest_until_s:
            await asyncio.sleep(patience_s)
            return
        began_s = self._steady_s()
        try:
            await self._line.do(lambda client: self._told(client, patience_s), again=False)
        except PlatformError:
            if self._steady_s() - began_s < SHORT_S:
                self._dropped()
            self._on = None
        else:
            self._drops = 0

    def _dropped(self) -> None:
        self._on = None
        self._drops += 1
        if self._drops > 2:
            self._rest_until_s = self._steady_s() + min(LONGEST_REST_S, 5.0 * 2 ** min(self._drops, 10))

    def _begun(self, client: IMAPClient) -> None:
        running = client is self._on
        if running and self._steady_s() - self._since_s < RENEW_S:
            return
        if running:
            client.idle_done()  # every EXISTS so far is behind us: whoever began the wait reads the mail next
        else:
            client.select_folder(self._folder, readonly=True)
        client.idle()
        self._on, self._since_s = client, self._steady_s()

    def _told(self, client: IMAPClient, patience_s: float) -> None:
        if self._on is None or client is not self._on:
            raise Unreachable(code="line_broke", maybe_sent=False)
        ends_s = time.monotonic() + patience_s
        while (left_s := ends_s - time.monotonic()) > 0:
            told: list[Any] = client.idle_check(timeout=left_s)
            if any(one[0] == b"BYE" for one in told) or (not told and time.monotonic() < ends_s - 0.5):
                raise imaplib.IMAP4.abort("the server ended the wait")
            if any(one[0] != b"OK" for one in told):  # OK: it is still there
                return
