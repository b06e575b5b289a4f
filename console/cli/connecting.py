"""Commands about connections: connect, sign-in, connections, disconnect, spaces, sync."""

from __future__ import annotations

import asyncio
import getpass
import signal
import sys
from collections.abc import Mapping, Sequence
from textwrap import indent
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from console.adapters.budgets import Allowance
from console.adapters.registry import find, sign_in_of
from console.cli import shapes
from console.cli.card import print_card
from console.cli.delivering import is_running, sync_once
from console.cli.reading import Json
from console.cli.returning import say_return
from console.cli.road import for_the_road
from console.cli.session import (
    FAILED,
    NOT_ALLOWED,
    UNREACHABLE,
    Failed,
    Session,
    now_ms,
    on_platform,
    platform_failed,
    put_json,
    say,
)
from console.cli.signing_in import DEVICE_CODE, signed_in
from console.cli.terminal import Screen, safe
from console.cli.urgent import tell_urgent
from console.desk import connections as desk_connections
from console.domain.characters import one_line
from console.domain.conversation import Space, SpaceKey
from console.domain.platform import CheckResult, Outcome, Rejected
from console.domain.until import NotAMoment, counted_from
from console.sentences.shown import (
    administrator_of,
    age,
    check_line,
    clock,
    error_sentence,
    health_sentence,
    moment,
    space_sentence,
)
from console.sentences.troubles import restored_sentence
from console.store.connection import Store
from console.store.read import connections as stored
from console.store.read.card import card as read_card
from console.store.read.connections import ConnectionRow
from console.store.write import connections as writing
from console.store.write import requests
from console.sync import import_copies
from console.sync.allowances import as_left, asked_since
from console.sync.collector import Collector, listen_to_stdin
from console.sync.connecting import Checked, Wanted, check
from console.sync.lock import AlreadyRunning, collector_lock
from console.sync.secret_store import NoKeyring, NoPassphrase, SecretStore
from console.words import _, ngettext, number

NAME = typer.Argument(metavar=_("NAME"))
SIGNS = {Outcome.OK: "✓", Outcome.LIMITED: "!", Outcome.FAILED: "✗"}
TURN_S = 0.5  # how often who stands by looks whether it is its turn


def connect(
    context: typer.Context,
    platform: Annotated[str, typer.Argument(metavar=_("PLATFORM"))],
    name: Annotated[str, typer.Option("--name", help=_("What you call it."))],
    url: Annotated[str, typer.Option("--url", help=_("Where it is."))] = "",
    user: Annotated[str, typer.Option("--user", help=_("Who signs in."))] = "",
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help=_("Read the secret from standard input."))
    ] = False,
    since: Annotated[int, typer.Option("--since", min=0, max=36_500, help=_("How many days back to collect."))] = 90,
    setting: Annotated[list[str] | None, typer.Option("--set", help=_("What only this platform asks."))] = None,
    space: Annotated[list[str] | None, typer.Option("--space", help=_("Only these spaces."))] = None,
    device_code: Annotated[bool, DEVICE_CODE] = False,
    as_json: Json = False,
) -> None:
    session: Session = context.obj
    try:
        kind = find(platform)
    except KeyError:
        raise typer.BadParameter(
            _("There is no platform ‘{name}’. See ‘luisterpost platforms’.").format(name=platform)
        ) from None
    pairs = [pair.partition("=") for pair in setting or ()]
    if any(not sign for _key, sign, _value in pairs):
        raise typer.BadParameter(_("--set needs KEY=VALUE."))
    pages = None if secret_stdin else sign_in_of(kind)
    asked = [] if pages is not None else [field.name for field in kind.fields if field.secret]
    secrets = read_secrets(asked, secret_stdin)
    wanted = Wanted(platform, name, url, user, {key: value for key, _sign, value in pairs}, since)
    with session.store(must_exist=False) as store:
        if (row := stored.by_name(store, name)) is not None:
            raise Failed(_("There is a connection called ‘{name}’ already.").format(name=row.name))
        if pages is not None:
            with on_platform(kind.key):
                secrets = signed_in(session, pages, wanted, with_code=device_code)
        checked, asked_ms = checked_here(session, store, wanted, secrets, Allowance())
        say_findings(checked.result, kind.key)
        if not checked.result.works:
            raise Failed(_("Nothing is stored: mend what is marked with ✗ and try again."), NOT_ALLOWED)
        ignored = not_named(checked.result.spaces, space or [])
        keep_secrets(SecretStore(store.folder), checked.new.key, checked.secrets)
        requests.ask(store, "renew", {"key": checked.new.key, "asked": asked_ms})
        writing.put(store, checked.new)
        for key in ignored:
            writing.follow(store, key, False)
    if as_json:
        put_json({"name": name, "us": checked.result.us, "works": True, "checks": findings(checked.result, kind.key)})
    else:
        say(
            _("Connected as {us}. ‘luisterpost sync --once’ collects; the window does so by itself.").format(
                us=checked.result.us
            )
        )


