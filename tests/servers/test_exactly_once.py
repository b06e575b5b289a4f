"""Every word arrives once, whatever the line, the server or the collector does: counted by intent on real platforms.

The real collector runs; for the cases in which it is killed, as a process of its own. Afterwards every sent intent
has one message, no message has two, none is missing, and the outbox tells the truth.
"""

from __future__ import annotations

import asyncio

import pytest

from console.desk import replies
from console.domain.outbox import State
from console.store.read import outbox
from tests.servers import proxy
from tests.servers.connected import FAULTS, KILLS, PLACES, Connected, everywhere, there, until

__all__ = ["there"]


@everywhere("fault", FAULTS)
def test_a_reply_arrives_once(there: Connected, fault: str) -> None:
    made = there.reply("Morgen om tien uur.")
    struck = there.line.next(FAULTS[fault], there.place.sends)
    asyncio.run(there.until_the_outbox_is_settled())
    assert struck.happened == 1, "the fault was really there"
    there.tells_the_truth(made)


@everywhere("fault", ["cut before", "cut during", "cut after", "garbage after", "500 after", "429"])
def test_an_action_is_done_whatever_the_line_does(there: Connected, fault: str) -> None:
    action = there.place.action()
    if action is None:
        pytest.skip("nothing is done there but answering")
    there.pull()
    assert not action.done()
    replies.act(there.desk, action.kind, there.place.thread, action.message)
    struck = there.line.next(FAULTS[fault], action.sends)
    asyncio.run(there.until_the_outbox_is_settled())
    assert struck.happened == 1, "the fault was really there"
    assert action.done()
    assert outbox.intents(there.store) == []


@everywhere("released", ["before our look", "after our look"])
def test_a_server_that_finishes_late_makes_no_second_one(there: Connected, released: str) -> None:
    made = there.reply("Dat zoeken we uit.")
    late = there.line.next(proxy.LATE_AND_CUT, there.place.sends)

    async def story() -> None:
        collector = there.collector()
        watching = asyncio.create_task(collector.watch())
        await until(lambda: late.happened == 1)
        if released == "after our look":
            await until(lambda: _looked(there, made))
        late.release()
        await asyncio.to_thread(late.wait_finished)
        await until(lambda: outbox.counts(there.store).on_its_way == 0)
        collector.stop()
        await watching

    asyncio.run(story())
    there.tells_the_truth(made)


def _looked(there: Connected, intent_id: str) -> bool:
    row = outbox.intent(there.store, intent_id)
    return row is not None and any(step.on == "cant_tell" for step in row.steps)


@everywhere("moment", KILLS)
@pytest.mark.parametrize("count", [1, 3])
def test_a_killed_collector_sends_nothing_twice(there: Connected, moment: str, count: int) -> None:
    made = [there.reply(f"Antwoord {n}, dank je wel.") for n in range(count)]
    assert there.kill_while_delivering(moment), "the fault was really there"
    asyncio.run(there.until_the_outbox_is_settled())
    there.tells_the_truth(*made)


def test_the_same_words_twice_to_the_same_person_arrive_twice(there: Connected) -> None:
    made = [there.reply("Dank je wel!"), there.reply("Dank je wel!")]
    asyncio.run(there.until_the_outbox_is_settled())
    there.tells_the_truth(*made)


# It is about the profile, not about a platform: one of them is enough here, all of them come in `make faults`.
@pytest.mark.parametrize(
    "there",
    [pytest.param(name, marks=[] if name == "matrix" else pytest.mark.long) for name in PLACES],
    indirect=True,
)
def test_twelve_processes_at_once_do_no_harm(there: Connected) -> None:
    calls = [
        ["sync", "--once"] if n % 2 else ["reply", there.place.question, "--text", f"Antwoord {n}.", "--wait"]
        for n in range(12)
    ]
    running = [there.start(*call, LUISTERPOST_UNDO_S="0") for call in calls]
    ends = [(process.communicate(timeout=120), process.returncode) for process in running]
    for (_out, told), code in ends:
        assert "Traceback" not in told, told
        assert code in (0, 5), told  # 5: somebody else answered meanwhile, a person must decide
    contents = [words for _mark, words in there.place.sent_by_us() if words.startswith("Antwoord")]
    assert len(contents) == len(set(contents)), "nothing twice"
    rows = outbox.intents(there.store, open_only=False)
    assert len(rows) == 6
    sent = [row for row in rows if row.intent.state is State.SENT]
    assert len(sent) == len(contents), [(row.intent.state, row.intent.error) for row in rows]
    assert all(row.intent.state in (State.SENT, State.CONFLICT) for row in rows)
