"""Bytes of a mail -> what it says. Pure: the same for a mail from a server, a mailbox file or an .eml.

However broken or hostile the bytes, `read` gives a `Mail`; what can't be read is named, and limits keep the work bounded.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Parsed

from console.adapters import mail_calendar, mail_folding, mail_tree
from console.adapters.mail_automata import is_automatic, wants_to_know_it_was_read
from console.adapters.mail_headers import (
    MAX_HEADER_CHARS,
    Address,
    Header,
    Headers,
    decode,
    first,
    in_order,
    text_of,
)
from console.adapters.markup import Body, from_plain
from console.domain.file_names import file_name

MAX_BYTES = 1_000_000  # of one mail that are looked at; larger ones are cut before they come here
MAX_HEAD_BYTES = 65_536  # of the headers, to know a mail by
MAX_HEADS_BYTES = 200_000  # of the headers that are read
MAX_PARTS = 200
MAX_DEPTH = 20
MAX_TEXT_BYTES = 400_000  # of one part of text
ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_RIGHTS = "message.rpmsg"  # how Exchange wraps a mail that only its own programs open
# A mail whose headers name none of these is no notice of theirs, and doesn't claim to be.
_NAMES_A_PLATFORM = re.compile(rb"facebook|fbworkmail|zuckmail|linkedin|yammer|engage\b", re.IGNORECASE)
MOST_TEXTS = 8
_LIST_ID = re.compile(r"<([^<>\s]{1,200})>\s*$")


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a mail. `section` is its number in IMAP's own counting ("2.1")."""

    name: str
    mime: str
    size_bytes: int | None
    section: str


