"""The same verdict on several messages: counted first, one decision, and one undo for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.desk.seat import Decision, Desk, Refused
from console.desk.verdicts import Plan, Step, passing_on, plan, prepared
from console.domain.conversation import MessageKey
from console.domain.triage import What
from console.domain.verdicts import Judgement
from console.store.read.judged import Waiting
from console.store.read.records import waiting_by
from console.store.write.clock import new_key
from console.store.write.decisions import append


@dataclass(frozen=True, slots=True)
class Together:
    """What giving a verdict to all of them would do, and why some of them are left out."""

    plans: tuple[Plan, ...]
    left_out: tuple[tuple[MessageKey, Refused], ...]

    @property
    def messages(self) -> list[MessageKey]:
        return [one.about.message for one in self.plans]

    @property
    def letter(self) -> Step | None:
        """What goes to whom they are passed on to: one for all of them, of which the first makes the intent."""
        return next((step for one in self.plans[:1] for step in one.steps if step.outside), None)


def of_author(everything: Sequence[Waiting], waiting: Waiting) -> list[MessageKey]:
    """What else waits of the same author, over all platforms."""
    return [one.message for one in everything if one.who == waiting.who and one.message != waiting.message]


def by_reporter(desk: Desk, everything: Sequence[Waiting], waiting: Waiting, reporter: str) -> list[MessageKey]:
    """What else waits that the same person reported on this platform."""
    listed = {one.message for one in everything} - {waiting.message}
    return [key for key in waiting_by(desk.store, reporter, waiting.message.partition(":")[0]) if key in listed]


def plan_together(desk: Desk, messages: Sequence[MessageKey], judgement: Judgement) -> Together:
    """Letters to authors and reporters stay behind: each would have to be read before it leaves."""
    alone = replace(judgement, to_author="", to_reporter="", outside="")
    plans: list[Plan] = []
    left_out: list[tuple[MessageKey, Refused]] = []
    for message in dict.fromkeys(messages):
        try:
            made = plan(desk, message, alone)
            if made.first is not None:
                raise Refused("second_first", who=made.first)
            plans.append(made)
        except Refused as refused:
            left_out.append((message, refused))
    return Together(tuple(plans), tuple(left_out))


def with_letter(desk: Desk, made: Together, judgement: Judgement) -> Together:
    """The same with the one letter of this judgement about all of them, where it has one.

    Raises Refused: no_mail, too_long.
    """
    if not (made.plans and judgement.outside):
        return made
    first, *rest = made.plans
    beside = tuple((one.about.message, "" if one.gone else one.about.text_hash) for one in rest)
    step = replace(passing_on(desk, judgement), beside=beside)
    return replace(made, plans=(replace(first, steps=(step, *first.steps)), *rest))


def give_together(desk: Desk, together: Together, *, undo: bool = True) -> Decision:
    """All these verdicts in one transaction. Raises Refused("nothing_left") where none of them can be given."""
    if not together.plans:
        raise Refused("nothing_left")
    made = give_each(desk, together.plans, undo=undo)
    intents = tuple(intent for one in made for intent in one.intents)
    return Decision(made[0].event, made[0].thread, What.VERDICT, intents)


def give_each(desk: Desk, plans: Sequence[Plan], mark: str = "", *, undo: bool = True) -> list[Decision]:
    """The same, each with its decision. `mark`: that of a larger decision which these are a part of."""
    keys = [new_key() for _plan in plans]
    mark = mark or (keys[0] if len(keys) > 1 else "")
    made = [prepared(desk, one, key, undo=undo, together=mark) for key, one in zip(keys, plans, strict=True)]
    append(desk.store, [event for event, _sent in made], [intent for _event, sent in made for intent in sent])
    return [Decision(event.key, event.thread, What.VERDICT, tuple(sent)) for event, sent in made]
