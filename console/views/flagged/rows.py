"""The round of a review in words: each of its rows, how far it is, and the keys."""

from __future__ import annotations

from console.store.connection import Store
from console.store.read import outbox
from console.store.read.connections import is_offline
from console.views.models.review_round import Item, Outcome, Round
from console.widgets.review_head import HeadShown
from console.widgets.review_list import ReviewRow
from console.words import _, ngettext, number

MINUTE_MS = 60_000
_LOOKS = {
    Outcome.JUDGED: ("check-circle", "ok"), Outcome.SKIPPED: ("clock", "text.tertiary"),
    Outcome.HANDED_ON: ("user-plus", "text.tertiary"), Outcome.GONE: ("prohibit", "text.tertiary"), None: ("circle", "text.tertiary"),
}  # fmt: skip


def review_row(item: Item, *, here: bool) -> ReviewRow:
    waiting = item.waiting
    icon, tone = ("arrow-right", "accent.text") if here and item.outcome is None else _LOOKS[item.outcome]
    line = f"{waiting.space}, {item.said or _stands(item)}"
    if item.urgent and item.outcome in (None, Outcome.SKIPPED):
        line = _("Urgent") + f" · {line}"
        icon, tone = (icon if here else "warning-octagon", "danger")
    return ReviewRow(waiting.author, line, waiting.platform, icon, tone, f"{waiting.author}. {line}")


def _stands(item: Item) -> str:
    if item.outcome is Outcome.GONE:
        return _("waits no more")
    if item.waiting.appealed:
        return _("appeal")
    if item.waiting.returned:
        return _("came back")
    if item.waiting.again:
        return _("shown all the same")
    if item.waiting.changed and not item.waiting.reports:
        return _("changed since the verdict")
    return ngettext("{n} report", "{n} reports", item.waiting.reports).format(n=item.waiting.reports)


def place_said(shown: Round) -> str:
    """Which of how many; "" where there is none."""
    total = len(shown.items)
    return _("{n} of {total}").format(n=number(min(shown.at + 1, total)), total=number(total)) if total else ""


def head_shown(store: Store, shown: Round) -> HeadShown:
    """About how long the rest takes, and what waits for the network."""
    left_ms = shown.left_ms()
    takes = ""
    if left_ms is not None:
        minutes = max(1, round(left_ms / MINUTE_MS))
        takes = ngettext("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)
    offline = ""
    if is_offline(store):
        waiting = outbox.counts(store).on_its_way
        offline = _("Offline")
        if waiting:
            offline = ngettext("Offline – {n} thing waits", "Offline – {n} things wait", waiting).format(n=number(waiting))  # fmt: skip
    return HeadShown(takes, offline)


def keys_hint(key: str) -> str:
    """The shortest way to the next: three keys from a text that is shown; `key` shows a covered one, "" where it is shown."""
    return _("Keys: {key}, then 1 V ↵, or O ↵").format(key=key) if key else _("Keys: 1 V ↵, or O ↵")


def finished_said(shown: Round) -> str:
    """What stands in the place of a message when the round is done."""
    if not shown.items:
        return _("Nothing is reported. Nobody waits for a verdict.")
    if shown.left:
        return _("Done. {n} reviewed, {left} left.").format(n=shown.judged, left=shown.left)
    return _("Done. {n} reviewed, none left.").format(n=shown.judged)
