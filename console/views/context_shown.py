"""What stands beside a conversation: its author over all platforms, why it is on top, notes, history. In words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from console.domain.people import How
from console.sentences.history import decision_said
from console.sentences.shown import (
    age,
    clock,
    day,
    how_sentence,
    identity_counts,
    level_title,
    platform_title,
    reason_sentence,
)
from console.store.connection import Store
from console.store.read import people, thread
from console.store.read.people import Identity, PersonCard
from console.store.read.queue import QueueRow
from console.widgets.context_panel import ContextShown
from console.widgets.person_section import IdentityShown, SuggestionShown
from console.widgets.plain_text import apart
from console.widgets.queue_row import REASON_LOOK
from console.words import _, ngettext, number

MOST_THREADS, MOST_IDENTITIES, MOST_TILES, MOST_DECISIONS = 6, 6, 3, 8


def context_shown(
    store: Store, row: QueueRow, now_ms: int, covered: Callable[[Iterable[str]], Mapping[str, str]]
) -> ContextShown:
    """`covered` gives what stands in the place of a title, for those of these threads that begin covered."""
    # One thread more than are shown: this one is likely among them.
    card = people.person(store, row.author_key, MOST_IDENTITIES, MOST_THREADS + 1) if row.author_key else None
    titles = covered(found.key for found in (card.threads if card else ()))
    return ContextShown(
        name=row.author or _("Unknown"),
        work=card.first.title if card else "",
        facts=_facts(card, now_ms) if card else "",
        level=level_title(row.level) if row.level is not None else "",
        reasons=[
            (
                REASON_LOOK[r.kind][1],
                REASON_LOOK[r.kind][0],
                reason_sentence(r, now_ms),
                _("before {time}").format(time=clock(r.due_at_ms, now_ms)),
            )
            for r in row.reasons
        ],
        notes=[(apart(note.by), clock(note.at_ms, now_ms), note.text) for note in thread.notes(store, row.key)],
        earlier=[
            (found.key, found.platform, titles.get(found.key, found.title), age(found.last_at_ms, now_ms))
            for found in (card.threads if card else ())
            if found.key != row.key
        ][:MOST_THREADS],
        earlier_total=max(0, card.threads_total - 1) if card else 0,
        history=[
            f"{clock(found.event.at_ms, now_ms)} {apart(found.event.by)}: {decision_said(found)}"
            for found in thread.history(store, row.key, MOST_DECISIONS)
        ],
        identities=[_identity(card, one) for one in card.identities] if card else [],
        more_identities=_more(card) if card else "",
        suggestions=[_suggestion(found.identities) for found in card.suggestions] if card else [],
    )


def _facts(card: PersonCard, now_ms: int) -> str:
    said = ngettext("{n} message", "{n} messages", card.messages).format(n=number(card.messages))
    return _("{said}. With us since {day}.").format(said=said, day=day(card.since_ms, now_ms))


def _identity(card: PersonCard, one: Identity) -> IdentityShown:
    where = platform_title(one.platform)
    if one.name and one.name != card.first.name:
        where = f"{where} · {one.name}"
    facts = ", ".join(part for part in (identity_counts(one), how_sentence(one.how)) if part)
    alone = card.identities_total == 1
    return IdentityShown(
        one.key, one.platform, where, facts, not alone, one.decision if alone and one.how is How.APART else ""
    )


def _more(card: PersonCard) -> str:
    more = card.identities_total - len(card.identities)
    return _("and {n} more").format(n=number(more)) if more else ""


def _suggestion(identities: Sequence[Identity]) -> SuggestionShown:
    first = identities[0]
    who = ", ".join(part for part in (first.name, first.department) if part)
    return SuggestionShown(first.key, who, tuple(dict.fromkeys(one.platform for one in identities))[:MOST_TILES])
