"""Commands that show: queue, show, search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from console.cli import shapes
from console.cli.reported import known_of_author, print_history, print_reports, print_versions
from console.cli.session import Session, now_ms, put_json, say
from console.cli.terminal import Screen, paragraph, safe
from console.cli.urgent import tell_urgent, urgent
from console.domain.characters import honest
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.query import parse
from console.domain.quoting import pieces_of_text
from console.exports import rows
from console.heavies import Heavies
from console.heavy_count import HeavyCount
from console.house_texts import HouseTexts
from console.sentences.care import heavy_line
from console.sentences.mail import doubt_sentence
from console.sentences.shown import age, chip, clock, level_title, platform_title
from console.store.connection import Store
from console.store.read import names, queue, thread
from console.store.read import search as searching
from console.store.read.held import nothing_collected
from console.store.read.judged import APPEAL
from console.store.read.records import reporters_record
from console.words import _, ngettext, number

WIDE = 100  # columns of a terminal with room for who began a conversation; below it the reason goes first
AROUND = 3  # messages before and after the one that was asked for

Json = Annotated[bool, typer.Option("--json", help=_("One JSON document on stdout."))]
Reveal = Annotated[bool, typer.Option("--reveal", help=_("Heavy messages too, instead of a line in their place."))]


def show_queue(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar=_("[QUERY …]"), help=_("Words and fields to narrow it: is:unread tag:rooster")),
    ] = None,
    view: Annotated[str, typer.Option(help=_("Which view: inbox, flagged, unanswered …"))] = "inbox",
    limit: Annotated[int, typer.Option(min=1, max=1000, help=_("At most so many threads."))] = 20,
    after: Annotated[str | None, typer.Option(help=_("The ‘next’ of the page before."))] = None,
    reveal: Reveal = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    if view not in queue.VIEWS:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(queue.VIEWS)))
    wanted = queue.View(view, query=parse(" ".join(query)) if query else None, moderator=session.settings().name)
    with session.store() as store:
        rows, following = queue.page(store, wanted, limit, after)
        waits = urgent(session, store) if as_json else None
        if waits is None:
            tell_urgent(session, store)
            if not rows and nothing_collected(store):
                say(_("Nothing was collected yet: ‘luisterpost sync --once’ does."))
        covered = {} if reveal else covered_titles(session, store, rows)
    at_ms = now_ms()
    if waits is not None:
        put_json({"threads": [shapes.thread(row, at_ms) for row in rows], "next": following, "urgent": waits})
        return
    print_rows(rows, at_ms, covered)
    if following:
        say(_("There is more: --after '{next}'").format(next=following))


def heavies(session: Session, store: Store) -> Heavies:
    care = session.settings().care
    return Heavies(store, lambda: care, HouseTexts(session.folder()))


def covered_titles(session: Session, store: Store, rows: Sequence[queue.QueueRow]) -> Mapping[str, str]:
    """What stands in the place of the titles of those that open with a heavy message, by their keys."""
    return heavies(session, store).titles(row.key for row in rows)


def print_rows(rows: Sequence[queue.QueueRow], at_ms: int, covered: Mapping[str, str]) -> None:
    """The queue as a table, with its levels as headings; `covered` as `covered_titles` gives it."""
    console = Screen()
    if not rows:
        console.print(_("Nothing waiting here."))
        return
    table = Table(box=None, pad_edge=False, show_header=False, expand=True)
    wide = console.width >= WIDE
    for ratio in (None, None, 3, *((2,) if wide else ()), 2, None):
        table.add_column(ratio=ratio, no_wrap=True, overflow="ellipsis")
    level: object = ...
    for row in rows:
        if row.level != level:
            level = row.level
            table.add_row(Text(level_title(row.level), style="bold"))
        table.add_row(
            Text(row.public_id, style="dim"), platform_title(row.platform), safe(covered.get(row.key) or row.title or row.snippet),
            *((safe(row.author),) if wide else ()), chip(row.reasons[0], at_ms) if row.reasons else "", age(row.last_at_ms, at_ms),
        )  # fmt: skip
    console.print(table)


def show_thread(
    context: typer.Context,
    which: Annotated[
        str,
        typer.Argument(
            metavar=_("THREAD-OR-MESSAGE"),
            help=_("Its id or a unique beginning of it. Of a message what stands around it."),
        ),
    ],
    versions: Annotated[
        bool, typer.Option("--versions", help=_("Earlier texts of edited and removed messages too."))
    ] = False,
    quotes: Annotated[
        bool, typer.Option("--quotes", help=_("What messages quote and forward, and their signatures, in full."))
    ] = False,
    reveal: Reveal = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    at_ms = now_ms()
    with session.store() as store:
        key, about = _place(store, which)
        row = queue.row(store, key)
        if row is None:
            raise names.Unknown(which)
        said = thread.messages(store, row.thread_id)
        notes = thread.notes(store, row.key)
        history = thread.history(store, row.key)
        records = {name: reporters_record(store, name, row.platform) for name in dict.fromkeys(
            found.reporter for message in said for found in message.reports if found.reporter and found.source != APPEAL
        )}  # fmt: skip
        kept = {message.public_id: thread.versions(store, message.key) for message in said} if versions else {}
        heavy = heavies(session, store)
        lines = {message.key: heavy.line(message, row.space_title) for message in said}
        known = {message.key: known_of_author(store, row.key, message, heavy) for message in said if not as_json}
        title = (heavy.titles([row.key]) if not reveal else {}).get(row.key) or row.title or row.snippet
    if as_json:
        messages = [shapes.message(message, records) for message in said]
        for shown in messages if versions else ():
            shown["kept"] = [shapes.version(version) for version in kept.get(shown["id"], ())]
        put_json(
            shapes.thread(row, at_ms)
            | {
                "messages": messages,
                "notes": [shapes.note(found) for found in notes],
                "history": [rows.event(found) for found in history],
            }
        )
        return
    covered, near = {} if reveal else lines, _around(said, about)
    if reveal and (opened := sum(bool(lines[message.key]) for message in said[near])):
        HeavyCount(session.folder()).add(opened)
    console = Screen()
    console.print(
        Text.assemble(
            (title, "bold"),
            f"\n{platform_title(row.platform)} · {row.space_title} · {row.public_id}",
        )
    )
    for reason in row.reasons:
        console.print(
            Text(
                f"  {chip(reason, at_ms)} · {level_title(reason.level)} · {clock(reason.due_at_ms, at_ms)}",
                style="yellow",
            )
        )
    if near.start:
        before = ngettext("{n} message before these", "{n} messages before these", near.start).format(
            n=number(near.start)
        )
        console.print(Text(f"\n… {before}", style="dim"))
    for message in said[near]:
        head = f"\n{message.author} · {age(message.posted_at_ms, at_ms)} · {message.public_id}"
        state_now = "encrypted" if message.state == "unreadable" and message.encrypted else message.state
        state = "" if state_now == "visible" else f" · {message_state(state_now)}"
        console.print(Text(head + state, style="bold"))
        line = covered.get(message.key, "")
        console.print(Text(f"{line} · --reveal", style="dim") if line else words_of(message.text, whole=quotes))
        if message.doubt:
            console.print(Text(f"  {doubt_sentence(message.doubt)}", style="red"))
        if message.partial:
            there = platform_title(row.platform), message.url or row.url
            rest = _("shortened; read the rest on {platform}: {url}").format(platform=there[0], url=there[1])
            console.print(Text(rest, style="dim"))
        print_reports(console, message.reports, records, known[message.key], at_ms, covered=bool(line))
        if not line:
            print_versions(console, message.text, kept.get(message.public_id, ()), at_ms)
    if later := len(said[near.stop :]):
        after = ngettext("{n} message after these", "{n} messages after these", later).format(n=number(later))
        console.print(Text(f"\n… {after}", style="dim"))
    for note in notes:
        console.print(Text(f"\n✎ {note.by}: ", style="yellow") + paragraph(note.text))
    print_history(console, history, at_ms)


def _place(store: Store, typed: str) -> tuple[ThreadKey, MessageKey | None]:
    """A thread; or a message, with the thread it stands in. Raises Unknown or Ambiguous."""
    try:
        return names.thread(store, typed), None
    except names.Unknown:
        message = names.message(store, typed)
        return names.thread_of(store, message), message


def _around(said: Sequence[thread.ShownMessage], about: MessageKey | None) -> slice:
    """Which of them are shown: all; or a message with what was said just before and after it."""
    at = next((n for n, message in enumerate(said) if message.key == about), None)
    return slice(0, len(said)) if at is None else slice(max(0, at - AROUND), at + AROUND + 1)


def words_of(text: str, *, whole: bool) -> Text:
    """What a message says; of what it only carries along a line, unless all is asked for."""
    shown = Text()
    for piece in pieces_of_text(text):
        if piece.folded and not whole:
            lines = ngettext("{n} line", "{n} lines", piece.lines).format(n=piece.lines)
            shown += Text(f"> {honest(piece.label)} · {lines} · --quotes\n", style="dim")
        else:
            shown += Text(honest(piece.text) + "\n", style="dim" if piece.quoted else "")
    shown.rstrip()
    return shown


def message_state(state: str) -> str:
    return {
        "held": _("waits for approval"), "hidden": _("hidden"), "spam": _("spam"), "deleted": _("gone"),
        "unreadable": _("could not be read"), "encrypted": _("encrypted: read it in your own app"), "visible": "",
        "away": _("no longer in its folder"),
    }[state]  # fmt: skip


def search(
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar=_("QUERY …"), help=_('Words, "phrases", and is: from: in: platform: tag: before: after: has:')
        ),
    ],
    limit: Annotated[int, typer.Option(min=1, max=1000, help=_("At most so many messages."))] = 20,
    after: Annotated[str | None, typer.Option(help=_("The ‘next’ of the page before."))] = None,
    reveal: Reveal = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    with session.store() as store:
        hits, following = searching.search(store, parse(" ".join(query)), limit, after, session.settings().name)
        known = heavies(session, store)
        heavy = {} if as_json else known.among(hit.key for hit in hits)
        titles = {} if as_json or reveal else known.titles(hit.thread for hit in hits)
    if as_json:
        put_json({"messages": [shapes.hit(hit) for hit in hits], "next": following})
        return
    if reveal and heavy:
        HeavyCount(session.folder()).add(len(heavy))
    console, at_ms = Screen(), now_ms()
    if not hits:
        console.print(Text(_("Nothing found for ‘{query}’.").format(query=" ".join(query)[:200])))
    for hit in hits:
        title = titles.get(hit.thread) or hit.title[:60]
        console.print(Text(f"{hit.public_id}  {hit.author} · {title} · {age(hit.posted_at_ms, at_ms)}", style="bold"))
        covered = None if reveal else heavy.get(hit.key)
        if covered is None:
            console.print(safe(hit.text[:200]))
        else:
            console.print(Text(f"{heavy_line(covered, hit.space_title, 0)} · --reveal", style="dim"))
    if hits:
        Screen(stderr=True).print(ngettext("{n} message", "{n} messages", len(hits)).format(n=len(hits)))
