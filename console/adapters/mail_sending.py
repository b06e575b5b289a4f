"""Answering a mail, beginning one to an address outside, and looking whether it left.

The Message-ID of an answer is made of its intent, so that it is known before the first byte leaves, and the same intent
is always the same mail. What proves that it left: its copy in Sent, or the copy that comes back to our own mailbox.
"""

from __future__ import annotations

import binascii
import imaplib
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import partial
from quopri import decodestring

from imapclient import IMAPClient

from console.adapters import mail_folders
from console.adapters.contract import Tools
from console.adapters.imap import Imap, is_missing
from console.adapters.mail_headers import Address
from console.adapters.mail_parsing import Mail, read
from console.adapters.mail_reading import Account, Lying, changes_of, file_in, keys_wanted
from console.adapters.mail_room import is_full
from console.adapters.mail_threading import Keys, Subjects, base_subject
from console.adapters.outgoing import ready
from console.adapters.smtp import Smtp
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Found, NotFound, Performed, Rejected, Sighting, Unreachable

MAX_BYTES = 200_000
MOST_REFERENCES = 10  # of the oldest and of the newest each
# Steps: the server answers for the mail; and before that, that no copy of it comes to our own mailbox.
ACCEPTED, WITHOUT_COPY = "accepted", "without_copy"


@dataclass(frozen=True, slots=True)
class Ways:
    """How answers leave.

    address, name  who we are in From
    folders   where a mail may lie, the likeliest first; `sent` is one of them
    files     the server itself puts what was sent in Sent
    own_copy  a copy goes to our own mailbox, as the proof that it left
    to_list   an answer to a list goes to the list
    """

    address: str
    name: str
    folders: Sequence[str]
    sent: str
    files: bool = False
    own_copy: bool = True
    to_list: bool = False


class Sender:
    def __init__(self, line: Imap, smtp: Smtp, keys: Keys, ways: Ways, account: Account, tools: Tools) -> None:
        self._line = line
        self._smtp = smtp
        self._keys = keys
        self._ways = ways
        self._account = account
        self._tools = tools

    async def perform(self, intent: Intent) -> Performed:
        mail, to = await self._made(intent)
        if ACCEPTED not in intent.steps:
            own = self._ways.address if self._ways.own_copy and not self._ways.files else ""
            await self._smtp.send(self._ways.address, [one.address for one in to], mail, own,
                                  partial(self._tools.confirmed, intent.id, WITHOUT_COPY))  # fmt: skip
            self._tools.confirmed(intent.id, ACCEPTED)
        await self._file(message_id(intent, self._ways), mail)
        return self._shown(mail)

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an answer left. `absent` is said only where a copy of it would have come back to us."""
        if intent.kind is not Kind.REPLY and not intent.mailed:
            return Found(Sighting.UNCLEAR)
        sent = message_id(intent, self._ways)
        key = self._keys.message(sent)
        if key in matched:
            return Found(Sighting.UNCLEAR)
        there = await self._line.do(partial(_first, folders=self._looked_in(), mail_id=sent))
        if ACCEPTED in intent.steps:
            if there is None:
                await self._file(sent, (await self._made(intent))[0])
            return Found(Sighting.SEEN, key)
        if there is not None:
            return Found(Sighting.SEEN, key)
        proves = self._ways.own_copy and not self._ways.files and WITHOUT_COPY not in intent.steps
        if proves and not await self._line.do(is_full):
            return Found(Sighting.ABSENT)
        return Found(Sighting.UNCLEAR)

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        """The bytes of a file in a mail. Raises NotFound, BadResponse "too_big"."""
        named = file_in(url)
        if named is None:
            raise NotFound(code="no_file")
        return await self._line.do(partial(_file, folders=self._looked_in(), named=named, max_bytes=max_bytes))

    async def _made(self, intent: Intent) -> tuple[bytes, Sequence[Address]]:
        """The mail as it leaves, and to whom. Raises Rejected; NotFound "parent_gone" of an answer."""
        text = _sendable(intent.text)
        if intent.mailed:
            to = Address(intent.recipient, intent.outside)
            return _as_bytes(partial(_begun, intent, text, to, self._ways)), [to]
        if intent.kind is not Kind.REPLY:
            raise Rejected(code="not_possible")
        above = await self._above(intent)
        return composed(intent, text, above, self._ways), recipients(above, self._ways)

    def _looked_in(self) -> Sequence[str]:
        return tuple(dict.fromkeys((self._ways.sent, *self._ways.folders))) if self._ways.sent else self._ways.folders

    async def _above(self, intent: Intent) -> Mail:
        """The mail that is answered. Raises NotFound "parent_gone" where it lies in no folder that we look in."""
        mail_id = self._keys.id_in(intent.message or intent.thread, "message")
        held = await self._line.do(partial(_read, folders=self._ways.folders, mail_id=mail_id)) if mail_id else None
        if held is None:
            raise NotFound(code="parent_gone")
        return held

    async def _file(self, mail_id: str, mail: bytes) -> None:
        """Put an answer in Sent, where the server doesn't and nobody did. Raises Unreachable: it left all the same."""
        if not self._ways.sent or self._ways.files:
            return
        try:
            if await self._line.do(partial(_first, folders=[self._ways.sent], mail_id=mail_id)) is None:
                await self._line.do(partial(_append, folder=self._ways.sent, mail=mail), again=False)
        except Unreachable as error:
            raise Unreachable(error.words, maybe_sent=True, code=error.code) from error
        except (Rejected, NotFound):
            pass  # a full mailbox takes no copy: the answer left, and stands in the conversation

    def _shown(self, mail: bytes) -> Performed:
        sent = read(mail)
        held = self._tools.held([*keys_wanted(self._keys, [sent], self._account)])
        lying = Lying(sent, self._ways.sent or self._account.main, self._tools.now_ms())
        changes = changes_of(self._keys, [lying], held, Subjects(None), self._account)
        return Performed(self._keys.message(sent.id), tuple(changes))


