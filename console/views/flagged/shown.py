"""A reported message in words: what it says and when, who reported it, and what is known of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.care import Care
from console.domain.conversation import ConnectionKey, MessageState
from console.domain.difference import difference
from console.domain.platform import Way
from console.domain.verdicts import taken_away
from console.heavies import Heavies
from console.sentences.shown import clock, platform_title
from console.store.connection import Store
from console.store.read import queue, thread
from console.store.read.connections import capabilities
from console.store.read.judged import APPEAL, Reported
from console.store.read.queue import QueueRow
from console.store.read.thread import ShownMessage, ShownReport
from console.views.not_here import beginning_words, files_shown
from console.views.pictures import pictures_of
from console.views.shown import state_line
from console.widgets.review_message import Judged, ReviewShown, Said, Versions
from console.words import _, ngettext

AROUND = 2  # so many messages before and after it


@dataclass(frozen=True, slots=True)
class Begins:
    """How reported messages begin: what is covered, and their pictures. `pictures`: as the settings have those of any message."""

    care: Care
    heavies: Heavies
    pictures: str


def review_shown(
    store: Store, about: Reported, now_ms: int, begins: Begins, *, revealed: bool, unfolded: bool, narrow: bool,
    around: int = AROUND,
) -> ReviewShown | None:  # fmt: skip
    """The message with so many of those around it; None where it isn't held any more."""
    row = queue.row(store, about.thread)
    said = [] if row is None else thread.messages(store, row.thread_id)
    at = next((n for n, message in enumerate(said) if message.key == about.message), None)
    if row is None or at is None:
        return None
    before, after = said[max(0, at - around) : at], said[at + 1 : at + 1 + around]
    if at > around > 0:
        before = [said[0], *before[1:]]  # what it is all about, then what stood just before it
    return ReviewShown(
        platform=about.platform, place=f"{platform_title(about.platform)} › {about.space}",
        heading=_heading(row, about, said[0], begins, revealed=revealed),
        before=(*_beginning(store, said), *(_around(message, about.space, now_ms, begins) for message in before)),
        judged=_judged(store, about, said[at], row.connection, now_ms, begins, revealed=revealed, unfolded=unfolded),
        after=tuple(_around(message, about.space, now_ms, begins) for message in after), more_before=at - len(before),
        more_after=len(said) - at - 1 - len(after), narrow=narrow,
    )  # fmt: skip


def _beginning(store: Store, said: Sequence[ShownMessage]) -> tuple[Said, ...]:
    words = beginning_words(store, said)
    return (Said("", "", "", "", words),) if words else ()


def _heading(row: QueueRow, about: Reported, opening: ShownMessage, begins: Begins, *, revealed: bool) -> str:
    """The title; where there is none the first words, unless they stand covered below."""
    if revealed and opening.key == about.message:
        return about.title
    heavy = begins.heavies.titles([opening.key]).get(opening.key, "")
    reported = any(report.state == "pending" for report in opening.reports)
    if not heavy and not row.title and reported and begins.care.covers(heavy=False):
        return _("Conversation without a title")
    return heavy or about.title


def _around(message: ShownMessage, space: str, now_ms: int, begins: Begins) -> Said:
    reported = any(report.state == "pending" for report in message.reports)
    covered = begins.heavies.line(message, space)
    if not covered and reported and begins.care.covers(heavy=False):
        covered = _("Reported as well: its text is covered")
    html, text = ("", "") if covered else (message.html, message.text)
    return Said(message.author, message.author_title, clock(message.posted_at_ms, now_ms), html, text, covered)


def _judged(
    store: Store, about: Reported, message: ShownMessage, connection: ConnectionKey, now_ms: int, begins: Begins,
    *, revealed: bool, unfolded: bool,
) -> Judged:  # fmt: skip
    reports = [report for report in message.reports if report.state == "pending" and report.source != APPEAL]
    count = len(reports)
    chips = []
    if about.appeal is not None:
        chips.append(("scales", "danger", _("appeal")))
    if count:
        chips.append(("flag-fill", "danger", ngettext("{n} report", "{n} reports", count).format(n=count)))
    changed = about.verdict is not None and about.verdict.payload.get("seen", {}).get("text_hash") != about.text_hash
    if changed:
        chips.append(("pencil-simple", "warn", _("changed since the verdict")))
    if taken_away(about.verdict) and about.state == MessageState.VISIBLE and not message.pending:
        chips.append(("warning-octagon", "warn", _("shown all the same")))
    if message.edited_at_ms:
        chips.append(("pencil-simple", "neutral", _("edited {time}").format(time=clock(message.edited_at_ms, now_ms))))
    heavy = "" if revealed else begins.heavies.line(message, about.space)
    shows = revealed and capabilities(store, about.space_key).way("files_in") is Way.API
    pictures = pictures_of(message, connection, begins.pictures, begins.care.starts) if shows else {}
    return Judged(
        message.author, message.author_title, clock(message.posted_at_ms, now_ms),
        covered="" if revealed else heavy or _covered(reports), html=message.html if revealed else "",
        text=message.text if revealed else "", state=state_line(message, about.platform, now_ms)[0],
        chips=tuple(chips), attachments=() if heavy else files_shown(store, message, connection, frozenset(pictures)),
        versions=_versions(store, about, message, now_ms) if revealed else (), unfolded=unfolded or changed,
        key="⇧" + _("Space") if heavy else _("Space"), pictures=tuple(pictures.values()),
    )  # fmt: skip


def _covered(reports: Sequence[ShownReport]) -> str:
    """Why it is covered, in the reporter's words."""
    reason = next((report.reason for report in reports if report.reason), "")
    return _("Text covered: {reason}").format(reason=reason) if reason else _("Text covered")


def _versions(store: Store, about: Reported, message: ShownMessage, now_ms: int) -> tuple[Versions, ...]:
    """What it said before beside what it says now. The version that was judged stands first, and says so."""
    kept = [version for version in thread.versions(store, message.key) if version.text_hash != about.text_hash]
    seen = about.verdict.payload.get("seen", {}).get("text_hash") if about.verdict is not None else None
    kept.sort(key=lambda version: (version.text_hash != seen, -version.kept_at_ms))
    last_ms = max((version.kept_at_ms for version in kept), default=0)

    def until(kept_ms: int) -> str:
        """When it stopped saying so: as the platform says of the last change, else when that was seen here."""
        changed_ms = message.edited_at_ms if kept_ms == last_ms else None
        return clock(changed_ms or kept_ms, now_ms)

    return tuple(
        Versions(
            (
                _("As it was judged") if version.text_hash == seen else _("Before {time}").format(time=until(version.kept_at_ms)),
                _("As it reads now"),
            ),
            difference(version.text, message.text),
        )
        for version in kept
    )  # fmt: skip
