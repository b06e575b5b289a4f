"""What WordPress says, read into our values. No I/O: a test can feed it any broken row.

Facts of its REST API are those of the handbook (developer.wordpress.org/rest-api) and of a WordPress 6.1.9 that
was asked; `status` reads `approved` where one sets `approve`, and only `date_gmt` says which moment it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from console.adapters.markup import plain, reduce
from console.adapters.rows import Row, raw_of
from console.adapters.wordpress_pictures import own_pictures
from console.adapters.wp_rows import id_of, moment_ms, positive, words, written_ms
from console.domain.conversation import (
    Change,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
    text_hash,
)
from console.domain.platform import AuthExpired, BadResponse

_MARK = re.compile(r"\(intent ([0-9A-Za-z._-]{1,80})\)")
_ROUTE = re.compile(r"wp/v2/([a-z0-9_-]+)/\d+")

COMMENT_STATES = {
    "approved": MessageState.VISIBLE,
    "hold": MessageState.HELD,
    "spam": MessageState.SPAM,
    "trash": MessageState.DELETED,
    "post-trashed": MessageState.HIDDEN,  # its post is in the bin: it comes back with the post
}
POST_STATES = {"publish": MessageState.VISIBLE, "private": MessageState.VISIBLE, "trash": MessageState.DELETED}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one blog. `server` is its host with port and path."""

    server: str

    @property
    def space(self) -> SpaceKey:
        return SpaceKey(key_of("wordpress", self.server, "site", "1"))

    def post(self, number: int) -> MessageKey:
        return MessageKey(key_of("wordpress", self.server, "post", str(number)))

    def comment(self, number: int) -> MessageKey:
        return MessageKey(key_of("wordpress", self.server, "comment", str(number)))

    def person(self, row: Row) -> PersonKey:
        """A user by number, a guest by mail address, or by name where there is none."""
        if positive(row.get("author")):
            return PersonKey(key_of("wordpress", self.server, "user", str(row["author"])))
        mail = str(row.get("author_email") or "").strip().lower()
        if mail:
            return PersonKey(key_of("wordpress", self.server, "mail", mail))
        return PersonKey(key_of("wordpress", self.server, "name", plain(str(row.get("author_name") or ""))))


def signed_in(row: object) -> None:
    """Raises AuthExpired for a row that only the public gets to see.

    A dead password is no error on public routes: the request silently becomes anybody's, and what is held would look
    deleted. Only who is signed in gets `content.raw`.
    """
    content = row.get("content") if isinstance(row, Mapping) else None
    if isinstance(content, Mapping) and "raw" not in content:
        raise AuthExpired(code="anonymous")


