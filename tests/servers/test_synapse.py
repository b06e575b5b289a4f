"""The homeserver of the tests does what its helper says: whoever builds on it may rely on that."""

from __future__ import annotations

from tests.servers.synapse import C3, Synapse


def test_people_talk_in_a_room_and_it_can_be_read_back(synapse: Synapse) -> None:
    room = synapse.new_room("Vraag het de directie")
    root = synapse.say("sanne", room, "Komt er nog een antwoord?")
    answer = synapse.say("joris", room, "Ja, morgen.", thread=root)
    synapse.edit("joris", room, answer, "Ja, overmorgen.")
    synapse.redact("moderator", room, root, "huisregel 3")
    said = {event["event_id"]: event for event in synapse.timeline(room)}
    assert said[root]["content"] == {}
    assert said[answer]["content"]["m.relates_to"]["event_id"] == root
    assert said[answer]["unsigned"]["m.relations"]["m.replace"]["content"]["m.new_content"]["body"] == "Ja, overmorgen."


def test_a_report_is_listed_until_it_is_settled(synapse: Synapse) -> None:
    room = synapse.new_room()
    event = synapse.say("joris", room, "Scheldwoord")
    synapse.report("sanne", room, event, score=-100)
    (report,) = [row for row in synapse.reports() if row["event_id"] == event]
    synapse.settle(report["id"])
    assert event not in [row["event_id"] for row in synapse.reports()]


def test_a_restart_keeps_everybody_signed_in() -> None:
    own = Synapse()
    try:
        room = own.new_room()
        own.say("sanne", room, "Voor de herstart")
        own.kill()
        own.start()
        assert own.ask("GET", f"{C3}/account/whoami", by="sanne")["user_id"] == "@sanne:localhost"
        assert "Voor de herstart" in [event["content"].get("body") for event in own.timeline(room)]
    finally:
        own.close()


def test_a_second_server_may_have_limits() -> None:
    own = Synapse(rc_message={"per_second": 0.2, "burst_count": 3})
    try:
        room = own.new_room(members=())
        path = f"{C3}/rooms/{room}/send/m.room.message"
        answers = [own.request("PUT", f"{path}/{n}", {"msgtype": "m.text", "body": "x"}) for n in range(4)]
        assert answers[-1].status_code == 429
        assert answers[-1].json()["retry_after_ms"] > 0
    finally:
        own.close()
