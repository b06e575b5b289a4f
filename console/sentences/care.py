"""What stands in the place of a heavy message, and what is said to whoever reviews many of them."""

from __future__ import annotations

from console.domain.care import Heavy
from console.words import _, ngettext


def heavy_line(heavy: Heavy, space: str, pictures: int) -> str:
    """A heavy message in one line: what, from where. Nothing of its own words."""
    if heavy.reported_as:
        said = _("Reported as ‘{reason}’, in ‘{space}’").format(reason=heavy.reported_as, space=space)
    else:
        said = _("With the word ‘{word}’ of your list, in ‘{space}’").format(word=heavy.word, space=space)
    if pictures:
        said += ngettext(", with {n} picture", ", with {n} pictures", pictures).format(n=pictures)
    return said


def heavy_title(heavy: Heavy) -> str:
    """In the place of a title, and of the first words of a conversation."""
    if heavy.reported_as:
        return _("Covered: reported as ‘{reason}’").format(reason=heavy.reported_as)
    return _("Covered: with the word ‘{word}’ of your list").format(word=heavy.word)


def limit_line(opened: int) -> str:
    """At the limit a person set."""
    return ngettext(
        "You opened {n} heavy message today, as many as you set. Take a break when you like; the rest can wait or go to a colleague.",
        "You opened {n} heavy messages today, as many as you set. Take a break when you like; the rest can wait or go to a colleague.",
        opened,
    ).format(n=opened)