def utc(at_ms: int) -> str:
    """A moment as WordPress must be asked for it: without the zone it would be read as the site's own time."""
    return datetime.fromtimestamp(max(0, at_ms) // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mark_in(row: Row, me: int) -> str:
    """Our intent in what the comment came with, only in a comment of our own: anybody can claim to be a program."""
    match = _MARK.search(str(row.get("author_user_agent") or ""))
    return match.group(1) if match and me and positive(row.get("author")) == me else ""


def marked(agent: str, intent: str) -> str:
    return f"{agent} (intent {intent})"


def route_of_post(row: Row) -> str:
    """The route ("posts", "pages") of the post that a comment stands under, "" when it has none."""
    links = row.get("_links")
    up = links.get("up") if isinstance(links, Mapping) else None
    first = up[0] if isinstance(up, list) and up else None
    match = _ROUTE.search(str(first.get("href") or "")) if isinstance(first, Mapping) else None
    return match.group(1) if match else ""


def read_comment(row: Row, keys: Keys, me: int, site_url: str, before_ms: int = 0) -> list[Change]:
    """The author and the message of one comment; a message that says `unreadable` when the row is broken.

    before_ms  the moment of a neighbour, for a comment that doesn't say its own
    """
    try:
        return _comment(row, keys, me, site_url)
    except (KeyError, TypeError, ValueError, AttributeError):
        return [_unreadable(row, keys, before_ms)]


def _comment(row: Row, keys: Keys, me: int, site_url: str) -> list[Change]:
    number, post, parent = row["id"], row["post"], row["parent"]
    if not (positive(number) and positive(post)) or not isinstance(parent, int):
        raise ValueError("no comment")
    if not isinstance(row["status"], str):
        raise TypeError("no status")
    state = COMMENT_STATES.get(row["status"], MessageState.HIDDEN)
    body = reduce(words(row["content"]), base_url=str(row.get("link") or site_url))
    author = keys.person(row)
    message = Message(
        key=keys.comment(number),
        space=keys.space,
        author=author,
        posted_at_ms=moment_ms(row["date_gmt"]),
        html=body.html,
        text=body.text,
        root=ThreadKey(keys.post(post)),
        parent=keys.comment(parent) if parent > 0 else keys.post(post),
        state=state,
        attachments=own_pictures(body, keys.server),
        url=str(row.get("link") or "") if state is MessageState.VISIBLE else admin_url(site_url, number),
        mark=mark_in(row, me),
    )
    return [Person(author, plain(str(row.get("author_name") or ""))), message]


def _unreadable(row: Row, keys: Keys, before_ms: int) -> Message:
    raw = raw_of(row)
    number, post = id_of(row), positive(row.get("post")) if isinstance(row, Mapping) else 0
    at_ms = written_ms(row) if isinstance(row, Mapping) else 0
    key = keys.comment(number) if number else MessageKey(key_of("wordpress", keys.server, "unread", text_hash(raw)))
    return Message(
        key=key,
        space=keys.space,
        author=PersonKey(key_of("wordpress", keys.server, "name", "")),
        posted_at_ms=at_ms or before_ms,
        html="",
        text="",
        root=ThreadKey(keys.post(post)) if post else None,
        state=MessageState.UNREADABLE,
        raw=raw,
    )


def read_post(row: Row, keys: Keys) -> list[Change]:
    """The author, the thread and the opening message of a post or page. Raises BadResponse for a row without a number."""
    number = id_of(row)
    if not number:
        raise BadResponse(code="not_expected", maybe_sent=False)
    key = keys.post(number)
    thread = Thread(
        key=ThreadKey(key),
        space=keys.space,
        title=_title(row),
        url=str(row.get("link") or ""),
        locked=row.get("comment_status") != "open",
        pinned=row.get("sticky") is True,
    )
    try:
        body = reduce(words(row["content"]), base_url=thread.url)
        author = keys.person(row)
        message = Message(
            key=key,
            space=keys.space,
            author=author,
            posted_at_ms=moment_ms(row["date_gmt"]),
            html=body.html,
            text=body.text,
            root=thread.key,
            state=POST_STATES.get(row["status"], MessageState.HIDDEN),
            title=thread.title,
            attachments=own_pictures(body, keys.server),
            url=thread.url,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        broken = _unreadable(row, keys, 0)
        return [thread, replace(broken, key=key, root=thread.key)]
    name = _author_name(row)
    return [Person(author, name), thread, message] if name else [thread, message]


def _title(row: Row) -> str:
    title = row.get("title")
    if isinstance(title, Mapping):
        return plain(str(title.get("rendered") or title.get("raw") or ""))
    return ""


def _author_name(row: Row) -> str:
    """The author's name, where WordPress laid the author in with the post."""
    embedded = row.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, Mapping) else None
    first = authors[0] if isinstance(authors, list) and authors else None
    return plain(str(first.get("name") or "")) if isinstance(first, Mapping) else ""


def thread_without_post(row: Row, keys: Keys) -> Thread:
    """The thread of a comment whose post the API doesn't show (a type without a route): its address is its title."""
    link = str(row.get("link") or "").split("#")[0]
    slug = link.rstrip("/").rsplit("/", 1)[-1]
    return Thread(ThreadKey(keys.post(row["post"])), keys.space, slug.replace("-", " "), link)


def admin_url(site_url: str, comment: int) -> str:
    """Where a moderator sees a comment that readers don't."""
    return f"{site_url.rstrip('/')}/wp-admin/comment.php?action=editcomment&c={comment}"
