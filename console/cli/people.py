"""The command `people`: who is one person over platforms, and who might be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from console.cli import shapes
from console.cli.reading import Json
from console.cli.session import put_json, say
from console.cli.terminal import Screen, safe
from console.desk import people as people_verbs
from console.desk.seat import Decision, Desk
from console.domain.conversation import PersonKey
from console.domain.people import How
from console.sentences.shown import how_sentence, identity_counts, platform_title
from console.store.public_id import public_id
from console.store.read import names
from console.store.read import people as reading
from console.store.read.people import Identity, PersonCard
from console.words import _, number

MOST_IDENTITIES = 100
WORDS = {"show": 1, "join": 2, "split": 1, "apart": 2, "suggestions": 0}  # and how many follow


def people(
    context: typer.Context,
    word: Annotated[str, typer.Argument(help=_("show, join, split, apart or suggestions"))] = "suggestions",
    who: Annotated[
        list[str] | None,
        typer.Argument(metavar=_("[PERSON …]"), help=_("Its id or a unique beginning of it; a name to show.")),
    ] = None,
    as_json: Json = False,
) -> None:
    if word not in WORDS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(WORDS)))
    if len(who or ()) != WORDS[word]:
        raise typer.BadParameter(_("Say who: an id stands in ‘luisterpost people show NAME’."))
    cards: list[PersonCard] = []
    pairs: list[tuple[Identity, Identity]] = []
    decision: Decision | None = None
    with context.obj.desk() as desk:
        if word == "suggestions":
            pairs = reading.all_suggestions(desk.store)
        elif word == "show":
            cards = _cards(
                desk,
                [one.key for one in reading.named(desk.store, (who or [""])[0])]
                or [names.person(desk.store, (who or [""])[0])],
            )
        else:
            keys = [names.person(desk.store, typed) for typed in who or ()]
            decision = _decided(desk, word, keys)
            cards = _cards(desk, keys)
    if as_json:
        put_json(
            {
                "people": [shapes.person(card) for card in cards],
                "suggestions": [{"one": shapes.identity(one), "other": shapes.identity(other)} for one, other in pairs],
                "event": decision.event if decision is not None else None,
            }
        )
        return
    console = Screen()
    for card in cards:
        _print_person(console, card)
    for one, other in pairs:
        console.print(Text(_("Same name and department; perhaps one person:"), style="bold"))
        _print_identities(console, (one, other))
    if word == "suggestions" and not pairs:
        console.print(_("Nobody looks like somebody else."))
    if decision is not None:
        say(_("Take it back with ‘luisterpost undo’."))


def _decided(desk: Desk, word: str, keys: Sequence[PersonKey]) -> Decision:
    match word:
        case "join":
            return people_verbs.join(desk, keys[0], keys[1])
        case "split":
            return people_verbs.split(desk, keys[0])
        case _:
            return people_verbs.keep_apart(desk, keys[0], keys[1])


def _cards(desk: Desk, keys: Sequence[PersonKey]) -> list[PersonCard]:
    """The people that these identities are of, each once."""
    found: dict[frozenset[PersonKey], PersonCard] = {}
    for key in keys:
        card = reading.person(desk.store, key, MOST_IDENTITIES)
        if card is not None:
            found.setdefault(frozenset(one.key for one in card.identities), card)
    return list(found.values())


def _print_person(console: Screen, card: PersonCard) -> None:
    console.print(Text.assemble((card.first.name or card.first.handle, "bold")))
    _print_identities(console, card.identities)
    if card.identities_total > len(card.identities):
        console.print("  " + _("and {n} more").format(n=number(card.identities_total - len(card.identities))))


def _print_identities(console: Screen, identities: Sequence[Identity]) -> None:
    for one in identities:
        parts = [platform_title(one.platform), one.name or one.handle, one.department, identity_counts(one)]
        if one.how is not How.ALONE:
            parts.append(how_sentence(one.how))
        console.print(safe(f"  {public_id('p', one.key)}  " + " · ".join(part for part in parts if part)))
