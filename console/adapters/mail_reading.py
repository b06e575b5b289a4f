"""Mails -> what colleagues said: people, spaces, threads and messages. Pure: no server, no file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from console.adapters.contract import Held
from console.adapters.mail_parsing import Mail
from console.adapters.mail_threading import Keys, Place, Subjects, Weaver, base_subject, named_in
from console.adapters.notices import Notice, Notices, NotUnderstood, Suspicious, cleaned
from console.domain.conversation import (
    Attachment,
    Change,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.words import _

DAY_MS = 86_400_000
MOST_RAW_CHARS = 20_000
_MARK = re.compile(r"lp-([A-Za-z0-9-]{1,80})@")
_FILE = re.compile(r"mid://([^/]+)/([0-9.]{1,60})\Z")


@dataclass(frozen=True, slots=True)
class Lying:
    """A mail as it lies in a folder.

    suspicious  it bears the Message-ID of another mail, and says something else
    lost        its server can't give more of it than its headers
    """

    mail: Mail
    folder: str
    arrived_ms: int
    suspicious: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """Whose mailbox it is. `main` is the folder that what we sent belongs to where it answers nothing held."""

    us: frozenset[str]
    main: str
    sent: str
    notices: Notices = field(default_factory=Notices)


def key_of_mail(keys: Keys, mail_id: str, digest: str) -> MessageKey:
    return keys.message(mail_id or f"sha256-{digest[:40]}")


def keys_wanted(keys: Keys, mails: Collection[Mail], account: Account) -> list[MessageKey]:
    """What to ask the store about, before these mails are placed."""
    return [*(keys.message(one) for mail in mails for one in named_in(mail)), *account.notices.keys_wanted(mails)]


def changes_of(
    keys: Keys, lying: Sequence[Lying], held: Mapping[MessageKey, Held], subjects: Subjects, account: Account
) -> list[Change]:
    """What these mails bring, the oldest first."""
    weaver = Weaver(keys, held, subjects, account.us)
    changes: list[Change] = []
    for one in lying:
        if not one.mail.receipt:
            changes += _changes(keys, one, held, weaver, account)
    return changes


def _changes(
    keys: Keys, lying: Lying, held: Mapping[MessageKey, Held], weaver: Weaver, account: Account
) -> list[Change]:
    mail, at_ms = lying.mail, posted_ms(lying.mail.date_ms, lying.arrived_ms)
    reading = None if lying.lost else account.notices.of(mail)
    if isinstance(reading, Notice):
        return account.notices.changes_of(reading, mail, at_ms, held)
    key = key_of_mail(keys, mail.id, mail.digest)
    if lying.suspicious:
        key = keys.message(f"{mail.id}#{mail.body_digest[:12]}")
    place = weaver.place(mail, key, at_ms)
    space = _space(keys, mail, lying.folder if lying.folder != account.sent else account.main)
    if isinstance(reading, NotUnderstood):
        space = Space(keys.notices(), "notices", _("Notifications not understood"))
    if place.space is not None:
        space = replace(space, key=place.space)
    doubt = reading.reason if isinstance(reading, Suspicious) else "double" if lying.suspicious else ""
    person = _person(keys, mail, named=not isinstance(reading, Suspicious))
    message = _message(keys, lying, key, place, space.key, person.key, at_ms, account, doubt=doubt)
    if isinstance(reading, NotUnderstood):
        message = replace(message, raw=cleaned(mail, reading.platform))
    changes: list[Change] = [person] if place.space is not None else [person, space]
    root = place.root or ThreadKey(key)
    opens = str(root) == str(key)
    weaver.woven(mail, key, root, space.key, at_ms)
    if opens or (place.space is None and MessageKey(root) not in held):
        title = base_subject(mail.subject)
        shown = f"⚠ {title}" if opens and doubt else title
        changes.append(Thread(root, space.key, shown, url=mail.url if opens else ""))
    return [*changes, message]


def posted_ms(date_ms: int | None, arrived_ms: int) -> int:
    """When a mail was written: as it says itself, unless that is over a day from when it arrived."""
    return date_ms if date_ms is not None and abs(date_ms - arrived_ms) <= DAY_MS else arrived_ms


def folder_space(keys: Keys, name: str) -> Space:
    return Space(keys.folder(name), name, name)


def _space(keys: Keys, mail: Mail, folder: str) -> Space:
    """The mailing list a mail came through, else the folder it lies in."""
    if not mail.list_id:
        return folder_space(keys, folder)
    return Space(keys.list(mail.list_id), mail.list_id, mail.list_name or mail.list_id)


def _person(keys: Keys, mail: Mail, *, named: bool) -> Person:
    """Who wrote; of a mail that is doubted the address says it, and not the name that it gives itself."""
    who = mail.author
    name = (who.name or who.address.partition("@")[0] or "?") if named else who.address or "?"
    if mail.automatic:
        return Person(PersonKey(keys.robot(who.address)), name, bot=True)
    return Person(PersonKey(keys.person(who.address)), name, handle=who.address)


def _message(
    keys: Keys, lying: Lying, key: MessageKey, place: Place, space: SpaceKey, author: PersonKey, at_ms: int,
    account: Account, *, doubt: str,
) -> Message:  # fmt: skip
    mail = lying.mail
    title = mail.subject if place.root is None or str(place.root) == str(key) else ""
    files = tuple(
        Attachment(part.name, part.mime, part.size_bytes, file_url(mail.id, part.section)) for part in mail.parts
    )
    mark = _MARK.match(mail.id)
    unreadable = mail.encrypted or lying.lost
    ours = mail.sender.address in account.us and not doubt
    return Message(
        key, space, author, at_ms, mail.body.html, mail.body.text, root=place.root, parent=place.parent,
        state=MessageState.UNREADABLE if unreadable else MessageState.VISIBLE,
        title=f"⚠ {mail.subject}" if doubt else title, attachments=files, url=mail.url,
        mark=mark.group(1) if mark and ours else "", raw=_raw(mail) if unreadable else "", doubt=doubt,
    )  # fmt: skip


def _raw(mail: Mail) -> str:
    """What can be told of a mail that can't be read."""
    return f"{mail.sender.name} <{mail.sender.address}>\n{mail.subject}\n{', '.join(p.name for p in mail.parts)}"[
        :MOST_RAW_CHARS
    ]


def file_url(mail_id: str, section: str) -> str:
    """Where the bytes of a file in a mail are; "" where nothing leads there."""
    return f"mid://{quote(mail_id, safe='')}/{section}" if mail_id and section else ""


def file_in(url: str) -> tuple[str, str] | None:
    """The Message-ID and the section that such an address names."""
    found = _FILE.match(url)
    return (unquote(found.group(1)), found.group(2)) if found else None
