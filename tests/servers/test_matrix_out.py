"""What a moderator decides is carried out on a real homeserver, once, and only where it may be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import pytest_asyncio

from console.adapters.contract import Adapter, Tools
from console.adapters.matrix import Matrix
from console.domain.conversation import ConnectionKey, Message, MessageKey, ReportKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import (
    AuthExpired,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Sighting,
    Unreachable,
)
from tests.servers.proxy import CUT_AFTER, CUT_BEFORE, Proxy, to
from tests.servers.synapse import Account, Synapse
from tests.servers.test_matrix_contract import KEYS, adapter_of, config_of, now_ms

pytestmark = pytest.mark.usefixtures("held_to_the_schema")


@dataclass
class Acting:
    """A moderator of one room, who decides things there."""

    server: Synapse
    line: Proxy
    us: Account
    room: str
    confirmed: list[tuple[str, str]] = field(default_factory=list)
    reports: dict[str, list[ReportKey]] = field(default_factory=dict)
    made: list[Matrix] = field(default_factory=list)
    number: int = 0

    def adapter(self, *, admin: bool = False, now: Callable[[], int] = now_ms) -> Matrix:
        tools = Tools(
            now_ms=now,
            confirmed=lambda intent, step: self.confirmed.append((intent, step)),
            pending_reports=lambda message: self.reports.get(message, []),
            timeout_s=10.0,
        )
        secrets = {"token": self.us.token, "admin_token": self.server.accounts["beheer"].token if admin else ""}
        self.made.append(Matrix(config_of(self.us, self.line.url), secrets, tools))
        return self.made[-1]

    def intent(self, kind: Kind, event: str, text: str = "", *, room: str = "", thread: str = "") -> Intent:
        self.number += 1
        key = KEYS.event(event)
        return Intent(
            id=IntentId(f"0198c0ab-{self.us.name}-{self.number}"), kind=kind, connection=ConnectionKey("c"),
            space=KEYS.room(room or self.room), thread=ThreadKey(KEYS.event(thread) if thread else key),
            message=None if kind in (Kind.PIN, Kind.UNPIN) else key, text=text, state=State.SENDING, by="ik",
            created_at_ms=now_ms(), not_before_ms=0, attempts=1,
        )  # fmt: skip

    def event(self, event: str) -> Any:
        return self.server.event(self.room, event, by=self.us.name)

    def sent(self, key: str) -> Any:
        return self.event(KEYS.id_in(key, "event"))

    def said(self, room: str = "") -> list[str]:
        """Every word that stands in the room now, ours and theirs, edits on their own."""
        events = self.server.timeline(room or self.room, by=self.us.name)
        return [e["content"]["body"] for e in events if e["type"] == "m.room.message" and "body" in e["content"]]

    def ours(self, kind: str) -> int:
        events = self.server.timeline(self.room, by=self.us.name)
        return sum(event["type"] == kind and event["sender"] == self.us.user_id for event in events)


@pytest_asyncio.fixture
async def acting(synapse: Synapse) -> AsyncIterator[Acting]:
    with Proxy(synapse.url) as line:
        us = synapse.new_account("mod")
        made = Acting(synapse, line, us, synapse.new_room(by=us.name))
        yield made
        for adapter in made.made:
            await adapter.close()


# -- answering -------------------------------------------------------------------------------------------------------


async def test_a_reply_opens_a_thread_under_the_message_and_tells_its_author(acting: Acting) -> None:
    root = acting.server.say("sanne", acting.room, "Komt er nog een antwoord?")
    done = await acting.adapter().perform(acting.intent(Kind.REPLY, root, "Ja, morgen."))
    content = acting.sent(done.message)["content"]
    assert content["body"] == "Ja, morgen."
    assert content["m.relates_to"] == {"rel_type": "m.thread", "event_id": root, "is_falling_back": True,
                                       "m.in_reply_to": {"event_id": root}}  # fmt: skip
    assert content["m.mentions"] == {"user_ids": ["@sanne:localhost"]}
    shown = {change.key: change for change in done.changes if isinstance(change, Message)}
    assert (shown[done.message].text, shown[done.message].root) == ("Ja, morgen.", KEYS.event(root))


async def test_a_reply_within_a_thread_answers_the_very_message(acting: Acting) -> None:
    root = acting.server.say("sanne", acting.room, "Vraag")
    inner = acting.server.say("joris", acting.room, "Tussenvraag", thread=root)
    done = await acting.adapter().perform(acting.intent(Kind.REPLY, inner, "Antwoord", thread=root))
    assert acting.sent(done.message)["content"]["m.relates_to"] == {
        "rel_type": "m.thread", "event_id": root, "is_falling_back": False, "m.in_reply_to": {"event_id": inner},
    }  # fmt: skip


async def test_a_reply_in_a_chain_of_answers_goes_on_with_the_chain(acting: Acting) -> None:
    first = acting.server.say("sanne", acting.room, "Vraag")
    second = acting.server.say("joris", acting.room, "Wedervraag", answers=first)
    done = await acting.adapter().perform(acting.intent(Kind.REPLY, second, "Antwoord", thread=first))
    assert acting.sent(done.message)["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": second}}


async def test_a_reply_whose_answer_was_lost_is_sent_once_more_and_stands_there_once(acting: Acting) -> None:
    root = acting.server.say("sanne", acting.room, "Vraag")
    intent, adapter = acting.intent(Kind.REPLY, root, "Antwoord"), acting.adapter()
    lost = acting.line.next(CUT_AFTER, to("/send/", "PUT"))
    with pytest.raises(Unreachable) as error:
        await adapter.perform(intent)
    assert error.value.maybe_sent
    assert lost.happened == 1
    found = await acting.adapter().find_sent(intent, frozenset())
    assert found.sighting is Sighting.SEEN
    again = await acting.adapter().perform(intent)
    assert again.message == found.message
    assert acting.said().count("Antwoord") == 1


async def test_the_same_transaction_with_other_words_says_the_first_ones(acting: Acting) -> None:
    """Why an intent whose text is changed gets a new number."""
    root = acting.server.say("sanne", acting.room, "Vraag")
    intent = acting.intent(Kind.REPLY, root, "De eerste woorden")
    first = await acting.adapter().perform(intent)
    second = await acting.adapter().perform(replace(intent, text="Andere woorden"))
    assert first.message == second.message
    assert "Andere woorden" not in acting.said()


async def test_a_reply_is_found_after_a_restart_of_the_server() -> None:
    own = Synapse()
    try:
        with Proxy(own.url) as line:
            us = own.new_account("mod")
            acting = Acting(own, line, us, own.new_room(by=us.name))
            intent = acting.intent(Kind.REPLY, own.say("sanne", acting.room, "Vraag"), "Antwoord")
            done = await acting.adapter().perform(intent)
            own.kill()
            own.start()
            found = await acting.adapter().find_sent(intent, frozenset())
            assert (found.sighting, found.message) == (Sighting.SEEN, done.message)
            assert (await acting.adapter().perform(intent)).message == done.message
            for adapter in acting.made:
                await adapter.close()
    finally:
        own.close()


async def test_after_a_day_the_same_words_of_ours_make_a_look_unsure(acting: Acting) -> None:
    root = acting.server.say("sanne", acting.room, "Vraag")
    acting.server.say(acting.us.name, acting.room, "Antwoord", thread=root)
    stranger = acting.server.sign_in(acting.us.name)  # another device: it isn't told who sent what
    acting.us = stranger
    intent = acting.intent(Kind.REPLY, root, "Antwoord")
    assert (await acting.adapter().find_sent(intent, frozenset())).sighting is Sighting.ABSENT
    tomorrow = acting.adapter(now=lambda: now_ms() + 24 * 3_600_000)
    assert (await tomorrow.find_sent(intent, frozenset())).sighting is Sighting.UNCLEAR


async def test_a_reply_too_large_for_the_server_is_refused_before_and_by_the_server(acting: Acting) -> None:
    root = acting.server.say("sanne", acting.room, "Vraag")
    with pytest.raises(Rejected) as before:
        await acting.adapter().perform(acting.intent(Kind.REPLY, root, "x" * 30_001))
    assert before.value.code == "too_long"
    ours = acting.server.say(acting.us.name, acting.room, "Kort")
    with pytest.raises(Rejected) as there:
        # Each of these takes two bytes where it is written as JSON, and an edit says it twice.
        await acting.adapter().perform(acting.intent(Kind.EDIT, ours, '"' * 30_000))
    assert there.value.code == "too_long"
    assert acting.said() == ["Vraag", "Kort"]


async def test_nothing_plain_is_ever_said_in_an_encrypted_room(acting: Acting) -> None:
    room = acting.server.new_room(by=acting.us.name, encrypted=True)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y", "sender_key": "z"}
    said = acting.server.send("sanne", room, "m.room.encrypted", content)
    adapter = acting.adapter()
    for kind in (Kind.REPLY, Kind.EDIT):
        with pytest.raises(Forbidden) as refused:
            await adapter.perform(acting.intent(kind, said, "Open en bloot", room=room))
        assert refused.value.code == "encrypted_room"
    assert acting.line.count(to("/send/", "PUT")) == 0
    await adapter.perform(acting.intent(Kind.DELETE, said, room=room))
    assert acting.server.event(room, said, by=acting.us.name)["content"] == {}


async def test_a_room_that_moved_and_a_room_we_are_out_of_take_no_reply(acting: Acting) -> None:
    moved = acting.server.new_room(by=acting.us.name, version="10")
    said = acting.server.say("sanne", moved, "Vraag")
    acting.server.upgrade(moved, by=acting.us.name)
    out = acting.server.new_room(by="sanne", members=(acting.us.name,))
    there = acting.server.say("sanne", out, "Vraag")
    acting.server.kick(out, acting.us.name, by="sanne")
    adapter = acting.adapter()
    for room, event, code in ((moved, said, "room_moved"), (out, there, "not_in_room")):
        with pytest.raises(Forbidden) as refused:
            await adapter.perform(acting.intent(Kind.REPLY, event, "Antwoord", room=room))
        assert refused.value.code == code


async def test_a_reply_to_what_was_taken_away_is_refused(acting: Acting) -> None:
    said = acting.server.say("sanne", acting.room, "Straks weg")
    acting.server.redact("sanne", acting.room, said)
    with pytest.raises(NotFound) as gone:
        await acting.adapter().perform(acting.intent(Kind.REPLY, said, "Antwoord"))
    assert gone.value.code == "parent_gone"


# -- changing and taking away ----------------------------------------------------------------------------------------


async def test_only_our_own_messages_are_edited(acting: Acting) -> None:
    theirs = acting.server.say("sanne", acting.room, "Van Sanne")
    with pytest.raises(Forbidden) as refused:
        await acting.adapter().perform(acting.intent(Kind.EDIT, theirs, "Van ons"))
    assert refused.value.code == "not_ours"
    ours = acting.server.say(acting.us.name, acting.room, "Morgne")
    intent = acting.intent(Kind.EDIT, ours, "Morgen")
    await acting.adapter().perform(intent)
    await acting.adapter().perform(intent)
    assert acting.event(ours)["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"] == "Morgen"
    assert acting.said().count("* Morgen") == 1


async def test_a_removed_message_leaves_no_word_behind_in_its_edits(acting: Acting) -> None:
    said = acting.server.say("joris", acting.room, "Eerste scheldwoord")
    edits = [acting.server.edit("joris", acting.room, said, word) for word in ("Tweede", "Derde")]
    intent = acting.intent(Kind.DELETE, said)
    await acting.adapter().perform(intent)
    assert acting.said() == []
    assert [acting.event(edit)["content"] for edit in edits] == [{}, {}]
    assert acting.confirmed == [*((intent.id, f"edit {edit}") for edit in sorted(edits, key=acting_order(acting, edits))),
                                (intent.id, "message")]  # fmt: skip


def acting_order(acting: Acting, edits: list[str]) -> Callable[[str], int]:
    """The order in which the edits were taken away: as they were confirmed."""
    taken = [step.removeprefix("edit ") for _intent, step in acting.confirmed]
    assert set(edits) <= set(taken)
    return taken.index


async def test_a_removal_that_broke_off_goes_on_where_it_was(acting: Acting) -> None:
    said = acting.server.say("joris", acting.room, "Scheldwoord")
    for word in ("Tweede", "Derde"):
        acting.server.edit("joris", acting.room, said, word)
    intent = acting.intent(Kind.DELETE, said)
    first = {"left": 2}

    def after_the_first(request: Any) -> bool:
        first["left"] -= request.method == "PUT" and "/redact/" in request.path
        return first["left"] <= 0 and "/redact/" in request.path

    broken = acting.line.next(CUT_BEFORE, after_the_first)
    with pytest.raises(PlatformError):
        await acting.adapter().perform(intent)
    assert broken.happened == 1
    assert len(acting.confirmed) == 1
    assert (await acting.adapter().find_sent(intent, frozenset())).sighting is Sighting.ABSENT
    await acting.adapter().perform(replace(intent, steps=tuple(step for _id, step in acting.confirmed)))
    assert acting.said() == []
    assert (await acting.adapter().find_sent(intent, frozenset())).sighting is Sighting.SEEN
    assert acting.ours("m.room.redaction") == 3


async def test_removing_what_is_gone_already_changes_nothing(acting: Acting) -> None:
    said = acting.server.say("joris", acting.room, "Weg")
    acting.server.redact("joris", acting.room, said)
    await acting.adapter().perform(acting.intent(Kind.DELETE, said))
    assert acting.ours("m.room.redaction") == 0


async def test_without_the_power_nothing_is_removed(acting: Acting) -> None:
    room = acting.server.new_room(by="sanne", members=(acting.us.name, "joris"))
    said = acting.server.say("joris", room, "Blijft staan")
    with pytest.raises(Forbidden) as refused:
        await acting.adapter().perform(acting.intent(Kind.DELETE, said, room=room))
    assert refused.value.code == "no_power"
    own = acting.server.say(acting.us.name, room, "Van ons")
    await acting.adapter().perform(acting.intent(Kind.DELETE, own, room=room))
    assert acting.said(room) == ["Blijft staan"]


async def test_pinning_keeps_what_others_pinned(acting: Acting) -> None:
    first, second = (acting.server.say("sanne", acting.room, text) for text in ("Een", "Twee"))
    acting.server.set_state(acting.room, "m.room.pinned_events", {"pinned": [first]}, by=acting.us.name)
    await acting.adapter().perform(acting.intent(Kind.PIN, second))
    assert acting.server.state(acting.room, "m.room.pinned_events", by=acting.us.name)["pinned"] == [first, second]
    await acting.adapter().perform(acting.intent(Kind.UNPIN, first))
    assert acting.server.state(acting.room, "m.room.pinned_events", by=acting.us.name)["pinned"] == [second]


async def test_a_report_is_settled_on_the_administrators_list(acting: Acting) -> None:
    said = acting.server.say("joris", acting.room, "Scheldwoord")
    acting.server.report("sanne", acting.room, said)
    number = next(row["id"] for row in acting.server.reports() if row["event_id"] == said)
    intent = acting.intent(Kind.SETTLE, said)
    acting.reports[MessageKey(KEYS.event(said))] = [KEYS.report(number)]
    adapter = acting.adapter(admin=True)
    assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
    await adapter.perform(intent)
    await adapter.perform(intent)  # a second time it is settled already
    assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
    assert number not in [row["id"] for row in acting.server.reports()]
    with pytest.raises(Forbidden):
        await acting.adapter().perform(intent)


# -- refusals of the server ------------------------------------------------------------------------------------------


async def test_a_dead_token_and_a_suspended_account_are_told_apart(acting: Acting) -> None:
    root = acting.server.say("sanne", acting.room, "Vraag")
    acting.server.suspend(acting.us.name)
    adapter: Adapter = acting.adapter()
    with pytest.raises(Forbidden) as suspended:
        await adapter.perform(acting.intent(Kind.REPLY, root, "Antwoord"))
    assert suspended.value.code == "suspended"
    acting.server.suspend(acting.us.name, False)
    acting.server.logout(acting.us.name)
    with pytest.raises(AuthExpired):
        await adapter.perform(acting.intent(Kind.REPLY, root, "Antwoord"))


async def test_a_limit_of_the_server_says_for_how_long() -> None:
    own = Synapse(rc_message={"per_second": 0.2, "burst_count": 4})
    try:
        room = own.new_room(members=("sanne",))
        root = own.say("sanne", room, "Vraag")
        adapter = adapter_of(own.accounts["moderator"], own.url)
        limited = None
        for number in range(6):
            intent = Intent(IntentId(f"limit-{number}"), Kind.REPLY, ConnectionKey("c"), KEYS.room(room),
                            ThreadKey(KEYS.event(root)), KEYS.event(root), f"Antwoord {number}", State.SENDING, "ik",
                            now_ms(), 0)  # fmt: skip
            try:
                await adapter.perform(intent)
            except RateLimited as error:
                limited = error
                break
        assert limited is not None
        assert 1 <= limited.retry_after_s < 10
        assert json.dumps([e["content"].get("body") for e in own.timeline(room)]).count("Antwoord") == number
        await adapter.close()
    finally:
        own.close()