def read_secrets(names: list[str], from_stdin: bool) -> dict[str, str]:
    """One secret, or name=value lines where a platform needs several."""
    if not names:
        return {}
    if not from_stdin:
        if not sys.stdin.isatty():
            raise typer.BadParameter(_("Give the secret with --secret-stdin."))
        return {name: getpass.getpass(f"{name}: ") for name in names}
    text = sys.stdin.read().strip("\r\n")
    if len(names) == 1:
        return {names[0]: text.removeprefix(f"{names[0]}=")}
    return {key: value for key, sign, value in (line.partition("=") for line in text.splitlines()) if sign}


def known_secrets(secret_store: SecretStore, key: str) -> dict[str, str]:
    """What is kept already; nothing where it can't be opened."""
    try:
        return secret_store.get(key)
    except (NoKeyring, NoPassphrase):
        return {}


def keep_secrets(secret_store: SecretStore, key: str, secrets: Mapping[str, str]) -> None:
    """In the keyring; where none answers, in the encrypted file, with a passphrase asked for."""
    try:
        secret_store.put(key, secrets)
    except NoKeyring:
        say(_("This computer has no keyring. We can keep secrets in an encrypted file of the profile."))
        if not sys.stdin.isatty():
            raise Failed(
                _("Give its passphrase in a file that LUISTERPOST_PASSPHRASE_FILE names. Nothing is stored yet."),
                NOT_ALLOWED,
            ) from None
        secret_store.unlock(getpass.getpass(_("Passphrase, asked once per start: ")))
        secret_store.put(key, secrets)


def findings(result: CheckResult, platform: str) -> list[dict[str, str]]:
    """What a check found, for programs."""
    return [
        {"code": line.code, "outcome": line.outcome.value, "text": check_line(line, platform),
         "for_administrator": administrator_of(line)}
        for line in result.lines
    ]  # fmt: skip


def say_findings(result: CheckResult, platform: str) -> None:
    """What a check found, for people: what is in order, what stays away, what doesn't work, and who can mend it."""
    for line in result.lines:
        say(f"{SIGNS[line.outcome]} {check_line(line, platform)}")
        if to_do := administrator_of(line):
            say(indent(_("For the administrator: {what}").format(what=to_do), "    ").rstrip())


def not_named(offered: Sequence[Space], wanted: list[str]) -> list[SpaceKey]:
    """The spaces to leave alone, where only the named ones are followed. Raises Failed for a name that is no space's."""
    if not wanted:
        return []
    if not offered:
        raise Failed(_("Which spaces there are is told once it is connected. Connect without --space, then choose with ‘luisterpost spaces’."))  # fmt: skip
    titles = {space.key: one_line(space.title) for space in offered}
    for name in wanted:
        if not any(name.lower() in (title.lower(), key) for key, title in titles.items()):
            raise Failed(_("There is no space ‘{name}’ there, and nothing is stored. There are: {titles}.").format(name=name, titles=", ".join(sorted(titles.values(), key=str.lower))))  # fmt: skip
    names = {name.lower() for name in wanted}
    return [key for key, title in titles.items() if title.lower() not in names and key not in names]


