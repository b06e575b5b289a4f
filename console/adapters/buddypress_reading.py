"""What BuddyPress says, read into our values. No I/O: a test can feed it any broken row.

Comments stand nested in the activity they answer; only from there is it known which group they belong to, since every
comment says that its component is `activity`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.adapters.markup import plain, reduce
from console.adapters.rows import Row, first_line, raw_of
from console.adapters.wp_rows import id_of, moment_ms, positive, words, written_ms
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
    text_hash,
)

SITE = 0  # in the place of a group's number: what is said to the whole site
MAX_TITLE_CHARS = 80
MAX_COMMENTS = 5_000  # read of one thread
FAVOURITE = "★"
# What BuddyPress tells by itself about what people did; nobody said it.
SKIPPED = frozenset(
    {"joined_group", "created_group", "group_details_updated", "new_member", "new_avatar", "updated_profile",
     "friendship_created", "friendship_accepted", "last_activity", "activity_comment"}
)  # fmt: skip
_STATES = {"published": MessageState.VISIBLE, "spam": MessageState.SPAM}
_NAME = re.compile(r"<a\b[^>]{0,500}>(.{1,300}?)</a>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one site. `server` is its host with port and path. A comment's key names its thread as well."""

    server: str

    def space(self, group: int) -> SpaceKey:
        kind, number = ("group", group) if group else ("site", 1)
        return SpaceKey(key_of("buddypress", self.server, kind, str(number)))

    def messages(self, me: int) -> SpaceKey:
        """The space of one account's private messages."""
        return SpaceKey(key_of("buddypress", self.server, "messages", str(me)))

    def message(self, root: int, number: int) -> MessageKey:
        if number == root:
            return MessageKey(key_of("buddypress", self.server, "activity", str(root)))
        return MessageKey(key_of("buddypress", self.server, "comment", f"{root}-{number}"))

    def thread(self, root: int) -> ThreadKey:
        return ThreadKey(self.message(root, root))

    def person(self, number: int) -> PersonKey:
        return PersonKey(key_of("buddypress", self.server, "user", str(number)))


