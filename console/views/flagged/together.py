"""Several reported messages at once: brought forward, or given the same verdict after the count."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk.seat import Desk, Refused
from console.desk.together import give_together
from console.domain.conversation import MessageKey
from console.sentences.effects import together_said
from console.sentences.escalations import planned_together
from console.sentences.troubles import refusal_sentence
from console.views.flagged.judging import Judging
from console.views.flagged.round import FlaggedRound
from console.views.models.review_round import Outcome
from console.words import _, ngettext


def bring_forward(page: FlaggedRound, messages: Sequence[MessageKey]) -> None:
    """Those come next; what is read stays before the reviewer."""
    page.round.bring_forward(messages)
    page.show_list()
    page.strip.say(ngettext("{n} comes next.", "{n} come next.", len(messages)).format(n=len(messages)))


def judge_together(page: FlaggedRound, judging: Judging, desk: Desk, messages: Sequence[MessageKey]) -> None:
    """The chosen verdict for this message and those: the count first, and only then."""
    about = page.about
    judgement = None if about is None else judging.judgement(about)
    if about is None or judgement is None:
        page.strip.say(_("Choose the verdict first; then it can be given to all of them."), tone="warn")
        return
    everything, receivers = [about.message, *messages], page.known_receivers()
    try:
        made = planned_together(desk, everything, judgement, receivers, by_file=page.choice.by_file)
    except Refused as refused:
        page.strip.say(refusal_sentence(refused), tone="warn")
        return

    def give() -> None:
        decision = judging.tried(lambda: give_together(desk, made))
        if decision is None:
            return
        page.noting.given()
        for one in made.plans:
            page.round.mark(one.about.message, Outcome.JUDGED, judging.last_said())
        page.round.advance()
        judging.after_decision(_("{n} judged").format(n=len(made.plans)))
        judging.hand_off([one for one in decision.intents if one.outside])

    yes = ngettext("Judge {n}", "Judge all {n}", len(made.plans)).format(n=len(made.plans))
    said = together_said(made, judgement, desk.undo_ms // 1000, receivers, desk.store.now_ms())
    page.strip.say(said, [(yes, give), (_("Leave it"), page.strip.hide)])
