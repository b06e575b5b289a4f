"""A connection's card on the terminal: how it is doing, what is left of its requests, and what waits."""

from __future__ import annotations

from console.cli.terminal import Screen, safe
from console.sentences.connections import (
    budget_sentence,
    budget_title,
    last_success,
    progress_sentence,
    waiting_reason,
    waiting_title,
    waiting_until,
)
from console.sentences.shown import health_sentence, platform_title
from console.store.read.card import Card
from console.words import _, ngettext, number


def print_card(card: Card, now_ms: int) -> None:
    console, row = Screen(), card.row
    console.print(safe(f"{row.name}{' ≈' if row.approximate else ''}  {platform_title(row.platform)}  {row.url}"))
    followed, total = sum(space.followed for space in card.spaces), len(card.spaces)
    spaces = ngettext("{n} of {total} space followed", "{n} of {total} spaces followed", total).format(
        n=number(followed), total=number(total)
    )
    lines = [
        ("", health_sentence(row, now_ms)),
        (_("Last success"), last_success(card, now_ms)),
        (_("Read so far"), progress_sentence(card.progress, now_ms)),
        *((budget_title(one, card.budgets), budget_sentence(one, row.platform, now_ms)) for one in card.budgets),
        (_("Spaces"), spaces),
        (_("Waiting") if card.waiting else "", "" if card.waiting else _("Nothing waits.")),
    ]
    for title, text in lines:
        console.print(safe(f"    {title}: {text}".rstrip() if title else f"    {text}"))
    for waiting in card.waiting:
        until, why = waiting_until(waiting, now_ms), waiting_reason(waiting, row.platform)
        console.print(safe(f"      {waiting_title(waiting)}  {until}: {why}"))
