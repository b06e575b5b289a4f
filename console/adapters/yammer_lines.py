"""Lines of Viva Engage's network export, read into our values: for the export that we ask for, and for one that was saved.

No I/O: a test can feed it any broken line. Columns are read by name, flags and moments in every spelling seen.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping

from console.adapters.csv_rows import Line
from console.adapters.markup import from_plain, plain
from console.adapters.rows import number
from console.adapters.yammer_reading import GENERAL, PRIVATE, Site, moment_ms, read_person, title_of, truth
from console.adapters.yammer_text import resolved
from console.domain.conversation import Attachment, Change, Message, MessageGone, MessageKey, Person, Thread

SYSTEM = "system"  # in the place of a person's number: what the platform says by itself
MOST_ATTACHED = 50  # of one message
_ATTACHED = re.compile(r"(uploadedfile|opengraphobject):(?:(\d{1,19})|\[([^\[\]]{0,4000})\])")
_TITLE = re.compile(r':\s*title="([^"]{0,300})"')
_ADDRESS = re.compile(r"https?://[^\s\"<>\[\]]{1,2000}")


def said(row: Line, column: str) -> str:
    """What a line says in this column; nothing where it says "null"."""
    value = row.get(column, "").strip()
    return "" if value.lower() == "null" else value


def private(row: Line) -> bool:
    """Whether it stands in a conversation of a few people."""
    return truth(said(row, "in_private_conversation"))


def space_in(row: Line) -> str:
    """The name of the space that a line's message stands in."""
    return PRIVATE if private(row) else str(number(said(row, "group_id")) or GENERAL)


def keys_in(row: Line) -> tuple[int, int]:
    """The numbers of its message and thread; 0 for a line that names no message."""
    this = number(said(row, "id"))
    return this, number(said(row, "thread_id")) or this


def read_gone(row: Line, site: Site) -> MessageGone:
    """That the message of a line was removed. Raises ValueError where it doesn't say when."""
    this, thread = keys_in(row)
    by, sender = number(said(row, "deleted_by_id") or said(row, "deleted_by")), number(said(row, "sender_id"))
    key = MessageKey(site.message(thread, this))
    return MessageGone(key, moment_ms(said(row, "deleted_at")), by == sender if by else None)


def read_said(row: Line, names: Mapping[int, Line], site: Site, files: Mapping[int, str] | None = None) -> list[Change]:
    """Who said what a line tells, the head of the thread where it opens one, and the message.

    names  lines of people, by number
    files  names of files, by number
    raises KeyError, ValueError for a line that can't be read
    """
    this, thread = keys_in(row)
    sender = number(said(row, "sender_id"))
    source = row["body"].replace("\\r\\n", "\n").replace("\\n", "\n")
    source = resolved(source, lambda kind, who: _name(names.get(who), row) if kind == "user" else "")
    posted_ms = moment_ms(said(row, "created_at"))
    linked, attachments = _attached(said(row, "attachments"), files or {})
    body = from_plain("\n\n".join(part for part in (source, linked) if part))
    by_itself = not sender or said(row, "message_type").lower() == "system"
    person, url = site.person(SYSTEM if by_itself else str(sender)), thread_url(thread)
    who = [Person(person, "Yammer", bot=True)] if by_itself else _people(sender, names, site)
    opens, root = this == thread, site.thread(thread)
    title = title_of(said(row, "title") or said(row, "announcement_title"), body.text) if opens else ""
    parent = None if opens else site.message(thread, number(said(row, "replied_to_id")) or thread)
    message = Message(
        site.message(thread, this), site.space(space_in(row)), person, posted_ms, body.html, body.text, root, parent,
        title=title, url=url, attachments=attachments,
    )  # fmt: skip
    head = [Thread(root, message.space, title, url)] if opens else []
    return [*who, *head, message]


def _people(sender: int, names: Mapping[int, Line], site: Site) -> list[Person]:
    """Somebody as a feed would tell of them: its names for the columns differ."""
    found = names.get(sender)
    if found is None:
        return []
    return [read_person({**found, "full_name": found.get("name", ""), "name": "", "network_id": site.network}, site)]


def _name(person: Line | None, row: Line) -> str:
    return plain((person or {}).get("name", "") or ("" if person else said(row, "sender_name")))


def _attached(told: str, files: Mapping[int, str]) -> tuple[str, tuple[Attachment, ...]]:
    """What hangs at a message, from the one string that tells of all of it: cards of links as text, and files."""
    links, found = [], []
    for kind, name, inside in _ATTACHED.findall(told)[:MOST_ATTACHED]:
        if kind == "uploadedfile" and name:
            found.append(Attachment(files.get(int(name), "") or name, "", None))
        elif address := _ADDRESS.search(inside):
            title = _TITLE.search(inside)
            links.append(f"{title.group(1).strip()}\n{address.group()}" if title else address.group())
    return "\n".join(links), tuple(found)


def thread_url(thread: int) -> str:
    """Where people read a conversation: an export has no addresses."""
    told = json.dumps({"_type": "Thread", "id": str(thread)}, separators=(",", ":")).encode()
    return f"https://engage.cloud.microsoft/main/threads/{base64.urlsafe_b64encode(told).decode().rstrip('=')}"
