"""Rows of the store to what widgets show: sentences are made here, decisions are not."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from console.desk.seat import Desk
from console.domain.outbox import State
from console.domain.platform import Capabilities, Way
from console.sentences.mail import doubt_sentence
from console.sentences.shown import (
    age,
    chip,
    clock,
    health_sentence,
    intent_sentence,
    kind_noun,
    kind_verb,
    level_title,
    platform_title,
    reason_sentence,
    token_sentence,
)
from console.store.connection import Store
from console.store.read.connections import ConnectionRow
from console.store.read.judged import APPEAL
from console.store.read.outbox import intent as find_intent
from console.store.read.queue import QueueRow
from console.store.read.thread import ShownMessage, ShownReport
from console.widgets.composer import ComposerShown
from console.widgets.message_card import CardShown, ReportShown
from console.widgets.picture_strip import PictureShown
from console.widgets.queue_row import REASON_LOOK, RowShown
from console.words import _, ngettext, number, size

PREVIEW = 160
DAY_MS = 86_400_000


def row_shown(row: QueueRow, now_ms: int, covered: str = "") -> RowShown:
    """`covered`: what stands in the place of its opening words, "" where those are shown."""
    reasons = row.reasons
    first = reasons[0] if reasons else None
    tone, icon = ("neutral", "") if first is None else REASON_LOOK[first.kind]
    if first is not None and first.softened:
        tone, icon = "neutral", "check"
    title = covered or row.title or row.snippet[:80] or _("Conversation without a title")
    parts = [
        _("Unread.") if row.unread else "", f"{chip(first, now_ms)}." if first else "",
        _("{author} in {space}, {platform}.").format(author=row.author, space=row.space_title, platform=row.connection_name),
        f"{title}.", ngettext("{n} message", "{n} messages", row.messages).format(n=row.messages),
        age(row.last_at_ms, now_ms) + ".",
        _("Tags: {tags}.").format(tags=", ".join(row.tags)) if row.tags else "",
    ]  # fmt: skip
    return RowShown(
        thread_id=row.thread_id, author=row.author or _("Unknown"), platform=row.platform,
        space=row.space_title + (" ≈" if row.approximate else ""), title=title,
        snippet=" ".join(row.snippet[:PREVIEW].split()) if row.title and not covered else "", age=age(row.last_at_ms, now_ms),
        chip="" if first is None else chip(first, now_ms), chip_tone=tone, chip_icon=icon,
        more=max(0, len(reasons) - 1), tags=row.tags, messages=row.messages, assignee=row.assignee,
        unread=row.unread > 0, name=" ".join(part for part in parts if part),
        tip="\n".join(f"{reason_sentence(r, now_ms)} · {level_title(r.level)}" for r in reasons),
    )  # fmt: skip


def card_shown(
    store: Store, message: ShownMessage, platform: str, now_ms: int, pictures: Mapping[str, PictureShown] | None = None,
    *, settles: bool = False, covered: str = "",
) -> CardShown:  # fmt: skip
    """One message as its card shows it.

    pictures   those of its attachments that are shown, by address
    settles    its reports can be settled from here
    covered    what stands in the place of its words, pictures and reporters' words, "" where those are shown
    """
    reports = [report for report in message.reports if report.state == "pending"]
    edited = _("edited {time}").format(time=clock(message.edited_at_ms, now_ms)) if message.edited_at_ms else ""
    state, tone = state_line(message, platform, now_ms)
    if message.doubt:
        state, tone = f"{doubt_sentence(message.doubt)} {state}".strip(), "danger"
    if message.partial and message.state != "deleted":
        shortened = _("Shortened: this is what we were told of it.")
        state = f"{state} {shortened}".strip()
        tone = "tertiary" if message.state == "visible" else tone
    pending, can_take_back = _pending(store, message, platform, now_ms)
    body = "" if covered else message.html
    if message.pending == "reply" and not body:
        body = "".join(f"<p>{html.escape(line)}</p>" for line in message.text.split("\n"))
    return CardShown(
        key=message.key,
        author=message.author,
        title=message.author_title,
        when=clock(message.posted_at_ms, now_ms),
        html=body,
        text="" if covered else message.text,
        edited=edited,
        state=state,
        state_tone=tone,
        pending=pending,
        can_take_back=can_take_back,
        intent=message.intent or "",
        reports=tuple(
            ReportShown(
                report.reporter or _("A colleague"),
                _("appeal") if report.source == APPEAL else report.reason,
                "" if covered else report.text.strip("- "),
                clock(report.at_ms, now_ms),
            )
            for report in reports
        ),
        reports_title=_reports_title(reports),
        settle=kind_verb("settle", platform) if settles and any(r.source != APPEAL for r in reports) else "",
        attachments=tuple(
            f"{name}  {size_words(size)}"
            for name, _mime, size, url in message.attachments
            if url not in (pictures or {})
        ),
        pictures=() if covered else tuple((pictures or {}).values()),
        reactions=tuple(f"{emoji} {count}" for emoji, count in message.reactions),
        rest=_("Read the rest on {platform}").format(platform=platform_title(platform)),
        rest_url=message.url if message.partial and message.state != "deleted" else "",
        versions=0 if covered else message.versions or (1 if message.gone_at_ms else 0),
        covered=covered,
    )


def _reports_title(reports: Sequence[ShownReport]) -> str:
    count = sum(report.source != APPEAL for report in reports)
    if reports and not count:
        return _("{name} appeals against the verdict").format(name=reports[0].reporter)
    return ngettext("{n} colleague reported this message", "{n} colleagues reported this message", count).format(
        n=count
    )


def size_words(size_bytes: int | None) -> str:
    if size_bytes is None:
        return ""
    return size(size_bytes)


def state_line(message: ShownMessage, platform: str, now_ms: int) -> tuple[str, str]:
    title = platform_title(platform)
    match message.state:
        case "held":
            return _("Waits for approval on {platform}; readers don't see it yet.").format(platform=title), "warn"
        case "hidden":
            return _("Hidden on {platform}.").format(platform=title), "tertiary"
        case "spam":
            return _("Marked as spam on {platform}.").format(platform=title), "tertiary"
        case "unreadable" if message.encrypted:
            return _("Encrypted: it can only be read in your own app."), "tertiary"
        case "unreadable":
            return _("We couldn't read this message. It is kept as it came."), "danger"
        case "away":
            return _("No longer in its folder: somebody moved or deleted it there. We keep what it said."), "tertiary"
        case "deleted" if message.gone_at_ms and message.gone_by_author:
            return _("Deleted by its author, {time}.").format(time=clock(message.gone_at_ms, now_ms)), "tertiary"
        case "deleted" if message.gone_at_ms:
            return _("Gone, seen at {time}.").format(time=clock(message.gone_at_ms, now_ms)), "tertiary"
        case "deleted":
            return _("Removed on {platform}.").format(platform=title), "tertiary"
        case _:
            return "", "warn"


def _pending(store: Store, message: ShownMessage, platform: str, now_ms: int) -> tuple[str, bool]:
    if not message.pending or message.intent is None:
        return "", False
    row = find_intent(store, message.intent)
    if row is None:
        return "", False
    noun = kind_noun(message.pending).capitalize()
    return f"{noun}: {intent_sentence(row.intent, platform, now_ms)}", row.intent.state in (State.QUEUED, State.HANDOFF)


def collecting(rows: Sequence[ConnectionRow], now_ms: int, *, offline: bool) -> str:
    """What the collector does, or what is wrong with it and what to do about that."""
    if offline:
        return _("You're offline. Everything works; we'll send when you're back.")
    first = next((row for row in rows if row.health.working and row.health.last_ok_ms is None), None)
    if first is not None:
        days = max(1, round((now_ms - first.since_ms) / DAY_MS))
        return ngettext(
            "Collecting the last day. You can start now.", "Collecting the last {n} days. You can start now.", days
        ).format(n=days)
    troubled = next((row for row in rows if not row.paused and row.health.state not in ("ok", "new")), None)
    if troubled is not None:
        said = health_sentence(troubled, now_ms)
        return said if said.startswith(troubled.name) else f"{troubled.name}: {said}"
    working = next((row for row in rows if row.health.working), None)
    if working is not None:
        return _("Collecting {name}").format(name=working.name)
    ending = next(
        (f"{row.name}: {said}" for row in rows if not row.paused and (said := token_sentence(row, now_ms))), ""
    )
    if ending:
        return ending
    seen = [row.health.last_ok_ms for row in rows if row.health.last_ok_ms is not None]
    return _("Up to date at {time}").format(time=clock(max(seen), now_ms)) if seen else ""


def composer_shown(
    desk: Desk, row: QueueRow, can: Capabilities, answers: str, us: str, members: int | None
) -> ComposerShown:
    way = can.way("reply")
    refused = ""
    if row.locked:
        refused = _("This conversation is locked on {platform}. Replying is off.").format(
            platform=platform_title(row.platform)
        )
    elif way is Way.NO:
        refused = _("{platform} has no ‘{verb}’.").format(
            platform=platform_title(row.platform), verb=kind_verb("reply")
        )
    readers = (
        ngettext("{n} member reads this", "{n} members read this", members).format(n=number(members)) if members else ""
    )
    return ComposerShown(
        row.platform, us or desk.moderator, answers, readers, can.max_bytes, way is Way.HANDOFF, refused
    )
