"""Slack's export of a workspace: a folder per channel, a file per day.

A message is named by its channel and its `ts`, a text that never becomes a number. A day's file holds what was written
that day, replies too, wherever their thread began. Addresses in it may carry a token of the export; none is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from console.adapters.emoji_names import EMOJIS
from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.json_rows import rows
from console.adapters.imports.slack_text import cards, to_html, without_secrets, words_of
from console.adapters.imports.source import Item, Source
from console.adapters.imports.walking import Broken, NotTaken, Part, walk
from console.adapters.markup import reduce
from console.adapters.rows import first_line
from console.domain.conversation import (
    Attachment,
    Change,
    Message,
    MessageGone,
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
from console.domain.platform import Cursor, capabilities

SLACK = "slack"
MAX_TITLE_CHARS = 100
MOST_ASKED_FOR_TEAM = 1_000  # people whose workspace is looked at: guests are of another one
_LISTS = ("channels.json", "groups.json", "dms.json", "mpims.json")
_PRIVATE = frozenset({"dms.json", "mpims.json"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json", re.IGNORECASE)
_TS = re.compile(r"(\d{1,11})\.(\d{1,9})")
# What people and programs say; all other subtypes are what Slack notes by itself (somebody joined, a topic changed).
_SAID = frozenset(
    {"", "bot_message", "file_share", "me_message", "thread_broadcast", "file_comment", "document_mention"}
)
_GONE = "USLACKBOT"


class Slack:
    key = platform = SLACK
    capabilities = capabilities(
        approximate=True, read="api", reply="handoff", edit="handoff", delete="handoff", pin="handoff", react="handoff"
    )

    def recognises(self, source: Source) -> bool:
        return any(source.named(name) for name in _LISTS) and any(_days(source))

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        workspace = _workspace(source, options)
        parts = (_part(source, item, workspace, options) for item in _days(source))
        yield from walk(parts, source, options.since_ms, after)


def _days(source: Source) -> Iterator[Item]:
    return (item for item in source.items if _DAY.fullmatch(item.base) and "/" in item.name)


@dataclass(frozen=True, slots=True)
class _Channel:
    id: str
    name: str
    private: bool


@dataclass(slots=True)
class _Workspace:
    """Who is in it and what channels it has: by the name of their folders, and by id."""

    server: str = ""
    team: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, _Channel] = field(default_factory=dict)

    def name(self, id: str) -> str:
        found = self.people.get(id)
        return found.name if found else self.channels[id].name if id in self.channels else ""

    def person(self, id: str) -> PersonKey:
        return PersonKey(key_of(SLACK, self.server, "user", id))


def _workspace(source: Source, options: Options) -> _Workspace:
    workspace, teams = _Workspace(), Counter[str]()
    users = source.named("users.json")
    first = islice((row for item in users for row in _listed(source, item)), MOST_ASKED_FOR_TEAM)
    teams.update(team for row in first if isinstance(team := row.get("team_id"), str))
    workspace.team = max(teams, key=lambda team: (teams[team], team), default="")
    workspace.server = options.server or f"slack.com/{workspace.team.lower()}".rstrip("/")
    for row in (row for item in users for row in _listed(source, item)):
        if isinstance(row.get("id"), str):
            workspace.people[row["id"]] = _person(row, workspace)
    for base in _LISTS:
        for item in source.named(base):
            for row in _listed(source, item):
                id, name = _text(row.get("id")), _text(row.get("name"))
                found = _Channel(id, name or id, base in _PRIVATE)
                workspace.channels |= {known: found for known in (id, name) if known}
    return workspace


def _listed(source: Source, item: Item) -> Iterator[Mapping[str, Any]]:
    """The rows of a list, as far as it can be read: what it doesn't tell is called by its id."""
    try:
        yield from (row for _list, row in rows(source.open(item)) if isinstance(row, dict))
    except Broken:
        return


def _person(row: Mapping[str, Any], workspace: _Workspace) -> Person:
    profile = row.get("profile") if isinstance(row.get("profile"), dict) else {}
    assert isinstance(profile, dict)
    names = (profile.get("real_name"), row.get("real_name"), profile.get("display_name"), row.get("name"))
    mail = _text(profile.get("email"))
    return Person(
        workspace.person(row["id"]), next((name for one in names if (name := _text(one))), row["id"]),
        _text(profile.get("display_name")) or _text(row.get("name")), _text(profile.get("title")),
        bot=row.get("is_bot") is True or row["id"] == _GONE, mail=mail if "@" in mail else "",
    )  # fmt: skip


def _part(source: Source, item: Item, workspace: _Workspace, options: Options) -> Part:
    folder = item.name.rpartition("/")[0].rpartition("/")[2]
    channel = workspace.channels.get(folder) or _Channel(folder, folder, private=False)
    reader = _Reader(channel, workspace, options)
    return Part(item, lambda: enumerate((row for _list, row in rows(source.open(item))), 1), reader.read)


