"""What Yammer (Viva Engage) says, read into our values. No I/O: a test can feed it any broken row.

There is no published schema: facts are those of Microsoft's documentation and of public clients. Names, groups and
threads stand beside the messages of a page in a list of `references` of mixed types. Flags may come as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from console.adapters import yammer_text
from console.adapters.markup import plain
from console.adapters.rows import Row, first_line, number, raw_of, told
from console.domain.conversation import (
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
)

MAX_TITLE_CHARS = 100  # of a post without a title, whose title is its first line
LIKE = "👍"
GENERAL, PRIVATE = "general", "private"  # in the place of a group's number
_SYSTEM = "system"  # in the place of a person's number: what the platform says by itself
_PEOPLE = ("user", "bot", "guide")
_MOMENTS = (
    "%Y/%m/%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S.%f %z",
)


@dataclass(frozen=True, slots=True)
class Site:
    """One network: what its keys and addresses are made with.

    server  host and number of the network, the middle of every key
    url     address without a slash at the end; the API is below it
    """

    server: str
    url: str

    @property
    def network(self) -> int:
        return number(self.server.rpartition("/")[2])

    @property
    def root(self) -> str:
        return f"{self.url}/api/v1"

    def space(self, name: str) -> SpaceKey:
        return SpaceKey(key_of("yammer", self.server, "group", name))

    def message(self, thread: int, number: int) -> MessageKey:
        """An answer is named with the thread it stands in: so the store's keys tell what a thread holds."""
        name = str(thread) if number == thread else f"{thread}/{number}"
        return MessageKey(key_of("yammer", self.server, "message", name))

    def thread(self, thread: int) -> ThreadKey:
        return ThreadKey(self.message(thread, thread))

    def person(self, name: str) -> PersonKey:
        return PersonKey(key_of("yammer", self.server, "user", name))


def thread_in(key: str | None) -> int:
    """The number of the thread that a key names or stands in, 0 when it is none of ours."""
    head, _, name = (key or "").rpartition(":")
    return number(name.partition("/")[0]) if head.endswith(":message") else 0


def number_in(key: str | None) -> int:
    """The number of the message that a key names, 0 when it is none of ours."""
    head, _, name = (key or "").rpartition(":")
    return number(name.rpartition("/")[2]) if head.endswith(":message") else 0


def name_in(space: str | None) -> str:
    """What a space is called in addresses: its number, GENERAL or PRIVATE; "" when it is none of ours."""
    head, _, name = (space or "").rpartition(":")
    return name if head.endswith(":group") else ""


def truth(value: object) -> bool:
    """A flag, also one written as text or as a number."""
    return value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in {"true", "1", "yes"})


def moment_ms(value: object) -> int:
    """`2026/11/23 16:34:54 +0000` as epoch milliseconds. Raises TypeError, ValueError."""
    if not isinstance(value, str):
        raise TypeError("no moment")
    value = value.strip().removesuffix(" UTC") + " +0000" if value.strip().endswith(" UTC") else value.strip()
    for form in _MOMENTS:
        try:
            return int(datetime.strptime(value, form).astimezone(UTC).timestamp() * 1000)
        except (ValueError, OverflowError):
            continue
    raise ValueError(value)


def said_ms(row: object) -> int:
    """When a message was said, 0 for one that doesn't say."""
    try:
        return moment_ms(told(row, "created_at"))
    except (TypeError, ValueError):
        return 0


@dataclass(frozen=True, slots=True)
class Refs:
    """What a page's references name, by kind and number; kinds that we don't know are left out when asked for."""

    rows: Mapping[tuple[str, int], Row] = field(default_factory=dict)

    @classmethod
    def of(cls, references: object) -> Refs:
        rows = references if isinstance(references, list) else []
        return cls({(str(told(row, "type")), number(told(row, "id"))): row for row in rows if isinstance(row, Mapping)})

    def row(self, number: int, *kinds: str) -> Row | None:
        return next((row for kind in kinds if (row := self.rows.get((kind, number))) is not None), None)

    def name(self, kind: str, number: int) -> str:
        """What stands for `[[user:5]]` in a text, "" when nothing tells."""
        kinds = {"user": _PEOPLE, "topic": ("topic", "tag"), "tag": ("topic", "tag")}.get(kind, (kind,))
        found = told(self.row(number, *kinds), "full_name", "name")
        return plain(found) if isinstance(found, str) else ""

    def updates(self, thread: int) -> int:
        """How many messages a thread has, as far as Yammer counts right; 0 when it doesn't say."""
        return number(told(told(self.row(thread, "thread"), "stats"), "updates"))

    def topics(self, thread: int) -> tuple[str, ...] | None:
        """What a thread is filed under; None where the page doesn't tell of it."""
        told_of = told(self.row(thread, "thread"), "topics")
        if not isinstance(told_of, list):
            return None
        names = (self.name("topic", number(told(topic, "id"))) for topic in told_of)
        return tuple(name for name in names if name)

    def latest(self, thread: int) -> int:
        return number(told(told(self.row(thread, "thread"), "stats"), "latest_reply_id"))


