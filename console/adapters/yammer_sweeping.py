"""The sweep of a space: its history the first time, and later what nobody announces: edited texts, likes, removals.

It walks the plain feed of a space, newest first, twenty messages a request, whatever thread they stand in. Yammer keeps
no date of an edit and forgets what was removed; so all that comes is shown as it is now, and what is held and not shown
is asked for by number: only Yammer's own word counts. A round looks at the last week and at a piece of what is older,
and the next round at the piece behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.rows import in_order, number, told
from console.adapters.yammer_api import Feed
from console.adapters.yammer_pulling import Reader
from console.adapters.yammer_reading import number_in, read_all, read_message, said_ms, thread_in, thread_of
from console.domain.conversation import Change, MessageGone, MessageKey
from console.domain.platform import Cursor, Forbidden, NotFound, Page

RECENT_MS = 7 * 86_400_000  # what every round looks at
RECENT_PAGES, OLDER_PAGES = 10, 5
EVERY_MS = 60 * 60_000
ASKED_AT_ONCE = 5  # messages asked for by number before the next page
MOST_DOUBTS = 200
MOST_HEADS = 1_000


async def sweep(reader: Reader, space: str, cursor: Cursor | None) -> Page:
    """The next page of a sweep.

    The cursor, while the history is fetched: `below`, where it goes on, and `heads`, the threads of which the opening
    did not come yet. Later `back_to_ms`, how far back all was fetched, `end`, the number it ended at, and `deep`, where
    the next piece of what is older begins; in a round also `at`, where it is, `pages` and `older`, and `doubts`, the
    names of messages that are held and were not shown.
    """
    at: dict[str, Any] = dict(cursor or {})
    if "back_to_ms" in at and reader.since_ms < int(at["back_to_ms"]):
        at = {"below": at["end"], "heads": []}  # it counts from an earlier moment since
    if "back_to_ms" not in at:
        if "below" not in at and "heads" in at:
            return await _heads(reader, space, at)
        return await _history(reader, space, {"below": "", "heads": [], **at})
    if at.get("doubts"):
        return await _doubts(reader, space, at)
    return await _round(reader, space, at)


async def _page(reader: Reader, space: str, below: int) -> Feed:
    return await reader.api.feed(reader.route(space), {"older_than": below} if below else {}, sure=True)


def _goes_on(reader: Reader, feed: Feed, below: int, after_ms: int) -> bool:
    """Whether there is more behind a page that was said since then."""
    moments = [moment for row in feed.rows if (moment := said_ms(row))]
    return feed.older and feed.oldest > 0 and (not below or feed.oldest < below) and min(moments, default=0) >= after_ms


# -- history -------------------------------------------------------------------------------------------------------------


async def _history(reader: Reader, space: str, at: dict[str, Any]) -> Page:
    below = number(at["below"])
    feed = await _page(reader, space, below)
    rows = [row for row in feed.rows if said_ms(row) >= reader.since_ms]
    opened = {number(told(row, "id")) for row in rows}
    heads = [*at["heads"], *(str(thread) for row in rows if (thread := thread_of(row)))]
    heads = [head for head in dict.fromkeys(heads) if number(head) not in opened][-MOST_HEADS:]
    changes = in_order(read_all(rows, feed.refs, reader.site, reader.known(space)))
    end = str(feed.oldest or below)
    if _goes_on(reader, feed, below, reader.since_ms):
        return Page(changes, {"below": end, "heads": heads}, more=True)
    return Page(changes, {"heads": heads, "end": end}, more=True)


async def _heads(reader: Reader, space: str, at: dict[str, Any]) -> Page:
    """The openings of threads that are older than what counts, in which something was said since."""
    held = reader.tools.known(reader.site.space(space), 0)
    heads = [head for head in at["heads"] if reader.site.message(number(head), number(head)) not in held]
    changes: list[Change] = []
    for head in heads[:ASKED_AT_ONCE]:
        changes += await _asked(reader, space, number(head)) or []
    if heads[ASKED_AT_ONCE:]:
        return Page(in_order(changes), {**at, "heads": heads[ASKED_AT_ONCE:]}, more=True)
    return _ended(reader, changes, {"back_to_ms": reader.since_ms, "end": at["end"], "deep": ""})


async def _asked(reader: Reader, space: str, message: int) -> list[Change] | None:
    """One message by number: what it is now, [] when it is not for us, None when it is gone."""
    try:
        row, refs = await reader.api.message(message)
    except NotFound:
        return None
    except Forbidden:
        return []
    return read_message(row, refs, reader.site, known_space=reader.known(space))


def _ended(reader: Reader, changes: list[Change], at: Mapping[str, Any]) -> Page:
    kept = {name: at[name] for name in ("back_to_ms", "end", "deep")}
    return Page(in_order(changes), kept, again_at_ms=reader.tools.now_ms() + EVERY_MS)


# -- rounds --------------------------------------------------------------------------------------------------------------


async def _round(reader: Reader, space: str, at: dict[str, Any]) -> Page:
    below, pages, older = number(at.get("at")), int(at.get("pages", 0)) + 1, bool(at.get("older"))
    feed = await _page(reader, space, below)
    changes = read_all(feed.rows, feed.refs, reader.site, reader.known(space))
    back_to_ms = reader.since_ms if older else max(reader.since_ms, reader.tools.now_ms() - RECENT_MS)
    goes_on = _goes_on(reader, feed, below, back_to_ms)
    oldest = feed.oldest
    doubts = [*at.get("doubts", ()), *_missing(reader, space, feed, below)][:MOST_DOUBTS]
    at = {**at, "at": str(oldest), "pages": pages, "older": older, "doubts": doubts}
    if goes_on and pages < (OLDER_PAGES if older else RECENT_PAGES):
        return Page(in_order(changes), at, more=True)
    whole = not _goes_on(reader, feed, below, reader.since_ms)
    if not older and not whole:
        deep = number(at["deep"])
        at |= {"at": str(deep if 0 < deep < oldest else oldest), "pages": 0, "older": True}
        return Page(in_order(changes), at, more=True)
    at["deep"] = "" if whole else str(oldest)
    if doubts:
        at["over"] = True
        return Page(in_order(changes), at, more=True)
    return _ended(reader, changes, at)


def _missing(reader: Reader, space: str, feed: Feed, below: int) -> list[str]:
    """The names of messages that are held, and belong on a page that does not show them."""
    moments = [moment for row in feed.rows if (moment := said_ms(row))]
    last = not feed.older or not feed.rows
    shown, since_ms = set(feed.numbers), reader.since_ms if last else min(moments, default=reader.since_ms)
    found = []
    for key in reader.tools.known(reader.site.space(space), since_ms):
        this = number_in(key)
        if this and this not in shown and (last or this > feed.oldest) and (not below or this < below):
            found.append(str(key))
    return found


async def _is_told_truly(reader: Reader, space: str) -> bool:
    """Whether "gone" means gone: the space can still be read, and a message that is surely there is told of by number.

    Raises NotFound or Forbidden when the space was closed to us: what was said in it stays.
    """
    feed = await reader.api.feed(reader.route(space), {"limit": 1}, sure=True)
    return not feed.numbers or await _asked(reader, space, feed.numbers[0]) is not None


async def _doubts(reader: Reader, space: str, at: dict[str, Any]) -> Page:
    """Ask for some of what was not shown. Openings first: a thread goes with its own."""
    doubts = sorted(at["doubts"], key=lambda key: (number_in(key) != thread_in(key), number_in(key)))
    changes: list[Change] = []
    gone: list[MessageKey] = []
    for key in doubts[:ASKED_AT_ONCE]:
        found = await _asked(reader, space, number_in(key))
        changes += found or []
        gone += [MessageKey(key)] if found is None else []
    left = doubts[ASKED_AT_ONCE:]
    if gone and not await _is_told_truly(reader, space):
        gone, left = [], []
    threads = {thread_in(key) for key in gone if thread_in(key) == number_in(key)}
    if threads:
        held = reader.tools.known(reader.site.space(space), 0)
        gone += [key for key in held if thread_in(key) in threads and key not in gone]
    changes += [MessageGone(key, reader.tools.now_ms()) for key in gone]
    left = [key for key in left if key not in gone]
    if left or not at.get("over"):
        return Page(in_order(changes), {**at, "doubts": left}, more=True)
    return _ended(reader, changes, at)
