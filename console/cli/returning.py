"""Back on the network, in the terminal: what others changed in what was decided meanwhile, both sides beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from rich.columns import Columns
from rich.panel import Panel

from console.cli.reading import heavies
from console.cli.session import ASKS, Session, now_ms, put_json, say
from console.cli.terminal import Screen, beside, paragraph
from console.desk import returning as verbs
from console.desk.seat import Desk
from console.domain.outbox import Intent
from console.domain.triage import TriageEvent
from console.exports import rows
from console.sentences.care import heavy_title
from console.sentences.returning import came_back_words, changed_sentence, item_words, side_titles, side_words
from console.sentences.shown import platform_title
from console.store.public_id import public_id
from console.store.read.returned import Item, Returned, seen_of
from console.store.read.sides import Side, sides
from console.words import _

RETURN = ("mine", "theirs", "leave")


def returning(session: Session, word: str, which: str, *, reveal: bool, as_json: bool) -> None:
    """Exits 5 while something waits for a person. Raises Refused."""
    if word and (word not in RETURN or not which):
        raise typer.BadParameter(_("Say which one: its ID stands in ‘luisterpost outbox --return’."))
    with session.desk() as desk:
        if word:
            item = verbs.found(desk, which)
            {"mine": verbs.mine, "theirs": verbs.theirs, "leave": verbs.leave}[word](desk, item)
        told = verbs.look(desk)
        shown = [] if told is None else [(item, both(desk, item)) for item in (*told.waiting, *told.changed)]
        covers = Covers(session, desk, [item.event for item, _pair in shown] if not (reveal or as_json) else [])
    if as_json:
        put_json({"return": None if told is None else shape(told, shown)})
    elif told is None:
        say(_("You haven't been without network for long; there is nothing to tell."))
    else:
        say(came_back_words(told, now_ms()))
        for item, pair in shown:
            print_item(item, pair, covers)
    if told is not None and told.waiting:
        raise typer.Exit(ASKS)


def say_return(session: Session) -> None:
    """After a round: how it went, if there was a time without network in which something was decided."""
    with session.desk() as desk:
        told = verbs.look(desk)
    if told is not None and told.items:
        say(came_back_words(told, now_ms()))
        if told.waiting:
            say(_("See ‘luisterpost outbox --return’."))


def both(desk: Desk, item: Item) -> tuple[Side, Side] | None:
    event = item.event
    return None if event.message is None else sides(desk.store, event.message, seen_of(event), event.key)


class Covers:
    """What stands in the place of the titles and the words of what is heavy."""

    def __init__(self, session: Session, desk: Desk, about: Sequence[TriageEvent | Intent]) -> None:
        heavy = heavies(session, desk.store)
        self._titles = heavy.titles({one.thread for one in about})
        self._messages = heavy.among({one.message for one in about if one.message is not None})

    def title(self, about: TriageEvent | Intent, title: str) -> str:
        return self._titles.get(about.thread, title)

    def words(self, about: TriageEvent | Intent) -> str:
        heavy = self._messages.get(about.message) if about.message is not None else None
        return "" if heavy is None else heavy_title(heavy)


def print_item(item: Item, pair: tuple[Side, Side] | None, covers: Covers) -> None:
    screen = Screen()
    title = covers.title(item.event, item.title)
    key = item.event.key[-8:]
    screen.print(beside(key, f"{platform_title(item.platform)}  {title}"))
    screen.print(beside(" " * len(key), item_words(item)))
    if pair is not None:
        print_sides(screen, pair, covers.words(item.event))
    if item.asks:
        words = RETURN if item.can_be_mine else RETURN[1:]
        screen.print(beside(" " * len(key), " · ".join(f"outbox {word} {key}" for word in words)))


def print_sides(screen: Screen, pair: tuple[Side, Side], covered: str) -> None:
    """As it was judged beside as it is now."""
    boxes = [Panel(paragraph(side_words(side, covered)), title=title, title_align="left", width=max(24, screen.width // 2 - 1))
             for title, side in zip(side_titles(), pair, strict=True)]  # fmt: skip
    screen.print(Columns(boxes, padding=(0, 1)))


def shape(told: Returned, shown: list[tuple[Item, tuple[Side, Side] | None]]) -> dict[str, Any]:
    return {
        "left_at": rows.when(told.left_ms), "back_at": rows.when(told.back_ms), "decisions": len(told.items),
        "on_its_way": told.on_its_way,
        "changed": [
            {"id": item.event.key, "thread": public_id("t", item.event.thread),
             "message": public_id("m", item.event.message) if item.event.message else None, "title": item.title,
             "what": item.event.what.value, "why": None if item.changed is None else item.changed.what,
             "by": (item.changed.by or None) if item.changed is not None else None, "words": changed_sentence(item),
             "asks": item.asks, "sides": None if pair is None else [side_shape(side) for side in pair]}
            for item, pair in shown
        ],
    }  # fmt: skip


def side_shape(side: Side) -> dict[str, Any]:
    verdict = side.verdict
    return {
        "text": side.text or "", "state": side.state, "locked": side.locked,
        "verdict": None if verdict is None else str(verdict.payload.get("action", "")) or None,
    }  # fmt: skip
