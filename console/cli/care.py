"""Commands that care for the whole: doctor, demo, window."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.table import Table

from console.cli import shapes
from console.cli.delivering import is_running, sync_once
from console.cli.earlier_days import EarlierDays
from console.cli.reading import Json, covered_titles, print_rows
from console.cli.session import FAILED, Failed, Session, now_ms, put_json, say
from console.cli.surroundings import surroundings
from console.cli.terminal import Screen, safe
from console.cli.urgent import tell_urgent
from console.screen import has_screen
from console.sentences.history import decision_said
from console.sentences.shown import clock
from console.settings import save
from console.store import care
from console.store.connection import Store
from console.store.read import queue
from console.store.read.held import Held, held
from console.store.read.history import named
from console.store.write import folding
from console.sync import demo as demo_profile
from console.sync.lock import AlreadyRunning, collector_lock
from console.words import _, number, resources


def doctor(
    context: typer.Context,
    rebuild_cache: Annotated[
        bool, typer.Option("--rebuild-cache", help=_("Work out the queue's order again."))
    ] = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    aside = None
    store = Store(session.folder(), now_ms=now_ms, policy=session.settings().policy)
    try:
        with collector_lock(store.folder):
            aside = care.set_damaged_cache_aside(store)
    except (AlreadyRunning, OSError):
        aside = None
    store.close()
    with session.store() as store:
        if rebuild_cache:
            try:
                with collector_lock(store.folder):
                    folding.rebuild(store)
            except AlreadyRunning:
                session.ask(store, "rebuild", {}, lambda: is_running(store))
        found = [*care.checks(store), *surroundings(store)]
        kept = held(store)
        which = {
            check.name: _decisions(store, check.detail.split(", "))
            for check in found
            if check.name in ("chain", "emptied")
        }
        if not as_json:
            tell_urgent(session, store, always=True)
    if aside is not None:
        found.append(care.Check("cache_rebuilt", True, aside.name))
    if session.restored is not None:
        found.append(care.Check("ledger_restored", session.restored.whole, session.restored.aside))
    ok = all(check.ok for check in found)
    if as_json:
        put_json({"ok": ok, "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail,
                                        "fix": None if check.ok else fix(check)} for check in found],
                  "kept": [shapes.held(one) for one in kept]})  # fmt: skip
    else:
        for check in found:
            Screen().print(safe(f"{'✓' if check.ok else '✗'} {title(check)}  {check.detail}"))
            if not check.ok:
                Screen().print(safe(f"    {fix(check)}"))
            for line in which.get(check.name, ()) if not check.ok else ():
                Screen().print(safe(f"    · {line}"))
        Screen().print(kept_table(kept))
    raise typer.Exit(0 if ok else FAILED)


def _decisions(store: Store, marks: list[str]) -> list[str]:
    """Which decisions these are, of those that are there, and which numbers are missing."""
    lines = [
        f"{row.event.key[-8:]}  {clock(row.event.at_ms, store.now_ms())}  {row.event.by}  {decision_said(row)}"
        for row in named(store, [mark for mark in marks if not mark.startswith("#")])
    ]
    return lines + [_("Missing: number {n}.").format(n=mark[1:]) for mark in marks if mark.startswith("#")]


def kept_table(kept: list[Held]) -> Table:
    """How many of each kind, by age."""
    table = Table(box=None, pad_edge=False)
    for heading in (_("Kept"), _("all"), _("< 1 day"), _("< 1 week"), _("< 1 month"), _("< 1 year"), _("older")):
        table.add_column(heading, justify="left" if heading == _("Kept") else "right")
    for one in kept:
        table.add_row(kind_of(one), *(number(count) for count in (one.count, *one.ages)))
    return table


def kind_of(one: Held) -> str:
    return {
        "threads": _("conversations"), "messages": _("messages"), "people": _("people"), "reports": _("reports"),
        "decisions": _("decisions"), "intents": _("in the outbox, also sent"), "versions": _("earlier texts"),
        "drafts": _("drafts"), "requests": _("requests to the collector"), "connections": _("connections"),
    }[one.kind]  # fmt: skip


def title(check: care.Check) -> str:
    return {
        "cache_sound": _("The copy of the conversations is sound"),
        "ledger_sound": _("Your decisions are sound"),
        "chain": _("No decision was changed or taken out"),
        "emptied": _("Decisions whose words were taken out"),
        "disk": _("Room on the disk"),
        "folder": _("The folder"),
        "clock": _("The clock goes forward"),
        "secrets": _("Where secrets are kept"),
        "adapters": _("Platforms that can be connected"),
        "adapter": _("An adapter that can't be used"),
        "collector": _("The collector"),
        "backup": _("Last backup of your decisions"),
        "ledger_restored": _("The file of your decisions was damaged and is restored; the damaged one is kept"),
        "pictures": _("Pictures that are here"),
        "orphans": _("Conversations with decisions that aren't held now"),
        "notices": _("Notifications that weren't understood; ‘luisterpost notices’ lists them"),
        "encryption": _("Driver"),
        "cache_rebuilt": _("The copy was damaged. It is set aside and collected again; your decisions are still there"),
    }[check.name]  # fmt: skip


def fix(check: care.Check) -> str:
    return {
        "cache_sound": _("Delete cache.db in the profile's folder: it is collected again, and your decisions stay."),
        "ledger_sound": _("Close Luisterpost everywhere and run ‘luisterpost doctor’ again: it puts the last backup back."),
        "chain": _("Somebody or something changed the file of decisions. Compare with ledger.backup.db beside it."),
        "emptied": _("Luisterpost takes no words out of decisions. Compare with ledger.backup.db beside it."),
        "disk": _("Make room: with a full disk nothing can be decided or collected."),
        "clock": _("This computer's clock is behind what was decided before. Set it right; until then moments are wrong."),
        "secrets": _("No keyring answers. Start one, or sign in again and choose a passphrase for the encrypted file."),
        "adapters": _("Another's part of Luisterpost is broken; the others work. What it is stands below."),
        "adapter": _("Ask whoever made this package for a newer one, or take it away."),
        "ledger_restored": _("A part could not be read. Look at ‘luisterpost outbox’, then ‘luisterpost outbox release’."),
    }[check.name]  # fmt: skip


def window(context: typer.Context) -> None:
    session: Session = context.obj
    if not has_screen():
        raise Failed(_("There is no screen here. ‘luisterpost queue’ shows the queue in the terminal."))
    session.folder().mkdir(parents=True, exist_ok=True)
    raise typer.Exit(open_window(session))


def open_window(session: Session, picture: str = "") -> int:
    try:
        from console.app import run
    except ImportError as missing:
        raise Failed(
            _("The window needs PySide6, which isn't installed here: {detail}").format(detail=missing)
        ) from missing
    return run(session.folder(), session.settings(), picture=picture)


def demo(context: typer.Context) -> None:
    asked: Session = context.obj
    session = Session(asked.home, "demo", asked.language)
    folder = session.folder()
    if (folder / "ledger.db").exists() and (folder / demo_profile.WORLD).exists():
        store = Store(folder, now_ms=now_ms, policy=session.settings().policy)
        if is_running(store):
            raise Failed(_("The demo is open already."))
        store.close()
        demo_profile.clear(folder)
    save(folder, demo_profile.SETTINGS)
    with session.store(must_exist=False) as store:
        community = demo_profile.make(store, resources() / "demo")
    say(_("Filling the demo community …"))
    EarlierDays(folder, session.settings(), community).live_through()
    sync_once(session, frozenset(), lambda said: None)
    if has_screen():
        raise typer.Exit(open_window(session))
    with session.store() as store:
        rows, _following = queue.page(store, queue.View("inbox"), 25)
        covered = covered_titles(session, store, rows)
    print_rows(rows, now_ms(), covered)
    picture = folder / "window.png"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        open_window(session, str(picture))
    except Failed as missing:
        say(missing.sentence)
        return
    say(_("There is no screen here. A picture of the window is in {path}").format(path=picture))
    say(_("Go on in the terminal: ‘luisterpost --profile demo queue’, and ‘luisterpost --help’."))
