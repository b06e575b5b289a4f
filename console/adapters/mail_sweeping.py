"""What no longer lies in a mailbox: somebody moved or deleted it.

Of each folder the cursor remembers which mails lay in it: their numbers, and a mark of each one's key. Generation, next
number and count of a folder, which every server tells with each look, say whether anything but additions happened since.
Where it did, a server that remembers what vanished (QRESYNC, RFC 7162) is asked for just that, any other for the numbers
that there are; what is new to us in them is asked for its id. Nothing is believed that doesn't make up the count.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from imapclient import IMAPClient

from console.adapters.contract import Tools
from console.adapters.imap import Imap, is_missing
from console.adapters.mail_fetching import Fetcher
from console.adapters.mail_reading import key_of_mail
from console.adapters.mail_room import is_full
from console.adapters.mail_threading import Keys
from console.domain.conversation import MessageGone, MessageKey, MessageState, SpaceKey
from console.domain.platform import BadResponse, Cursor, NotFound, Page, Rejected

AWAY = MessageState.AWAY.value
MARK_CHARS = 12
UNTOLD = "0" * MARK_CHARS  # of a mail whose id the server can't give


@dataclass(frozen=True, slots=True)
class Lay:
    """What lay in a folder.

    validity  its generation of numbers
    next_uid  the next number it would give, 0 where its server doesn't say
    modseq    where its server's count of changes stood, 0 where it keeps none
    marks     number -> mark of the mail, in the order of the numbers
    """

    validity: int = 0
    next_uid: int = 0
    modseq: int = 0
    marks: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def stored(cls, told: object) -> Lay:
        if not isinstance(told, list) or len(told) != 5:
            return cls()
        validity, next_uid, modseq, uids, marks = told
        cut = (marks[at : at + MARK_CHARS] for at in range(0, len(marks), MARK_CHARS))
        numbers = (uid for first, last in ranges_in(uids) for uid in range(first, last + 1))
        return cls(int(validity), int(next_uid), int(modseq), dict(zip(numbers, cut, strict=False)))

    def to_store(self) -> list[object]:
        return [self.validity, self.next_uid, self.modseq, ranges_of(self.marks), "".join(self.marks.values())]

    def grew_only(self, now: Lay, count: int) -> bool:
        """Whether all that happened up to `now` is that mails were added, each with the next number."""
        if now.validity != self.validity or not now.next_uid:
            return False
        return now.next_uid - self.next_uid == count - len(self.marks)

    def is_there_still(self, now: Lay, count: int) -> bool:
        return self.grew_only(now, count) and count == len(self.marks)


class Sweep:
    """Finds the mails that no longer lie in any of the folders."""

    def __init__(self, line: Imap, keys: Keys, folders: Sequence[str], tools: Tools) -> None:
        self._line = line
        self._fetcher = Fetcher(line, tools)
        self._keys = keys
        self._folders = folders
        self._tools = tools

    async def pull(self, cursor: Cursor | None) -> Page:
        """What vanished, and then, as an error, what is the matter with the mailbox for as long as it is.

        Raises NotFound "mail_no_folder" with its name, for then nobody knows what lies nowhere; Rejected "mail_full".
        """
        if (cursor or {}).get("full") and await self._line.do(is_full):
            raise Rejected(code="mail_full")
        page = await self._vanished(cursor)
        if not await self._line.do(is_full):
            return page
        # What was found is stored first: `more` has us asked again at once.
        return replace(page, cursor={**page.cursor, "full": True}, more=True)

    async def _vanished(self, cursor: Cursor | None) -> Page:
        kept = {name: value for name, value in (cursor or {}).items() if name in ("folders", "lists")}
        stored = kept.get("folders")
        before = {one: Lay.stored(stored.get(one) if isinstance(stored, Mapping) else None) for one in self._folders}
        if await self._line.do(partial(_grew_only, before=before)):
            return Page((), kept)
        listed = kept.get("lists")
        lists = set(map(str, listed)) if isinstance(listed, list) else set()
        # First what is held, then what lies there: what arrives in between was never held.
        spaces = [*map(self._keys.folder, self._folders), self._keys.notices(), *map(SpaceKey, lists)]
        held = {key: state for space in spaces for key, state in self._tools.known(space, 0).items()}
        try:
            now = {folder: await self._lies(folder, lay, lists) for folder, lay in before.items()}
        except BadResponse:
            return Page((), kept)  # it can't tell one from another
        there = {mark for lay in now.values() for mark in lay.marks.values()}
        gone = [
            MessageGone(key, self._tools.now_ms(), kept=True)
            for key, state in held.items()
            if state != AWAY and UNTOLD not in there and _mark(_plain(key)) not in there
        ]
        folders = {folder: lay.to_store() for folder, lay in now.items()}
        return Page(tuple(gone), {"folders": folders, "lists": sorted(lists)})

    async def _lies(self, folder: str, before: Lay, lists: set[str]) -> Lay:
        """What lies in a folder now; the mailing lists of what is new in it are added to `lists`."""
        now, uids = await self._line.do(partial(numbers, folder=folder, before=before))
        had = before.marks if before.validity == now.validity else {}
        told = await self._fetcher.ids(folder, now.validity, [uid for uid in uids if had.get(uid, UNTOLD) == UNTOLD])
        lists |= {self._keys.list(list_id) for _id, _digest, list_id in told.values() if list_id}
        new = {uid: _mark(key_of_mail(self._keys, mail_id, digest)) for uid, (mail_id, digest, _list) in told.items()}
        return replace(now, marks={uid: new.get(uid) or had.get(uid, UNTOLD) for uid in uids})


def _plain(key: MessageKey) -> MessageKey:
    """A second mail under an id lies where the first one does, as far as ids tell."""
    return MessageKey(key.rpartition("#")[0] or key)


def _mark(key: MessageKey) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:MARK_CHARS]


def _seen(client: IMAPClient, folder: str) -> tuple[Lay, int]:
    """How a folder stands, opened, and how many mails lie in it. Raises NotFound "mail_no_folder" with its name."""
    try:
        told: Mapping[bytes, Any] = client.select_folder(folder, readonly=True)
    except imaplib.IMAP4.error as error:
        if is_missing(error):
            raise NotFound(folder, code="mail_no_folder") from error
        raise
    names = (b"UIDVALIDITY", b"UIDNEXT", b"HIGHESTMODSEQ", b"EXISTS")
    validity, next_uid, modseq, count = (int(told.get(name, 0)) for name in names)
    return Lay(validity, next_uid, modseq), count


def _grew_only(client: IMAPClient, before: Mapping[str, Lay]) -> bool:
    """Whether nothing happened in these folders but that mails were added. Raises as `_seen`."""
    return all(lay.grew_only(*_seen(client, folder)) for folder, lay in before.items())


def numbers(client: IMAPClient, folder: str, before: Lay) -> tuple[Lay, list[int]]:
    """How a folder stands, and the numbers of all that lies in it, in their order. Raises as `_seen`."""
    now, count = _seen(client, folder)
    if before.is_there_still(now, count):
        return now, list(before.marks)
    if before.validity == now.validity and before.modseq and now.modseq and client.has_capability("QRESYNC"):
        uids = _resynced(client, list(before.marks), before.modseq)
        if len(uids) == count:
            return now, uids
    return now, sorted(uid for uid in client.search() if isinstance(uid, int))


def _resynced(client: IMAPClient, uids: Sequence[int], modseq: int) -> list[int]:
    """These numbers of the open folder without those that vanished since, and with those that came; [] where it won't say."""
    try:
        _kind, lines = client._imap.uid("FETCH", "1:*", "(UID)", f"(CHANGEDSINCE {modseq} VANISHED)")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return []
    came = {int(uid) for line in lines if isinstance(line, bytes) for uid in re.findall(rb"\bUID (\d+)", line)}
    left = set(uids)
    for line in client._imap.response("VANISHED")[1]:
        left.difference_update(_within(uids, ranges_in((line or b"").decode("ascii", "replace"))))
    return sorted(left | came)


def _within(uids: Sequence[int], ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Those of these numbers, in their order, that stand in the ranges: a server may name far more than there ever were."""
    for first, last in ranges:
        yield from uids[bisect_left(uids, first) : bisect_right(uids, last)]


def ranges_in(text: str) -> list[tuple[int, int]]:
    """The ranges in a set as IMAP writes it: "4,6:9"."""
    found = re.findall(r"(\d+)(?::(\d+))?", text)
    return [(int(first), int(last or first)) for first, last in found]


def ranges_of(uids: Collection[int]) -> str:
    """Numbers in their order, as IMAP writes a set."""
    ranges: list[list[int]] = []
    for uid in uids:
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)
