"""What is done in a mailbox over an open connection: finding what is new, fetching it, looking for one mail.

All of it waits where it stands, and is called in the connection's own thread (`console.adapters.imap`). Each opens its
folder itself: between two pieces of work the connection may have been somebody else's, or be a new one. Folders are opened
for reading only, and nothing is marked as read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from console.adapters.mail_headers import Header, text_of
from console.adapters.mail_parsing import (
    MAX_BYTES,
    MAX_HEAD_BYTES,
    MAX_PARTS,
    Mail,
    Part,
    headers_in,
    identity,
    list_of,
    read,
)
from console.domain.file_names import file_name
from console.domain.platform import Unreachable

PAGE = 50  # mails of one page
WINDOW = 2_000  # numbers looked through at once: a number may have no mail any more
MOST_WINDOWS = 50
GROUP_BYTES = 8_000_000  # of mails fetched with one command
GIANT_BYTES = 300_000  # of a mail larger than MAX_BYTES: its texts stand first
MOST_AT_ONCE = 2_000
_SENDERS = "HEADER.FIELDS (FROM TO DELIVERED-TO RECEIVED AUTHENTICATION-RESULTS)"
_IDS = "HEADER.FIELDS (MESSAGE-ID LIST-ID)"
_HEAD = f"BODY.PEEK[HEADER]<0.{MAX_HEAD_BYTES}>"


@dataclass(frozen=True, slots=True)
class Head:
    """A mail before it is fetched.

    id     "" where it has none that is well-formed
    head   its headers, or the first MAX_HEAD_BYTES of them; b"" where the server can't give them
    """

    uid: int
    id: str
    digest: str
    size_bytes: int
    arrived_ms: int
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a folder was read: its generation of numbers, and the first number not looked at."""

    validity: int
    next_uid: int


def opened(client: IMAPClient, folder: str, validity: int) -> None:
    """Open a folder whose numbers are known. Raises Unreachable where they no longer are those of that generation."""
    told = client.select_folder(folder, readonly=True)
    if int(told.get(b"UIDVALIDITY", 0)) != validity:
        raise Unreachable(code="mail_busy", maybe_sent=False)


def look(client: IMAPClient, folder: str, since: Standing | None, since_ms: int) -> tuple[list[int], Standing, bool]:
    """The numbers of what came after `since`: at most PAGE mails, how far that is, and whether there is more.

    A folder that was rebuilt is read from its beginning again: all its numbers are new.
    """
    told = client.select_folder(folder, readonly=True)
    validity, top = int(told.get(b"UIDVALIDITY", 0)), told.get(b"UIDNEXT")
    if since is None or since.validity != validity:
        recent = client.search(["SINCE", datetime.fromtimestamp(since_ms / 1000, UTC).date()])
        start = min(recent, default=int(top) if top else 1)
    else:
        start = since.next_uid
    uids: list[int] = []
    for _ in range(MOST_WINDOWS):
        if top is None:  # then only the server knows the last; "n:*" names it even where it is below n
            uids = sorted(uid for uid in client.search(["UID", f"{start}:*"]) if uid >= start)
            break
        if uids or start >= int(top):
            break
        end = min(start + WINDOW, int(top))
        uids = sorted(uid for uid in client.search(["UID", f"{start}:{end - 1}"]) if uid >= start)
        start = start if len(uids) > PAGE else end
    if len(uids) > PAGE:
        uids, start, more = uids[:PAGE], uids[PAGE], True
    else:
        start = max(start, uids[-1] + 1 if uids else start)
        more = top is not None and start < int(top)
    return uids, Standing(validity, start), more


def heads(client: IMAPClient, uids: Sequence[int]) -> dict[int, Head]:
    """Of mails of the open folder; one that vanished meanwhile is left out."""
    found = client.fetch(uids, ["INTERNALDATE", "RFC822.SIZE", _HEAD]) if uids else {}
    return {uid: _head(uid, found[uid]) for uid in sorted(found)}


def unknown(folder: str, validity: int, uid: int, now_ms: int) -> Head:
    """A mail of which the server can't give even the headers: its number is all that there is to name it by."""
    digest = hashlib.sha256(f"{folder}\0{validity}\0{uid}".encode()).hexdigest()
    return Head(uid, "", digest, 0, now_ms)


def _head(uid: int, data: Mapping[bytes, Any]) -> Head:
    head = _body(data, b"BODY[HEADER]")
    mail_id, digest = identity(head)
    arrived = data.get(b"INTERNALDATE")
    arrived_ms = int(arrived.timestamp() * 1000) if isinstance(arrived, datetime) else 0
    return Head(uid, mail_id, digest, int(data.get(b"RFC822.SIZE") or 0), arrived_ms, head)


def _body(data: Mapping[bytes, Any], name: bytes) -> bytes:
    """A part that was asked for, whole or its beginning: the answer's name says which."""
    for key in (name, name + b"<0>"):
        if isinstance(data.get(key), bytes):
            return bytes(data[key])
    return b""


def fetch(client: IMAPClient, wanted: Iterable[Head]) -> dict[int, Mail]:
    """These mails of the open folder, by their number; one that vanished meanwhile is left out."""
    found: dict[int, Mail] = {}
    for group, giants in _groups(wanted):
        if giants:
            for head in group:
                found |= beginning(client, head)
            continue
        for uid, data in client.fetch([head.uid for head in group], ["BODY.PEEK[]"]).items():
            found[uid] = read(_body(data, b"BODY[]"))
    return found


