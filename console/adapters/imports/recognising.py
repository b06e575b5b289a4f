"""What kind of file it is, by its content; and what one looks like that can't be read."""

from __future__ import annotations

import re

from console.adapters.imports.entry import Format
from console.adapters.imports.facebook import Facebook
from console.adapters.imports.jsonl import Jsonl
from console.adapters.imports.linkedin import LinkedIn
from console.adapters.imports.mail import Mails
from console.adapters.imports.slack import Slack
from console.adapters.imports.source import Source, Trouble
from console.adapters.imports.viva_engage import VivaEngage
from console.adapters.imports.workplace import Workplace
from console.adapters.imports.wxr import Wxr

# In the order they are asked: those that look for a name of their own before those that look at a first line.
FORMATS: tuple[Format, ...] = (Facebook(), Slack(), VivaEngage(), LinkedIn(), Wxr(), Jsonl(), Workplace(), Mails())

# The beginning of a file -> what it is: codes of `console.sentences.imports`.
_BEGINNINGS = (
    (b"%PDF-", "pdf"), (b"!BDN", "pst"), (b"\xd0\xcf\x11\xe0", "office"), (b"SQLite format 3", "database"),
    (b"7z\xbc\xaf", "archive"), (b"Rar!", "archive"), (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"<!doctype html", "html"), (b"<html", "html"), (b"{", "json"), (b"[", "json"), (b"<?xml", "xml"),
)  # fmt: skip
# Names inside that only one kind of export has.
_NAMES = (
    ("realm.json", "zulip"), ("import.jsonl", "mattermost"), ("user_archive.csv", "discourse"), ("dump.sql.gz", "discourse"),
    ("outbox.json", "mastodon"), ("[Content_Types].xml", "office"),
)  # fmt: skip


_FIRST_LINES = (
    (re.compile(rb'\{\s*"type"\s*:\s*"version"\s*,'), "mattermost"),
    (re.compile(rb'"?topic_title"?,"?categor(?:y|ies)"?,"?(?:sub_category|is_pm)"?,'), "discourse"),
)
# Folders and files that only an export of one platform has, though not what we read of it.
_LACKING = (
    ("start_here.html", "facebook_html"), ("your_comments_in_groups.html", "facebook_html"),
    ("group_posts_and_comments.html", "facebook_html"), ("your_posts_in_groups.html", "facebook_html"),
    ("profile_information.json", "facebook_without_groups"), ("Connections.csv", "linkedin_without_posts"),
    ("Invitations.csv", "linkedin_without_posts"),
)  # fmt: skip


def recognise(source: Source) -> Format | None:
    """The format of a source, None for one that none of ours reads."""
    return next((one for one in FORMATS if one.recognises(source)), None)


def note_others(source: Source, kind: Format) -> None:
    """Note among the source's troubles what else lies in it, as when the exports of two platforms were given at once."""
    lying = list(dict.fromkeys(item.archive or item.name for item in source.items))[:3]
    for other in FORMATS:
        if other is not kind and other.recognises(source):
            source.troubles.append(Trouble(", ".join(lying), "another_export", {"format": other.key}))


def format_named(key: str) -> Format | None:
    """A format by its key, or the first one of that platform."""
    named = [one for one in FORMATS if one.key == key] or [one for one in FORMATS if one.platform == key]
    return named[0] if named else None


def looks_like(source: Source) -> str:
    """What a source is that no format reads: "empty", "mattermost", "pdf" … and "unknown" where nothing tells."""
    items = [item for item in source.items if item.size_bytes]
    if not items:
        return "empty"
    for name, what in (*_NAMES, *_LACKING):
        if source.named(name):
            return what
    if source.below("your_facebook_activity", ".json"):
        return "facebook_without_groups"
    head = source.head(items[0]).removeprefix(b"\xef\xbb\xbf").lstrip()
    for begin, what in _FIRST_LINES:
        if begin.match(head):
            return what
    return next((what for begin, what in _BEGINNINGS if head[: len(begin)].lower() == begin.lower()), "unknown")