def sign_in(
    context: typer.Context, name: Annotated[str, NAME],
    secret_stdin: Annotated[bool, typer.Option("--secret-stdin", help=_("Read the secret from standard input."))] = False,
    device_code: Annotated[bool, DEVICE_CODE] = False, as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    with session.store() as store:
        row = named(store, name)
        kind = find(row.adapter)
        kept = SecretStore(store.folder)
        wanted = Wanted(row.adapter, row.name, row.url, row.user, row.settings, platform=row.platform)
        pages = None if secret_stdin else sign_in_of(kind)
        if pages is not None:
            with on_platform(row.platform):
                typed = signed_in(session, pages, wanted, with_code=device_code)
        else:
            typed = read_secrets([field.name for field in kind.fields if field.secret], secret_stdin)
        # What isn't typed again stays as it was.
        secrets = known_secrets(kept, row.key) | {name: secret for name, secret in typed.items() if secret}
        checked, asked_ms = checked_here(session, store, wanted, secrets, as_left(store, row.key))
        say_findings(checked.result, row.platform)
        if not checked.result.works:
            raise Failed(_("Nothing is changed: mend what is marked with ✗ and try again."), NOT_ALLOWED)
        if row.account and checked.new.account != row.account:
            raise platform_failed(Rejected(checked.result.us, code="other_account"), row.platform)
        keep_secrets(kept, row.key, checked.secrets)
        requests.ask(store, "renew", {"key": row.key, "asked": asked_ms})
    if as_json:
        put_json({"name": row.name, "us": checked.result.us, "works": True, "checks": findings(checked.result, row.platform)})  # fmt: skip
        return
    say(_("Signed in as {us}. What waited leaves by itself.").format(us=checked.result.us))


def checked_here(
    session: Session, store: Store, wanted: Wanted, secrets: Mapping[str, str], allowance: Allowance
) -> tuple[Checked, dict[str, list[int]]]:
    """A check from this program, and what the collector must count of it: budget -> at which moments. Raises Failed."""
    began_ms = store.now_ms()
    with on_platform(wanted.platform or wanted.adapter):
        checked = asyncio.run(check(wanted, secrets, session.patience(), began_ms, allowance))
    return checked, asked_since(allowance, began_ms, store.now_ms())


def named(store: Store, name: str) -> ConnectionRow:
    row = stored.by_name(store, name)
    if row is None:
        raise Failed(_("There is no connection ‘{name}’. See ‘luisterpost connections’.").format(name=name))
    return row


def connections(
    context: typer.Context, name: Annotated[str | None, NAME] = None,
    count_from: Annotated[str | None, typer.Option("--count-from", help=_("What was said before that can wait: now, 7d (so long ago), 2026-11-01, friday 14:00."))] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    if count_from is not None:
        if name is None:
            raise typer.BadParameter(_("Say which connection counts from then: NAME --count-from WHEN."))
        move_start_line(session, name, count_from, quiet=as_json)
    with session.store() as store:
        rows = stored.connections(store)
        card = None if name is None else read_card(store, named(store, name).key)
    if card is not None:
        if as_json:
            put_json({"connections": [shapes.card(card, now_ms())]})
        else:
            print_card(card, now_ms())
        return
    if as_json:
        put_json({"connections": [shapes.connection(row) for row in rows]})
        return
    console, at_ms = Screen(), now_ms()
    if not rows:
        console.print(_("No connections yet. Begin with ‘luisterpost connect’."))
    for row in rows:
        approximate = " ≈" if row.approximate else ""
        console.print(safe(f"{row.name}{approximate}  {row.platform}  {row.url}"))
        last = "" if row.health.last_ok_ms is None else f" · {age(row.health.last_ok_ms, at_ms)}"
        console.print(safe(f"    {health_sentence(row, at_ms)}{last}"))


def move_start_line(session: Session, name: str, count_from: str, *, quiet: bool) -> None:
    with session.desk() as desk:
        row = named(desk.store, name)
        try:
            at = counted_from(count_from, moment(now_ms(), desk.store.policy.hours.timezone))
        except NotAMoment:
            raise typer.BadParameter(_("Say from when: now, 7d (so long ago), 2026-11-01, friday 14:00.")) from None
        at_ms = max(0, int(at.timestamp() * 1000))
        desk_connections.move_start_line(desk, row, at_ms)
    if not quiet:
        say(_("‘{name}’ counts from {time}. What was said before can wait, but for reports and messages that wait for approval.").format(name=row.name, time=clock(at_ms, now_ms())))  # fmt: skip


def disconnect(
    context: typer.Context, name: Annotated[str, NAME],
    forget: Annotated[bool, typer.Option("--forget", help=_("Also what was collected of it."))] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    with session.store() as store:
        row = named(store, name)
        try:
            with collector_lock(store.folder):
                SecretStore(store.folder).forget(row.key)
                writing.remove(store, row.key)
                if forget:
                    import_copies.forget(store, row.key)
                    writing.forget(store, row.key)
        except AlreadyRunning:
            session.ask(store, "disconnect", {"key": row.key, "forget": forget}, lambda: is_running(store))
    if as_json:
        put_json({"name": row.name, "forgotten": forget})
        return
    say(_("‘{name}’ is disconnected. Your decisions and notes about it are kept.").format(name=row.name))


def spaces(
    context: typer.Context, name: Annotated[str, NAME],
    follow: Annotated[list[str] | None, typer.Option("--follow", help=_("Collect this one."))] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", help=_("Don't collect this one."))] = None, as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    with session.desk() as desk:
        store = desk.store
        row = named(store, name)
        for wanted, followed in [(text, True) for text in follow or ()] + [(text, False) for text in ignore or ()]:
            found = [
                space for space in stored.spaces(store, row.key) if wanted.lower() in (space.title.lower(), space.key)
            ]
            if not found:
                raise Failed(_("There is no space ‘{name}’ in this connection.").format(name=wanted))
            if desk_connections.follow(desk, row.key, SpaceKey(found[0].key), followed) is not None:
                say(_("We accept the invitation to ‘{name}’; ‘luisterpost outbox’ says how that goes.").format(name=found[0].title))  # fmt: skip
        rows = stored.spaces(store, row.key)
    if as_json:
        put_json({"spaces": [shapes.space(space) for space in rows]})
        return
    for space in rows:
        sign = "✓" if space.followed and space.standing != "invited" else "–"
        Screen().print(safe(f"{sign} {space.title}  {space.messages}"))
        standing = space_sentence(space)
        if standing:
            Screen().print(safe(f"    {standing}"))


def sync(
    context: typer.Context,
    query: Annotated[list[str] | None, typer.Argument(metavar=_("[QUERY …]"), help=_("With --for-the-road: what to take along."))] = None,
    once: Annotated[bool, typer.Option("--once", help=_("One round, then end."))] = False,
    watch: Annotated[bool, typer.Option("--watch", help=_("Go on until told to stop."))] = False,
    connection: Annotated[list[str] | None, typer.Option("--connection", help=_("Only this one."))] = None,
    road: Annotated[bool, typer.Option("--for-the-road", help=_("Fetch what is flagged with its context and pictures, to go on without network."))] = False,
    view: Annotated[str, typer.Option("--view", help=_("With --for-the-road: which view."))] = "",
    stand_by: Annotated[bool, typer.Option("--stand-by", hidden=True)] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    if (query or view) and not road:
        raise typer.BadParameter(_("A query or a view goes with --for-the-road."))
    if road:
        for_the_road(session, query or [], view or ("all" if query else session.settings().road_view), as_json=as_json)
        return
    if watch and once:
        raise typer.BadParameter(_("Choose --once or --watch."))
    if watch:
        watch_until_stopped(session, stand_by=stand_by)
        return
    with session.store() as store:
        for name in connection or ():
            named(store, name)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=Screen(stderr=True),
                  transient=True, disable=not sys.stderr.isatty()) as progress:  # fmt: skip
        task, seen = progress.add_task(_("Collecting …")), 0

        def moved(said: dict[str, Any]) -> None:
            nonlocal seen
            seen += len(said.get("changed", ()))
            progress.update(task, description=_("Collecting … {n} threads").format(n=seen))

        rows = sync_once(session, frozenset(connection or ()), moved)
    if not as_json:
        say_return(session)
        with session.store() as store:
            tell_urgent(session, store)
    report(rows, as_json)


def report(rows: list[dict[str, Any]], as_json: bool) -> None:
    failed = [row for row in rows if not row["ok"]]
    if as_json:
        names = ("name", "ok", "pages", "threads", "messages", "delivered", "waiting", "error", "took_s")
        put_json({"connections": [{name: row[name] for name in names} for row in rows]})
    else:
        for row in rows:
            messages = ngettext("{n} message", "{n} messages", row["messages"]).format(n=number(row["messages"]))
            text = _("{name}: {messages}, {delivered} delivered").format(
                name=row["name"], messages=messages, delivered=number(row["delivered"])
            )
            say(
                text
                if row["ok"]
                else f"{row['name']}: "
                + error_sentence(row["error_kind"], row["platform"], row["words"], row["error"] or "")
            )
    kinds = {row["error_kind"] for row in failed}
    if kinds & {"AuthExpired", "Forbidden"}:
        raise typer.Exit(NOT_ALLOWED)
    if "Unreachable" in kinds or "RateLimited" in kinds:
        raise typer.Exit(UNREACHABLE)
    if kinds:
        raise typer.Exit(FAILED)


def watch_until_stopped(session: Session, *, stand_by: bool) -> None:
    """Be the collector: nudges go to stdout, a line of JSON each; stdin's end is ours.

    stand_by   where another collector serves the profile, wait for our turn
    """

    async def run(store: Store) -> None:
        collector = Collector(store, SecretStore(store.folder), session.patience(), shapes.print_line)
        listen_to_stdin(collector)
        for stops in (signal.SIGTERM, signal.SIGINT):
            if sys.platform != "win32":
                asyncio.get_running_loop().add_signal_handler(stops, collector.stop)
        while True:
            try:
                with collector_lock(store.folder):
                    return await collector.watch()
            except AlreadyRunning:
                if not stand_by:
                    raise
                if await collector.stopped_within(TURN_S):
                    return None

    with session.store(must_exist=False) as store:
        if session.restored is not None:
            shapes.print_line({"restored": restored_sentence(session.restored, store.now_ms())})
        try:
            asyncio.run(run(store))
        except AlreadyRunning:
            raise Failed(_("Another collector serves this profile already.")) from None
