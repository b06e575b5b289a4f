"""Which decisions somebody means who types a word that the history shows: ‘hidden’ stands nowhere in what is kept of one."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.conversation import ThreadKey
from console.domain.outbox import Kind
from console.domain.triage import TriageEvent, What
from console.domain.verdicts import Action
from console.sentences.shown import kind_noun, what_happened
from console.sentences.verdicts import verdict_said
from console.store.folded import folded
from console.words import _

_SAYS_MORE = (What.VERDICT, What.ACT, What.SNOOZE)  # than what alone


def meant(words: Sequence[str]) -> dict[str, frozenset[str]]:
    """For each word the codes of what, action and kind whose sentence has a word that begins so."""
    named = _sentences() if words else []
    return {
        word: frozenset(code for code, said in named if any(one.startswith(folded(word)) for one in said))
        for word in words
    }


def _sentences() -> list[tuple[str, list[str]]]:
    """Each code with the words that decisions of its kind are shown with."""
    said = [(what.value, what_happened(_bare(what))) for what in What if what not in _SAYS_MORE]
    said += [(What.SNOOZE.value, _("snoozed until {time}"))]
    said += [(action.value, verdict_said({"action": action.value})) for action in Action]
    said += [(kind.value, kind_noun(kind.value)) for kind in Kind]
    return [(code, folded(sentence).split()) for code, sentence in said]


def _bare(what: What) -> TriageEvent:
    """One of these, about nobody."""
    return TriageEvent("", "", 0, 0, 0, "", ThreadKey(""), None, what)
