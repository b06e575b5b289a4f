"""Why a message is in the review, and what is known of its author and of who reported it."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk import together
from console.desk.seat import Desk
from console.domain.characters import one_line
from console.domain.house_policies import HousePolicy, urgent_under
from console.heavies import Heavies
from console.sentences.shown import clock, what_happened
from console.sentences.verdicts import record_said
from console.store.connection import Store
from console.store.read import records, thread
from console.store.read.judged import APPEAL, Reported, Waiting
from console.store.read.passed_on import answers_on
from console.store.read.thread import ShownReport
from console.widgets.review_why import OthersShown, ReasonsShown, WhyShown
from console.words import _, ngettext

MOST_KNOWN, MOST_THREADS = 4, 3


def reasons_shown(
    desk: Desk,
    about: Reported,
    waiting: Waiting,
    everything: Sequence[Waiting],
    policies: Sequence[HousePolicy],
    said: str,
    heavies: Heavies,
    *,
    revealed: bool,
) -> ReasonsShown:
    """All of it for one message. `everything`: what waits; `said`: what was decided about it this round.

    Of a heavy message that isn't revealed the words of reporters and author stay away: they may say again what is covered.
    """
    covered = not revealed and about.message in heavies.among([about.message])
    now_ms = desk.store.now_ms()
    reports = [report for report in thread.reports_on(desk.store, about.message) if report.state == "pending"]
    under = {policy.number for one in reports for policy in urgent_under(policies, one.reason, one.text)}
    return ReasonsShown(
        tuple(why_lines(desk.store, about, reports, policies, now_ms, covered=covered)),
        tuple(known_lines(desk.store, waiting, heavies, now_ms)),
        tuple(others(desk, waiting, everything, about.reporters)), said,
        frozenset(under),
    )  # fmt: skip


def why_lines(
    store: Store, about: Reported, reports: Sequence[ShownReport], policies: Sequence[HousePolicy], now_ms: int,
    *, covered: bool,
) -> list[WhyShown]:  # fmt: skip
    """Each report that waits with its reporter's record; then the verdict that was given before, and what was answered."""
    found = []
    for report in reports:
        if report.source == APPEAL:
            title = _("{name} appeals against the verdict").format(name=report.reporter)
            found.append(
                WhyShown("scales", "danger", title, "" if covered else f"“{report.text}”", clock(report.at_ms, now_ms))
            )
            continue
        who = report.reporter or _("A colleague")
        said = "" if covered else report.text.strip("- ")
        words = [f"{who}: “{said}”" if said else who]
        if report.reporter:
            words.append(record_said(records.reporters_record(store, report.reporter, about.message.partition(":")[0])))
        under = urgent_under(policies, report.reason, report.text)
        title = _("{reason} · urgent").format(reason=report.reason or under[0].title) if under else report.reason
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
        for answer in answers_on(store, about.verdict.key):
            who = _("Answer of {name}").format(name=answer.payload.get("from", ""))
            text = str(answer.payload.get("text", ""))
            found.append(WhyShown("arrow-bend-up-left", "info", who, text, clock(answer.at_ms, now_ms)))
    return found


def known_lines(store: Store, waiting: Waiting, heavies: Heavies, now_ms: int) -> list[WhyShown]:
    """What came of reports of this author before, the newest verdicts first; then where else they wrote."""
    record = records.authors_record(store, waiting.author_key)
    earlier = records.verdicts_on_author(store, waiting.author_key, waiting.message, MOST_KNOWN)
    covered = heavies.titles(one.event.thread for one in earlier)
    found = []
    if record.upheld or record.dismissed:
        said = _("{upheld} upheld, {dismissed} dismissed").format(upheld=record.upheld, dismissed=record.dismissed)
        found.append(WhyShown("user-circle", "neutral", _("Reports about {name}").format(name=waiting.author), said))
    found += [
        WhyShown("scales", "neutral", covered.get(one.event.thread, one_line(one.title, 80)), f"{one.event.by}: {what_happened(one.event)}", clock(one.event.at_ms, now_ms))
        for one in earlier
    ]  # fmt: skip
    elsewhere = records.other_threads(store, waiting.author_key, waiting.thread, MOST_THREADS)
    if elsewhere:
        covered = heavies.titles(one.key for one in elsewhere)
        said = "\n".join(f"{one.space}: {covered.get(one.key, one_line(one.title, 80))}" for one in elsewhere)
        found.append(WhyShown("chat-circle-dots", "neutral", _("Wrote as well in"), said))
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
