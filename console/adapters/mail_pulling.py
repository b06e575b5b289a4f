"""Reading a mailbox: what is new in each folder that is followed, a page at a time, and what no longer lies there.

One cursor for the whole account: for each folder its generation of numbers and the next one to look at, and the subjects
of the last 30 days. Flags are nobody's business here, so that nothing of CONDSTORE is needed; what vanished is found by
counting, and only where the counts don't add up are all ids compared (`Sweep`).
"""

from __future__ import annotations

import imaplib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from imapclient import IMAPClient

from console.adapters import mail_folders
from console.adapters.contract import Config, Tools
from console.adapters.imap import Imap, is_missing
from console.adapters.mail_fetching import Fetcher, Got
from console.adapters.mail_folders import Head, Standing
from console.adapters.mail_parsing import Mail
from console.adapters.mail_reading import DAY_MS, Account, Lying, changes_of, key_of_mail, keys_wanted
from console.adapters.mail_room import is_full
from console.adapters.mail_threading import Keys, Subjects
from console.adapters.mail_unread import Unread
from console.domain.conversation import Change, Message, MessageGone, MessageKey, MessageState, SpaceKey
from console.domain.platform import BadResponse, Cursor, Forbidden, NotFound, Page, Rejected

AWAY, UNREADABLE = MessageState.AWAY.value, MessageState.UNREADABLE.value


class Reader:
    """Reads the folders of one account over one connection."""

    def __init__(self, line: Imap, keys: Keys, folders: Sequence[str], account: Account, config: Config, tools: Tools):
        self._line = line
        self._fetcher = Fetcher(line, tools)
        self._keys = keys
        self._folders = folders
        self._account = account
        self._since_ms = config.since_ms
        self._tools = tools

    async def pull(self, cursor: Cursor | None) -> Page:
        """The next page of the first folder that has something new; without changes when none has."""
        stood = _standings(cursor)
        subjects = Subjects((cursor or {}).get("subjects"))
        unread = Unread((cursor or {}).get("unread"))
        changes: list[Change] = []
        more = False
        for at, folder in enumerate(self._folders):
            before = stood.get(folder)
            look = partial(mail_folders.look, folder=folder, since=before, since_ms=self._since_ms)
            try:
                uids, now, more = await self._line.do(look)
                heads = await self._fetcher.heads(folder, now.validity, uids)
                anew = before is None or before.validity != now.validity
                changes = await self._changes(folder, now.validity, heads, subjects, unread, anew=anew)
            except (NotFound, Forbidden):
                continue  # somebody took a folder away: the others go on
            stood[folder] = now
            if uids or more:
                more = more or at + 1 < len(self._folders)
                break
        else:
            changes = await self._tried_again(stood, subjects, unread)
        standings = {folder: [one.validity, one.next_uid] for folder, one in stood.items()}
        kept = {"unread": unread.stored()} if unread.stored() else {}
        return Page(tuple(changes), {"folders": standings, "subjects": subjects.stored(), **kept}, more)

    async def _changes(
        self, folder: str, validity: int, heads: Sequence[Head], subjects: Subjects, unread: Unread, *, anew: bool
    ) -> list[Change]:
        recent = [head for head in heads if head.arrived_ms >= self._since_ms - DAY_MS]
        if not recent:
            return []
        keys = {head.uid: key_of_mail(self._keys, head.id, head.digest) for head in recent}
        held = dict(self._tools.held(list(keys.values())))
        here = {key for key, one in held.items() if one.state not in (AWAY, UNREADABLE)}
        new = [head for head in recent if keys[head.uid] not in here]
        got = await self._fetcher.mails(folder, validity, new)
        # A copy of what is held already changes nothing, unless it says something else under the same id.
        copies = [head for head in recent if keys[head.uid] in here and head.id and not anew]
        others = await self._others(folder, validity, copies)
        held |= self._tools.held(keys_wanted(self._keys, got.mails.values(), self._account))
        lying = _lying(folder, new, got) + [Lying(mail, folder, at, suspicious=True) for mail, at in others]
        unread.tried(folder, validity, keys, got.lost, self._tools.now_ms())
        return changes_of(self._keys, lying, held, subjects, self._account)

    async def _others(self, folder: str, validity: int, copies: Sequence[Head]) -> list[tuple[Mail, int]]:
        """Those copies that say something else than the first mail of that id in this folder."""
        others: list[tuple[Mail, int]] = []
        for head in copies:
            first, *later = await self._line.do(partial(mail_folders.find, folder=folder, mail_id=head.id)) or [
                head.uid
            ]
            if head.uid not in later:
                continue
            both = await self._fetcher.mails(
                folder, validity, await self._fetcher.heads(folder, validity, [first, head.uid])
            )
            mails = {uid: mail for uid, mail in both.mails.items() if uid not in both.lost}
            if {first, head.uid} <= mails.keys() and mails[first].body_digest != mails[head.uid].body_digest:
                others.append((mails[head.uid], head.arrived_ms))
        return others

    async def _tried_again(self, stood: Mapping[str, Standing], subjects: Subjects, unread: Unread) -> list[Change]:
        """While nothing is new, a mail that the server couldn't give is asked for once more."""
        now_ms = self._tools.now_ms()
        due = unread.due(now_ms)
        if due is None:
            return []
        folder, validity, uid = due
        if folder not in stood or stood[folder].validity != validity:
            unread.tried(folder, validity, [uid], (), now_ms)  # it has another number by now
            return []
        heads = await self._fetcher.heads(folder, validity, [uid])
        if not heads:
            unread.tried(folder, validity, [uid], (), now_ms)
            return []
        changes = await self._changes(folder, validity, heads, subjects, unread, anew=True)
        nameless = key_of_mail(self._keys, "", mail_folders.unknown(folder, validity, uid, now_ms).digest)
        if not any(isinstance(one, Message) and one.key == nameless for one in changes):
            changes += [MessageGone(key, now_ms) for key in self._tools.held([nameless])]
        return changes


