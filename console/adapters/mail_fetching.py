"""Fetching mails so that one that the server can't give, or gives as nonsense, stops no other: it is found by halves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from imapclient import IMAPClient

from console.adapters import mail_folders
from console.adapters.contract import Tools
from console.adapters.imap import Imap
from console.adapters.mail_folders import MOST_AT_ONCE, Head, unknown
from console.adapters.mail_parsing import Mail, read
from console.domain.platform import BadResponse

FEW = 2  # so many may be broken by themselves; where more are and none is whole, it is the server
OLDEST_MS = 631_152_000_000  # 1990: what arrived before was never told the hour
DAY_MS = 86_400_000

T = TypeVar("T")
Work = Callable[[IMAPClient, Sequence[int]], dict[int, T]]


@dataclass(frozen=True, slots=True)
class Got:
    """Mails by their number; of those that are `lost` only as much as their headers tell."""

    mails: dict[int, Mail]
    lost: frozenset[int]


class Fetcher:
    def __init__(self, line: Imap, tools: Tools) -> None:
        self._line = line
        self._now_ms = tools.now_ms

    async def heads(self, folder: str, validity: int, uids: Sequence[int]) -> list[Head]:
        """What is known of these mails before they are fetched, by their number. Raises PlatformError."""
        found, failed = await self._had(folder, validity, uids, mail_folders.heads)
        for uid in failed:
            found[uid] = unknown(folder, validity, uid, self._now_ms())
        return [self._dated(found[uid]) for uid in sorted(found)]

    def _dated(self, head: Head) -> Head:
        """A clock that was never set, or runs far ahead, says nothing: then it arrived now."""
        now_ms = self._now_ms()
        return head if OLDEST_MS <= head.arrived_ms <= now_ms + DAY_MS else replace(head, arrived_ms=now_ms)

    async def mails(self, folder: str, validity: int, wanted: Sequence[Head]) -> Got:
        """These mails; one that vanished meanwhile is left out. Raises PlatformError."""
        by_uid = {head.uid: head for head in wanted}

        def whole(client: IMAPClient, uids: Sequence[int]) -> dict[int, Mail]:
            return mail_folders.fetch(client, [by_uid[uid] for uid in uids])

        found, failed = await self._had(folder, validity, list(by_uid), whole)
        lost: set[int] = set()
        for uid in failed:
            mail = await self._beginning(folder, validity, by_uid[uid])
            if mail is None:
                head = by_uid[uid]
                mail = replace(read(head.head.strip() + b"\r\n\r\n"), id=head.id, digest=head.digest)
                lost.add(uid)
            found[uid] = mail
        return Got(found, frozenset(lost))

    async def _beginning(self, folder: str, validity: int, head: Head) -> Mail | None:
        """A mail that can't be had whole: its first part may be."""
        for names in (True, False):
            work = partial(_beginning, head=head, names=names)
            found, failed = await self._had(folder, validity, [head.uid], work)
            if not failed:
                return found.get(head.uid)
        return None

    async def ids(self, folder: str, validity: int, uids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
        """Of these mails what `mail_folders.ids` tells; of those that tell nothing, nothing. Raises PlatformError."""
        found: dict[int, tuple[str, str, str]] = {}
        for at in range(0, len(uids), MOST_AT_ONCE):
            found |= (await self._had(folder, validity, uids[at : at + MOST_AT_ONCE], mail_folders.ids))[0]
        return found

    async def _had(
        self, folder: str, validity: int, uids: Sequence[int], work: Work[T]
    ) -> tuple[dict[int, T], list[int]]:
        """What `work` brings of these mails, and the numbers of those of which it brings nothing but a fault."""
        if not uids:
            return {}, []
        found, failed, fault = await self._by_halves(folder, validity, uids, work)
        if fault is not None and len(failed) == len(uids) > FEW:
            raise fault
        return found, failed

    async def _by_halves(
        self, folder: str, validity: int, uids: Sequence[int], work: Work[T]
    ) -> tuple[dict[int, T], list[int], BadResponse | None]:
        def there(client: IMAPClient) -> dict[int, T]:
            mail_folders.opened(client, folder, validity)
            return work(client, uids)

        try:
            return await self._line.do(there), [], None
        except BadResponse as fault:
            if len(uids) == 1:
                return {}, list(uids), fault
        found: dict[int, T] = {}
        failed: list[int] = []
        last: BadResponse | None = None
        for half in (uids[: len(uids) // 2], uids[len(uids) // 2 :]):
            had, lacks, why = await self._by_halves(folder, validity, half, work)
            found, failed, last = found | had, failed + lacks, why or last
        return found, failed, last


def _beginning(client: IMAPClient, uids: Sequence[int], head: Head, names: bool) -> dict[int, Mail]:
    return mail_folders.beginning(client, head, names=names)
