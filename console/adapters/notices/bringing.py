"""Notices -> people, spaces, threads, messages and reports of their platform: the same whichever mail told of them."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from console.adapters.contract import Held
from console.adapters.deep_links import (
    LINKEDIN,
    YAMMER,
    Place,
    group_url,
    message_key,
    person_key,
    post_url,
    space_key,
    thread_key,
)
from console.adapters.markup import from_plain
from console.adapters.notices.cards import Card
from console.adapters.notices.layouts import Kind
from console.adapters.notices.recognising import Notice
from console.adapters.rows import first_line
from console.domain.conversation import (
    Change,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    Thread,
    ThreadKey,
    key_of,
)
from console.words import _

MAX_TITLE_CHARS = 100
_TOLD_CHARS = 40  # of a text without a number, which name it: what is cut off behind them differs from mail to mail
_EARLIEST_MS = 1_041_379_200_000  # 2003, before which LinkedIn had no posts
_DAY_MS = 86_400_000
Servers = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Brought:
    """A notice as it came: when its mail was written, and what names that mail."""

    notice: Notice
    at_ms: int
    mail: str


def keys_wanted(notice: Notice, servers: Servers) -> list[MessageKey]:
    """What to ask the store about, before the notice is brought in."""
    return [MessageKey(thread_key(card.place)) for card in _placed(notice, servers) if card.place.post]


def changes_of(brought: Brought, held: Mapping[MessageKey, Held], servers: Servers) -> list[Change]:
    """What a notice brings.

    servers  platform -> the servers that connections of this profile have there: with one network of Viva Engage, that
             one's keys are used, and mail and interface tell of the same threads
    """
    changes: list[Change] = []
    for card in _placed(brought.notice, servers):
        changes += _of_card(card, brought, held)
    return changes


def _placed(notice: Notice, servers: Servers) -> list[Card]:
    """The cards, each in a group and on a server that can be named."""
    known = servers(YAMMER) if notice.platform == YAMMER else ()
    placed: list[Card] = []
    for card in notice.cards:
        place = card.place
        if len(known) == 1:
            place = replace(place, server=known[0])
        if not place.group and not place.page:
            place = replace(place, group=f"~{_folded(card.group)}")
        placed.append(replace(card, place=place))
    return placed


def _of_card(card: Card, brought: Brought, held: Mapping[MessageKey, Held]) -> list[Change]:
    kind, place = brought.notice.kind, card.place
    space = Space(
        space_key(place), place.group or place.page, card.group or place.group or place.page,
        group_url(place), platform=place.platform,
    )  # fmt: skip
    person = Person(person_key(place, card.author), card.author)
    key, root = _keys(card, brought)
    opens = str(key) == str(root)
    body = from_plain(card.text)
    message = Message(
        key, space.key, PersonKey(person.key), _said_ms(place, kind, brought.at_ms), body.html, body.text, root=root,
        parent=None if opens else _above(card, root), url=place.permalink, partial=card.partial,
        state=MessageState.HELD if kind in (Kind.PENDING, Kind.MEMBER) else MessageState.VISIBLE,
    )  # fmt: skip
    changes: list[Change] = [person, space]
    if MessageKey(root) not in held:
        title = (card.title or first_line(card.text, MAX_TITLE_CHARS)) if opens else ""
        changes.append(Thread(root, space.key, title, url=post_url(place)))
    changes.append(message)
    if kind is Kind.REPORTED:
        name = key_of(place.platform, place.server, "report", _hash(key, brought.mail))
        changes.append(
            Report(
                ReportKey(name),
                key,
                brought.at_ms,
                card.reason or _("Reported to the administrators"),
                reporter=card.reporter,
                source=place.platform,
            )
        )
    return changes


def _keys(card: Card, brought: Brought) -> tuple[MessageKey, ThreadKey]:
    """Of the message, and of the conversation it stands in. What has no number is named by who said what."""
    kind, place = brought.notice.kind, card.place

    def made(what: str, name: str) -> MessageKey:
        return MessageKey(key_of(place.platform, place.server, what, name))

    said = _hash(_folded(card.author), _folded(card.text)[:_TOLD_CHARS].rstrip("\u2026. "))
    if kind is Kind.MEMBER:
        key = made("join", f"{place.group}/{_folded(card.author) or _day(brought.at_ms)}")
        return key, ThreadKey(key)
    if not place.post:
        key = made(kind.value, f"{place.group}/{said if card.author else _day(brought.at_ms)}")
        return key, ThreadKey(key)
    if kind is Kind.COMMENT and not place.comment:
        mine = f"{place.post}/{said}" if place.platform == YAMMER else f"{place.post}-{said}"
        return made("message" if place.platform == YAMMER else "comment", mine), thread_key(place)
    return message_key(place), thread_key(place)


def _above(card: Card, root: ThreadKey) -> MessageKey:
    place = card.place
    return message_key(replace(place, comment=place.above, above="")) if place.above else MessageKey(root)


def _said_ms(place: Place, kind: Kind, mailed_ms: int) -> int:
    """When it was said: as the number of a post of LinkedIn tells, else when the mail was written."""
    if place.platform == LINKEDIN and place.post and not place.comment and kind is Kind.DIGEST:
        told = int(place.post) >> 22
        if _EARLIEST_MS < told <= mailed_ms + _DAY_MS:
            return told
    return mailed_ms


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%d")
