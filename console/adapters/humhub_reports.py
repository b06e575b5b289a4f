"""Reports, as far as HumHub tells of them: its module for them has no API, only a notification to who administers.

The notification names who reported and quotes the beginning of what was reported, but not its number. So what begins
like that is looked for among the newest posts and comments. Where that is not one and only one thing, the notification
stands in the queue by itself, and leads to the page where HumHub keeps its reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from console.adapters.humhub_pulling import Reader
from console.adapters.humhub_reading import content_id, is_comment_on_comment, total_of
from console.adapters.markup import reduce
from console.adapters.rows import Row, in_order, number, told
from console.domain.conversation import (
    Change,
    Message,
    MessageKey,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)
from console.domain.platform import Cursor, Page

NEW_REPORT = "reportcontent\\notifications\\NewReportAdmin"
THREADS_READ = 8  # whose comments are looked through for what a report quotes
_QUOTED = re.compile(r"[\"“„«](.+)[\"”“»]", re.DOTALL)


async def pull(reader: Reader, cursor: Cursor | None) -> Page:
    """The reports among the notifications since the cursor, `{"latest": number}`; the newest hundred at first."""
    known = number((cursor or {}).get("latest"))
    listing = await reader.api.listing("notification")
    latest = max([known, *(number(told(row, "id")) for row in listing.rows)])
    new = [
        row
        for row in reversed(listing.rows)
        if number(told(row, "id")) > known and str(told(row, "class") or "").endswith(NEW_REPORT)
    ]
    changes: list[Change] = []
    if new:
        candidates = await _newest(reader)
        for row in new:
            changes += await _report(reader, row, candidates)
    reports = [change for change in changes if isinstance(change, Report)]
    said = [change for change in changes if not isinstance(change, Report)]
    return Page((*in_order(said), *reports), {"latest": latest})


async def _newest(reader: Reader) -> list[Change]:
    """The newest posts of all spaces, and the comments of the newest that have any."""
    listing = await reader.api.listing("post")
    changes = [change for row in listing.rows for change in reader.read(row)]
    talked = [content for row in listing.rows if total_of(content := told(row, "content"), "comments")]
    for content in talked[:THREADS_READ]:
        changes += await reader.thread(content, text=False, comments=True)
    return changes


async def _report(reader: Reader, row: Row, candidates: list[Change]) -> list[Change]:
    site, name = reader.site, str(number(told(row, "id")))
    words = reduce(str(told(row, "output") or "")).text
    try:
        at_ms = site.moment_ms(told(row, "createdAt", "created_at"))
    except (TypeError, ValueError, OverflowError):
        at_ms = reader.tools.now_ms()
    reporter = str(told(told(row, "originator"), "display_name", "displayName") or "")
    key = await _named(reader, told(row, "source")) or _quoted(words, candidates)
    said: list[Change] = []
    if key:
        said = _with(key, candidates)
    else:
        key = MessageKey(key_of("humhub", site.server, "notification", name))
        said = _by_itself(reader, key, words, at_ms, number(told(told(row, "originator"), "id")), reporter)
    report = Report(ReportKey(key_of("humhub", site.server, "report", name)), key, at_ms, "", words, reporter)
    return [*said, report]


async def _named(reader: Reader, source: Any) -> MessageKey | None:
    """What is reported, where a notification names it: HumHub 1.18 doesn't."""
    if content_id(told(source, "content")):
        return reader.site.content(content_id(told(source, "content")))
    if told(source, "objectModel", "object_model") or is_comment_on_comment(source):
        content = await reader.content_of(source)
        return reader.site.comment(content, number(told(source, "id"))) if content else None
    return None


def _quoted(words: str, candidates: Iterable[Change]) -> MessageKey | None:
    """The one message that begins with what a notification quotes, None when there is none or more."""
    match = _QUOTED.search(words)
    quoted = " ".join(match.group(1).split()) if match else ""
    begin = quoted.removesuffix("…").removesuffix("...").rstrip()
    found = {
        change.key for change in candidates if isinstance(change, Message) and begin and _line(change).startswith(begin)
    }
    return found.pop() if len(found) == 1 else None


def _line(message: Message) -> str:
    return " ".join(message.text.split())


def _with(key: MessageKey, candidates: list[Change]) -> list[Change]:
    """The reported message with its thread and its author: it may be older than what is collected."""
    message = next((one for one in candidates if isinstance(one, Message) and one.key == key), None)
    if message is None:
        return []
    return [
        one for one in candidates
        if one is message or (isinstance(one, Thread | Person) and one.key in {message.root, message.author})
    ]  # fmt: skip


def _by_itself(
    reader: Reader, key: MessageKey, words: str, at_ms: int, who: int, reporter: str
) -> list[Change]:  # fmt: skip
    site = reader.site
    space = Space(
        SpaceKey(key_of("humhub", site.server, "space", "reports")), "", site.server, f"{site.url}/reportcontent/admin"
    )
    author = Person(site.person(who) if who else PersonKey(key_of("humhub", site.server, "name", "")), reporter)
    thread = Thread(ThreadKey(key), space.key, words[:100], space.url)
    message = Message(key, space.key, author.key, at_ms, reduce(words).html, words, root=thread.key, title=thread.title,
                      url=space.url)  # fmt: skip
    return [space, author, thread, message]
