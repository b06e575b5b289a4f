"""What was taken along for the road, in words: how far it is, what is in the bag, and what isn't and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.sentences.shown import error_sentence
from console.sentences.troubles import picture_sentence
from console.words import _, ngettext, number, size


def packing_words(how: Mapping[str, Any]) -> str:
    """How far it is."""
    if how.get("what") != "packing":
        return _("Collecting what is new …")
    return _("For the road: {done} of {of} conversations, {pictures} pictures, {size}").format(
        done=number(how["done"]), of=number(how["of"]), pictures=number(how["pictures"]), size=size(how["bytes"])
    )


def packed_words(found: Mapping[str, Any]) -> str:
    """What was taken along, in whole sentences."""
    threads = _conversations(found["threads"], found["of"])
    people = ngettext("{n} person", "{n} people", found["people"]).format(n=number(found["people"]))
    pictures = ngettext("{n} picture", "{n} pictures", found["pictures"]).format(n=number(found["pictures"]))
    said = [_("Taken along: {threads}, {people}, {pictures} ({size}).").format(
        threads=threads, people=people, pictures=pictures, size=size(found["bytes"]))]  # fmt: skip
    if found["full"]:
        said.append(_("The disk is nearly full, so we stopped: what you decide on the road needs room too. What was here is as it was; make room and take along again."))  # fmt: skip
    elif found["stopped"]:
        said.append(_("Stopped. What was fetched until then stays."))
    left = found["missed_count"]
    if left:
        said.append(ngettext("{n} thing is not here.", "{n} things are not here.", left).format(n=number(left)))
    elif not found["full"] and not found["stopped"]:
        said.append(_("All of it is here."))
    return " ".join(said)


def _conversations(taken: int, of: int) -> str:
    if taken < of:
        return _("{n} of {of} conversations").format(n=number(taken), of=number(of))
    return ngettext("{n} conversation", "{n} conversations", taken).format(n=number(taken))


def missed_lines(missed: Sequence[Mapping[str, Any]]) -> list[str]:
    """What isn't here, and why."""
    return [_missed(one) for one in missed]


def _missed(one: Mapping[str, Any]) -> str:
    if one["what"] == "connection":
        return f"{one['name']}: {error_sentence(one['why'], one['title'], one['words'], one['code'])}"
    why = _hole(one["why"], one["code"]) if one["what"] == "context" else _picture(one["why"])
    name = f" · {one['name']}" if one["name"] else ""
    return f"{one['title']}{name}: {why}"


def _picture(code: str) -> str:
    if code == "over_limit":
        return _("doesn't fit within the limit of the settings.")
    if code == "no_way":
        return _("pictures of this platform can't be fetched.")
    return picture_sentence(code)


def _hole(code: str, why: str) -> str:
    match code:
        case "before" | "between":
            return _not_fetched(why)
        case "shortened":
            return _("a message is shortened: this is what we were told of it.")
        case "unnamed":
            return _("the platform doesn't tell who said something in it.")
        case _:
            return _("a message could not be read.")


def _not_fetched(why: str) -> str:
    """Why what a conversation began with isn't here; the codes are those of `Packing` and of `sync.pictures.reason`."""
    match why:
        case "no_way":
            return _("what was said before isn't here: nothing older can be fetched from this platform.")
        case "over_limit":
            return _("what was said before doesn't fit within the limit of the settings.")
        case "very_long":
            return _("it is very long: a part of it was fetched.")
        case "not_shown" | "gone":
            return _("what was said before is no longer on the platform, or isn't shown to this account.")
        case "forbidden":
            return _("this account may not read what was said before.")
        case "offline":
            return _("what was said before isn't here: the platform didn't answer.")
        case "signed_out":
            return _("what was said before isn't here: sign in again first.")
        case "busy":
            return _("what was said before isn't here: the platform asks us to wait.")
        case _:
            return _("what was said before isn't here: the platform gave no answer that we understand.")


def before_words(hole: str, *, can_be_fetched: bool) -> str:
    """In the place of what is missing of a conversation: "before" what it began with, "between" something of it."""
    if hole == "between":
        return _("Older messages of this conversation may be missing: this connection doesn't go back that far. For the road (W) fetches them.")  # fmt: skip
    if can_be_fetched:
        return _("What was said before isn't collected: it is older than what this connection brings. For the road (W) fetches it, if the platform still has it.")  # fmt: skip
    return _("What was said before isn't here: it is older than what this connection brings, and nothing older can be fetched from this platform.")  # fmt: skip
