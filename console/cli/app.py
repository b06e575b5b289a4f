"""The commands by name, the options they share, and how every failure becomes one plain sentence."""

from __future__ import annotations

import errno
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from console import __version__
from console.adapters.community import BrokenCommunity
from console.cli import (
    answering,
    appealing,
    care,
    connecting,
    deciding,
    exporting,
    gallery,
    handing_over,
    history,
    importing,
    judging,
    notices,
    outbox,
    passing_on,
    people,
    reading,
    triaging,
)
from console.cli.session import DONE, FAILED, NOT_ALLOWED, WRONG_CALL, Failed, Session, platform_failed, say
from console.cli.wording import Command, Group, wrong_call
from console.desk.seat import Refused
from console.domain.letters import Unfilled
from console.domain.outbox import Kind, NotPossible
from console.domain.platform import PlatformError
from console.domain.query import QueryError
from console.sentences.shown import error_sentence, intent_state
from console.sentences.troubles import (
    query_sentence,
    refusal_sentence,
    settings_sentence,
    store_sentence,
    unfilled_sentence,
)
from console.settings import BadName, BrokenSettings, NetworkFolder
from console.store.errors import StoreError
from console.store.read.names import Ambiguous, Unknown
from console.sync.secret_store import NoKeyring, NoPassphrase, WrongPassphrase
from console.words import LANGUAGES, _

UsageError: type[Exception] = typer.BadParameter.__mro__[
    1
]  # the family of calls that can't be read; the library doesn't name it
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
INTERRUPTED = 130  # what the library makes of Ctrl+C

ACTIONS = (
    Kind.HOLD, Kind.HIDE, Kind.UNHIDE, Kind.SPAM, Kind.UNSPAM, Kind.DELETE, Kind.RESTORE, Kind.LOCK, Kind.UNLOCK,
    Kind.PIN, Kind.UNPIN, Kind.SETTLE,
)  # fmt: skip


def build() -> typer.Typer:
    """The whole command line, in the language chosen before."""
    app = typer.Typer(
        name="luisterpost", add_completion=False, no_args_is_help=False, rich_markup_mode=None,
        pretty_exceptions_enable=False, cls=Group,
        help=_("One queue for everything colleagues say, online or off. Without a command the window opens."),
    )  # fmt: skip
    app.callback(invoke_without_command=True)(shared)
    for name, command, text in (
        ("window", care.window, _("Open the window on the profile.")),
        ("demo", care.demo, _("Make a fresh demo community and open the window on it.")),
        ("platforms", gallery.platforms, _("Every platform with what can be done there: api, handoff or no.")),
        ("connect", connecting.connect, _("Connect a platform: checks first, and stores only what works.")),
        ("sign-in", connecting.sign_in, _("Sign an existing connection in again.")),
        ("connections", connecting.connections, _("The connections, and how each is doing.")),
        ("disconnect", connecting.disconnect, _("Take a connection away.")),
        ("spaces", connecting.spaces, _("What a connection offers and what is collected.")),
        ("sync", connecting.sync, _("Collect and deliver.")),
        ("queue", reading.show_queue, _("The threads that need a person, most urgent first, with their reasons.")),
        ("show", reading.show_thread, _("One thread with its messages, reports, notes and history.")),
        ("search", reading.search, _("Messages that match.")),
        ("history", history.history, _("Who decided what, when, and what was undone.")),
        ("reply", deciding.reply, _("Answer a message or a thread.")),
        ("write", deciding.write, _("Write privately to who said a message, where the platform has that.")),
        ("edit", deciding.edit, _("Change a message of ours on the platform.")),
        ("approve", deciding.approve, _("Approve a message, or all that wait in a thread.")),
        ("tag", triaging.tag, _("Put tags on a thread.")),
        ("untag", triaging.untag, _("Take tags off a thread.")),
        ("note", triaging.note, _("Write a note for the team.")),
        ("assign", triaging.assign, _("Give a thread to somebody.")),
        ("snooze", triaging.snooze, _("Set a thread aside until a moment.")),
        ("escalate", passing_on.escalate, _("Pass threads on to somebody, by mail or in a file.")),
        ("done", triaging.done, _("Mark threads done.")),
        ("reopen", triaging.reopen, _("Open threads again.")),
        ("verdict", judging.verdict, _("Judge a reported message: keep, hide, delete, escalate or skip.")),
        ("appeal", appealing.appeal, _("Open a judged message again, with its author's words against the verdict.")),
        ("hand-over", handing_over.give, _("Write what you have in hand in one sealed file, for a colleague.")),
        ("take-over", handing_over.take, _("Take over what a colleague handed over in a file.")),
        ("answer", answering.answer, _("Write down what somebody answered that a message was passed on to.")),
        ("policies", judging.policies, _("The house's policies, by their numbers.")),
        ("undo", deciding.undo_last, _("Take the last (or that) decision back.")),
        ("outbox", outbox.outbox, _("What is on its way, and your word on what is uncertain.")),
        ("people", people.people, _("Who is one person over platforms: look, join, set apart.")),
        ("import", importing.import_files, _("Read an export or a mailbox from a file, as a connection of its own.")),
        ("export", exporting.export, _("Write threads and decisions into a file, safe to open in a spreadsheet.")),
        ("notices", notices.notices, _("Notifications of platforms that weren't understood, and a file of them to hand on.")),
        ("doctor", care.doctor, _("Look whether everything is sound.")),
    ):  # fmt: skip
        app.command(name, help=text, cls=Command)(command)
    for kind in ACTIONS:
        command = deciding.action(kind)
        app.command(kind.value, help=command.__doc__, cls=Command)(command)
    for kind in (Kind.REACT, Kind.UNREACT):
        command = deciding.reaction(kind)
        app.command(kind.value, help=command.__doc__, cls=Command)(command)
    return app


