"""Opposite actions on one message, taken back in any order: the platform shows what the decisions that stand say, in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.desk import replies, undo, verdicts
from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Kind
from console.domain.verdicts import Action, Judgement
from console.sentences.undoing import undone_said
from console.store.read.outbox import intents as outbox
from tests.desk.there import There, reported
from tests.houses import key

THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)
POLICY = (HousePolicy(1, "Privacy van cliënten"),)
JUDGEMENTS = {
    "keep": Judgement(Action.KEEP), "hide": Judgement(Action.HIDE, POLICY), "delete": Judgement(Action.DELETE, POLICY),
}  # fmt: skip


@pytest.fixture
def there(tmp_path: Path) -> There:
    return reported(tmp_path, "Onbeleefd", settle_scale=1)


def state(there: There) -> str:
    return str(there.world.post("vraag")["state"])


class Story:
    """What several moderators did to one message, a step a word: `hide`, or `-0` for taking back the first step."""

    def __init__(self, there: There) -> None:
        self.there = there
        self.made: list[tuple[Desk, str]] = []

    def step(self, word: str, who: str) -> undo.Undone | None:
        self.there.here.clock.forward(1000)
        if word.startswith("-"):
            desk, event = self.made[int(word[1:])]
            undone = undo.undo(desk, event)
            self.made.append((desk, undone.decision.event))
            return undone
        desk = replace(self.there.here.desk, moderator=who)
        if word in JUDGEMENTS:
            self.made.append((desk, verdicts.give(desk, MESSAGE, JUDGEMENTS[word]).event))
        else:
            kind = Kind(word.removeprefix("just "))
            self.made.append((desk, replies.act(desk, kind, THREAD, MESSAGE).event))
        return None


def arrive(there: There) -> None:
    """All that is on its way is there; nobody is asked anything."""
    for _turn in range(6):
        if outbox(there.here.store):
            there.deliver()
    assert outbox(there.here.store) == []
    there.pull()


STORIES = [
    ("hide keep -0 -1", "hidden visible visible visible"),
    ("hide keep -1 -0", "hidden visible hidden visible"),
    ("hide keep -0 -1 -3 -2", "hidden visible visible visible visible visible"),
    ("hide keep -1 -2 -0 -1", "hidden visible hidden visible visible visible"),
    ("hide hide -0 -1", "hidden hidden hidden visible"),
    ("hide hide -1 -0", "hidden hidden hidden visible"),
    ("keep hide -0 -1", "visible hidden hidden visible"),
    ("hide delete -1 -0", "hidden deleted hidden visible"),
    ("hide delete -0 -1", "hidden deleted deleted visible"),
    ("hide keep hide -0 -2 -1", "hidden visible hidden hidden visible visible"),
    ("hide keep hide -2 -1 -0", "hidden visible hidden visible hidden visible"),
    ("hide keep hide -1 -2 -0", "hidden visible hidden hidden hidden visible"),
    ("just hide|just unhide|-0|-1", "hidden visible visible visible"),
    ("just hold|just approve|-0|-1|-2", "held visible visible visible held"),
]


SHORT = (0, 4, 7, 9)


# Some of them each time: the long form tells all, and tests/desk/test_any_history.py any other.
@pytest.mark.parametrize("at_once", [False, True], ids=["each arrives", "all on its way"])
@pytest.mark.parametrize(
    ("told", "expected"),
    [pytest.param(*one, id=one[0], marks=[] if n in SHORT else pytest.mark.long) for n, one in enumerate(STORIES)],
)
def test_the_platform_shows_what_the_decisions_that_stand_say(
    there: There, told: str, expected: str, *, at_once: bool
) -> None:
    story, states = Story(there), expected.split()
    for n, word in enumerate(told.split("|" if "|" in told else " ")):
        # One person's word on another's that is on its way still is a conflict, and asks.
        story.step(word, "Noor" if at_once else ("Noor", "Karin", "Bram")[n % 3])
        if not at_once:
            arrive(there)
            assert state(there) == states[n], f"after {word}"
    arrive(there)
    assert state(there) == states[-1]


def test_where_a_colleagues_decision_stands_nothing_is_done_and_that_is_said(there: There) -> None:
    story = Story(there)
    story.step("hide", "Noor")
    arrive(there)
    story.step("hide", "Karin")
    undone = story.step("-0", "")
    assert undone is not None
    assert undone.decision.intents == ()
    assert undone.holds is not None
    assert undone_said(undone).endswith("On the platform nothing changes: what Karin decided about it stands.")
    back = story.step("-1", "")
    assert back is not None
    assert [one.kind for one in back.decision.intents] == [Kind.UNHIDE]
    assert back.holds is None


def test_what_a_colleague_did_there_in_between_is_what_it_goes_back_to(there: There) -> None:
    story = Story(there)
    story.step("hide", "Noor")
    arrive(there)
    there.world.change("vraag", state="visible")
    there.pull()
    story.step("hide", "Noor")
    arrive(there)
    story.step("-1", "")
    arrive(there)
    assert state(there) == "visible", "though the first stands: somebody showed it again since"


def test_keeping_what_is_on_its_way_to_be_hidden_shows_it(there: There) -> None:
    story = Story(there)
    story.step("hide", "Noor")
    story.step("keep", "Noor")
    arrive(there)
    assert state(there) == "visible"
    story.step("hide", "Noor")
    arrive(there)
    story.step("keep", "Noor")
    story.step("hide", "Noor")
    arrive(there)
    assert state(there) == "hidden"


def test_a_conversation_is_closed_as_long_as_a_decision_says_so(there: There) -> None:
    story = Story(there)
    for word, locked in [("just lock", 1), ("just unlock", 0), ("-0", 0), ("-1", 0), ("-3", 0), ("-2", 0), ("-1", 1)]:
        story.step(word, "Noor")
        arrive(there)
        assert there.world.post("vraag")["locked"] == locked, word


def test_what_has_no_opposite_here_remains_and_is_said(there: There) -> None:
    story = Story(there)
    story.step("delete", "Noor")
    arrive(there)
    there.here.store.cache.exec_driver_sql(
        'UPDATE space SET capabilities = replace(capabilities, \'"restore": "api"\', \'"restore": "no"\')'
    )
    undone = story.step("-0", "")
    assert undone is not None
    assert Kind.DELETE in {one.kind for one in undone.remains}
    assert "can't be taken back on the platform" in undone_said(undone)
