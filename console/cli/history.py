"""The command `history`: who decided what, when, and what was taken back; on the screen or in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from console.cli.reading import Json, Reveal, heavies
from console.cli.session import Failed, Session, now_ms, put_json, say
from console.cli.terminal import Screen, safe
from console.domain.conversation import ThreadKey
from console.domain.until import NotAMoment, counted_from
from console.exports.files import write_history, write_trouble
from console.exports.rows import event
from console.exports.tables import FORMATS, TooLong
from console.sentences.history import decision_said
from console.sentences.history_words import meant
from console.sentences.shown import clock, moment
from console.store.connection import Store
from console.store.read import names
from console.store.read.history import Asked, page
from console.store.read.thread import HistoryRow
from console.words import _, ngettext, number

_AN_ID = re.compile(r"t[0-9a-f]{4,12}|\S+:\S+:\S+:\S+")  # what is meant as a conversation, also where none has it


def history(
    context: typer.Context,
    which: Annotated[
        list[str] | None,
        typer.Argument(metavar=_("[THREAD] [WORDS …]"), help=_("Of one thread; and words that stand in it.")),
    ] = None,
    by: Annotated[str, typer.Option("--by", help=_("By whom: a moderator's name."))] = "",
    about: Annotated[str, typer.Option("--about", help=_("About whom: a colleague's name, or a part of it."))] = "",
    since: Annotated[str | None, typer.Option("--since", help=_("From then on: 7d, monday, 2026-12-01."))] = None,
    until: Annotated[str | None, typer.Option("--until", help=_("Before then."))] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=_("At most so many decisions."))] = 50,
    after: Annotated[str | None, typer.Option(help=_("The ‘next’ of the page before."))] = None,
    kind: Annotated[str | None, typer.Option("--format", help=_("csv, xlsx or jsonl: all of it in --file."))] = None,
    file: Annotated[Path | None, typer.Option("--file", help=_("Where to write it."))] = None,
    reveal: Reveal = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    if (kind is None) != (file is None):
        raise typer.BadParameter(_("Give both --format and --file, or neither."))
    with session.store() as store:
        thread, words = _thread_and_words(store, which or [])
        asked = Asked(thread, by, about, _at_ms(store, since), _at_ms(store, until), words, meant(words))
        if kind is not None and file is not None:
            _write(store, asked, kind, file, as_json)
            return
        found, following = page(store, asked, limit, after)
        covered = {} if reveal or as_json else heavies(session, store).titles(row.event.thread for row in found)
    if as_json:
        put_json({"events": [event(row) for row in found], "next": following})
        return
    if not found:
        say(_("Nothing was decided that matches."))
    _print(found, covered)
    if following:
        say(_("There is more: --after '{next}'").format(next=following))


def _thread_and_words(store: Store, typed: list[str]) -> tuple[ThreadKey | None, tuple[str, ...]]:
    """What is named first is a conversation where there is one, or where it looks like the name of one."""
    if not typed:
        return None, ()
    try:
        return names.thread(store, typed[0]), tuple(typed[1:])
    except names.Unknown:
        if _AN_ID.fullmatch(typed[0]):
            raise
        return None, tuple(typed)


def _at_ms(store: Store, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return int(counted_from(text, moment(now_ms(), store.policy.hours.timezone)).timestamp() * 1000)
    except NotAMoment:
        raise typer.BadParameter(_("Say since when: 7d, monday, 2026-12-01.")) from None


def _print(found: Iterable[HistoryRow], covered: Mapping[str, str]) -> None:
    """`covered`: what stands in the place of a title, by its thread's key."""
    console, at_ms = Screen(), now_ms()
    for row in found:
        text = Text(f"{row.event.key[-8:]}  {clock(row.event.at_ms, at_ms)}  {row.event.by}  {decision_said(row)}  ")
        text.append(safe(covered.get(row.event.thread) or row.thread_title))
        console.print(Text(text.plain, style="strike" if row.undone else ""))


def _write(store: Store, asked: Asked, kind: str, file: Path, as_json: bool) -> None:
    if kind not in FORMATS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(FORMATS)))
    try:
        count = write_history(store, asked, kind, file, lambda _count: True)
    except (TooLong, OSError) as error:
        raise Failed(write_trouble(error, file)) from None
    if as_json:
        put_json({"file": str(file), "format": kind, "decisions": count})
        return
    what = ngettext("{n} decision", "{n} decisions", count).format(n=number(count))
    say(_("{what} written in {path}.").format(what=what, path=file))
