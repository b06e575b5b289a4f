"""What Facebook says of a Page, read into our values. No I/O: a test can feed it any broken row.

A post is named by Facebook's own id, `<page>_<post>`; a comment with the post it stands under, so that the store's
keys tell what a conversation holds. Who may not be named to us comes without `from`: nobody in particular.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from console.adapters.markup import from_plain, plain
from console.adapters.rows import first_line, raw_of, told
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
    key_of,
    text_hash,
)

SERVER = "www.facebook.com"  # the middle of every key, whichever server is asked
MAX_TITLE_CHARS = 100
LIKE = "👍"
_NODE = re.compile(r"[0-9]{1,25}(?:_[0-9]{1,25}){0,2}\Z")

_ATTACHED = "attachments{media_type,title,description}"
PAGE_FIELDS = "id,name,link,followers_count"
POST_FIELDS = (
    f"id,message,story,created_time,updated_time,from{{id,name}},permalink_url,is_hidden,{_ATTACHED},"
    "reactions.limit(0).summary(total_count)"
)
COMMENT_FIELDS = (
    "id,message,created_time,from{id,name},parent{id},is_hidden,like_count,attachment{type,title},permalink_url"
)


def node(value: object) -> str:
    """An id that Facebook gave, "" for what can't be one: only digits and underscores ever stand in an address."""
    return value if isinstance(value, str) and _NODE.match(value) else ""


def node_of(row: object) -> str:
    return node(told(row, "id"))


def space_key(page: str) -> SpaceKey:
    return SpaceKey(key_of("facebook", SERVER, "page", page))


def post_key(post: str) -> MessageKey:
    return MessageKey(key_of("facebook", SERVER, "post", post))


def comment_key(post: str, comment: str) -> MessageKey:
    return MessageKey(key_of("facebook", SERVER, "comment", f"{post}/{comment}"))


def person_key(who: str) -> PersonKey:
    return PersonKey(key_of("facebook", SERVER, "user", who))


NOBODY = Person(PersonKey(key_of("facebook", SERVER, "name", "")), "")


def post_in(key: str | None) -> str:
    """The post that a key names or stands under, "" when it is none of ours."""
    head, _, name = (key or "").rpartition(":")
    return node(name.partition("/")[0]) if head.endswith((":post", ":comment")) else ""


def comment_in(key: str | None) -> str:
    """The comment that a key names, "" when it names something else."""
    head, _, name = (key or "").rpartition(":")
    return node(name.partition("/")[2]) if head.endswith(":comment") else ""


def moment_ms(value: object) -> int:
    """`2026-11-23T08:12:10+0000` as epoch milliseconds. Raises TypeError, ValueError."""
    if not isinstance(value, str):
        raise TypeError("no moment")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return int(moment.timestamp() * 1000)


def said_ms(row: object) -> int:
    """When a row was made, 0 where it doesn't say."""
    try:
        return moment_ms(told(row, "created_time"))
    except (TypeError, ValueError, OverflowError):
        return 0


def author_of(row: object) -> str:
    return node_of(told(row, "from"))


def parent_of(row: object) -> str:
    """The comment that a comment answers, "" for one that answers the post itself."""
    return node_of(told(row, "parent"))


def read_space(row: object, page: str) -> Space:
    fans = told(row, "followers_count", "fan_count")
    title = told(row, "name")
    return Space(
        space_key(page), page, plain(title) if isinstance(title, str) and title else page,
        _text(told(row, "link")), fans if type(fans) is int and fans >= 0 else None,
    )  # fmt: skip


def read_post(row: object, page: str) -> list[Change]:
    """The author, the thread and the opening message of a post; [] for a row without an id."""
    post = node_of(row)
    if not post:
        return []
    key, url = post_key(post), _text(told(row, "permalink_url"))
    thread = Thread(ThreadKey(key), space_key(page), "", url)
    try:
        words = _said(row, "message", "story")
        body = from_plain(words)
        files = _files(told(told(row, "attachments"), "data"))
        title = first_line(body.text, MAX_TITLE_CHARS) or next((one.name for one in files), "")
        thread = replace(thread, title=title)
        author = _person(told(row, "from"))
        created_ms = moment_ms(told(row, "created_time"))
        message = Message(
            key=key,
            space=space_key(page),
            author=author.key,
            posted_at_ms=created_ms,
            html=body.html,
            text=body.text,
            root=thread.key,
            state=_state(row),
            title=title,
            attachments=files,
            reactions=_likes(told(told(told(row, "reactions"), "summary"), "total_count")),
            url=url,
        )
    except (TypeError, ValueError, AttributeError, OverflowError):
        return [thread, replace(_unreadable(row, key, page), root=thread.key)]
    return [author, thread, message]


def read_comments(rows: Iterable[object], post: str, page: str) -> list[Change]:
    """The authors and messages of comments under a post, answers among them, in the order in which they come."""
    return [change for row in rows for change in _read_comment(row, post, page)]


def _read_comment(row: object, post: str, page: str) -> list[Change]:
    comment, parent = node_of(row), parent_of(row)
    try:
        if not comment or not isinstance(row, Mapping):
            raise TypeError("no comment")
        body = from_plain(_said(row, "message"))
        author = _person(row.get("from"))
        message = Message(
            key=comment_key(post, comment),
            space=space_key(page),
            author=author.key,
            posted_at_ms=moment_ms(row.get("created_time")),
            html=body.html,
            text=body.text,
            root=ThreadKey(post_key(post)),
            parent=comment_key(post, parent) if parent else post_key(post),
            state=_state(row),
            attachments=_files([row.get("attachment")]),
            reactions=_likes(row.get("like_count")),
            url=_text(row.get("permalink_url")),
        )
    except (TypeError, ValueError, AttributeError, OverflowError):
        key = comment_key(post, comment) if comment else None
        return [replace(_unreadable(row, key, page), root=ThreadKey(post_key(post)))]
    return [author, message]


def _said(row: object, *names: str) -> str:
    """What was said; a picture alone says nothing. Raises TypeError for what is no text."""
    words = told(row, *names)
    if words is not None and not isinstance(words, str):
        raise TypeError("no text")
    return words or ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _state(row: object) -> MessageState:
    return MessageState.HIDDEN if told(row, "is_hidden") is True else MessageState.VISIBLE


def _person(row: object) -> Person:
    """Raises TypeError for somebody without an id; who isn't told is nobody in particular."""
    if row is None:
        return NOBODY
    who = node_of(row)
    if not who:
        raise TypeError("no person")
    return Person(person_key(who), plain(_text(told(row, "name"))))


def _files(rows: object) -> tuple[Attachment, ...]:
    """What hangs at it, by name: where it lies is an address that ends soon, so it opens on Facebook."""
    found = []
    for row in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ():
        name = told(row, "title", "description", "media_type", "type")
        if isinstance(name, str) and name:
            found.append(Attachment(first_line(plain(name), MAX_TITLE_CHARS), "", None))
    return tuple(found)


def _likes(count: object) -> tuple[tuple[str, int], ...]:
    return ((LIKE, count),) if type(count) is int and count > 0 else ()


def _unreadable(row: object, key: MessageKey | None, page: str) -> Message:
    raw = raw_of(row)
    return Message(
        key=key or MessageKey(key_of("facebook", SERVER, "unread", text_hash(raw))),
        space=space_key(page),
        author=NOBODY.key,
        posted_at_ms=said_ms(row),
        html="",
        text="",
        state=MessageState.UNREADABLE,
        raw=raw,
    )
