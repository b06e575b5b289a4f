"""What HumHub says, read into our values. No I/O: a test can feed it any broken row.

Facts are those of the sources of its module `rest` 0.11 and of HumHub 1.18. Newer cores spell a comment's fields
otherwise (`object_id`, `content_id`, `parent_comment_id`): both are read. Numbers may come as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from console.adapters import humhub_text
from console.adapters.markup import Body, plain
from console.adapters.rows import Row, first_line, number, raw_of, told
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

MAX_TITLE_CHARS = 100  # of a post, whose title is its first line
LIKE = "👍"
POST = "humhub\\modules\\post\\models\\Post"
COMMENT = "humhub\\modules\\comment\\models\\Comment"
PUBLISHED, DELETED = 1, 100
_STATES = {PUBLISHED: MessageState.VISIBLE, DELETED: MessageState.DELETED}
# Where the modules that bring contents of their own keep the text of one, and under which names.
ROUTES: Mapping[str, str] = {
    POST: "post",
    "humhub\\modules\\wiki\\models\\WikiPage": "wiki/page",
    "humhub\\modules\\tasks\\models\\Task": "tasks/task",
    "humhub\\modules\\polls\\models\\Poll": "polls/poll",
    "humhub\\modules\\calendar\\models\\CalendarEntry": "calendar/entry",
}
_TITLES = ("title", "question", "name")
_TEXTS = ("message", "description")


@dataclass(frozen=True, slots=True)
class Site:
    """One HumHub: what its keys, moments and addresses are made with.

    server  its host with port and path
    url     its address without a slash at the end; the API is below it
    zone    the time zone its moments are written in, which is its server's own
    """

    server: str
    url: str
    zone: tzinfo

    @property
    def root(self) -> str:
        return f"{self.url}/api/v1"

    def space(self, container: int) -> SpaceKey:
        return SpaceKey(key_of("humhub", self.server, "space", str(container)))

    def content(self, number: int) -> MessageKey:
        return MessageKey(key_of("humhub", self.server, "content", str(number)))

    def comment(self, content: int, number: int) -> MessageKey:
        """A comment is named with the content it stands under: so the store's keys tell what a thread holds."""
        return MessageKey(key_of("humhub", self.server, "comment", f"{content}/{number}"))

    def person(self, number: int) -> PersonKey:
        return PersonKey(key_of("humhub", self.server, "user", str(number)))

    def moment_ms(self, value: object) -> int:
        """`2026-11-23 16:40:00` on the server's clock as epoch milliseconds. Raises TypeError, ValueError."""
        if not isinstance(value, str):
            raise TypeError("no moment")
        moment = datetime.fromisoformat(value)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).timestamp() * 1000)


def _topics(content: object) -> tuple[str, ...] | None:
    """What a content is filed under; None where the answer doesn't tell."""
    rows = told(content, "topics")
    if not isinstance(rows, list):
        return None
    return tuple(plain(name) for row in rows if isinstance(name := told(row, "name"), str) and name)


def content_in(key: str | None) -> int:
    """The number of the content that a key names or stands under, 0 when it is none of ours."""
    head, _, name = (key or "").rpartition(":")
    number = name.partition("/")[0]
    return int(number) if head.endswith((":content", ":comment")) and number.isdecimal() else 0


def comment_in(key: str | None) -> int:
    """The number of the comment that a key names, 0 when it names something else."""
    head, _, name = (key or "").rpartition(":")
    number = name.partition("/")[2]
    return int(number) if head.endswith(":comment") and number.isdecimal() else 0


def total_of(row: object, *names: str) -> int:
    """How many of something a row counts: `{"likes": {"total": 3}}`."""
    return number(told(told(row, *names), "total"))


def meta_of(content: object) -> Row:
    meta = told(content, "metadata")
    return meta if isinstance(meta, Mapping) else {}


def content_id(content: object) -> int:
    return number(told(content, "id")) or number(meta_of(content).get("id"))


def is_comment_on_comment(row: object) -> bool:
    return (
        bool(told(row, "parent_comment_id", "parentCommentId")) or told(row, "objectModel", "object_model") == COMMENT
    )


def parent_of(row: object) -> int:
    """The number of the comment that a comment answers, 0 for one that answers the content itself."""
    if not is_comment_on_comment(row):
        return 0
    return number(told(row, "parent_comment_id", "parentCommentId") or told(row, "objectId", "object_id"))


def author_of(row: object) -> int:
    return number(told(told(row, "createdBy", "created_by"), "id"))


def read_space(row: object, site: Site, members: int | None) -> Space | None:
    """A space, None for a row that names no container to read."""
    container = number(told(row, "contentcontainer_id"))
    if not container:
        return None
    return Space(
        key=site.space(container),
        remote_id=str(told(row, "id") or ""),
        title=plain(str(told(row, "name") or "")) or str(container),
        url=str(told(row, "url") or ""),
        members=members,
    )


