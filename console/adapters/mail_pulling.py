"""Reading a mailbox: what is new in each folder that is followed, a page at a time, and what no longer lies there.

One cursor for the whole account: for each folder its generation of numbers and the next one to look at, and the subjects
of the last 30 days. Flags are nobody's business here, so that nothing of CONDSTORE is needed; what vanished is found by
counting, and only where the counts don't add up are all ids compared (`Sweep`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from imapclient import IMAPClient

from console.adapters import mail_folders
from console.adapters.contract import Config, Tools
from console.adapters.imap import Imap
from console.adapters.mail_folders import Head, Standing
from console.adapters.mail_parsing import Mail
from console.adapters.mail_reading import DAY_MS, Account, Lying, changes_of, key_of_mail, keys_wanted
from console.adapters.mail_threading import Keys, Subjects
from console.domain.conversation import Change, MessageGone, MessageKey, MessageState, SpaceKey
from console.domain.platform import Cursor, Forbidden, NotFound, Page

AWAY = MessageState.AWAY.value


class Reader:
    """Reads the folders of one account over one connection."""

    def __init__(self, line: Imap, keys: Keys, folders: Sequence[str], account: Account, config: Config, tools: Tools):
        self._line = line
        self._keys = keys
        self._folders = folders
        self._account = account
        self._since_ms = config.since_ms
        self._tools = tools

    async def pull(self, cursor: Cursor | None) -> Page:
        """The next page of the first folder that has something new; without changes when none has."""
        stood = _standings(cursor)
        subjects = Subjects((cursor or {}).get("subjects"))
        changes: list[Change] = []
        more = False
        for at, folder in enumerate(self._folders):
            before = stood.get(folder)
            look = partial(mail_folders.look, folder=folder, since=before, since_ms=self._since_ms)
            try:
                heads, stood[folder], more = await self._line.do(look)
            except (NotFound, Forbidden):
                continue  # somebody took a folder away: the others go on
            anew = before is None or before.validity != stood[folder].validity
            changes = await self._changes(folder, heads, subjects, anew=anew)
            if heads or more:
                more = more or at + 1 < len(self._folders)
                break
        standings = {folder: [one.validity, one.next_uid] for folder, one in stood.items()}
        return Page(tuple(changes), {"folders": standings, "subjects": subjects.stored()}, more)

    async def _changes(self, folder: str, heads: Sequence[Head], subjects: Subjects, *, anew: bool) -> list[Change]:
        recent = [head for head in heads if head.arrived_ms >= self._since_ms - DAY_MS]
        if not recent:
            return []
        keys = {head.uid: key_of_mail(self._keys, head.id, head.digest) for head in recent}
        held = dict(self._tools.held(list(keys.values())))
        here = {key for key, one in held.items() if one.state != AWAY}
        new = [head for head in recent if keys[head.uid] not in here]
        # A copy of what is held already changes nothing, unless it says something else under the same id.
        copies = [head for head in recent if keys[head.uid] in here and head.id and not anew]
        mails, others = await self._line.do(partial(_fetched, folder=folder, new=new, copies=copies))
        held |= self._tools.held(keys_wanted(self._keys, mails.values()))
        lying = _lying(folder, new, mails) + [Lying(mail, folder, at, suspicious=True) for mail, at in others]
        return changes_of(self._keys, lying, held, subjects, self._account)


def _standings(cursor: Cursor | None) -> dict[str, Standing]:
    held = (cursor or {}).get("folders")
    pairs = held.items() if isinstance(held, Mapping) else ()
    return {str(folder): Standing(int(one[0]), int(one[1])) for folder, one in pairs}


def _fetched(
    client: IMAPClient, folder: str, new: Sequence[Head], copies: Sequence[Head]
) -> tuple[dict[int, Mail], list[tuple[Mail, int]]]:
    """The new mails, and those copies that say something else than the first mail of that id in this folder."""
    mails = mail_folders.fetch(client, new)
    others: list[tuple[Mail, int]] = []
    for head in copies:
        first, *later = mail_folders.find(client, folder, head.id) or [head.uid]
        if head.uid in later:
            both = mail_folders.fetch(client, mail_folders.heads(client, [first, head.uid]))
            if {first, head.uid} <= both.keys() and both[first].body_digest != both[head.uid].body_digest:
                others.append((both[head.uid], head.arrived_ms))
    return mails, others


def _lying(folder: str, heads: Sequence[Head], mails: Mapping[int, Mail]) -> list[Lying]:
    """The mails of a page, one of each id; a second one that says something else is suspicious."""
    found: list[Lying] = []
    first: dict[str, str] = {}
    for head in heads:
        mail = mails.get(head.uid)
        if mail is None:
            continue
        before = first.setdefault(mail.id or mail.digest, mail.body_digest)
        again = any((mail.id or mail.digest) == (one.mail.id or one.mail.digest) for one in found)
        if not again:
            found.append(Lying(mail, folder, head.arrived_ms))
        elif before != mail.body_digest:
            found.append(Lying(mail, folder, head.arrived_ms, suspicious=True))
    return found


class Sweep:
    """Finds the mails that no longer lie in any of the folders: somebody moved or deleted them."""

    def __init__(self, line: Imap, keys: Keys, folders: Sequence[str], tools: Tools) -> None:
        self._line = line
        self._keys = keys
        self._folders = folders
        self._tools = tools

    async def pull(self, cursor: Cursor | None) -> Page:
        try:
            counted = await self._line.do(partial(_counted, folders=self._folders, before=(cursor or {}).get("counts")))
        except (NotFound, Forbidden):
            return Page((), cursor or {})  # with a folder that can't be seen nobody knows what lies nowhere
        lists = (cursor or {}).get("lists")
        known_lists = set(map(str, lists)) if isinstance(lists, list) else set()
        counts, add_up = counted
        if add_up and cursor is not None:
            return Page((), {"counts": counts, "lists": sorted(known_lists)})
        spaces = [*(self._keys.folder(one) for one in self._folders), *(SpaceKey(one) for one in known_lists)]
        # First what is held, then what lies there: what arrives in between was never held.
        held = {key: state for space in spaces for key, state in self._tools.known(space, 0).items()}
        lying = await self._line.do(partial(_all, folders=self._folders))
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


def _counted(client: IMAPClient, folders: Sequence[str], before: object) -> tuple[dict[str, list[int]], bool]:
    """For each folder its generation, next number and count, and whether all that changed is that mails were added."""
    counts: dict[str, list[int]] = {}
    add_up = True
    held = before if isinstance(before, Mapping) else {}
    for folder in folders:
        told = client.select_folder(folder, readonly=True)
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


def _all(client: IMAPClient, folders: Sequence[str]) -> list[tuple[str, str, str]]:
    return [one for folder in folders for one in mail_folders.lying(client, folder)]
