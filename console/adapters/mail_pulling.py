"""Reading a mailbox: what is new in each folder that is followed, a page at a time.

One cursor for the whole account: for each folder its generation of numbers and the next one to look at, and the subjects
of the last 30 days. Flags are nobody's business here. What no longer lies there is found in `mail_sweeping`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from console.adapters import mail_folders
from console.adapters.contract import Config, FetchedThread, Tools
from console.adapters.imap import Imap
from console.adapters.mail_discovery import LOOKED_AT
from console.adapters.mail_fetching import Fetcher, Got
from console.adapters.mail_folders import Head, Standing
from console.adapters.mail_headers import Header
from console.adapters.mail_parsing import Mail
from console.adapters.mail_reading import DAY_MS, Account, Lying, changes_of, key_of_mail, keys_wanted, posted_ms
from console.adapters.mail_threading import Keys, Subjects
from console.adapters.mail_unread import Unread
from console.adapters.notices import Notices, likely_servers, trusted_in
from console.domain.conversation import Change, Message, MessageGone, MessageState
from console.domain.platform import BadResponse, Cursor, Forbidden, NotFound, Page

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
        self._vouching = "" if "authserv" in config.settings else None  # None: nobody looked who vouches for mails here

    async def pull(self, cursor: Cursor | None) -> Page:
        """The next page of the first folder that has something new; without changes when none has."""
        stood = _standings(cursor)
        subjects = Subjects((cursor or {}).get("subjects"))
        unread = Unread((cursor or {}).get("unread"))
        await self._learn((cursor or {}).get("authserv"))
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
        kept: dict[str, object] = {"unread": unread.stored()} if unread.stored() else {}
        kept |= {"authserv": self._vouching} if self._vouching else {}
        return Page(tuple(changes), {"folders": standings, "subjects": subjects.stored(), **kept}, more)

    async def thread(self, root: str, mail_ids: Sequence[str], most: int) -> FetchedThread:
        """The mails with one of these ids, and those that name the first of a conversation; however old. Raises PlatformError."""
        await self._learn(None)
        lying: list[Lying] = []
        left = 0
        for folder in self._folders:
            look = partial(mail_folders.of_conversation, folder=folder, root=root, mail_ids=mail_ids)
            try:
                validity, uids = await self._line.do(look)
                heads = await self._fetcher.heads(folder, validity, uids[: most - len(lying)])
                lying += _lying(folder, heads, await self._fetcher.mails(folder, validity, heads))
            except (NotFound, Forbidden):
                continue  # somebody took a folder away
            left += len(uids) - len(heads)
        if not lying:
            raise NotFound
        once = {
            one.mail.id or one.mail.digest: one for one in reversed(lying)
        }  # a copy in another folder says the same
        oldest_first = sorted(once.values(), key=lambda one: posted_ms(one.mail.date_ms, one.arrived_ms))
        held = self._tools.held(keys_wanted(self._keys, [one.mail for one in oldest_first], self._account))
        changes = changes_of(self._keys, oldest_first, held, Subjects(None), self._account)
        return FetchedThread(tuple(changes), whole=not left)

    async def _learn(self, learned: object) -> None:
        """A mailbox that was connected before anybody asked who vouches for its mails: what its check would find now."""
        if self._vouching is not None:
            return
        self._vouching = str(learned or "")
        if not self._vouching:
            newest: list[tuple[Header, ...]] = []
            for folder in self._folders:
                with contextlib.suppress(NotFound, Forbidden, BadResponse):  # mails are read all the same
                    if folder != self._account.sent:
                        newest += await self._line.do(partial(mail_folders.newest, folder=folder, most=LOOKED_AT))
            self._vouching = "; ".join(sorted(likely_servers(newest)))
        notices = Notices(trusted_in(self._vouching), self._tools.servers)
        self._account = replace(self._account, notices=notices)

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