def place_in(key: str | None) -> tuple[int, int]:
    """The numbers of a message's thread and of the message itself, (0, 0) for the key of anything else."""
    head, _, last = (key or "").rpartition(":")
    root, _, number = last.partition("-")
    if head.endswith(":activity") and last.isdecimal():
        return int(last), int(last)
    if head.endswith(":comment") and root.isdecimal() and number.isdecimal():
        return int(root), int(number)
    return 0, 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group that we can read. `active` is when something happened in it last, as the site writes it."""

    number: int
    title: str
    url: str
    members: int | None
    status: str
    active: str

    def space(self, keys: Keys) -> Space:
        return Space(keys.space(self.number), str(self.number), self.title, self.url, self.members)


def read_group(row: object) -> Group | None:
    """A group; None for a row without a number."""
    number = id_of(row)
    if not number or not isinstance(row, Mapping):
        return None
    members = row.get("total_member_count")
    return Group(
        number,
        plain(_text(row.get("name"))) or str(number),
        _text(row.get("link")),
        members if isinstance(members, int) and members > 0 else None,
        _text(row.get("status")),
        _text(row.get("last_activity_gmt")),
    )


def read_person(row: object, keys: Keys) -> Person | None:
    """A member, with the day they joined where this account may know it; None for a row without a number."""
    number = id_of(row)
    if not number or not isinstance(row, Mapping):
        return None
    try:
        joined_at_ms = moment_ms(row.get("registered_date_gmt"))
    except (TypeError, ValueError):
        joined_at_ms = None
    return Person(
        keys.person(number), plain(_text(row.get("name"))), _text(row.get("mention_name")), joined_at_ms=joined_at_ms
    )


def name_in(row: Row, keys: Keys) -> Person | None:
    """Who said this, by the sentence that BuddyPress makes of it: all there is of somebody who left the site."""
    match = _NAME.search(_text(row.get("title")))
    return Person(keys.person(author_of(row)), plain(match.group(1)) if match else "") if author_of(row) else None


def author_of(row: object) -> int:
    return positive(row.get("user_id")) if isinstance(row, Mapping) else 0


def said(row: object) -> bool:
    """Whether somebody said this: not what BuddyPress tells by itself."""
    return not isinstance(row, Mapping) or _text(row.get("type")) not in SKIPPED


def comments_of(row: Row) -> list[Row]:
    """The comments nested below an activity or a comment, by number; anything that stands there."""
    found: list[Row] = []
    todo: list[object] = [row]
    while todo and len(found) < MAX_COMMENTS:
        above = todo.pop()
        below = above.get("comments") if isinstance(above, Mapping) else None
        rows = list(below.values()) if isinstance(below, Mapping) else below if isinstance(below, list) else []
        found += rows
        todo += rows
    return sorted(found, key=id_of)


def above(comment: Row, root: int) -> int:
    """The number of what a comment answers. One that lost its parent answers the thread."""
    return positive(comment.get("secondary_item_id")) or root


def group_of(row: Row, group: int) -> int:
    """The group an activity stands in. `group` is where it was listed."""
    if row.get("component") == "groups":
        return positive(row.get("primary_item_id")) or group
    return group if "component" not in row else SITE


def read_thread(row: Row, keys: Keys, group: int, site_url: str) -> list[Change]:
    """The thread of an activity, its opening and its comments; what is broken says `unreadable`."""
    root = id_of(row)
    if not root:
        return [_unreadable(row, keys, keys.space(group), 0, 0)]
    space = keys.space(group_of(row, group))
    opening = read_message(row, keys, space, root, site_url)
    changes: list[Change] = [
        Thread(keys.thread(root), space, first_line(opening.text, MAX_TITLE_CHARS), _text(row.get("link"))),
        opening,
    ]
    at_ms = opening.posted_at_ms
    for comment in comments_of(row):
        message = read_message(comment, keys, space, root, site_url, at_ms)
        at_ms = message.posted_at_ms
        changes.append(message)
    return changes


def read_message(row: Row, keys: Keys, space: SpaceKey, root: int, site_url: str, before_ms: int = 0) -> Message:
    """One activity or comment.

    before_ms  the moment of a neighbour, for one that doesn't say its own
    """
    try:
        return _message(row, keys, space, root, site_url)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _unreadable(row, keys, space, root, before_ms)


def _message(row: Row, keys: Keys, space: SpaceKey, root: int, site_url: str) -> Message:
    number, author = id_of(row), author_of(row)
    if not number or not author:
        raise ValueError("no activity")
    if not isinstance(row["status"], str):
        raise TypeError("no status")
    state = _STATES.get(row["status"], MessageState.HIDDEN)
    link = _text(row.get("link"))
    body = reduce(words(row["content"]), base_url=link or site_url)
    return Message(
        key=keys.message(root, number),
        space=space,
        author=keys.person(author),
        posted_at_ms=moment_ms(row["date_gmt"]),
        html=body.html,
        text=body.text,
        root=keys.thread(root),
        parent=keys.message(root, above(row, root)) if number != root else None,
        state=state,
        reactions=((FAVOURITE, 1),) if row.get("favorited") is True else (),
        url=link if state is MessageState.VISIBLE else admin_url(site_url, number),
    )


def _unreadable(row: object, keys: Keys, space: SpaceKey, root: int, before_ms: int) -> Message:
    raw, number = raw_of(row), id_of(row)
    if number:
        key = keys.message(root, number)
    else:
        key = MessageKey(key_of("buddypress", keys.server, "unread", text_hash(raw)))
    return Message(
        key=key,
        space=space,
        author=keys.person(author_of(row)),
        posted_at_ms=(written_ms(row) if isinstance(row, Mapping) else 0) or before_ms,
        html="",
        text="",
        root=keys.thread(root) if root else None,
        state=MessageState.UNREADABLE,
        raw=raw,
    )


def latest_ms(row: Row) -> int:
    """When something was last said in a thread."""
    rows: Sequence[object] = [row, *comments_of(row)]
    return max(written_ms(one) for one in rows if isinstance(one, Mapping))


def admin_url(site_url: str, number: int) -> str:
    """Where an administrator sees an activity that others don't."""
    return f"{site_url.rstrip('/')}/wp-admin/admin.php?page=bp-activity&aid={number}&action=edit"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
