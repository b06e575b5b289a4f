"""What a feed says, read into our values. No I/O: a test can feed it anything.

RSS 0.9 to 2.0 and Atom by feedparser; comments by `wfw:commentRss` (the Comment API) and by links of relation
"replies" (RFC 4685), what a comment answers by `thr:in-reply-to` (the same).
"""

from __future__ import annotations

import calendar
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import feedparser

from console.adapters.markup import Body, from_plain, plain, reduce
from console.adapters.rows import raw_of
from console.domain.conversation import (
    Attachment,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)

EDITED_AFTER_MS = 60_000  # writers of feeds set both moments within one request


@dataclass(frozen=True, slots=True)
class Place:
    """One feed: what its keys are made with. `server` is its host with port and path."""

    server: str
    leadership: bool = False

    @property
    def space(self) -> SpaceKey:
        return SpaceKey(key_of("feed", self.server, "space", "1"))

    def entry(self, name: str) -> MessageKey:
        """An entry's or a comment's key, by the id that the feed gives it, which may be any text."""
        return MessageKey(key_of("feed", self.server, "entry", _short(name)))

    def person(self, name: str) -> PersonKey:
        return PersonKey(key_of("feed", self.server, "user", _short(" ".join(name.lower().split()))))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as feedparser took it apart. `entries` come as they stand there, mostly newest first."""

    title: str
    url: str
    entries: tuple[Mapping[str, Any], ...]
    at_ms: int | None


def parsed(data: bytes, url: str, content_type: str) -> Feed | None:
    """The feed in these bytes, None when they are none. It takes its time: not for a loop that others wait for."""
    told = feedparser.parse(
        io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False,
        response_headers={"content-location": url, "content-type": content_type},
    )  # fmt: skip
    if not told.get("version") and not told.entries:
        return None
    head = dict(told.feed)
    return Feed(
        line_of(head, "title"),
        _text(head.get("link")),
        tuple(dict(entry) for entry in told.entries),
        _moment_ms(head, "updated"),
    )


def space_of(feed: Feed, place: Place, url: str) -> Space:
    return Space(place.space, "1", feed.title or place.server, feed.url or url, leadership=place.leadership)


def name_of(entry: Mapping[str, Any]) -> str:
    """What makes an entry itself: its id, else its address, else its title and moment."""
    return (
        _text(entry.get("id"))
        or _text(entry.get("link"))
        or f"{line_of(entry, 'title')} {_text(entry.get('published') or entry.get('updated'))}"
    )


def comments_of(entry: Mapping[str, Any]) -> str:
    """Where the feed of an entry's comments is, "" when it has none."""
    links = entry.get("links")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, Mapping) and link.get("rel") == "replies" and "html" not in _text(link.get("type")):
            return _text(link.get("href"))
    return _text(entry.get("wfw_commentrss"))


def posted_ms(entry: Mapping[str, Any]) -> int | None:
    return _moment_ms(entry, "published") or _moment_ms(entry, "updated")


def read(entry: Mapping[str, Any], place: Place, *, root: ThreadKey | None, else_ms: int, writer: str) -> list[Any]:
    """Author and message of an entry, and its thread where it opens one (`root` is None).

    else_ms  when it was posted, where it doesn't say
    writer   who wrote it, where it doesn't say
    """
    key = place.entry(name_of(entry))
    try:
        return list(_read(entry, place, key, root, else_ms, writer))
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
        author = place.person(writer)
        return [
            Person(author, writer),
            *([] if root else [Thread(ThreadKey(key), place.space, "")]),
            Message(
                key, place.space, author, else_ms, "", "", root=root or ThreadKey(key),
                state=MessageState.UNREADABLE, raw=raw_of(dict(entry)),
            ),
        ]  # fmt: skip


def _read(
    entry: Mapping[str, Any], place: Place, key: MessageKey, root: ThreadKey | None, else_ms: int, writer: str
) -> Iterable[Any]:
    name = _author(entry) or writer
    author, url, title = place.person(name), _text(entry.get("link")), line_of(entry, "title")
    body = _body(entry, url)
    at_ms, changed_ms = posted_ms(entry) or else_ms, _moment_ms(entry, "updated")
    edited = changed_ms if changed_ms is not None and changed_ms > at_ms + EDITED_AFTER_MS else None
    answers = entry.get("thr_in-reply-to")
    answered = _text(answers.get("ref")) if isinstance(answers, Mapping) else ""
    yield Person(author, name)
    if root is None:
        yield Thread(ThreadKey(key), place.space, title or body.text[:100], url)
    yield Message(
        key, place.space, author, at_ms, body.html, body.text,
        root=root or ThreadKey(key), parent=(place.entry(answered) if answered else MessageKey(root)) if root else None,
        edited_at_ms=edited, title=title if root is None else "", url=url,
        attachments=tuple(_attachments(entry)),
    )  # fmt: skip


def line_of(of: Mapping[str, Any], field: str) -> str:
    """A field of one line, without its markup."""
    detail = of.get(f"{field}_detail")
    text = _text(of.get(field))
    kind = _text(detail.get("type")) if isinstance(detail, Mapping) else ""
    return " ".join((plain(text) if "html" in kind else text).split())


def _body(entry: Mapping[str, Any], url: str) -> Body:
    """The longest way in which the entry tells itself."""
    told = [part for part in entry.get("content") or () if isinstance(part, Mapping)]
    summary = entry.get("summary_detail")
    if isinstance(summary, Mapping):
        told.append(summary)
    if not told:
        return from_plain(_text(entry.get("summary")))
    longest = max(told, key=lambda part: len(_text(part.get("value"))))
    value = _text(longest.get("value"))
    return reduce(value, base_url=url) if "html" in _text(longest.get("type")) else from_plain(value)


def _author(entry: Mapping[str, Any]) -> str:
    detail = entry.get("author_detail")
    name = _text(detail.get("name")) if isinstance(detail, Mapping) else ""
    return " ".join((name or _text(entry.get("author"))).split())


def _attachments(entry: Mapping[str, Any]) -> Iterable[Attachment]:
    for link in entry.get("links") or ():
        if link.get("rel") == "enclosure":
            url, size = _text(link.get("href")), _text(link.get("length"))
            name = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
            yield Attachment(
                name, _text(link.get("type")), int(size) if size.isdecimal() and len(size) < 16 else None, ""
            )


def _moment_ms(of: Mapping[str, Any], field: str) -> int | None:
    """A moment that feedparser understood, in UTC; None for what is none, or lies before there were feeds."""
    moment = of.get(f"{field}_parsed")
    if moment is None:
        return None
    seconds = calendar.timegm(moment)
    return seconds * 1000 if seconds > 0 else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _short(name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=12).hexdigest()