class _Reader:
    """Rows of one channel -> changes."""

    def __init__(self, channel: _Channel, workspace: _Workspace, options: Options) -> None:
        self._channel = channel
        self._workspace = workspace
        self._options = options
        self._url = f"https://app.slack.com/client/{workspace.team}/{channel.id}" if workspace.team else ""
        title = channel.name if channel.private else f"#{channel.name}"
        self._space = Space(
            SpaceKey(key_of(SLACK, workspace.server, "channel", channel.id)), channel.id, title, self._url
        )

    def read(self, row: Mapping[str, Any]) -> Sequence[Change]:
        if self._channel.private and not self._options.private:
            raise NotTaken("private", quiet=True)
        match row.get("subtype") or "":
            case "message_changed":
                return self._said(row["message"])
            case "message_deleted":
                return self._removed(row)
            case "tombstone":
                return self._tombstone(row)
            case kind if kind in _SAID:
                return self._said(row)
            case kind:
                raise NotTaken("system", quiet=True, type=str(kind)[:40])

    def _key(self, ts: object) -> MessageKey:
        return MessageKey(key_of(SLACK, self._workspace.server, "message", f"{self._channel.id}/{_ts(ts)}"))

    def _said(self, row: Mapping[str, Any]) -> list[Change]:
        workspace = self._workspace
        key, at_ms, root_ts = self._key(row["ts"]), moment_ms(row["ts"]), row.get("thread_ts") or row["ts"]
        root = ThreadKey(self._key(root_ts))
        who = self._author(row)
        text = _text(row.get("text")) or words_of(row.get("blocks"))
        body = reduce(to_html(text, workspace.name) + cards(row.get("attachments"), workspace.name))
        files = _files(row.get("files"))
        if not body.text.strip() and not files:
            raise NotTaken("no_text")
        opens, edited = str(root) == str(key), row.get("edited")
        url = f"{self._url}/thread/{self._channel.id}-{_ts(root_ts)}" if self._url else ""
        message = Message(
            key, self._space.key, who.key, at_ms, body.html, body.text, root, None if opens else MessageKey(root),
            edited_at_ms=moment_ms(edited["ts"]) if isinstance(edited, dict) else None,
            attachments=files, reactions=_reactions(row.get("reactions")), url=url,
        )  # fmt: skip
        head = [Thread(root, self._space.key, first_line(body.text, MAX_TITLE_CHARS), url)] if opens else []
        return [self._space, who, *head, message]

    def _author(self, row: Mapping[str, Any]) -> Person:
        """Who said it: a person, or a program under the name it gave itself."""
        user, bot = _text(row.get("user")), _text(row.get("bot_id"))
        if user and (known := self._workspace.people.get(user)):
            return known
        profile = next((one for name in ("user_profile", "bot_profile") if isinstance(one := row.get(name), dict)), {})
        named = (row.get("username"), profile.get("real_name"), profile.get("name"))
        id = user or bot
        name = next((name for one in named if (name := _text(one))), id)
        if not name:
            raise ValueError("nobody")
        return Person(self._workspace.person(id or f"~{name}"), name, bot=not user)

    def _removed(self, row: Mapping[str, Any]) -> list[Change]:
        before = row.get("previous_message")
        gone = MessageGone(self._key(row["deleted_ts"]), moment_ms(row["ts"]))
        if not isinstance(before, dict):
            return [gone]
        said = self._said({**before, "ts": row["deleted_ts"]})
        return [replace(one, state=MessageState.DELETED) if isinstance(one, Message) else one for one in said]

    def _tombstone(self, row: Mapping[str, Any]) -> list[Change]:
        """What opened a thread and is gone; the answers stay. Words of it that are held already stay held."""
        key, at_ms = self._key(row["ts"]), moment_ms(row["ts"])
        if self._options.held([key]):
            return [MessageGone(key, at_ms)]
        who = Person(self._workspace.person(_GONE), "Slackbot", bot=True)
        root = ThreadKey(key)
        message = Message(key, self._space.key, who.key, at_ms, "", "", root, state=MessageState.DELETED)
        return [self._space, who, Thread(root, self._space.key, ""), message]


def _ts(value: object) -> str:
    """A message's name in its channel, as it is written. Raises ValueError."""
    if not isinstance(value, str) or not _TS.fullmatch(value):
        raise ValueError("no ts")
    return value


def moment_ms(ts: object) -> int:
    """The moment that a `ts` tells, cut to milliseconds. Raises ValueError."""
    seconds, _point, rest = _ts(ts).partition(".")
    return int(seconds) * 1000 + int(rest.ljust(3, "0")[:3])


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _files(told: object) -> tuple[Attachment, ...]:
    """Files by name, kind and size. Their own addresses need a token; the page about a file doesn't carry one."""
    found = []
    for one in told if isinstance(told, list) else ():
        if isinstance(one, dict) and (
            name := _text(one.get("title")) or _text(one.get("name")) or _text(one.get("id"))
        ):
            size = one.get("size")
            url = without_secrets(_text(one.get("permalink"))).partition("?")[0]
            size_bytes = size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None
            found.append(Attachment(name, _text(one.get("mimetype")), size_bytes, url))
    return tuple(found)


def _reactions(told: object) -> tuple[tuple[str, int], ...]:
    found = []
    for one in told if isinstance(told, list) else ():
        name, count = (_text(one.get("name")), one.get("count")) if isinstance(one, dict) else ("", 0)
        if name and isinstance(count, int) and not isinstance(count, bool) and count > 0:
            name = name.partition("::")[0]
            found.append((EMOJIS.get(name, f":{name}:"), count))
    return tuple(found)