def read_content(whole: object, site: Site) -> list[Change]:
    """The author, the thread and the opening message of a post, a wiki page, a task; [] for a row without a number.

    whole  the content's own row, with the content in `content`; or the content alone, when no text is to be had
    """
    inner = told(whole, "content")
    content = inner if isinstance(inner, Mapping) and "metadata" in inner else whole
    meta, key_number = meta_of(content), content_id(content)
    container = number(meta.get("contentcontainer_id"))
    if not key_number or not container:
        return []
    key, space = site.content(key_number), site.space(container)
    thread = Thread(ThreadKey(key), space, "", str(meta.get("url") or ""), meta.get("locked_comments") in (True, 1, "1"),
                    meta.get("pinned") in (True, 1, "1"), _topics(content))  # fmt: skip
    try:
        body = humhub_text.read(_text_of(whole), site.url)
        thread = replace(thread, title=_title(whole, body, meta))
        author = _person(told(meta, "created_by", "createdBy"), site)
        created_ms = site.moment_ms(meta["created_at"])
        edited = meta.get("updated_at")
        message = Message(
            key=key,
            space=space,
            author=author.key,
            posted_at_ms=created_ms,
            html=body.html,
            text=body.text,
            root=thread.key,
            state=_state(meta),
            edited_at_ms=site.moment_ms(edited) if isinstance(edited, str) and edited > meta["created_at"] else None,
            title=thread.title,
            attachments=_files(told(content, "files"), site),
            reactions=_likes(content),
            url=thread.url,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return [thread, replace(_unreadable(whole, key, space, site, 0), root=thread.key)]
    return [author, thread, message]


def _state(meta: Row) -> MessageState:
    """Where a content stands. An archived one is out of its space's stream and takes no comments: hidden, for us."""
    state = _STATES.get(number(meta.get("state")), MessageState.HIDDEN)
    return MessageState.HIDDEN if state is MessageState.VISIBLE and meta.get("archived") in (True, 1, "1") else state


def _text_of(whole: object) -> str:
    text = told(whole, *_TEXTS)
    if text is None:
        text = told(told(whole, "latest_revision"), "content")
    if text is not None and not isinstance(text, str):
        raise TypeError("no text")
    return text or ""


def _title(whole: object, body: Body, meta: Row) -> str:
    """Its own title; of a post its first line; of what shows neither what kind of thing it is."""
    title = told(whole, *_TITLES)
    line = first_line(plain(title) if isinstance(title, str) else body.text, MAX_TITLE_CHARS)
    return line or str(meta.get("object_model") or "").rpartition("\\")[2]


def read_comments(
    rows: Sequence[object], content: int, space: SpaceKey, site: Site, before_ms: int = 0
) -> list[Change]:
    """The authors and messages of comments under a content, with those that answer them, as they come."""
    read: list[Change] = []
    for row, parent in _flat(rows):
        changes = _read_comment(row, parent, content, space, site, before_ms)
        before_ms = next((one.posted_at_ms for one in changes if isinstance(one, Message)), before_ms)
        read += changes
    return read


def _flat(rows: object, parent: int = 0) -> Iterator[tuple[object, int]]:
    for row in rows if isinstance(rows, list | tuple) else ():
        yield row, parent_of(row) or parent
        if not parent:  # HumHub has one level of answers
            yield from _flat(told(row, "comments"), number(told(row, "id")))


def _read_comment(row: object, parent: int, content: int, space: SpaceKey, site: Site, before_ms: int) -> list[Change]:
    key_number = number(told(row, "id"))
    try:
        if not key_number or not isinstance(row, Mapping) or not isinstance(row["message"], str):
            raise TypeError("no comment")
        body = humhub_text.read(row["message"], site.url)
        author = _person(told(row, "createdBy", "created_by"), site)
        message = Message(
            key=site.comment(content, key_number),
            space=space,
            author=author.key,
            posted_at_ms=site.moment_ms(told(row, "createdAt", "created_at")),
            html=body.html,
            text=body.text,
            root=ThreadKey(site.content(content)),
            parent=site.comment(content, parent) if parent else site.content(content),
            attachments=_files(row.get("files"), site),
            reactions=_likes(row),
            url=f"{site.url}/comment/perma?id={key_number}",
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        key = site.comment(content, key_number) if key_number else None
        return [replace(_unreadable(row, key, space, site, before_ms), root=ThreadKey(site.content(content)))]
    return [author, message]


def _person(row: object, site: Site) -> Person:
    """Raises TypeError for somebody without a number; a removed account is nobody in particular."""
    if row is None:
        return Person(PersonKey(key_of("humhub", site.server, "name", "")), "")
    who = number(told(row, "id"))
    if not who:
        raise TypeError("no person")
    return Person(site.person(who), plain(str(told(row, "display_name", "displayName") or "")))


def _files(files: object, site: Site) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            plain(str(told(one, "file_name", "fileName") or "")),
            str(told(one, "mime_type", "mimeType") or ""),
            number(told(one, "size")) or None,
            f"{site.root}/file/download/{number(told(one, 'id'))}",
        )
        for one in (files if isinstance(files, list) else ())
        if number(told(one, "id"))
    )


def _likes(row: object) -> tuple[tuple[str, int], ...]:
    likes = total_of(row, "likes")
    return ((LIKE, likes),) if likes else ()


def _unreadable(row: object, key: MessageKey | None, space: SpaceKey, site: Site, before_ms: int) -> Message:
    raw = raw_of(row)
    at_ms = 0
    for moment in (told(row, "createdAt", "created_at"), meta_of(row).get("created_at")):
        try:
            at_ms = at_ms or site.moment_ms(moment)
        except (TypeError, ValueError, OverflowError):
            continue
    return Message(
        key=key or MessageKey(key_of("humhub", site.server, "unread", text_hash(raw))),
        space=space,
        author=PersonKey(key_of("humhub", site.server, "name", "")),
        posted_at_ms=at_ms or before_ms,
        html="",
        text="",
        state=MessageState.UNREADABLE,
        raw=raw,
    )