def beginning(client: IMAPClient, head: Head, *, names: bool = True) -> dict[int, Mail]:
    """A mail as far as its first GIANT_BYTES go, with the names of its files if they are wanted."""
    parts = [_HEAD, f"BODY.PEEK[TEXT]<0.{GIANT_BYTES}>", *(["BODYSTRUCTURE"] if names else [])]
    data = client.fetch([head.uid], parts).get(head.uid)
    if data is None:
        return {}
    mail = read(_body(data, b"BODY[HEADER]").strip() + b"\r\n\r\n" + _body(data, b"BODY[TEXT]"))
    files = [part for part, _encoding in structure(data.get(b"BODYSTRUCTURE"))]
    return {head.uid: replace(mail, cut=True, parts=tuple(files)[:MAX_PARTS] or mail.parts)}


def _groups(wanted: Iterable[Head]) -> Iterator[tuple[list[Head], bool]]:
    """What is fetched with one command: as many as weigh so much, the giants each alone and only their beginning."""
    group: list[Head] = []
    for head in wanted:
        if head.size_bytes > MAX_BYTES:
            yield [head], True
            continue
        if group and sum(one.size_bytes for one in group) + head.size_bytes > GROUP_BYTES:
            yield group, False
            group = []
        group.append(head)
    if group:
        yield group, False


def structure(told: Any, section: str = "", depth: int = 0) -> Iterator[tuple[Part, str]]:
    """The files that a BODYSTRUCTURE names, each with how it is encoded. What isn't one names none."""
    if not isinstance(told, tuple) or len(told) < 2 or depth > 20:
        return
    if isinstance(told[0], list):
        for number, one in enumerate(told[0][:200], 1):
            yield from structure(one, f"{section}.{number}" if section else str(number), depth + 1)
        return
    if len(told) < 7 or not isinstance(told[0], bytes):
        return
    kind = f"{_text(told[0])}/{_text(told[1])}".lower()
    names = {**_pairs(told[2])}
    for one in told[8:]:
        if isinstance(one, tuple) and len(one) == 2 and isinstance(one[1], tuple):
            names |= {f"{_text(one[0])} {name}".lower(): value for name, value in _pairs(one[1]).items()}
    name = names.get("attachment filename") or names.get("inline filename") or names.get("name", "")
    if name or not kind.startswith("text/"):
        encoding, size = _text(told[5]).lower(), told[6] if isinstance(told[6], int) else 0
        shown = size * 3 // 4 if encoding == "base64" else size
        yield Part(file_name(name or kind.replace("/", ".")), kind, shown, section or "1"), encoding


def _pairs(told: Any) -> dict[str, str]:
    held = [_text(one) for one in told] if isinstance(told, tuple) else []
    return dict(zip((name.lower() for name in held[::2]), held[1::2], strict=False))


def _text(told: Any) -> str:
    return text_of(told.decode("utf-8", "replace")) if isinstance(told, bytes) else ""


def find(client: IMAPClient, folder: str, mail_id: str) -> list[int]:
    """Numbers of the mails with that Message-ID in a folder, which is open afterwards."""
    client.select_folder(folder, readonly=True)
    found = client.search(["HEADER", "Message-ID", f"<{mail_id}>"])
    return sorted(uid for uid in found if isinstance(uid, int))


def of_conversation(client: IMAPClient, folder: str, root: str, mail_ids: Sequence[str]) -> tuple[int, list[int]]:
    """The generation of a folder's numbers, and those of the mails that name `root` and of those with one of these ids."""
    told = client.select_folder(folder, readonly=True)
    found = set(client.search(["HEADER", "References", f"<{root}>"]))
    for mail_id in mail_ids:
        found |= set(client.search(["HEADER", "Message-ID", f"<{mail_id}>"]))
    return int(told.get(b"UIDVALIDITY", 0)), sorted(uid for uid in found if isinstance(uid, int))


def newest(client: IMAPClient, folder: str, most: int) -> list[tuple[Header, ...]]:
    """Of the newest mails of a folder who sent them, and what the servers on their way say of that."""
    told = client.select_folder(folder, readonly=True)
    top = int(told.get(b"UIDNEXT") or 0)
    uids = sorted(client.search(["UID", f"{max(1, top - 3 * most)}:*"] if top else "ALL"))[-most:]
    answer = client.fetch(uids, [f"BODY.PEEK[{_SENDERS}]"]) if uids else {}
    return [headers_in(_body(data, f"BODY[{_SENDERS}]".encode())) for data in answer.values()]


def ids(client: IMAPClient, uids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Of mails of the open folder the id, a digest of those without one, and the list they came through."""
    found: dict[int, tuple[str, str, str]] = {}
    nameless: dict[int, str] = {}
    for uid, data in client.fetch(uids, [f"BODY.PEEK[{_IDS}]"]).items():
        named = _body(data, f"BODY[{_IDS}]".encode())
        mail_id, list_id = identity(named)[0], list_of(named)
        if mail_id:
            found[uid] = mail_id, "", list_id
        else:
            nameless[uid] = list_id
    for uid, head in heads(client, list(nameless)).items():
        found[uid] = "", head.digest, nameless[uid]
    return found
