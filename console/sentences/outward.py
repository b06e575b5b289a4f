"""Words that leave the platform, by mail or in a file, as the outbox tells of them."""

from __future__ import annotations

from console.domain.outbox import FILE, Intent
from console.words import _


def outward_noun(intent: Intent) -> str:
    """What it is and for whom; "" for what stays on its platform."""
    if not intent.outside:
        return ""
    if intent.outside == FILE:
        return _("file for {name}").format(name=intent.recipient)
    return _("mail to {name}").format(name=intent.recipient)


def words_shown(intent: Intent) -> str:
    """What a list shows of its words. The message in a letter was covered; there it stays so, and its subject stands for it."""
    return intent.text.partition("\n")[0] if intent.outside else intent.text


def file_sentence(time: str) -> str:
    """How a file stands that a person hands over; `time`: when it was written, "" before that."""
    if time:
        return _("The file was written at {time}. Did you hand it over?").format(time=time)
    return _("You hand this over: we write the file where you say. Then say whether they have it.")
