"""Writing down what somebody answered that a message was passed on to: it is settled, or it comes back."""

from __future__ import annotations

from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey
from console.domain.triage import What
from console.store.read.passed_on import passed_on
from console.store.write.decisions import NewEvent, append


def record(desk: Desk, message: MessageKey, text: str, *, closes: bool, who: str = "") -> Decision:
    """What they answered, in the words of whoever heard it.

    closes  nothing is left to do: its reports are upheld. Else it waits for a verdict again
    who     who answered, where that isn't whom it was passed on to
    raises  Refused: not_passed_on; empty, where it comes back without a word
    """
    verdict = passed_on(desk.store, message)
    if verdict is None:
        raise Refused("not_passed_on")
    if not text.strip() and not closes:
        raise Refused("empty")
    payload = {
        "from": who.strip() or str(verdict.payload.get("to", "")), "text": text.strip(), "closes": closes,
        "verdict": verdict.key, "mail": "",
    }  # fmt: skip
    event = NewEvent(verdict.thread, What.ANSWER, desk.moderator, message, payload=payload)
    return Decision(append(desk.store, [event])[0].key, verdict.thread, What.ANSWER)
