"""What was taken along for the road, in words: how far it is, what is in the bag, and what isn't and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.sentences.shown import error_sentence
from console.sentences.troubles import picture_sentence
from console.words import _, ngettext, number


def packing_words(how: Mapping[str, Any]) -> str:
    """How far it is."""
    if how.get("what") != "packing":
        return _("Collecting what is new …")
    return _("For the road: {done} of {of} conversations, {pictures} pictures, {size}").format(
        done=number(how["done"]), of=number(how["of"]), pictures=number(how["pictures"]), size=megabytes(how["bytes"])
    )


def packed_words(found: Mapping[str, Any]) -> str:
    """What was taken along, in whole sentences."""
    threads = ngettext("{n} conversation", "{n} conversations", found["threads"]).format(n=number(found["threads"]))
    people = ngettext("{n} person", "{n} people", found["people"]).format(n=number(found["people"]))
    pictures = ngettext("{n} picture", "{n} pictures", found["pictures"]).format(n=number(found["pictures"]))
    said = [_("Taken along: {threads}, {people}, {pictures} ({size}).").format(
        threads=threads, people=people, pictures=pictures, size=megabytes(found["bytes"]))]  # fmt: skip
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


def missed_lines(missed: Sequence[Mapping[str, Any]]) -> list[str]:
    """What isn't here, and why."""
    return [_missed(one) for one in missed]


def _missed(one: Mapping[str, Any]) -> str:
    if one["what"] == "connection":
        return f"{one['name']}: {error_sentence(one['why'], one['title'], one['words'], one['code'])}"
    why = _hole(one["why"]) if one["what"] == "context" else _picture(one["why"])
    name = f" · {one['name']}" if one["name"] else ""
    return f"{one['title']}{name}: {why}"


def _picture(code: str) -> str:
    if code == "over_limit":
        return _("doesn't fit within the limit of the settings.")
    if code == "no_way":
        return _("pictures of this platform can't be fetched.")
    return picture_sentence(code)


def _hole(code: str) -> str:
    match code:
        case "before":
            return before_words()
        case "shortened":
            return _("a message is shortened: this is what we were told of it.")
        case _:
            return _("a message could not be read.")


def before_words() -> str:
    """In the place of what a conversation began with."""
    return _(
        "what was said before isn't collected; it is older than what this connection brings, or the platform keeps it."
    )


def megabytes(size_bytes: int) -> str:
    return _("{n} MB").format(n=f"{size_bytes / 1_000_000:.1f}")
