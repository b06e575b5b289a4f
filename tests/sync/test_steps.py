"""One removal, several requests: what was done of it is never done again, whoever ends in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.adapters.contract import Tools
from console.adapters.memory import Memory
from console.desk import replies
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent, Kind, State
from console.domain.platform import Found, Performed, Unreachable
from console.store.connection import Store
from console.store.read import outbox
from console.store.read.since import Conflict, matters_since
from console.store.write import intents
from console.store.write.connections import NewConnection, put
from console.sync.connecting import Patience, adapter_for
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.houses import CONNECTION, US, House, house, key, world_with


class Killed(BaseException):
    """The process ends here."""


class ThreeRequests(Memory):
    """A removal here takes three; the process ends, or the line breaks, after so many of them."""

    done: list[str]
    ends_after: int
    end: BaseException

    async def perform(self, intent: Intent) -> Performed:
        for step in ("a", "b", "c"):
            if step in intent.steps:
                continue
            if len(self.done) == self.ends_after:
                raise self.end
            self.done.append(step)
            self._tools.confirmed(intent.id, step)
        return Performed(intent.message or "")

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        self.looked_at = intent.steps
        return await super().find_sent(replace(intent, kind=Kind.DELETE), matched)


def adapter_of(here: House, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, done: list[str],
               ends_after: int, end: BaseException) -> ThreeRequests:  # fmt: skip
    where = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
    put(store, NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", US, "Wij", 0, 0, where))
    from console.store.read.connections import connections

    monkeypatch.setattr("console.sync.connecting.find", lambda key: ThreeRequests)
    adapter = adapter_for(store, connections(store)[0], {}, Patience(settle_scale=0), here.clock)
    assert isinstance(adapter, ThreeRequests)
    adapter.done, adapter.ends_after, adapter.end = done, ends_after, end
    return adapter


@pytest.mark.parametrize("end", [Killed(), Unreachable()], ids=["killed", "answer lost"])
@pytest.mark.parametrize("ends_after", [0, 1, 2])
async def test_what_was_done_of_several_requests_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_after: int, end: BaseException
) -> None:
    here = house(tmp_path)
    world_with(str(tmp_path / "world.db"), here.clock)
    done: list[str] = []
    first = adapter_of(here, here.store, tmp_path, monkeypatch, done, ends_after, end)
    await Engine(here.store, CONNECTION, first, lambda ids: None).round(everything=True)
    thread = ThreadKey(key("message", "vraag"))
    made = replies.act(here.desk, Kind.DELETE, thread, MessageKey(thread), undo=False).intents[0]
    delivery = Delivery(here.store, CONNECTION, first)
    if isinstance(end, Killed):
        with pytest.raises(Killed):
            await delivery.step()
    else:
        await delivery.step()
    assert done == ["a", "b", "c"][:ends_after], "the fault was really there"
    # A new process, with what is on the disk.
    store = Store(here.store.folder, now_ms=here.clock, policy=here.store.policy)
    intents.recover(store)
    again = adapter_of(here, store, tmp_path, monkeypatch, done, 99, end)
    for _round in range(3):
        await Delivery(store, CONNECTION, again).step()
        here.clock.forward(1)
    row = outbox.intent(store, made.id)
    assert row is not None
    assert row.intent.state is State.SENT, row.steps
    assert done == ["a", "b", "c"]
    assert row.intent.steps == ("a", "b", "c")
    assert again.looked_at == ("a", "b", "c")[:ends_after]
    store.close()


async def test_a_removal_of_an_edited_message_takes_its_earlier_words_too(tmp_path: Path) -> None:
    here = house(tmp_path)
    world, adapter = world_with(str(tmp_path / "world.db"), here.clock)
    world.edit("vraag", "Hoe laat gaat de bus?", here.clock.now)
    told: list[str] = []
    adapter._tools = Tools(now_ms=here.clock, confirmed=lambda intent, step: told.append(step))
    await Engine(here.store, CONNECTION, adapter, lambda ids: None).round(everything=True)
    assert any("Weet iemand" in row["id"] for row in world.feed("memory", 0, 100)), "they can be read before"
    thread = ThreadKey(key("message", "vraag"))
    intent = replies.act(here.desk, Kind.DELETE, thread, MessageKey(thread)).intents[0]
    await adapter.perform(intent)
    assert told == ["earlier words"]
    assert not any("Weet iemand" in row["id"] for row in world.feed("memory", 0, 100))
    assert world.post("vraag")["state"] == "deleted"


@pytest.mark.parametrize("begun", [False, True])
def test_a_removal_that_began_is_finished_whatever_its_steps_made_of_the_text(tmp_path: Path, begun: bool) -> None:
    """Where edits go first, the message shows an earlier text in between: that is no change by somebody else."""
    here = house(tmp_path)
    thread = here.say("vraag", "Weet iemand hoe laat de bus gaat?")
    intent = replies.act(here.desk, Kind.DELETE, thread, MessageKey(thread)).intents[0]
    here.say("vraag", "Weet iemand hoe laat?")
    found = matters_since(here.store, replace(intent, attempts=int(begun)))
    assert found == (None if begun else Conflict("edited"))
