"""Being told of new mail: a connection of its own that waits in one folder (IDLE), renewed before the server ends it.

Where the server can tell of several folders on one connection (NOTIFY), it does.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from imapclient import IMAPClient, imap_utf7

from console.adapters.imap import Imap
from console.domain.platform import PlatformError, Unreachable

WAIT_S = 28.0  # of one wait
RENEW_S = 25 * 60.0  # a server may end it after 29 minutes
SHORT_S = 10.0  # a wait that ends sooner without news was cut off
LONGEST_REST_S = 600.0

EVENTS = "(MessageNew MessageExpunge)"


def can_be_told_of(folder: str) -> bool:
    """Dovecot 2.3 tells of names with other letters in bytes that are no IMAP."""
    return folder.isascii()


def _tell_of(client: IMAPClient, folders: Sequence[str]) -> None:
    """Have the server tell of these too (RFC 5465). One that won't is no worse than one that can't."""
    names = " ".join(_quoted(name) for name in folders)
    try:
        client._imap.xatom("NOTIFY", "SET", f"(selected {EVENTS})", f"(mailboxes ({names}) {EVENTS})")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return


def _quoted(name: str) -> str:
    encoded: bytes = imap_utf7.encode(name)
    return '"' + re.sub(r'(["\\])', r"\\\1", encoded.decode("ascii")) + '"'


class Idle:
    """Waits for news in folders, the main one first. Where the server keeps dropping the line it rests, so that others
    only poll.
    """

    def __init__(self, line: Imap, folders: Sequence[str], steady_s: Callable[[], float] = time.monotonic) -> None:
        """`steady_s`: the clock by which a wait grows old, and by which it rests."""
        self._line = line
        self._folders = folders
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
            client.select_folder(self._folders[0], readonly=True)
            told_of = [name for name in self._folders[1:] if can_be_told_of(name)]
            if told_of and client.has_capability("NOTIFY"):
                _tell_of(client, told_of)
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
