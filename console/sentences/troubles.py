"""What can go wrong on this side, in plain words: what happened, what is kept, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk.seat import Refused
from console.domain.letters import VARIABLES, Unfilled
from console.domain.outbox import NotPossible
from console.domain.query import HAS, IS, NAMES, QueryError
from console.house_texts import BrokenHouseText, InUse
from console.sentences.duty import people_sentence
from console.sentences.platform_troubles import trouble
from console.sentences.shown import clock, kind_verb, platform_title
from console.settings import BrokenSettings
from console.store.backup import Restored
from console.store.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreReadOnly, StoreTooNew
from console.words import _


def restored_sentence(restored: Restored, now_ms: int) -> str:
    """A damaged ledger was made again: from what, and what to look at."""
    if not restored.whole:
        return _("Your decisions file was damaged, and a part of its journal too. What could be read is back; nothing leaves until you have looked at the outbox and let it go. The damaged file is kept as {file}.").format(file=restored.aside)  # fmt: skip
    if restored.backup_ms is None:
        return _("Your decisions file was damaged. It was made again from its journal: no decision and no word lost.")
    return _("Your decisions file was damaged. The {time} backup is back, and all since from its journal: no decision and no word lost.").format(time=clock(restored.backup_ms, now_ms))  # fmt: skip


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
            return _("The file of your decisions is damaged. Close Luisterpost and run ‘luisterpost doctor’: it puts the last backup back, with all that was decided since.")  # fmt: skip
        case StoreBusy():
            return _("Another program keeps {file} locked. Close it and try again.").format(file=error.path.name)
        case _:
            return str(error)


def settings_sentence(error: BrokenSettings) -> str:
    """What is wrong in the settings, where, and how to mend it."""
    if error.code == "not_allowed":
        return _("We may not read {file}. Ask for the right to read it, or take it away to get the defaults back.").format(file=error.file)  # fmt: skip
    line = error.facts.get("line")
    where = error.where or (_("line {n}").format(n=line) if line else "")
    place = f"{error.file} ({where})" if where else str(error.file)
    return _("The settings can't be read: {place}. {what} Mend it there, or take it out to get the default back.").format(place=place, what=_settings_what(error))  # fmt: skip


def _settings_what(error: BrokenSettings) -> str:
    value, near = error.facts.get("value"), error.facts.get("near")
    match error.code:
        case "not_toml":
            return _("What stands there is no ‘name = value’.")
        case "not_utf8":
            return _("It isn't plain text in UTF-8.")
        case "unknown_section" | "unknown_name" if near:
            return _("We don't know that name; do you mean ‘{near}’?").format(near=near)
        case "unknown_section" | "unknown_name":
            return _("We don't know that name.")
        case "not_a_section":
            return _("Write it under a line with [{name}].").format(name=near)
        case "not_one_of":
            return _("‘{value}’ is not one of {choices}.").format(value=value, choices=error.facts["choices"])
        case "not_a_number":
            return _("A number from {least} to {most} belongs there.").format(
                least=f"{error.facts['least']:g}", most=f"{error.facts['most']:g}"
            )
        case "not_yes_or_no":
            return _("true or false belongs there.")
        case "not_a_text":
            return _("A text in quotes belongs there.")
        case "not_a_list":
            return _('A list of texts belongs there, like ["one", "two"].')
        case "bad_timezone":
            return _("‘{value}’ is no time zone; one looks like Europe/Amsterdam.").format(value=value)
        case "bad_span":
            return _("‘{value}’ are no hours; they look like 08:30-17:00.").format(value=value)
        case "overlap":
            return _("The hours of that day overlap or stand in the wrong order.")
        case "unknown_country":
            return _("‘{value}’ is no country whose holidays we know; one looks like NL.").format(value=value)
        case "bad_person" | "no_name" | "same_name" | "bad_mail" | "bad_hours":
            return people_sentence(error.code, str(value))
        case _:
            return _("It looks like {example}.").format(example='{ level = "today", within = 480 }')


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
        case "too_long":
            return _("That is too long from {at} on: at most {n} words and fields.").format(at=at, n=error.value)
        case "bad_next":
            return _("‘{value}’ is no ‘next’ of a page before.").format(value=error.value)
        case "open_quote":
            return _("The quote at {at} isn't closed.").format(at=at)
        case _:
            return _("Something is missing at {at}.").format(at=at)


def failed_sentence(error: Refused | NotPossible | StoreError) -> str:
    """Why nothing came of a verb of the desk."""
    if isinstance(error, StoreError):
        return store_sentence(error)
    return refusal_sentence(error) if isinstance(error, Refused) else _("That can't be done with it any more.")


def refusal_sentence(error: Refused) -> str:
    match error.code:
        case "no_thread" | "no_message":
            return _("That conversation isn't here any more.")
        case "no_way" if error.facts.get("standing") in ("left", "moved"):
            code = "room_moved" if error.facts["standing"] == "moved" else "not_in_room"
            return trouble(code, platform_title(str(error.facts["platform"])))
        case "no_way":
            return _("{platform} has no ‘{verb}’.").format(
                platform=platform_title(str(error.facts["platform"])), verb=kind_verb(str(error.facts["kind"]))
            )
        case "empty":
            return _("There is nothing in it yet.")
        case "too_long":
            return _("It is {n} bytes too long for this platform.").format(n=error.facts["over"])
        case "too_many_chars":
            return _(
                "These are {n} characters, and at most {most} are kept. Make it shorter; nothing was lost."
            ).format(n=error.facts["n"], most=error.facts["most"])
        case "too_much_in_hand":
            return _(
                "That is more than one file holds: at most {threads} conversations, and {most} characters of one text. Nothing was handed over."
            ).format(threads=error.facts["threads"], most=error.facts["most"])
        case "pasted_before":
            return _("That is here already, with the same words. Nothing has changed.")
        case "nothing_to_undo":
            return _("There is nothing to take back.")
        case "already_undone":
            return _("That was taken back already.")
        case "say_first":
            return _("You opened the browser for this. Say first whether it is done; then it can be taken back.")
        case "opened_already":
            return _(
                "The browser was opened for this already, in another window. Say there, or here, whether it is done."
            )
        case "not_yours":
            return _("{name} decided that. Only they can take it back.").format(name=error.facts["by"])
        case "gone":
            return _("The message isn't on the platform any more. Its reports are void.")
        case "not_judged":
            return _("Nobody judged this message yet: there is nothing to appeal against.")
        case "appealed_already":
            return _("There is an appeal on this message already; it waits for a verdict.")
        case "same_person":
            return _("{name} gave the verdict. Ask somebody else first.").format(name=error.facts["who"])
        case "second_first" if error.facts["who"]:
            return _("You gave the verdict this appeal is against: {name} is asked first. Nothing was decided.").format(name=error.facts["who"])  # fmt: skip
        case "second_first":
            return _("You gave the verdict this appeal is against: somebody else is asked first. Nothing was decided.")
        case "nothing_in_hand":
            return _("You have nothing in hand: no assignments, drafts, snoozes or notes on what is open.")
        case "not_ours":
            return _("Somebody else wrote that: only what we wrote ourselves can be changed. Nothing was sent.")
        case "to_yourself":
            return _("That is you. Name the colleague who takes it over.")
        case "short_passphrase":
            return _("Choose a passphrase of at least {n} characters.").format(n=error.facts["least"])
        case "taken_before":
            return _("What {name} handed over in this file is here already. Nothing has changed.").format(
                name=error.facts["by"]
            )
        case "your_own":
            return _("You made this file yourself. It is for the colleague who takes over.")
        case "no_policy":
            return _("Choose the policy first: hiding and removing need one.")
        case "nothing_left":
            return _("None of them can be judged like this. Nothing was decided.")
        case "no_receiver":
            return _("Say to whom it is passed on.")
        case "no_mail":
            return _("No mailbox of yours can send this: connect one, or write a file to hand over.")
        case "not_passed_on":
            return _("This message isn't passed on to anybody: nobody can answer about it.")
        case "no_reporter":
            return _("Nobody knows who reported this: the platform doesn't say.")
        case "changed_since":
            return _("The message was changed while you judged it. Nothing was decided; look at it again.")
        case "not_waiting":
            return _("Nothing like that waits for you: see ‘luisterpost outbox --return’.")
        case "locked_since":
            return _("The conversation was closed while you judged it. Nothing was decided; look at it again.")
        case "decided_since" if error.facts["by"]:
            return _("{name} judged this in the meantime. Nothing of yours was written.").format(name=error.facts["by"])
        case "decided_since":
            return _("The verdict on this was taken back in the meantime. Nothing of yours was written.")
        case "no_person":
            return _("This person isn't held here any more.")
        case "one_person":
            return _("They are one person already.")
        case "one_identity":
            return _("This person is known in one place only: there is nothing to set apart.")
        case "theirs":
            return _("{name} has it.").format(name=error.facts["who"])
        case "said_since":
            return _("Something was said or removed there meanwhile.")
        case "reported_since":
            return _("It was reported meanwhile.")
        case "closed_since":
            return _("The conversation was closed meanwhile.")
        case "acted_since":
            return _("{name} decided on it meanwhile.").format(name=error.facts["by"])
        case "nothing_held":
            return _("Nothing waits for approval in this conversation.")
        case "nothing_reported":
            return _("Nothing is reported about this message, or it is settled already.")
        case _:
            return _("There is no such item in the outbox.")


def house_text_sentence(error: BrokenHouseText) -> str:
    """What is wrong in the policies or letters, where, and how to mend it."""
    if error.code in ("not_utf8", "not_allowed"):
        return _("{file} can't be read. It must be plain text in UTF-8 that we may read.").format(file=error.file)
    line = _("line {n}").format(n=error.line)
    place = f"{error.file} ({line})"
    match error.code:
        case "no_number":
            what = _("A policy begins with its number: ‘## 1. Privacy’.")
        case "twice":
            what = _("‘{value}’ stands there twice.").format(value=error.value)
        case "to_whom":
            what = _("A letter begins with whom it is for: ‘## To the author: Hidden’.")
        case "no_text":
            what = _("‘{value}’ has no text.").format(value=error.value)
        case _:
            what = _("No policy stands in it. One begins with ‘## 1. Privacy’.")
    return _("{place}: {what} Mend it there, or take the file away to get the default back.").format(place=place, what=what)  # fmt: skip


def in_use_sentence(used: InUse[object]) -> str:
    """What holds while a text of the house can't be read, and why it can't; "" where it can."""
    if used.broken is None:
        return ""
    if used.as_before:
        until = _("Until it is mended, it holds as it last could be read.")
    else:
        until = _("Until it is mended, the one that Luisterpost brings holds.")
    return f"{house_text_sentence(used.broken)} {until}"


def unfilled_sentence(error: Unfilled) -> str:
    """Why a letter doesn't leave."""
    if error.unknown:
        return _("The letter doesn't leave: nobody knows what {names} means. It may say {known}.").format(
            names=_braced(error.unknown), known=_braced(VARIABLES)
        )
    return _("The letter doesn't leave: {names} isn't known here. Choose another, or write it yourself.").format(
        names=_braced(error.empty)
    )


def _braced(names: Sequence[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def not_fetched() -> str:
    """In the place of what isn't here while there is no network."""
    return _("Not fetched; comes when there is a network.")


def picture_sentence(code: str) -> str:
    """Why a picture isn't shown; the codes are those of `console.sync.pictures` and of the adapters."""
    match code:
        case "" | "offline":
            return not_fetched()
        case "signed_out":
            return _("This picture isn't here yet: sign in again first.")
        case "busy":
            return _("This picture isn't here yet: the platform asks us to wait.")
        case "gone":
            return _("This picture is no longer on the platform.")
        case "forbidden":
            return _("This account may not see the picture.")
        case "too_big":
            return _("This picture is too large to fetch.")
        case "not_a_picture":
            return _("This file is no picture that we can show.")
        case "damaged":
            return _("This picture can't be shown: its file is damaged.")
        case "no_room":
            return _("No room to keep the picture: the disk is full.")
        case _:
            return _("Picture could not be fetched.")
