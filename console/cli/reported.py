"""What `show` prints below a message: its reports, what is known of its author, and what it said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from console.cli.terminal import Screen
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.difference import Piece, difference
from console.heavies import Heavies
from console.sentences.history import decision_said
from console.sentences.shown import clock, what_happened
from console.sentences.verdicts import record_said, report_state
from console.store.connection import Store
from console.store.read.judged import APPEAL
from console.store.read.records import Record, authors_record, other_threads, verdicts_on_author
from console.store.read.thread import HistoryRow, KeptVersion, ShownMessage, ShownReport
from console.words import _, ngettext, number

MOST_KNOWN, MOST_THREADS = 4, 3
MOST_REPORTS, MOST_LETTERS = 20, 1_000


def known_of_author(store: Store, thread: ThreadKey, message: ShownMessage, heavies: Heavies) -> list[str]:
    """Beside a report that waits: what came of reports of its author, the newest verdicts, and where else they wrote."""
    if not any(report.state == "pending" for report in message.reports):
        return []
    record = authors_record(store, message.author_key)
    earlier = verdicts_on_author(store, message.author_key, MessageKey(message.key), MOST_KNOWN)
    elsewhere = other_threads(store, message.author_key, thread, MOST_THREADS)
    covered = heavies.titles([*(one.event.thread for one in earlier), *(one.key for one in elsewhere)])
    found = []
    if record.upheld or record.dismissed:
        counted = _("{upheld} upheld, {dismissed} dismissed").format(upheld=record.upheld, dismissed=record.dismissed)
        found.append(_("Reports about {name}").format(name=message.author) + f": {counted}")
    found += [
        f"{one.event.by}: {what_happened(one.event)} · {covered.get(one.event.thread, one.title[:80])}"
        for one in earlier
    ]
    if elsewhere:
        titles = "; ".join(f"{one.space}: {covered.get(one.key, one.title[:80])}" for one in elsewhere)
        found.append(_("Wrote as well in") + f" {titles}")
    return found


def print_reports(
    console: Screen, reports: Sequence[ShownReport], records: Mapping[str, Record], known: Sequence[str], now_ms: int,
    *, covered: bool,
) -> None:  # fmt: skip
    """Each report with who, when, why and what became of it; covered, without the words of whoever reported it."""
    if earlier := len(reports[:-MOST_REPORTS]):
        left = ngettext("{n} earlier report; --json has all of them", "{n} earlier reports; --json has all of them", earlier).format(n=number(earlier))  # fmt: skip
        console.print(Text(f"  ⚑ … {left}", style="red"))
    for found in reports[-MOST_REPORTS:]:
        why = _("appeal") if found.source == APPEAL else found.reason
        said = [found.reporter or _("a colleague"), clock(found.at_ms, now_ms), why, report_state(found.state)]
        words = "" if covered or not found.text.strip("- ") else f"“{shortened(found.text)}”"
        console.print(Text(f"  ⚑ {' · '.join(filter(None, [*said, words]))}", style="red"))
        record = record_said(records[found.reporter]) if found.reporter in records else ""
        if record:
            console.print(Text(f"    {record}", style="dim"))
    for line in known:
        console.print(Text(f"  ○ {line}", style="dim"))


def shortened(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"


def print_versions(console: Screen, text: str, kept: Sequence[KeptVersion], now_ms: int) -> None:
    """What it said before, each beside what came after it: [-gone-] and {+new+}, also where no colours show."""
    for version, after in zip(kept, [*(one.text for one in kept[1:]), text], strict=False):
        before, now = difference(version.text, after)
        earlier = _("earlier, {time}:").format(time=clock(version.edited_at_ms or version.posted_at_ms, now_ms))
        console.print(Text(f"  {earlier} ", style="dim") + _marked(before, "[-", "-]", "red"))
        if after.strip():  # of what was removed nothing came after it
            console.print(Text("  " + _("after that:") + " ", style="dim") + _marked(now, "{+", "+}", "green"))


def print_history(console: Screen, history: Sequence[HistoryRow], now_ms: int) -> None:
    """What was decided about the conversation, the newest first."""
    if history:
        console.print()
    for found in history:
        event = found.event
        line = f"{clock(event.at_ms, now_ms)} {event.by}: {decision_said(found)}"
        console.print(Text(line, style="dim"))


def _marked(pieces: Sequence[Piece], begins: str, ends: str, style: str) -> Text:
    shown = Text()
    for piece in pieces:
        if piece.changed and piece.text.strip():
            shown.append(f"{begins}{piece.text}{ends}", style=style)
        else:
            shown.append(piece.text)
    return shown