def thread_of(row: object) -> int:
    """The thread that a message stands in: what opens one carries its own number."""
    return number(told(row, "thread_id")) or (0 if told(row, "replied_to_id") else number(told(row, "id")))


def space_of(row: object) -> str:
    """The name of the space that a message stands in."""
    if truth(told(row, "direct_message")):
        return PRIVATE
    return str(number(told(row, "group_id")) or GENERAL)


def read_group(row: object, site: Site) -> Space | None:
    """A community as a space; None for a row that names none."""
    group = number(told(row, "id"))
    if not group:
        return None
    title = told(row, "full_name", "name")
    return Space(
        key=site.space(str(group)),
        remote_id=str(group),
        title=(plain(title) if isinstance(title, str) else "") or str(group),
        url=_address(told(row, "web_url")),
        members=number(told(told(row, "stats"), "members")) or None,
    )


def read_person(row: Row, site: Site) -> Person:
    """Raises TypeError for somebody without a number."""
    who = number(told(row, "id"))
    if not who:
        raise TypeError("no person")
    fields = ("full_name", "name", "job_title", "email", "department")
    words = {name: plain(value) for name in fields if isinstance(value := row.get(name), str)}
    mail = words.get("email", "") if "@" in words.get("email", "") else ""
    try:
        joined_ms: int | None = moment_ms(row.get("activated_at"))
    except (TypeError, ValueError):
        joined_ms = None
    return Person(
        site.person(str(who)),
        words.get("full_name") or words.get("name") or "",
        words.get("name", ""),
        words.get("job_title", ""),
        joined_ms,
        bot=row.get("type") in ("bot", "guide"),
        mail=mail,
        # The accounts of a network come from the organisation's own directory; those of guests from elsewhere.
        mail_verified=bool(mail) and site.network == number(row.get("network_id")),
        department=words.get("department", ""),
    )


def read_message(row: object, refs: Refs, site: Site, before_ms: int = 0, known_space: str = "") -> list[Change]:
    """Who said it, the head of the thread where it opens one, and the message; [] for a row without a number.

    before_ms    when the message before it was said: the place of one that can't be read
    known_space  name of the space it stands in where the row itself doesn't tell
    """
    key_number, thread = number(told(row, "id")), thread_of(row)
    if not key_number:
        return []
    thread = thread or key_number
    key, space = site.message(thread, key_number), site.space(known_space or space_of(row))
    root, opens = site.thread(thread), thread == key_number
    try:
        if not isinstance(row, Mapping):
            raise TypeError("no message")
        body = yammer_text.read(row, refs.name, site.url)
        title = title_of(row.get("title"), body.text) if opens else ""
        author, known_as = _author(row, refs, site)
        replied_to = number(row.get("replied_to_id"))
        message = Message(
            key=key,
            space=space,
            author=author,
            posted_at_ms=moment_ms(row["created_at"]),
            html=body.html,
            text=body.text,
            root=root,
            parent=None if opens else site.message(thread, replied_to or thread),
            title=title,
            attachments=yammer_text.files(row.get("attachments"), site.url),
            reactions=_likes(row),
            url=_address(row.get("web_url")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        unread = _unreadable(row, key, space, site, before_ms)
        return [Thread(root, space, ""), unread] if opens else [replace(unread, root=root)]
    return [
        *known_as,
        *([Thread(root, space, title, message.url, topics=refs.topics(thread))] if opens else []),
        message,
    ]


def read_all(rows: Iterable[object], refs: Refs, site: Site, known_space: str = "") -> list[Change]:
    """Messages as they come; what isn't one at all is left out."""
    changes: list[Change] = []
    before_ms = 0
    for row in rows:
        read = read_message(row, refs, site, before_ms, known_space)
        before_ms = next((one.posted_at_ms for one in read if isinstance(one, Message)), before_ms)
        changes += read
    return changes


def _author(row: Row, refs: Refs, site: Site) -> tuple[PersonKey, list[Change]]:
    """Who said it, with what the page tells of them; what the platform says by itself is nobody's question."""
    if truth(row.get("system_message")) or row.get("message_type") == "system":
        system = Person(site.person(_SYSTEM), "Yammer", bot=True)
        return system.key, [system]
    who = number(row.get("sender_id"))
    if not who:
        raise TypeError("no sender")
    found = refs.row(who, *_PEOPLE)
    return site.person(str(who)), [read_person(found, site)] if found is not None else []


def title_of(title: object, text: str) -> str:
    """Its own title; of what has none its first line."""
    own = plain(title) if isinstance(title, str) else ""
    return first_line(own or text, MAX_TITLE_CHARS)


def _likes(row: Row) -> tuple[tuple[str, int], ...]:
    likes = number(told(row.get("liked_by"), "count"))
    return ((LIKE, likes),) if likes else ()


def _address(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unreadable(row: object, key: MessageKey, space: SpaceKey, site: Site, before_ms: int) -> Message:
    raw = raw_of(row)
    return Message(
        key=key,
        space=space,
        author=site.person(str(number(told(row, "sender_id")) or _SYSTEM)),
        posted_at_ms=said_ms(row) or before_ms,
        html="",
        text="",
        root=ThreadKey(key),
        state=MessageState.UNREADABLE,
        raw=raw,
    )
