"""What a connection's card says: what waits and until when, what may still be asked, and how far has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.sentences.shown import clock, day, kind_noun, platform_title, wait
from console.store.read.card import Card, Progress, Waiting
from console.store.read.waits import BudgetRow
from console.words import _, ngettext, number

MINUTE_MS = 60_000


def stream_title(key: str, space: str) -> str:
    """What a stream reads. An adapter's own word stands as it is where we have none for it."""
    kind, _colon, rest = key.partition(":")
    if kind == "sweep":
        return _("edits and removals in ‘{space}’").format(space=space) if space else _("edits and removals")
    if space:
        return f"‘{space}’"
    words: Mapping[str, str] = {
        "posts": _("posts"), "pages": _("pages"), "comments": _("comments"), "activity": _("activity"),
        "account": _("all rooms"), "feed": _("all messages"), "reports": _("reports"),
    }  # fmt: skip
    if kind == "comments" and rest in ("spam", "trash"):
        return _("comments among spam") if rest == "spam" else _("comments in the bin")
    return words.get(kind, key)


def waiting_title(waiting: Waiting) -> str:
    """What it is that waits."""
    match waiting.what:
        case "deliver":
            noun = kind_noun(waiting.about)
            title = _("{noun} in ‘{title}’").format(noun=noun, title=waiting.title) if waiting.title else noun
            return title[:1].upper() + title[1:]
        case "check":
            return _("The check of this connection")
        case "pictures":
            return _("Pictures")
        case "sync":
            return _("Collecting now")
        case "spaces":
            return _("The list of spaces")
        case _ if waiting.about:
            return _("Reading {what}").format(what=stream_title(waiting.about, waiting.title))
        case _:
            return _("Collecting")


def waiting_reason(waiting: Waiting, platform: str) -> str:
    """Why it waits."""
    title = platform_title(platform)
    match waiting.why:
        case "told":
            return _("{platform} asks us to wait").format(platform=title)
        case "behind":
            return _("others go first")
        case "network":
            return _("{platform} isn't answering").format(platform=title)
        case "sign_in":
            return _("waits for sign-in")
        case "undo":
            return _("can be taken back until then")
        case "news":
            return _("first we read what colleagues said")
        case "settling":
            return _("we look whether it arrived")
        case "hold":
            return _("the outbox is held")
        case "paused":
            return _("this connection is paused")
        case "asked":
            return _("asked, no answer yet")
        case "refused":
            return _("{platform} didn't let us read").format(platform=title)
        case _:
            return _("the requests for now are spent")


def waiting_until(waiting: Waiting, now_ms: int) -> str:
    """When it goes on: counting down the last minute; how long it waits already where nobody knows."""
    if waiting.due_ms is None:
        return _("for {time}").format(time=_span(now_ms - waiting.since_ms))
    left_ms = waiting.due_ms - now_ms
    if left_ms <= 0:
        return _("now")
    if left_ms < 60 * MINUTE_MS:
        return _("in {time}").format(time=_span(left_ms))
    return _("at {time}").format(time=clock(waiting.due_ms, now_ms))


def _span(for_ms: int) -> str:
    seconds = max(1, (for_ms + 999) // 1000)
    if seconds < 60:
        return _("{n} s").format(n=seconds)
    return wait(for_ms)


def budget_title(row: BudgetRow, of: Sequence[BudgetRow]) -> str:
    """Which requests a budget is for, among those that a platform has."""
    rest = _("Requests") if len(of) == 1 else _("Other requests")
    return {"": rest, "messages": _("Requests for messages")}.get(row.name, row.name)


def budget_sentence(row: BudgetRow, platform: str, now_ms: int) -> str:
    """What is left of a budget now, and whose it is."""
    if now_ms < row.quiet_until_ms:
        return _("{platform} wants none until {time}").format(
            platform=platform_title(platform), time=clock(row.quiet_until_ms, now_ms)
        )
    said = ngettext(
        "{left} of {n} request left, in any {seconds} s",
        "{left} of {n} requests left, in any {seconds} s",
        row.requests,
    ).format(left=number(row.left(now_ms)), n=number(row.requests), seconds=number(max(1, row.per_ms // 1000)))
    return said if row.published else _("{said} (our own measure)").format(said=said)


def progress_sentence(progress: Progress, now_ms: int) -> str:
    """How far has been read, and which pages are still to come."""
    if progress.oldest_ms is None and not progress.unread:
        return _("Nothing read yet.")
    read = "" if progress.oldest_ms is None else _("Back to {day}.").format(day=day(progress.oldest_ms, now_ms))
    if not progress.unread:
        return _("{read} Everything there is has been read.").format(read=read).strip()
    first = [stream_title(key, space) for key, space in progress.unread[:3]]
    more = len(progress.unread) - len(first)
    names = ", ".join(first) + (ngettext(" and {n} more", " and {n} more", more).format(n=more) if more else "")
    return _("{read} Pages still to read: {names}.").format(read=read, names=names).strip()


def last_success(card: Card, now_ms: int) -> str:
    at_ms = card.row.health.last_ok_ms
    return _("Not yet.") if at_ms is None else clock(at_ms, now_ms)