# -- what is sent --------------------------------------------------------------------------------------------------------


def message_id(intent: Intent, ways: Ways) -> str:
    return f"lp-{intent.id}@{ways.address.partition('@')[2] or 'localhost'}"


def composed(intent: Intent, text: str, above: Mail, ways: Ways) -> bytes:
    """An answer as bytes: for the same intent always the same. Raises Rejected "no_recipient" for whom no mail can name."""
    return _as_bytes(partial(_composed, intent, text, above, ways))


def _as_bytes(compose: Callable[[], EmailMessage]) -> bytes:
    try:
        return compose().as_bytes()
    except (ValueError, IndexError, LookupError, AttributeError, TypeError) as cause:
        raise Rejected(code="no_recipient") from cause  # what a stranger wrote as an address makes no header


def _begun(intent: Intent, text: str, to: Address, ways: Ways) -> EmailMessage:
    """A mail that answers nothing: the first line of its text is its subject."""
    subject, _line, body = text.partition("\n")
    made = _headed(intent, [to], subject[:300].strip(), ways)
    made.set_content(body.strip() or subject, charset="utf-8")
    return made


def _headed(intent: Intent, to: Sequence[Address], subject: str, ways: Ways) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = formataddr((ways.name, ways.address))
    made["To"] = ", ".join(formataddr((one.name, one.address)) for one in to)
    made["Subject"] = subject
    made["Date"] = format_datetime(datetime.fromtimestamp(intent.created_at_ms / 1000, UTC))
    made["Message-ID"] = f"<{message_id(intent, ways)}>"
    made["X-Auto-Response-Suppress"] = "All"
    return made


def _composed(intent: Intent, text: str, above: Mail, ways: Ways) -> EmailMessage:
    made = _headed(intent, recipients(above, ways), f"Re: {base_subject(above.subject)}"[:300].strip(), ways)
    if above.id:
        named = [*(one for one in (above.references or above.in_reply_to) if one != above.id), above.id]
        named = named if len(named) <= 2 * MOST_REFERENCES else named[:MOST_REFERENCES] + named[-MOST_REFERENCES:]
        made["In-Reply-To"] = f"<{above.id}>"
        made["References"] = " ".join(f"<{one}>" for one in named)
    made.set_content(text, charset="utf-8")
    return made


def recipients(above: Mail, ways: Ways) -> list[Address]:
    """Who gets an answer: whom the writer names for it, else the writer. Raises Rejected "no_recipient"."""
    if ways.to_list and above.list_post:
        return [Address("", above.list_post)]
    ours = above.sender.address == ways.address
    wanted = above.to if ours else above.reply_to
    found = [one for one in wanted if one.address and one.address not in (ways.address, above.list_post)]
    found = found or [one for one in (above.author, above.sender) if one.address not in ("", above.list_post)][:1]
    if not found:
        raise Rejected(code="no_recipient")
    return found


def _sendable(text: str) -> str:
    """A moderator's plain text as a body. Raises Rejected "empty" or "too_long"."""
    return ready("\n".join(text.splitlines()).strip(), MAX_BYTES)


# -- in the connection's own thread --------------------------------------------------------------------------------------


def _first(client: IMAPClient, folders: Sequence[str], mail_id: str) -> tuple[str, int] | None:
    """The first folder where a mail of that id lies, open afterwards, and its number. A folder that isn't there has none."""
    for folder in folders:
        try:
            found = mail_folders.find(client, folder, mail_id)
        except imaplib.IMAP4.error as error:
            if not is_missing(error):
                raise
            continue
        if found:
            return folder, found[0]
    return None


def _read(client: IMAPClient, folders: Sequence[str], mail_id: str) -> Mail | None:
    """A mail as far as its headers tell: an answer needs no more of it."""
    at = _first(client, folders, mail_id)
    head = mail_folders.heads(client, [at[1]]).get(at[1]) if at is not None else None
    return read(head.head.strip() + b"\r\n\r\n") if head is not None else None


def _append(client: IMAPClient, folder: str, mail: bytes) -> None:
    client.append(folder, mail, flags=[b"\\Seen"])


def _file(client: IMAPClient, folders: Sequence[str], named: tuple[str, str], max_bytes: int) -> bytes:
    mail_id, section = named
    at = _first(client, folders, mail_id)
    if at is None:
        raise NotFound(code="no_file")
    told = client.fetch([at[1]], ["BODYSTRUCTURE"]).get(at[1], {}).get(b"BODYSTRUCTURE")
    part, encoding = next(
        ((one, how) for one, how in mail_folders.structure(told) if one.section == section), (None, "")
    )
    if part is None:
        raise NotFound(code="no_file")
    if (part.size_bytes or 0) > max_bytes:
        raise BadResponse(code="too_big", maybe_sent=False)
    data = client.fetch([at[1]], [f"BODY.PEEK[{section}]"]).get(at[1], {}).get(f"BODY[{section}]".encode())
    if not isinstance(data, bytes):
        raise NotFound(code="no_file")
    decoded = _decoded(data, encoding)
    if len(decoded) > max_bytes:
        raise BadResponse(code="too_big", maybe_sent=False)
    return decoded


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        if encoding == "base64":
            return b64decode(data)
        return decodestring(data) if encoding == "quoted-printable" else data
    except (binascii.Error, ValueError):
        raise BadResponse(code="broken", maybe_sent=False) from None
