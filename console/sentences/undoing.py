"""What taking a decision back came to, in a sentence or two."""

from __future__ import annotations

from console.desk.undo import Undone
from console.domain.outbox import Kind
from console.sentences.shown import what_happened
from console.words import _, ngettext, number

_STAY = frozenset({Kind.REPLY, Kind.WRITE, Kind.SETTLE})  # what has no inverse on any platform


def undone_said(undone: Undone) -> str:
    """What taking a decision back came to: also what stays on the platform all the same, and what isn't sent again."""
    said = [_("Taken back: {what}.").format(what=what_happened(undone.undid))]
    if undone.count > 1:
        said.append(
            ngettext("{n} decision at once.", "{n} decisions at once.", undone.count).format(n=number(undone.count))
        )
    kinds = {intent.kind for intent in undone.remains}
    if kinds & _STAY or undone.stays:
        said.append(_("What had left stays there: closed reports, a sent answer."))
    if kinds - _STAY:
        said.append(_("What was done to the message can't be taken back on the platform."))
    if undone.holds is not None:
        said.append(
            _("On the platform nothing changes: what {name} decided about it stands.").format(name=undone.holds.by)
        )
    if undone.left_out:
        said.append(_("The answer isn't sent again: its words were changed or sent since."))
    return " ".join(said)
