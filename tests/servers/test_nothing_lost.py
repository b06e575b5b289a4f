"""What the platform serves is what the store holds, message by message, whatever happened on the way in."""

from __future__ import annotations

import asyncio

import pytest

from console.desk import drafts, triage
from console.store.preparing import prepare
from console.store.read import queue, thread
from console.store.write import folding
from tests.servers import proxy
from tests.servers.connected import FAULTS, Connected, everywhere, there, until

__all__ = ["there"]


@everywhere("fault", [name for name in FAULTS if name not in ("cut during", "500 after", "garbage after")])
def test_a_fault_while_pulling_loses_nothing(there: Connected, fault: str) -> None:
    there.place.seed(150, "Reactie {n}")
    there.place.say("Wacht nog even")
    struck = there.line.next(FAULTS[fault], there.place.reads, times=4)
    there.pull()
    assert struck.happened >= 1, "the fault was really there"
    there.line.clear()
    there.pull(2)
    assert len(there.held()) >= 151
    assert there.held() == dict(there.place.served())


def test_a_collector_killed_while_pulling_goes_on_where_it_was(there: Connected) -> None:
    there.place.seed(350, "Stem {n}")
    struck = there.line.next(proxy.LATE, there.place.further, times=1)
    collecting = there.start("sync", "--once")
    asyncio.run(until(lambda: struck.happened > 0))
    collecting.kill()
    collecting.communicate()
    struck.release()
    there.line.clear()
    there.pull(2)
    assert len(there.held()) >= 350
    assert there.held() == dict(there.place.served())


def test_edits_and_removals_elsewhere_are_seen(there: Connected) -> None:
    if there.platform == "mail":
        pytest.skip("nobody edits a mail, and one that is tidied up stays said")
    edited, removed = (there.place.say(f"Tekst {n}") for n in range(2))
    there.pull()
    there.place.edit(edited, "Andere woorden")
    there.place.remove(removed)
    there.pull(2)
    now = there.held()
    assert now[edited] == ("visible", "Andere woorden")
    assert now[removed][0] == "deleted"
    assert [version.text.strip() for version in thread.versions(there.store, removed)] == ["Tekst 1"]


def _row(there: Connected) -> queue.QueueRow:
    row = queue.row(there.store, there.place.thread)
    assert row is not None
    return row


def test_with_the_copy_thrown_away_every_decision_and_word_is_where_it_was(there: Connected) -> None:
    said = there.place.say("De eerste versie")
    there.pull()
    if there.platform != "mail":
        there.place.edit(said, "De tweede versie")
    there.pull(2)
    triage.tag(there.desk, [there.place.thread], ["daar"])
    triage.note(there.desk, there.place.thread, "Bel Joris")
    triage.assign(there.desk, [there.place.thread], "Karin")
    drafts.keep_reply(there.desk, there.place.thread, "Half af", there.place.question)
    before = _row(there)
    there.store.close()
    for file in there.profile.glob("cache.db*"):
        file.unlink()
    prepare(there.store.folder)
    assert queue.row(there.store, there.place.thread) is None, "it is really gone"
    there.pull(2)
    folding.catch_up(there.store)
    after = _row(there)
    assert (after.tags, after.assignee, after.state, after.messages) == (("daar",), "Karin", "open", before.messages)
    assert after.level == before.level
    assert [note.text for note in thread.notes(there.store, there.place.thread)] == ["Bel Joris"]
    draft = drafts.reply_draft(there.desk, there.place.thread)
    assert draft is not None
    assert draft.text == "Half af"
    if there.platform != "mail":
        assert [version.text.strip() for version in thread.versions(there.store, said)] == ["De eerste versie"]
