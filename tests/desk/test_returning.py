"""Back on the network: what others changed in what was decided meanwhile, and a person's word on what waits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.desk import replies, returning, triage, verdicts
from console.desk.seat import Desk, Refused
from console.desk.verdicts import AsSeen
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Intent, Kind, State
from console.domain.platform import Found, Performed, Sighting, Unreachable
from console.domain.verdicts import Action, Judgement
from console.sentences.returning import came_back_words, changed_sentence, side_words
from console.store.read import judged, outbox
from console.store.read.returned import Item, seen_of
from console.store.read.sides import sides
from console.store.write import away
from tests.desk.there import There
from tests.houses import CONNECTION, HOUR_MS, house, key, world_with

HIDE, KEEP = Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),)), Judgement(Action.KEEP)
MESSAGE = MessageKey(key("message", "vraag"))
THREAD = ThreadKey(MESSAGE)


@pytest.fixture
def there(tmp_path: Path) -> There:
    here = house(tmp_path)
    world, _adapter = world_with(str(tmp_path / "world.db"), here.clock)
    world.put_report("r1", "vraag", "fatma", here.clock.now, "Onbeleefd")
    return There(here, world, tmp_path)


def edited(there: There) -> None:
    there.world.edit("vraag", "Weet iemand het nu wel?", there.here.clock.now)


def deleted(there: There) -> None:
    there.world.remove("vraag", there.here.clock.now)


def locked(there: There) -> None:
    there.world.change("vraag", locked=1)


def decided(there: There) -> None:
    karin = Desk(there.here.store, "Karin", 10_000)
    verdicts.give(karin, MESSAGE, KEEP)


def moderated(there: There) -> None:
    there.world.change("vraag", state="held")


FOUR: list[tuple[Callable[[There], None], str]] = [
    (edited, "edited"), (deleted, "removed"), (locked, "locked"), (decided, "decided"),
]  # fmt: skip


def a_day_away(there: There, judgement: Judgement, meanwhile: Callable[[There], None]) -> list[Item]:
    """Judge without network, let others do theirs, and come back; what waits for a person."""
    left_ms = there.here.clock.now
    there.here.clock.forward(HOUR_MS)
    verdicts.give(there.here.desk, MESSAGE, judgement)
    there.here.clock.forward(HOUR_MS)
    meanwhile(there)
    there.pull()
    there.deliver()
    away.came_back(there.here.store, CONNECTION, left_ms)
    told = returning.look(there.here.desk)
    assert told is not None
    return told.waiting


def post(there: There) -> str:
    return str(there.world.post("vraag")["state"])


def test_without_others_it_all_goes_through(there: There) -> None:
    assert a_day_away(there, HIDE, lambda there: None) == []
    told = returning.look(there.here.desk)
    assert told is not None
    assert (len(told.items), told.on_its_way, told.changed) == (1, 0, [])
    assert "All of it went through." in came_back_words(told, there.here.clock.now)
    assert post(there) == "hidden"
    returning.put_away(there.here.desk)
    assert returning.look(there.here.desk) is None


@pytest.mark.parametrize(("meanwhile", "what"), FOUR, ids=[what for _do, what in FOUR])
def test_a_stale_verdict_overwrites_nothing_and_both_sides_are_shown(
    there: There, meanwhile: Callable[[There], None], what: str
) -> None:
    before = post(there)
    (item,) = a_day_away(there, HIDE, meanwhile)
    assert item.changed is not None
    assert item.changed.what == what
    assert {intent.state for intent in item.intents} == {State.CONFLICT}
    assert post(there) == ("gone" if what == "removed" else before), "nothing was done to it"
    assert changed_sentence(item).endswith(".")
    pair = sides(there.here.store, MESSAGE, seen_of(item.event), item.event.key)
    assert pair is not None
    was, now = map(side_words, pair)
    assert "Weet iemand hoe laat de bus gaat?" in was
    assert was != now
    tells = {"edited": "Weet iemand het nu wel?", "removed": "It is gone.", "locked": "The conversation is closed.",
             "decided": "Karin: verdict: let stand"}  # fmt: skip
    assert tells[what] in now
    assert tells[what] not in was


@pytest.mark.parametrize(("meanwhile", "what"), FOUR, ids=[what for _do, what in FOUR])
def test_mine_after_all_is_one_word_and_is_done_once(
    there: There, meanwhile: Callable[[There], None], what: str
) -> None:
    (item,) = a_day_away(there, HIDE, meanwhile)
    if what == "removed":
        with pytest.raises(Refused, match="gone"):
            returning.mine(there.here.desk, item)
        assert {there.state(intent) for intent in item.intents} == {State.CONFLICT}, "and it waits as before"
        return
    returning.mine(there.here.desk, item)
    there.deliver()
    assert post(there) == "hidden"
    assert {there.state(intent) for intent in item.intents} == {State.WITHDRAWN}, "the first ones never leave"
    standing = judged.verdict_on(there.here.store, MESSAGE)
    assert standing is not None
    assert (standing.by, standing.payload["action"]) == ("Noor", "hide"), "mine stands over theirs"
    told = returning.look(there.here.desk)
    assert told is not None
    assert told.waiting == []


@pytest.mark.parametrize(("meanwhile", "what"), FOUR, ids=[what for _do, what in FOUR])
def test_theirs_leaves_everything_as_it_is_there(there: There, meanwhile: Callable[[There], None], what: str) -> None:
    (item,) = a_day_away(there, HIDE, meanwhile)
    before = post(there)
    returning.theirs(there.here.desk, item)
    there.deliver()
    assert post(there) == before
    assert {there.state(intent) for intent in item.intents} == {State.WITHDRAWN}
    standing = judged.verdict_on(there.here.store, MESSAGE)
    assert (None if standing is None else standing.by) == ("Karin" if what == "decided" else None)
    told = returning.look(there.here.desk)
    assert told is not None
    assert told.waiting == []


def test_later_leaves_it_where_it_stands_and_asks_no_more(there: There) -> None:
    (item,) = a_day_away(there, HIDE, locked)
    returning.leave(there.here.desk, item)
    told = returning.look(there.here.desk)
    assert told is not None
    assert told.waiting == []
    assert {there.state(intent) for intent in item.intents} == {State.CONFLICT}, "it stands in the outbox"


def test_letting_stand_what_was_changed_since_waits_too(there: There) -> None:
    (item,) = a_day_away(there, KEEP, edited)
    assert item.changed is not None
    assert item.changed.what == "edited"
    returning.mine(there.here.desk, item)
    assert judged.waiting(there.here.store) == [], "let stand as it reads now"


def test_a_reply_that_is_theirs_after_all_is_kept_as_a_draft(there: There) -> None:
    left_ms = there.here.clock.now
    there.here.clock.forward(HOUR_MS)
    replies.reply(there.here.desk, THREAD, "Om negen uur.", MESSAGE)
    triage.done(there.here.desk, [THREAD])
    there.here.clock.forward(HOUR_MS)
    there.world.say("meer", "plein", "fatma", there.here.clock.now, "Laat maar!", answers="vraag")
    there.pull()
    there.deliver()
    away.came_back(there.here.store, CONNECTION, left_ms)
    told = returning.look(there.here.desk)
    assert told is not None
    (item,) = told.waiting
    assert [one.event.what.value for one in told.changed] == ["done"], "told, and nobody has to do anything"
    returning.theirs(there.here.desk, item)
    drafts = there.here.store.read("SELECT text FROM ledger.draft")
    assert [row["text"] for row in drafts] == ["Om negen uur."]
    assert "Om negen uur." not in [row["body"] for row in there.world.posts("memory")]


def test_what_is_locked_while_it_is_judged_is_not_judged(there: There) -> None:
    about = judged.reported(there.here.store, MESSAGE)
    assert about is not None
    locked(there)
    there.pull()
    with pytest.raises(Refused, match="locked_since"):
        verdicts.give(there.here.desk, MESSAGE, HIDE, as_seen=AsSeen(about.text_hash, "", locked=False))
    verdicts.give(there.here.desk, MESSAGE, HIDE, as_seen=AsSeen(about.text_hash, "", locked=True))


def test_closing_it_ourselves_is_no_change_by_others(there: There) -> None:
    replies.act(there.here.desk, Kind.LOCK, THREAD)
    given = verdicts.give(there.here.desk, MESSAGE, HIDE)
    there.deliver()
    there.pull()
    there.deliver()
    assert {there.state(intent) for intent in given.intents} == {State.SENT}


def test_a_second_absence_is_told_instead_of_the_first(there: There) -> None:
    a_day_away(there, HIDE, locked)
    there.here.clock.forward(10 * HOUR_MS)
    away.came_back(there.here.store, CONNECTION, there.here.clock.now - HOUR_MS)
    told = returning.look(there.here.desk)
    assert told is not None
    assert told.items == (), "nothing was decided in it"
    assert "You decided nothing in that time." in came_back_words(told, there.here.clock.now)


def not_done(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(there.adapter._world, "change", lambda post, **columns: None)  # type: ignore[attr-defined]


def lost(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody_hears(_intent: Intent) -> Performed:
        raise Unreachable("here", maybe_sent=True)

    async def cant_tell(_intent: Intent, _matched: frozenset[str]) -> Found:
        return Found(Sighting.UNCLEAR)

    monkeypatch.setattr(there.adapter, "perform", nobody_hears)
    monkeypatch.setattr(there.adapter, "find_sent", cant_tell)


EVERY: list[tuple[str, Callable[[There], None] | None, Callable[[There, pytest.MonkeyPatch], None] | None]] = [
    *((what, do, None) for do, what in FOUR), ("not done", None, not_done), ("uncertain", None, lost),
]  # fmt: skip


@pytest.mark.parametrize("word", ["mine", "theirs", "leave"])
@pytest.mark.parametrize(("what", "others", "platform"), EVERY, ids=[one[0] for one in EVERY])
def test_one_word_settles_whatever_it_waits_for(
    there: There, monkeypatch: pytest.MonkeyPatch, what: str, others: Callable[[There], None] | None,
    platform: Callable[[There, pytest.MonkeyPatch], None] | None, word: str,
) -> None:  # fmt: skip
    with monkeypatch.context() as ill:
        if platform is not None:
            platform(there, ill)
        a_day_away(there, HIDE, others or (lambda there: None))
        there.deliver()
        there.deliver()
        told = returning.look(there.here.desk)
        assert told is not None
        (item,) = told.waiting
    assert changed_sentence(item).endswith(".")
    if (what, word) == ("removed", "mine"):
        assert not item.can_be_mine, "and no key is offered for it"
        return
    {"mine": returning.mine, "theirs": returning.theirs, "leave": returning.leave}[word](there.here.desk, item)
    for _turn in range(2):
        there.deliver()
    told = returning.look(there.here.desk)
    assert told is not None
    assert told.waiting == []
    for_you = outbox.counts(there.here.store).for_you
    assert for_you == (len(item.stuck) if word == "leave" else 0), "what is left for later stands in the outbox"
    if word == "mine":
        assert post(there) == "hidden"
