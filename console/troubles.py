"""What can go wrong on this side, in plain words: what happened, what is kept, what to do."""

from __future__ import annotations

from console.desk.seat import Refused
from console.domain.query import HAS, IS, NAMES, QueryError
from console.sentences import kind_verb, platform_title
from console.settings import BrokenSettings
from console.store.connection import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)
from console.words import _


def store_sentence(error: StoreError) -> str:
    match error:
        case StoreFull():
            return _("The disk is full. What you decided before is kept; make room and try again.")
        case StoreReadOnly():
            return _("We may not write in {path}. Choose another folder with --home, or ask for the right to write.").format(path=error.path.parent)  # fmt: skip
        case StoreTooNew():
            return _("A newer Luisterpost wrote {file}. Install that version; nothing was changed.").format(file=error.path.name)  # fmt: skip
        case StoreDamaged() if error.path.name == "cache.db":
            return _("The copy of the conversations is damaged. Run ‘luisterpost doctor’: it is collected again, and your decisions stay.")  # fmt: skip
        case StoreDamaged():
            return _("The file of your decisions is damaged. Leave it as it is and put a backup of it in place.")
        case StoreBusy():
            return _("Another program keeps {file} locked. Close it and try again.").format(file=error.path.name)
        case _:
            return str(error)


def settings_sentence(error: BrokenSettings) -> str:
    return _("The settings in {file} can't be read ({where}): {what}. Mend that line, or take it out to get the default back.").format(file=error.file, where=error.where, what=error.what)  # fmt: skip


def query_sentence(error: QueryError) -> str:
    """What is wrong with a query, and at which character."""
    at = error.at + 1
    match error.code:
        case "unknown_field":
            return _("‘{value}:’ at {at} is no field. The fields are {names}.").format(value=error.value, at=at, names=", ".join(NAMES))  # fmt: skip
        case "unknown_is":
            return _("‘is:{value}’ at {at} doesn't exist. Choose one of {names}.").format(value=error.value, at=at, names=", ".join(IS))  # fmt: skip
        case "unknown_has":
            return _("‘has:{value}’ at {at} doesn't exist. Choose one of {names}.").format(value=error.value, at=at, names=", ".join(HAS))  # fmt: skip
        case "bad_date":
            return _("‘{value}’ at {at} is no date. Write 2026-11-24, 24-11-2026, today or 7d.").format(value=error.value, at=at)  # fmt: skip
        case "open_quote":
            return _("The quote at {at} isn't closed.").format(at=at)
        case _:
            return _("Something is missing at {at}.").format(at=at)


def refusal_sentence(error: Refused) -> str:
    match error.code:
        case "no_thread" | "no_message":
            return _("That conversation isn't here any more.")
        case "no_way":
            return _("{platform} has no ‘{verb}’.").format(
                platform=platform_title(str(error.facts["platform"])), verb=kind_verb(str(error.facts["kind"]))
            )
        case "empty":
            return _("There is nothing in it yet.")
        case "too_long":
            return _("It is {n} bytes too long for this platform.").format(n=error.facts["over"])
        case "nothing_to_undo":
            return _("There is nothing to take back.")
        case "already_undone":
            return _("That was taken back already.")
        case "not_yours":
            return _("{name} decided that. Only they can take it back.").format(name=error.facts["by"])
        case "nothing_held":
            return _("Nothing waits for approval in this conversation.")
        case _:
            return _("There is no such item in the outbox.")
