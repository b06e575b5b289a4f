"""What adapters bring is made harmless once, before it is stored: every name, title and address, whatever it holds.

Bodies are the adapters' business (`console.adapters.markup` makes HTML and text of them); what stands around a body
comes through here, so that a new adapter can't forget it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from console.domain.characters import honest, one_line
from console.domain.conversation import Attachment, Change, Message, Person, Report, Space, Thread
from console.domain.file_names import file_name

MAX_TEXT_CHARS = 20_000
MAX_URL_CHARS = 4_096
MAX_TOPICS, MAX_TOPIC_CHARS = 20, 60
MOST_ATTACHMENTS = 100
MOST_REACTIONS = 100
_LEADS_SOMEWHERE = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20\x7f-\xa0]+\Z", re.IGNORECASE)
# A file may have an address that only its platform understands (mxc://…); a window opens none but those above.
_NAMES_A_FILE = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*://[^\s\x00-\x20\x7f-\xa0]+\Z", re.IGNORECASE)


def harmless(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The same changes: names and titles on one line and as they read, files named as files, addresses of the web."""
    return tuple(_harmless(change) for change in changes)


def _harmless(change: Change) -> Change:
    match change:
        case Message():
            return replace(
                change,
                title=one_line(change.title),
                url=_address(change.url),
                attachments=tuple(_attachment(found) for found in change.attachments[:MOST_ATTACHMENTS]),
                reactions=tuple((one_line(name, 60), n) for name, n in change.reactions[:MOST_REACTIONS]),
            )
        case Person():
            return replace(
                change,
                name=one_line(change.name),
                handle=one_line(change.handle),
                title=one_line(change.title),
                mail=one_line(change.mail),
                department=one_line(change.department),
            )
        case Thread():
            topics = (
                None
                if change.topics is None
                else tuple(one_line(topic, MAX_TOPIC_CHARS) for topic in change.topics[:MAX_TOPICS])
            )
            return replace(change, title=one_line(change.title), url=_address(change.url), topics=topics)
        case Space():
            return space(change)
        case Report():
            return replace(
                change,
                reason=one_line(change.reason),
                text=honest(change.text[:MAX_TEXT_CHARS]),
                reporter=one_line(change.reporter),
                source=one_line(change.source),
            )
        case _:
            return change


def space(found: Space) -> Space:
    """A space that can be followed, with a title on one line."""
    return replace(found, title=one_line(found.title), url=_address(found.url))


def _attachment(found: Attachment) -> Attachment:
    return replace(
        found, name=file_name(found.name), mime=one_line(found.mime, 100), url=_address(found.url, _NAMES_A_FILE)
    )


def _address(url: str, good: re.Pattern[str] = _LEADS_SOMEWHERE) -> str:
    """The address if it leads to the web or to a mailbox, else ""."""
    return honest(url) if len(url) <= MAX_URL_CHARS and good.match(url) else ""