def _standings(cursor: Cursor | None) -> dict[str, Standing]:
    held = (cursor or {}).get("folders")
    pairs = held.items() if isinstance(held, Mapping) else ()
    return {str(folder): Standing(int(one[0]), int(one[1])) for folder, one in pairs}


def _lying(folder: str, heads: Sequence[Head], got: Got) -> list[Lying]:
    """The mails of a page, one of each id; a second one that says something else is suspicious."""
    found: list[Lying] = []
    first: dict[str, str] = {}
    for head in heads:
        mail = got.mails.get(head.uid)
        if mail is None:
            continue
        before = first.setdefault(mail.id or mail.digest, mail.body_digest)
        again = any((mail.id or mail.digest) == (one.mail.id or one.mail.digest) for one in found)
        if not again:
            found.append(Lying(mail, folder, head.arrived_ms, lost=head.uid in got.lost))
        elif before != mail.body_digest and head.uid not in got.lost:
            found.append(Lying(mail, folder, head.arrived_ms, suspicious=True))
    return found


class Sweep:
    """Finds the mails that no longer lie in any of the folders: somebody moved or deleted them."""

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
        counted = await self._line.do(partial(_counted, folders=self._folders, before=(cursor or {}).get("counts")))
        lists = (cursor or {}).get("lists")
        known_lists = set(map(str, lists)) if isinstance(lists, list) else set()
        counts, add_up = counted
        if add_up and cursor is not None:
            return Page((), {"counts": counts, "lists": sorted(known_lists)})
        spaces = [
            *(self._keys.folder(one) for one in self._folders),
            self._keys.notices(),
            *(SpaceKey(one) for one in known_lists),
        ]
        # First what is held, then what lies there: what arrives in between was never held.
        held = {key: state for space in spaces for key, state in self._tools.known(space, 0).items()}
        try:
            lying = [one for folder in self._folders for one in await self._fetcher.all_ids(folder)]
        except BadResponse:
            return Page(
                (), {"counts": counts, "lists": sorted(known_lists)}
            )  # one of them can't be told from the others
        there = {key_of_mail(self._keys, mail_id, digest) for mail_id, digest, _list in lying}
        there_lists = {self._keys.list(one) for _id, _digest, one in lying if one}
        gone = [
            MessageGone(key, self._tools.now_ms(), kept=True)
            for key, state in held.items()
            if state != AWAY and _plain(key) not in there
        ]
        return Page(tuple(gone), {"counts": counts, "lists": sorted(known_lists | there_lists)})


def _plain(key: MessageKey) -> MessageKey:
    """A second mail under an id lies where the first one does, as far as ids tell."""
    return MessageKey(key.rpartition("#")[0] or key)


def _seen(client: IMAPClient, folder: str) -> Mapping[bytes, Any]:
    """A folder, opened. Raises NotFound "mail_no_folder" with its name."""
    try:
        told: Mapping[bytes, Any] = client.select_folder(folder, readonly=True)
    except imaplib.IMAP4.error as error:
        if is_missing(error):
            raise NotFound(folder, code="mail_no_folder") from error
        raise
    return told


def _counted(client: IMAPClient, folders: Sequence[str], before: object) -> tuple[dict[str, list[int]], bool]:
    """For each folder its generation, next number and count, and whether all that changed is that mails were added."""
    counts: dict[str, list[int]] = {}
    add_up = True
    held = before if isinstance(before, Mapping) else {}
    for folder in folders:
        told = _seen(client, folder)
        now = [int(told.get(b"UIDVALIDITY", 0)), int(told.get(b"UIDNEXT", 0)), int(told.get(b"EXISTS", 0))]
        then = held.get(folder)
        counts[folder] = now
        if now == then:
            continue
        if then is None or then[0] != now[0] or not now[1]:
            add_up = False
        else:
            came = [uid for uid in client.search(["UID", f"{then[1]}:*"]) if uid >= then[1]]
            add_up = add_up and now[2] - then[2] == len(came)
    return counts, add_up