@dataclass(frozen=True, slots=True)
class Told:
    """What it takes to know a platform's notice: the headers in their order, and the texts as they came.

    texts  (mime, text), also of the alternatives that are not shown
    """

    headers: tuple[Header, ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says.

    id          its Message-ID without brackets, "" when missing or not well-formed
    digest      names its headers, for those without an id
    body_digest names what follows the headers
    author      who speaks, also behind a list that puts itself in their place
    sender      who stands in From
    references  ids of the mails above it, the oldest first
    conversation  Exchange's own number of the conversation, "" elsewhere
    about       id of our mail that an undelivered one came back for
    received_ms when the last server on its way took it in, where it says so
    automatic   no person wrote it
    receipt     it only says that a mail was opened
    encrypted   it can't be read here
    cut         there was more than was looked at
    told        where its headers name a platform whose notices are read, else None
    """

    id: str
    digest: str
    body_digest: str
    author: Address
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    people: frozenset[str]
    subject: str
    date_ms: int | None
    references: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    list_id: str
    list_name: str
    list_post: str
    url: str
    automatic: bool
    receipt: bool
    encrypted: bool
    cut: bool
    body: Body
    conversation: str = ""
    about: str = ""
    received_ms: int | None = None
    parts: tuple[Part, ...] = field(default=())
    told: Told | None = None


def read(data: bytes) -> Mail:
    """What these bytes say."""
    head, rest = _split(data)
    if len(head) > MAX_HEADS_BYTES:
        head = head[: head.rfind(b"\n", 0, MAX_HEADS_BYTES)]
    try:
        parsed = mail_tree.parse(head + (b"\r\n\r\n" if b"\r" in head else b"\n\n") + rest[:MAX_BYTES])
        found = _Found(keeps=_names_a_platform(head, parsed))
        _walk(parsed, "", found, 0)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        # The parser below gave up: the headers alone still say who wrote, and about what.
        parsed = mail_tree.PARSER.parsebytes(head, headersonly=True)
        found = _Found()
        found.plain.append(decode(rest[:MAX_TEXT_BYTES]))
    return _mail(parsed, found, head, rest[:MAX_BYTES], cut=len(data) > MAX_BYTES)


def identity(head: bytes) -> tuple[str, str]:
    """The Message-ID ("" for none) and the digest of a mail whose headers, or the first MAX_HEAD_BYTES of them, these are."""
    head = head[:MAX_HEAD_BYTES].strip()
    return Headers(mail_tree.PARSER.parsebytes(head, headersonly=True)).id("Message-ID"), _digest(head)


def _digest(head: bytes) -> str:
    return hashlib.sha256(head.strip()).hexdigest()


def headers_in(head: bytes) -> tuple[Header, ...]:
    """These headers in their order."""
    return in_order(mail_tree.PARSER.parsebytes(head[:MAX_HEAD_BYTES].strip(), headersonly=True))


def list_of(head: bytes) -> str:
    """The mailing list that these headers name, "" for none."""
    return _list_id(Headers(mail_tree.PARSER.parsebytes(head, headersonly=True)))


def _list_id(headers: Headers) -> str:
    found = _LIST_ID.search(headers.get("List-Id"))
    return found.group(1).lower() if found else ""


def _names_a_platform(head: bytes, parsed: Parsed) -> bool:
    coded = text_of(str(parsed.get("From", ""))).encode("utf-8", "replace") if b"=?" in head else b""
    return _NAMES_A_PLATFORM.search(head) is not None or _NAMES_A_PLATFORM.search(coded) is not None


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Headers, and what follows the empty line."""
    match = re.search(rb"\r?\n\r?\n", data)
    return (data[: match.start()], data[match.end() :]) if match else (data, b"")


@dataclass(slots=True)
class _Found:
    """What a walk through the parts gathers, in their order."""

    bodies: list[Body] = field(default_factory=list)
    forwarded: list[Body] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    encrypted: bool = False
    about: str = ""
    seen: int = 0
    keeps: bool = False
    texts: list[tuple[str, str]] = field(default_factory=list)
    tried: dict[int, Body] = field(default_factory=dict)  # HTML that was read to see whether it says something

    def take_plain(self) -> None:
        """Texts beside each other are one: a list's footer belongs to the mail above it."""
        if self.plain:
            self.bodies.append(mail_folding.of_plain("\n\n".join(self.plain)))
            self.plain.clear()

    def body(self) -> Body:
        """All that is said, and below it the mails that were forwarded."""
        self.take_plain()
        said = [(False, body) for body in self.bodies]
        return mail_folding.joined([*said, *((True, body) for body in self.forwarded)])


def _mail(parsed: Parsed, found: _Found, head: bytes, rest: bytes, *, cut: bool) -> Mail:
    headers = Headers(parsed)
    sender = first((*headers.addresses("From"), *headers.addresses("Sender")))
    post = re.search(r"<mailto:([^>?]{3,320})", headers.get("List-Post"), re.IGNORECASE)
    list_post = post.group(1).lower() if post else ""
    kind, report = parsed.get_content_type(), _parameter(parsed, "report-type")
    everybody = (headers.addresses(name) for name in ("From", "To", "Cc", "Reply-To"))
    archived = re.search(r"https?://[^\s<>]+", headers.get("Archived-At"))
    mail_id, digest = identity(head) if len(head) > MAX_HEAD_BYTES else (headers.id("Message-ID"), _digest(head))
    return Mail(
        id=mail_id, digest=digest,
        body_digest=hashlib.sha256(rest.strip()).hexdigest(), author=_author(headers, sender, list_post), sender=sender,
        reply_to=headers.addresses("Reply-To"), to=headers.addresses("To"),
        people=frozenset(one.address for group in everybody for one in group if one.address),
        subject=headers.get("Subject"), date_ms=headers.date_ms("Date"), references=headers.ids("References"),
        in_reply_to=headers.ids("In-Reply-To"), list_id=_list_id(headers),
        list_name=headers.get("List-Id").partition("<")[0].strip(' "'), list_post=list_post,
        url=archived.group() if archived else "", automatic=is_automatic(headers, kind),
        receipt=wants_to_know_it_was_read(kind, report), encrypted=found.encrypted, cut=cut, body=found.body(),
        conversation=_conversation(headers.get("Thread-Index")), about=found.about, received_ms=headers.date_ms("Received"),
        parts=tuple(found.parts),
        told=Told(in_order(parsed), tuple(found.texts)) if found.keeps else None,
    )  # fmt: skip


def _conversation(index: str) -> str:
    """The part of Exchange's Thread-Index that all mails of a conversation have."""
    try:
        return b64decode(index, validate=True)[:22].hex() if len(index) >= 30 else ""
    except ValueError:
        return ""


def _author(headers: Headers, sender: Address, list_post: str) -> Address:
    """The person: a list that has to put itself in From names them elsewhere."""
    if list_post and sender.address == list_post:
        for name in ("X-Original-From", "Reply-To"):
            found = first(headers.addresses(name))
            if found.address and found.address != list_post:
                return Address(found.name or re.sub(r"\s+via\s.*$", "", sender.name), found.address)
    return sender


# -- walking through the parts -------------------------------------------------------------------------------------------


def _walk(part: Parsed, section: str, found: _Found, depth: int) -> None:
    found.seen += 1
    if found.seen > MAX_PARTS or depth > MAX_DEPTH:
        return
    kind = part.get_content_type()
    if kind in ENCRYPTED and _parameter(part, "smime-type") not in ("signed-data", "certs-only"):
        found.encrypted = True
        found.parts.extend(_files(part, section))
        return
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        _walk_many(part, kind, section, found, depth)
    elif _is_text(part, kind):
        _take_text(part, kind, found)
    else:
        _take_file(part, kind, section, found, depth)


def _children(part: Parsed, section: str) -> list[tuple[Parsed, str]]:
    held = part.get_payload()
    below = [one for one in held if isinstance(one, Parsed)] if isinstance(held, list) else []
    return [(one, f"{section}.{n}" if section else str(n)) for n, one in enumerate(below, 1)]


def _walk_many(part: Parsed, kind: str, section: str, found: _Found, depth: int) -> None:
    children = _children(part, section)
    if kind == "multipart/alternative":
        shown = _best(children, found)
        for child, number in children:
            if child is shown:
                _walk(child, number, found, depth + 1)
            elif not _is_text(child, child.get_content_type()):
                found.parts.extend(_files(child, number))
            elif found.keeps and len(found.texts) < MOST_TEXTS:
                found.texts.append((child.get_content_type(), _text(child)))
        return
    for at, (child, number) in enumerate(children):
        if at and kind in ("multipart/related", "multipart/signed") and not child.is_multipart():
            found.parts.extend(_files(child, number))
        else:
            _walk(child, number, found, depth + 1)


def _best(children: Sequence[tuple[Parsed, str]], found: _Found) -> Parsed | None:
    """The alternative to show: HTML where it says something, else the last that can be shown."""
    shown = [child for child, _ in children if child.is_multipart() or _is_text(child, child.get_content_type())]
    for child in reversed(shown):
        if child.get_content_type() != "text/html":
            return child
        found.tried[id(child)] = mail_folding.of_html(_text(child))
        if found.tried[id(child)].text.strip():
            return child
    return shown[0] if shown else None


def _is_text(part: Parsed, kind: str) -> bool:
    """Whether a part is to be read rather than saved."""
    if part.is_multipart() or Headers(part).get("Content-Disposition").lower().startswith("attachment"):
        return False
    return kind in ("text/plain", "text/html") or (part.get_content_maintype() == "text" and not _name(part))


def _take_text(part: Parsed, kind: str, found: _Found) -> None:
    text = _text(part)
    if found.keeps and len(found.texts) < MOST_TEXTS:
        found.texts.append((kind, text))
    if kind == "text/html":
        found.take_plain()
        tried = found.tried.get(id(part))
        found.bodies.append(tried if tried is not None else mail_folding.of_html(text))
    elif kind == "text/calendar":
        found.plain.extend(mail_calendar.events(_bytes(part)))
        found.parts.append(Part("invite.ics", kind, len(text), ""))
    elif _parameter(part, "format").lower() == "flowed":
        found.plain.append(_unflowed(text, join=_parameter(part, "delsp").lower() == "yes"))
    else:
        found.plain.append(text)


def _take_file(part: Parsed, kind: str, section: str, found: _Found, depth: int) -> None:
    found.parts.extend(_files(part, section))
    if found.parts and found.parts[-1].name.lower() == _RIGHTS:
        found.encrypted = True
    if kind == "text/calendar" and not found.bodies:
        found.plain.extend(mail_calendar.events(_bytes(part)))
    if kind in ("message/rfc822", "text/rfc822-headers") and not found.about:
        held = _children(part, "")
        returned = held[0][0] if held else mail_tree.PARSER.parsebytes(_bytes(part)[:MAX_BYTES], headersonly=True)
        found.about = Headers(returned).id("Message-ID")
    if kind == "message/rfc822":
        _take_mail(part, section or "1", found, depth)


def _take_mail(part: Parsed, section: str, found: _Found, depth: int) -> None:
    """A mail within a mail: who wrote it, when, about what, and its own words. Its files are among those of the whole."""
    for inner, _number in _children(part, ""):
        within = _Found(seen=found.seen)
        _walk(inner, section if inner.is_multipart() else f"{section}.1", within, depth + 1)
        found.seen = within.seen
        found.parts.extend(within.parts)
        found.forwarded.append(mail_folding.joined([(False, _heading(Headers(inner))), (False, within.body())]))


def _heading(headers: Headers) -> Body:
    who = first(headers.addresses("From"))
    at_ms = headers.date_ms("Date")
    try:
        when = f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC" if at_ms is not None else ""
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        when = ""
    names = " ".join(filter(None, (who.name, f"<{who.address}>" if who.address else "")))
    return from_plain("\n".join(filter(None, (headers.get("Subject"), ", ".join(filter(None, (names, when)))))))


def _files(part: Parsed, section: str) -> Iterator[Part]:
    """A part as a file with a name that can be kept."""
    kind = part.get_content_type()
    name = _name(part)
    if kind == "message/rfc822" and not name:
        held = _children(part, "")
        name = f"{Headers(held[0][0]).get('Subject') or 'mail'}.eml" if held else "mail.eml"
    if part.is_multipart():
        size = sum(len(str(child)) for child, _ in _children(part, "")) if kind == "message/rfc822" else None
    else:
        size = _size(part)
    yield Part(file_name(name or _unnamed(kind)), kind, size, section or "1")


def _unnamed(kind: str) -> str:
    main, _, sub = kind.partition("/")
    ending = {"jpeg": "jpg", "plain": "txt", "pkcs7-mime": "p7m", "pkcs7-signature": "p7s", "pgp-signature": "asc",
              "calendar": "ics", "encrypted": "asc"}.get(sub, sub if sub.isalnum() else "bin")  # fmt: skip
    return f"{main}.{ending}"


def _name(part: Parsed) -> str:
    """What a part calls itself. Where it says so twice, the disposition counts."""
    for header, parameter in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        found = _parameter(part, parameter, header)
        if found:
            return found
    return Headers(part).get("Content-Description")[:200]


def _parameter(part: Parsed, name: str, header: str = "Content-Type") -> str:
    try:
        if len(str(part.get(header, ""))) > MAX_HEADER_CHARS:
            return ""
        value = part.get_param(name, "", header)
    except (ValueError, TypeError, AttributeError, IndexError, LookupError):
        return ""
    if isinstance(value, tuple):
        charset, _language, coded = value
        return text_of(decode(coded.encode("latin-1", "replace"), charset or "utf-8"))
    return text_of(str(value))


def _bytes(part: Parsed) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        found = None
    return found if isinstance(found, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")


def _size(part: Parsed) -> int:
    coded = str(part.get_payload())
    base64 = Headers(part).get("Content-Transfer-Encoding").lower() == "base64"
    return len(re.sub(r"\s", "", coded).rstrip("=")) * 3 // 4 if base64 else len(coded)


def _text(part: Parsed) -> str:
    return decode(_bytes(part)[:MAX_TEXT_BYTES], _parameter(part, "charset"))


def _unflowed(text: str, *, join: bool) -> str:
    """Lines that were broken to fit a screen, made whole (RFC 3676); quotes keep their depth."""
    whole: list[str] = []
    flowing = ""  # the marks of the line that goes on, and its words
    marks = ""
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        if flowing and depth != len(marks):
            whole.append(f"{marks} {flowing}" if marks else flowing)
            flowing = ""
        marks = ">" * depth
        flowing += words
        if words.endswith(" ") and words != "-- ":
            flowing = flowing[:-1] if join else flowing
            continue
        whole.append(f"{marks} {flowing}" if marks else flowing)
        flowing = ""
    return "\n".join([*whole, f"{marks} {flowing}" if marks else flowing] if flowing else whole)