def shared(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", help=_("The folder of all profiles."))] = None,
    profile: Annotated[str, typer.Option("--profile", help=_("Which profile."))] = "default",
    lang: Annotated[str | None, typer.Option("--lang", help=_("nl or en"))] = None,
    version: Annotated[bool, typer.Option("--version", help=_("The version, then end."))] = False,
) -> None:
    if lang is not None and lang not in LANGUAGES:
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join(LANGUAGES)))
    if version:
        print(f"luisterpost {__version__}")
        raise typer.Exit
    context.obj = Session(home, profile, lang)
    if context.invoked_subcommand is None:
        care.window(context)


def run(arguments: list[str]) -> int:
    """Carry out one call; returns its exit code. No traceback reaches a person."""
    try:
        code = build()(arguments, prog_name="luisterpost", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        return FAILED
    except UsageError as error:
        say(wrong_call(error))
        return WRONG_CALL
    except Exception as error:
        sentence, code = plain(error)
        say(sentence)
        return code
    if code == INTERRUPTED:
        say(_("Stopped. What was confirmed is kept."))
        return FAILED
    return code if isinstance(code, int) else DONE


def plain(error: Exception) -> tuple[str, int]:
    """One sentence and an exit code for whatever went wrong."""
    match error:
        case Failed():
            return error.sentence, error.code
        case Refused():
            return refusal_sentence(error), NOT_ALLOWED if error.code == "no_way" else FAILED
        case Unfilled():
            return unfilled_sentence(error), FAILED
        case StoreError():
            return store_sentence(error), FAILED
        case BrokenSettings():
            return settings_sentence(error), FAILED
        case NetworkFolder():
            return _("The profile stands on a network drive ({kind}). Choose a folder on this computer with --home.").format(kind=error.kind), FAILED  # fmt: skip
        case Unknown():
            return _("Nothing is called ‘{name}’ here.").format(name=error.typed), FAILED
        case Ambiguous():
            return _("‘{name}’ is the beginning of several: {examples}.").format(name=error.typed, examples=", ".join(error.examples)), WRONG_CALL  # fmt: skip
        case QueryError():
            return query_sentence(error), WRONG_CALL
        case PlatformError():
            failed = platform_failed(error)
            return failed.sentence, failed.code
        case NotPossible():
            return _("That can't be done with it any more: it is {state} now.").format(
                state=intent_state(error.state.value).lower()
            ), FAILED
        case NoKeyring() | NoPassphrase() | WrongPassphrase():
            return error_sentence(type(error).__name__, ""), NOT_ALLOWED
        case BrokenCommunity():
            return _("The demo's text can't be read: {detail}").format(detail=error), FAILED
        case OSError() if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            return _("We may not write in {path}. Choose another folder with --home.").format(
                path=error.filename
            ), FAILED
        case OSError() if error.errno in FULL:
            return _("The disk is full. Nothing is lost; make room and try again."), FAILED
        case OSError():
            return _("We can't use {path} ({why}). What was confirmed is kept; mend it, or choose another folder with --home.").format(
                path=error.filename or _("a file"), why=errno.errorcode.get(error.errno or 0, type(error).__name__)
            ), FAILED  # fmt: skip
        case UnicodeEncodeError():  # what was typed had bytes in it that are no letters
            return _("What was given is no text in UTF-8. Nothing was done with it."), WRONG_CALL
        case BadName():
            return _("A profile's name is a plain word."), WRONG_CALL
        case _:
            if sys.flags.dev_mode:
                raise error
            return own_mistake(error), FAILED


def own_mistake(error: Exception) -> str:
    """A fault of the program itself, so that whoever mends it finds the place; `python -X dev` shows all of it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}: {str(error)[:200]}"
    return _("Luisterpost made a mistake of its own. What was confirmed is kept; tell whoever looks after it: {what}").format(what=what)  # fmt: skip
