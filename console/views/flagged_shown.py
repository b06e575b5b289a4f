"""A reported message in words: what it says and when, who reported it, and what is known of both."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk import together
from console.desk.seat import Desk
from console.domain.difference import difference
from console.domain.house_policies import HousePolicy
from console.sentences.shown import clock, platform_title, what_happened
from console.store.connection import Store
from console.store.read import queue, records, thread
from console.store.read.judged import APPEAL, Reported, Waiting
from console.store.read.records import Record
from console.store.read.thread import ShownMessage, ShownReport
from console.views.shown import state_line
from console.widgets.review_message import Judged, ReviewShown, Said, Versions
from console.widgets.verdict_panel import OthersShown, WhyShown
from console.words import _, ngettext

AROUND = 2  # so many messages before and after it
MOST_KNOWN = 4


def review_shown(
    store: Store, about: Reported, now_ms: int, *, revealed: bool, unfolded: bool, narrow: bool, around: int = AROUND
) -> ReviewShown | None:
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
        platform=about.platform, place=f"{platform_title(about.platform)} › {about.space}", heading=about.title,
        before=tuple(_around(message, now_ms) for message in before),
        judged=_judged(store, about, said[at], now_ms, revealed=revealed, unfolded=unfolded),
        after=tuple(_around(message, now_ms) for message in after), more_before=at - len(before),
        more_after=len(said) - at - 1 - len(after), narrow=narrow,
    )  # fmt: skip


def _around(message: ShownMessage, now_ms: int) -> Said:
    reported = any(report.state == "pending" for report in message.reports)
    covered = _("Reported as well: its text is covered") if reported else ""
    html, text = ("", "") if covered else (message.html, message.text)
    return Said(message.author, message.author_title, clock(message.posted_at_ms, now_ms), html, text, covered)


def _judged(
    store: Store, about: Reported, message: ShownMessage, now_ms: int, *, revealed: bool, unfolded: bool
) -> Judged:
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
    if message.edited_at_ms:
        chips.append(("pencil-simple", "neutral", _("edited {time}").format(time=clock(message.edited_at_ms, now_ms))))
    return Judged(
        message.author, message.author_title, clock(message.posted_at_ms, now_ms),
        covered="" if revealed else _covered(reports), html=message.html if revealed else "",
        text=message.text if revealed else "", state=state_line(message, about.platform, now_ms)[0],
        chips=tuple(chips), attachments=tuple(name for name, _mime, _size, _url in message.attachments),
        versions=_versions(store, about, message, now_ms) if revealed else (), unfolded=unfolded or changed,
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
    return tuple(
        Versions(
            (
                _("As it was judged") if version.text_hash == seen else _("Before {time}").format(time=clock(version.kept_at_ms, now_ms)),
                _("As it reads now"),
            ),
            difference(version.text, message.text),
        )
        for version in kept
    )  # fmt: skip


def why_lines(
    store: Store, about: Reported, policies: Sequence[HousePolicy], now_ms: int
) -> list[WhyShown]:  # fmt: skip
    """Each report that waits with its reporter's record; then the verdict that was given before."""
    urgent = {policy.title.casefold() for policy in policies if policy.urgent}
    found = []
    for report in thread.reports_on(store, about.message):
        if report.state != "pending":
            continue
        if report.source == APPEAL:
            title = _("{name} appeals against the verdict").format(name=report.reporter)
            found.append(WhyShown("scales", "danger", title, f"“{report.text}”", clock(report.at_ms, now_ms)))
            continue
        who = report.reporter or _("A colleague")
        words = [f"{who}: “{report.text.strip('- ')}”" if report.text.strip("- ") else who]
        if report.reporter:
            words.append(
                _record_of_reporter(records.reporters_record(store, report.reporter, about.message.partition(":")[0]))
            )
        is_urgent = report.reason.casefold() in urgent
        title = _("{reason} · urgent").format(reason=report.reason) if is_urgent else report.reason
        found.append(
            WhyShown(
                "flag-fill",
                "danger",
                title or _("Reported"),
                " ".join(filter(None, words)),
                clock(report.at_ms, now_ms),
            )
        )
    if about.verdict is not None:
        said = f"{about.verdict.by}: {what_happened(about.verdict)}"
        text = str(about.verdict.payload.get("text", ""))
        found.append(
            WhyShown(
                "scales",
                "info",
                _("Judged before"),
                f"{said}. {text}".strip(". ") + ".",
                clock(about.verdict.at_ms, now_ms),
            )
        )
    return found


def known_lines(store: Store, waiting: Waiting, now_ms: int) -> list[WhyShown]:
    """What came of reports of this author before, the newest verdicts first."""
    record = records.authors_record(store, waiting.author_key)
    earlier = records.verdicts_on_author(store, waiting.author_key, waiting.message, MOST_KNOWN)
    found = []
    if record.upheld or record.dismissed:
        said = _("{upheld} upheld, {dismissed} dismissed").format(upheld=record.upheld, dismissed=record.dismissed)
        found.append(WhyShown("user-circle", "neutral", _("Reports about {name}").format(name=waiting.author), said))
    found += [
        WhyShown("scales", "neutral", one.title[:80], f"{one.event.by}: {what_happened(one.event)}", clock(one.event.at_ms, now_ms))
        for one in earlier
    ]  # fmt: skip
    return found


def others(desk: Desk, waiting: Waiting, everything: Sequence[Waiting], reporters: Sequence[str]) -> list[OthersShown]:
    """What else waits of the same author, or was reported by the same person: to go through next, or to judge the same."""
    found = []
    same = together.of_author(everything, waiting)
    if same:
        text = ngettext("Next: {n} more of {name}", "Next: {n} more of {name}", len(same)).format(
            n=len(same), name=waiting.author
        )
        found.append(OthersShown(text, _("Judge them the same"), tuple(same)))
    for reporter in reporters:
        by = together.by_reporter(desk, everything, waiting, reporter)
        if by:
            text = ngettext(
                "Next: {n} more that {name} reported", "Next: {n} more that {name} reported", len(by)
            ).format(n=len(by), name=reporter)
            found.append(OthersShown(text, _("Judge them the same"), tuple(by)))
    return found


def _record_of_reporter(record: Record) -> str:
    """How this person's earlier reports came out: shown, and nothing is hidden by it."""
    ended = record.upheld + record.dismissed
    if not ended:
        return ""
    return ngettext(
        "Of {n} earlier report {upheld} was upheld.", "Of {n} earlier reports {upheld} were upheld.", ended
    ).format(n=ended, upheld=record.upheld)
