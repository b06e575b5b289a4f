"""A platform that accepts and does nothing: found by what it shows afterwards, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.desk import replies, verdicts
from console.domain.conversation import MessageKey, MessageState, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Intent, Kind, State
from console.domain.verdicts import Action, Judgement
from console.store.read import judged, outbox
from tests.desk.there import There, reported
from tests.houses import key

THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)


@pytest.fixture
def there(tmp_path: Path) -> There:
    return reported(tmp_path, "Privacy")


@pytest.fixture
def deaf(there: There, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on the platform says yes to everything and changes nothing."""

    def becomes() -> None:
        monkeypatch.setattr(there.adapter._world, "change", lambda post, **columns: None)  # type: ignore[attr-defined]

    return becomes


def state_there(there: There) -> str:
    return str(there.world.post("vraag")["state"])


def hide(there: There) -> Intent:
    return replies.act(there.here.desk, Kind.HIDE, THREAD, MESSAGE).intents[0]


def test_the_fault_is_really_there(there: There, deaf: Callable[[], None]) -> None:
    deaf()
    performed: Any = asyncio.run(there.adapter.perform(hide(there)))
    assert performed.message == MESSAGE, "it says that it did it"
    assert state_there(there) == "visible"


def test_what_was_accepted_and_not_done_is_not_called_sent(there: There, deaf: Callable[[], None]) -> None:
    deaf()
    intent = hide(there)
    there.deliver()
    found = there.intent(intent)
    assert (found.state, found.error_words) == (State.FAILED, "not_taken")
    assert [row.intent.id for row in outbox.intents(there.here.store)] == [intent.id], "it waits for a person"
    message = there.here.store.read("SELECT state, shown_state FROM message_shown WHERE key = :key", {"key": MESSAGE})[
        0
    ]
    assert (message["state"], message["shown_state"]) == (MessageState.VISIBLE, MessageState.VISIBLE)


def test_what_a_verdict_took_away_and_is_shown_again_waits_for_a_person(there: There) -> None:
    verdict = Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),))
    given = verdicts.give(there.here.desk, MESSAGE, verdict)
    for _intent in given.intents:
        there.deliver()
    assert {there.state(intent) for intent in given.intents} == {State.SENT}
    there.pull()
    assert judged.waiting(there.here.store) == []
    there.world.change("vraag", state="visible")  # it never stuck, or somebody there put it back
    there.pull()
    assert [(one.message, one.again) for one in judged.waiting(there.here.store)] == [(MESSAGE, True)]
    again = verdicts.give(there.here.desk, MESSAGE, verdict)
    assert judged.waiting(there.here.store) == [], "it is being hidden once more"
    for _intent in again.intents:
        there.deliver()
    assert state_there(there) == "hidden"


def test_what_we_showed_again_ourselves_doesnt_wait(there: There) -> None:
    given = verdicts.give(there.here.desk, MESSAGE, Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),)))
    for _intent in given.intents:
        there.deliver()
    there.here.clock.forward(60_000)
    replies.act(there.here.desk, Kind.UNHIDE, THREAD, MESSAGE)
    assert judged.waiting(there.here.store) == []
    there.deliver()
    there.pull()
    assert judged.waiting(there.here.store) == []
