"""Deciding on many threads in the terminal: count and effects first, then piece by piece, with what was left out and why."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn

from console.cli.asking import agreed
from console.cli.session import ASKS, FAILED, Session, now_ms, put_json, say, tell
from console.cli.terminal import Screen
from console.desk import bulk
from console.desk.bulk import LeftOut, Outcome, Verb, Weighed
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.domain.query import parse
from console.sentences.bulk import (
    about_said,
    effects_said,
    left_out_line,
    nothing_said,
    outcome_said,
    progress_said,
    theirs_said,
    verb_said,
)
from console.sentences.bulk import count_of as counted
from console.sentences.troubles import refusal_sentence
from console.store.public_id import public_id
from console.store.read import names, queue
from console.store.read.stands import ids_of, stands, titles
from console.words import _

Threads = Annotated[list[str] | None, typer.Argument(metavar=_("THREAD …"))]
Query = Annotated[str | None, typer.Option("--query", help=_("All threads that match, instead of THREAD."))]
View = Annotated[str | None, typer.Option("--view", help=_("All threads of a view, or those of it that match."))]
Yes = Annotated[bool, typer.Option("--yes", help=_("Don't ask; the count was seen."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only say what it would do."))]
Theirs = Annotated[bool, typer.Option("--theirs", help=_("Also what somebody else has."))]


@dataclass(frozen=True, slots=True)
class Many:
    """How many threads are meant, and what was asked with them."""

    query: str | None
    view: str | None
    yes: bool
    dry_run: bool
    theirs: bool
    as_json: bool

    @property
    def named(self) -> bool:
        """Whether each thread is named; then nothing is asked, and who has it is known."""
        return self.query is None and self.view is None


def decide(session: Session, verb: Verb, which: Sequence[str], many: Many) -> None:
    """Decide on the threads named, or on all that match."""
    with session.desk() as desk:
        found = bulk.weigh(desk, verb, _ids(desk, which, many))
        if many.named or many.theirs:
            found = found.with_theirs()
        if not many.named:
            _say_first(desk, verb, found)
        if many.dry_run or not found.items:
            made = Outcome((), 0, found.all_left_out)
        else:
            _asked(verb, found, many)
            made = _carried_out(desk, verb, found)
        _tell(desk, verb, found, made, many)
    if made.rest or (made.left_out and not made.count and not many.dry_run):
        raise typer.Exit(FAILED)
    if made.left_out and not many.dry_run:
        raise typer.Exit(ASKS)


def chosen(desk: Desk, which: Sequence[str], query: str | None, view: str | None) -> list[ThreadKey]:
    """The threads named, or all that match, as `decide` finds them."""
    ids = _ids(desk, which, Many(query, view, True, False, True, False))
    return [one.key for one in stands(desk.store, ids).values()]


def _ids(desk: Desk, which: Sequence[str], many: Many) -> list[int]:
    if many.named:
        if not which:
            raise typer.BadParameter(_("Name a thread, or give --query or --view."))
        return list(ids_of(desk.store, [names.thread(desk.store, name) for name in which]).values())
    if many.view is not None and many.view not in queue.VIEWS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(queue.VIEWS)))
    wanted = None if many.query is None else parse(many.query)
    return list(queue.order(desk.store, queue.View(many.view or "all", query=wanted, moderator=desk.moderator)).ids)


def _say_first(desk: Desk, verb: Verb, found: Weighed) -> None:
    """The count and the effects, before anything is asked or done."""
    if not found.items:
        say(nothing_said(verb, found))
    else:
        say(about_said(verb, found.items))
        tell(effects_said(verb, found, desk.undo_ms // 1000, now_ms()))
    if found.theirs:
        say(f"· {theirs_said(found.theirs)}: --theirs")


def _asked(verb: Verb, found: Weighed, many: Many) -> None:
    """Raises typer.Exit where a person says no."""
    if many.named or many.yes:
        return
    if not agreed(verb_said(verb, counted(verb, found.items)) + "?"):
        raise typer.Exit(FAILED)


def _carried_out(desk: Desk, verb: Verb, found: Weighed) -> Outcome:
    total = len(found.items)
    with (
        Progress(TextColumn("{task.description}"), BarColumn(), console=Screen(stderr=True), transient=True,
                 disable=total <= bulk.AT_ONCE or not sys.stderr.isatty()) as progress,
        _interrupted() as stopped,
    ):  # fmt: skip
        task = progress.add_task("", total=total)

        def go_on(at: int) -> bool:
            progress.update(task, completed=at, description=progress_said(at, total))
            return not stopped()

        return bulk.carry_out(desk, verb, found, go_on)


@contextmanager
def _interrupted() -> Iterator[Callable[[], bool]]:
    """Ctrl+C ends after the piece it is at, so that what was done can be said; whether it was pressed."""
    pressed = False

    def press(_number: int, _frame: object) -> None:
        nonlocal pressed
        pressed = True

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(desk: Desk, verb: Verb, found: Weighed, made: Outcome, many: Many) -> None:
    called = titles(desk.store, [one.thread for one in made.left_out])
    if many.as_json:
        effects = effects_said(verb, found, desk.undo_ms // 1000, now_ms())
        put_json({
            "events": [{"id": one.event, "thread": public_id("t", one.thread), "what": one.what.value} for one in made.decisions],
            "count": len(found.items) if many.dry_run else made.count, "left_out": [_left_out(one) for one in made.left_out],
            "rest": len(made.rest), "effects": [{"where": one.where, "text": one.text} for one in effects],
        })  # fmt: skip
        return
    if many.dry_run:
        say(_("Nothing was decided."))
        return
    if made.count or made.left_out or made.rest:
        said = outcome_said(verb, made)
        say(said + " " + _("Take it back with ‘luisterpost undo’.") if made.count else said)
    elif many.named:
        say(nothing_said(verb, found))
    for one in made.left_out:
        say(f"· {public_id('t', one.thread)} {left_out_line(one, called)}" if one.thread else f"· {left_out_line(one, called)}")  # fmt: skip


def _left_out(one: LeftOut) -> dict[str, Any]:
    thread = public_id("t", one.thread) if one.thread else None
    return {"thread": thread, "why": one.why.code, "text": refusal_sentence(one.why)}
