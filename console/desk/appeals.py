"""Appeals: somebody objects to a verdict, and it is judged anew, by somebody else than who gave it."""

from __future__ import annotations

from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey
from console.domain.triage import What
from console.store.read import judged
from console.store.read.seen import look
from console.store.write import drafts
from console.store.write.decisions import NewEvent, append

MOST_CHARS = 20_000  # of what its author says


def appeal(desk: Desk, message: MessageKey, text: str, asked: str = "") -> Decision:
    """Open a judged message again, with its author's words.

    asked   who judges it first, "" for anybody but who gave the verdict; the conversation is given to them
    raises  Refused: no_message, not_judged, appealed_already, empty, too_many_chars (facts: n, most), same_person (facts: who)
    """
    about = judged.reported(desk.store, message)
    seen = None if about is None else look(desk.store, about.thread, message)
    if about is None or seen is None:
        raise Refused("no_message")
    verdict = about.verdict
    if verdict is None:
        raise Refused("not_judged")
    if about.appeal is not None:
        raise Refused("appealed_already")
    if not text.strip():
        raise Refused("empty")
    if len(text.strip()) > MOST_CHARS:
        raise Refused("too_many_chars", n=len(text.strip()), most=MOST_CHARS)
    who = asked.strip()
    if who == verdict.by:
        raise Refused("same_person", who=who)
    payload = {
        "author": about.author, "text": text.strip(), "asked": who, "verdict": verdict.key, "judged_by": verdict.by,
        "seen": seen.payload,
    }  # fmt: skip
    event = NewEvent(about.thread, What.APPEAL, desk.moderator, message, seen.seen.version, payload=payload)
    decision = Decision(append(desk.store, [event])[0].key, about.thread, What.APPEAL)
    drafts.save(desk.store, about.thread, drafts.appealing(message), "", over=text)
    return decision
