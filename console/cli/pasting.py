"""`import --paste`: what stands on standard input is a message of the group that its link names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import typer

from console.adapters.pasting import looked_at, named
from console.cli.delivering import sync_once
from console.cli.session import Failed, Session, put_json, say
from console.desk import pasting
from console.desk.seat import Desk
from console.domain.pasting import MOST_TEXT_CHARS, Pasted
from console.domain.until import NotAMoment, counted_from
from console.sentences.shown import moment
from console.store.public_id import public_id
from console.store.read.connections import servers
from console.words import _


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of it beside the text; "" for what its link tells, or for now."""

    author: str
    group: str
    link: str
    at: str


def paste(session: Session, said: Said, *, as_json: bool) -> None:
    """Keep what was pasted, and read it at once. Raises Failed, Refused."""
    text = sys.stdin.read(MOST_TEXT_CHARS + 1)
    if len(text) > MOST_TEXT_CHARS:
        raise Failed(_("That is more than a message: at most {n} characters.").format(n=MOST_TEXT_CHARS))
    with session.store(must_exist=False), session.desk() as desk:
        pasted = _completed(desk, text, said)
        thread = pasting.held(desk, pasted)
        before = thread is not None
        if thread is None:
            thread = pasting.keep(desk, pasted, _("Pasted")).thread
    if not before:
        sync_once(session, frozenset((pasting.CONNECTION,)), lambda told: None)
    with session.desk() as desk:
        group = pasting.title_of(desk, pasted.space)
    if as_json:
        put_json(_shape(pasted, thread, group, before=before))
    elif before:
        say(_("That is here already, with the same words. Nothing has changed."))
    else:
        say(_("Kept as a message by {author} in {group}. ‘luisterpost undo’ takes it back.").format(author=pasted.author, group=group))  # fmt: skip


def _completed(desk: Desk, text: str, said: Said) -> Pasted:
    """What was typed, with what the options say. Raises Failed for what nobody says."""
    known = partial(servers, desk.store)
    found = looked_at(f"{text}\n{said.link}" if said.link else text, servers=known)
    chosen = next((one for one in pasting.groups(desk) if said.group.casefold() in (one.title.casefold(), one.space)), None)  # fmt: skip
    at_ms = _moment_ms(desk, said.at) if said.at else desk.store.now_ms()
    found = replace(found, author=said.author, posted_at_ms=at_ms)
    if not found.space and said.group:
        found = replace(found, space="" if chosen is None else chosen.space)
    found = named(replace(found, group=said.group if chosen is None else chosen.title), known)
    missing = {
        "text": _("There is no text. Give it on standard input."),
        "author": _("Say who wrote it with --author."),
        "group": _("The link doesn't tell which group it is. Say it with --group."),
    }
    for lacks in found.lacking():
        raise Failed(missing[lacks])
    return found


def _moment_ms(desk: Desk, typed: str) -> int:
    try:
        at = counted_from(typed, moment(desk.store.now_ms(), desk.store.policy.hours.timezone))
    except NotAMoment:
        raise typer.BadParameter(_("Say from when: now, 7d (so long ago), 2026-11-01, friday 14:00.")) from None
    return min(max(0, int(at.timestamp() * 1000)), desk.store.now_ms())


def _shape(pasted: Pasted, thread: str, group: str, *, before: bool) -> dict[str, Any]:
    return {
        "thread": public_id("t", thread), "message": public_id("m", pasted.message), "platform": pasted.platform,
        "space": group, "author": pasted.author, "url": pasted.link, "text": pasted.text, "before": before,
    }  # fmt: skip


def refuse_files(given: Sequence[object]) -> None:
    """Raises BadParameter where files are named beside what is pasted."""
    if given:
        raise typer.BadParameter(_("Either files or --paste."))
