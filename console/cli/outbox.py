"""The outbox in the terminal: what is on its way, a person's word on it, and what they finish in a browser."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from console.cli import shapes
from console.cli.reading import Json, Reveal
from console.cli.returning import RETURN, Covers, print_sides, returning, side_shape
from console.cli.session import ASKS, Failed, now_ms, put_json, say
from console.cli.terminal import Screen, paragraph, safe
from console.desk import by_hand, letter_files
from console.desk import outbox as verbs
from console.desk.seat import Desk
from console.domain.characters import honest
from console.domain.outbox import WRITTEN, Intent, Kind, NotPossible, On, State, after
from console.screen import has_screen
from console.sentences.handoffs import changed_words, like_words
from console.sentences.outward import outward_noun, words_shown
from console.sentences.shown import intent_sentence, intent_state, kind_noun, platform_title
from console.store.read import connections
from console.store.read import outbox as outbox_rows
from console.store.read.outbox import IntentRow
from console.store.read.sides import sides
from console.store.read.since import matters_since
from console.words import _

WORDS: Mapping[str, Callable[[Desk, str], Intent]] = {
    "retry": verbs.retry, "drop": verbs.drop, "sent": verbs.says_sent, "edit": verbs.edit, "placed": by_hand.placed,
    "other": by_hand.not_it, "back": by_hand.word_back,
}  # fmt: skip
ANSWERS = {"retry": On.RETRY, "edit": On.EDIT, "drop": On.DROP, "sent": On.SAYS_SENT, "placed": On.PLACED}
ALONE = ("hold", "release")
INDENT = " " * 10
BROWSER_S = 5.0  # a browser has started by then


def outbox(
    context: typer.Context,
    word: Annotated[
        str,
        typer.Argument(help=_("show, retry, drop, sent, edit, open, text, write, placed, other, back, hold or release; of what waits after a time without network mine, theirs or leave")),
    ] = "",
    which: Annotated[str, typer.Argument(metavar=_("ID"))] = "",
    file: Annotated[Path | None, typer.Argument(metavar=_("FILE"), help=_("With write: where the file comes that you hand over."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Also what was sent or withdrawn."))] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help=_("With open: also where something changed since you decided."))
    ] = False,
    back: Annotated[bool, typer.Option("--return", help=_("What others changed while there was no network, and what waits for you because of it."))] = False,
    reveal: Reveal = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    if back or word in RETURN:
        returning(context.obj, word, which, reveal=reveal, as_json=as_json)
        return
    with context.obj.desk() as desk:
        if word in ALONE:
            verbs.hold(desk, word == "hold")
        elif word in (*WORDS, "show", "open", "text", "write"):
            if not which:
                raise typer.BadParameter(_("Say which one: its ID stands in ‘luisterpost outbox’."))
            intent_id = whole_id(desk, which)
            if word == "text":
                sys.stdout.write(honest(row_of(desk, intent_id).intent.text) + "\n")
                return
            if word == "show":
                row = row_of(desk, intent_id)
                show_one(desk, row, Covers(context.obj, desk, [] if reveal else [row.intent]), as_json=as_json)
                return
            if word == "write":
                write_file(desk, intent_id, file)
            elif word == "open":
                open_there(desk, row_of(desk, intent_id), anyway=anyway)
            else:
                tell(word, WORDS[word](desk, intent_id))
        elif word:
            names = ", ".join(("show", *WORDS, "open", "text", "write", *ALONE, *RETURN))
            raise typer.BadParameter(_("Choose one of: {views}.").format(views=names))
        rows = outbox_rows.intents(desk.store, open_only=not everything)
        covers = Covers(context.obj, desk, [] if reveal or as_json else [row.intent for row in rows])
        held, offline = verbs.is_held(desk), connections.is_offline(desk.store)
    if as_json:
        put_json({"intents": [shapes.intent(row) for row in rows], "held": held})
        return
    show(rows, covers, held=held, offline=offline)


def show(rows: list[IntentRow], covers: Covers, *, held: bool, offline: bool) -> None:
    screen = Screen()
    if held:
        screen.print(_("Everything is held; ‘luisterpost outbox release’ lets it leave."))
    if not rows:
        screen.print(_("Everything is delivered."))
    if offline and any(row.intent.state is State.HANDOFF for row in rows):
        screen.print(_("You're offline: what you finish in the browser waits here."))
    for row in rows:
        print_row(screen, row, covers)


def print_row(screen: Screen, row: IntentRow, covers: Covers) -> None:
    intent = row.intent
    title = f"{intent.id[-8:]}  {intent_state(intent.state.value)}  {platform_title(row.platform)}  {outward_noun(intent) or kind_noun(intent.kind.value)}  {covers.title(intent, row.thread_title)}"  # fmt: skip
    screen.print(safe(title))
    screen.print(safe(INDENT + intent_sentence(intent, row.platform, now_ms())))
    if intent.state is State.HANDOFF:
        for line in ("" if intent.outside else row.url, *honest(words_shown(intent)).splitlines()):
            screen.print(safe(INDENT + line), soft_wrap=True)
    if row.like is not None:
        screen.print(safe(INDENT + like_words(row.like)))


def show_one(desk: Desk, row: IntentRow, covers: Covers, *, as_json: bool) -> None:
    """One item with its words; of what something changed under also both sides, and what can be done."""
    intent = row.intent
    stale = intent.state is State.CONFLICT and intent.message is not None
    pair = sides(desk.store, intent.message, intent.seen, intent.decision) if stale and intent.message else None
    can = answers(intent)
    if as_json:
        put_json({"intent": shapes.intent(row), "sides": None if pair is None else [side_shape(side) for side in pair], "can": can})  # fmt: skip
        return
    screen = Screen()
    print_row(screen, row, covers)
    if intent.kind in WRITTEN and intent.state is not State.HANDOFF:
        screen.print(paragraph(intent.text), soft_wrap=True)
    if pair is not None:
        print_sides(screen, pair, covers.words(intent))
    if can:
        screen.print(safe(INDENT + " · ".join(f"outbox {word} {intent.id[-8:]}" for word in can)))


def answers(intent: Intent) -> list[str]:
    """The words that a person can say about it now; none while we ourselves are still looking whether it arrived."""
    found = []
    for word, on in ANSWERS.items():
        with suppress(NotPossible):
            after(intent.state, on, intent.kind)
            found.append(word)
    return [] if intent.state is State.UNCERTAIN and not intent.asks else found


def open_there(desk: Desk, row: IntentRow, *, anyway: bool) -> None:
    """Print the words, and open the browser where they go. Exits 5 where something changed that is to be known first."""
    intent = row.intent
    if intent.state is not State.HANDOFF or intent.outside:
        raise NotPossible(intent.state, On.OPENED)
    changed = matters_since(desk.store, intent)
    if changed is not None and not anyway:
        say(changed_words(intent, changed))
        say(_("Look at it with ‘luisterpost show’. With --anyway it opens all the same."))
        raise typer.Exit(ASKS)
    by_hand.opened(desk, intent.id, row.opened_ms)
    if intent.kind in WRITTEN:
        say(_("Copy this text; ‘luisterpost outbox text {id}’ prints it alone, for a program that copies:").format(id=intent.id[-8:]))  # fmt: skip
        Screen(stderr=True).print(paragraph(intent.text), soft_wrap=True)
    if not row.url:
        say(_("We know no address for this: look for it on {platform} yourself.").format(platform=platform_title(row.platform)))  # fmt: skip
    elif has_screen():
        say(_("Your browser opens {address}").format(address=row.url))
        # A browser of the terminal would keep us waiting, and its end is none of ours.
        starts = threading.Thread(target=webbrowser.open, args=(row.url,), name="browser", daemon=True)
        starts.start()
        starts.join(BROWSER_S)
    else:
        say(_("There is no screen here. Open this address where there is one: {address}").format(address=row.url))
    say(_("Then say what came of it: ‘luisterpost outbox placed {id}’ or ‘luisterpost outbox drop {id}’.").format(id=intent.id[-8:]))  # fmt: skip


def write_file(desk: Desk, intent_id: str, file: Path | None) -> None:
    """Write what is handed over, never over another file."""
    if file is None:
        raise typer.BadParameter(_("Say where: ‘luisterpost outbox write ID FILE’."))
    if file.exists():
        raise Failed(_("There is a file of that name already; choose another name."))
    letter_files.write(desk, intent_id, file)
    say(_("Written: {file}. Say when they have it: ‘luisterpost outbox placed {id}’.").format(file=file, id=intent_id[-8:]))  # fmt: skip


def tell(word: str, intent: Intent) -> None:
    """What a word did with what was written."""
    if word == "edit":
        say(_("It no longer leaves. What you wrote:"))
        Screen(stderr=True).print(paragraph(intent.text), soft_wrap=True)
    if word in ("edit", "drop") and intent.kind is Kind.REPLY:
        say(_("These words are kept as a draft of the conversation."))


def row_of(desk: Desk, intent_id: str) -> IntentRow:
    row = outbox_rows.intent(desk.store, intent_id)
    if row is None:
        raise Failed(_("There is no such item in the outbox."))
    return row


def whole_id(desk: Desk, which: str) -> str:
    """An intent's id by its whole, its beginning or the end that the list shows."""
    rows = outbox_rows.intents(desk.store, open_only=False, limit=100_000)
    found = [row.intent.id for row in rows if row.intent.id.startswith(which) or row.intent.id.endswith(which)]
    if len(found) != 1:
        raise Failed(_("There is no such item in the outbox."))
    return found[0]
