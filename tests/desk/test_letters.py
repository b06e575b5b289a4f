"""Letters with a verdict, and what several verdicts together say that can't be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.desk import letters, together, verdicts
from console.domain.conversation import MessageKey, Report, ReportKey, Space
from console.domain.house_policies import HousePolicy
from console.domain.letters import Letter, To, Unfilled
from console.domain.platform import capabilities
from console.domain.verdicts import Action, Judgement
from console.sentences.effects import together_said
from console.store.read import judged
from console.store.write import connections
from tests.houses import CONNECTION, SPACE, House, house, key

MESSAGE = MessageKey(key("message", "vraag"))
THANKS = Letter(To.REPORTER, "Thanks", "Dag {reporter}, dank voor je melding in {space}.")
SPAM = HousePolicy(6, "Spam")


@pytest.fixture
def of(tmp_path: Path) -> House:
    """Three reported it, one of whom nobody knows; what is removed there stays removed."""
    made = house(tmp_path)
    made.say("vraag", "Koop nu.")
    can = capabilities(delete="api", write="api")
    connections.put_spaces(made.store, CONNECTION, [(Space(SPACE, "plein", "Het plein"), can)])
    for name in ("Joris", "Roos"):
        made.apply(Report(ReportKey(name), MESSAGE, made.clock.now, "Spam", reporter=name))
    made.report("unknown", "vraag")
    return made


def test_each_of_several_reporters_gets_the_letter_with_their_own_name(of: House) -> None:
    about = judged.reported(of.store, MESSAGE)
    assert about is not None
    words = letters.written(of.desk, THANKS, about, ())
    given = verdicts.give(of.desk, MESSAGE, Judgement(Action.KEEP, to_reporter=words))
    sent = {intent.recipient: intent.text for intent in given.intents if intent.recipient}
    assert sent == {
        "Joris": "Dag Joris, dank voor je melding in Het plein.",
        "Roos": "Dag Roos, dank voor je melding in Het plein.",
    }


def test_the_author_is_never_told_who_of_several_reported(of: House) -> None:
    about = judged.reported(of.store, MESSAGE)
    assert about is not None
    with pytest.raises(Unfilled):
        letters.written(of.desk, Letter(To.AUTHOR, "Hidden", "{reporter} meldde dit."), about, ())


def test_one_verdict_on_several_says_what_cannot_be_put_back(of: House) -> None:
    judgement = Judgement(Action.DELETE, (SPAM,))
    said = together_said(together.plan_together(of.desk, [MESSAGE], judgement), judgement, 10, [], of.clock.now)
    assert "One undo takes all of it back for 10 s. After that 1 can't be put back there." in said
    keep = Judgement(Action.KEEP)
    said = together_said(together.plan_together(of.desk, [MESSAGE], keep), keep, 10, [], of.clock.now)
    assert "One undo takes all of it back." in said
