"""A plan of a verdict is kept while it holds, and no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.desk import verdicts
from console.desk.planned import Plans
from console.desk.seat import Desk, Refused
from console.domain.conversation import MessageKey, MessageState
from console.domain.verdicts import Action, Judgement
from tests.houses import House, house, key

STAND = Judgement(Action.KEEP)
MESSAGE = MessageKey(key("message", "flyers"))


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    made.say("flyers", "Ruil je weekend", by="dirk")
    made.say("roosters", "Wie ruilt er?", by="fatma")
    made.report("r1", "flyers", ago_ms=60_000)
    return made


def test_it_is_made_once_while_nothing_is_written(of: House) -> None:
    plans = Plans(of.desk)
    made = plans.plan(MESSAGE, STAND)
    assert plans.plan(MESSAGE, Judgement(Action.KEEP)) is made
    assert plans.plan(MESSAGE, Judgement(Action.KEEP, note="Hoort hier")) is not made


@pytest.mark.parametrize("who", ["the platform", "somebody here"])
def test_what_anybody_writes_makes_it_anew(of: House, who: str) -> None:
    plans = Plans(of.desk)
    made = plans.plan(MESSAGE, STAND)
    if who == "the platform":
        of.say("flyers", "Ruil je weekend, en geef dit door", by="dirk")
    else:
        verdicts.give(Desk(of.store, "Daan"), MESSAGE, STAND)
    again = plans.plan(MESSAGE, STAND)
    assert again.about != made.about
    assert again == verdicts.plan(of.desk, MESSAGE, STAND)


def test_a_verdict_on_words_that_changed_meanwhile_is_not_given(of: House) -> None:
    plans = Plans(of.desk)
    made = plans.plan(MESSAGE, STAND)
    seen = verdicts.AsSeen(made.about.text_hash, "")
    of.say("flyers", "Iets heel anders", by="dirk")
    with pytest.raises(Refused, match="changed_since"):
        verdicts.give_planned(of.desk, plans.plan(MESSAGE, STAND), as_seen=seen)


def test_what_was_refused_is_looked_at_once_more(of: House) -> None:
    plans, hide = Plans(of.desk), Judgement(Action.HIDE)
    for _time in range(2):
        with pytest.raises(Refused, match="no_policy"):
            plans.plan(MESSAGE, hide)
    of.say("flyers", "Ruil je weekend", by="dirk", state=MessageState.DELETED)
    with pytest.raises(Refused, match="gone"):
        plans.plan(MESSAGE, STAND)
