"""The administrator's export fills history, edits and removals; whatever its archive holds, nothing breaks or bursts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters import yammer_export
from console.adapters.yammer_export import TooMuch, read_line, unpacked
from console.domain.conversation import Message, MessageGone, MessageKey, Person
from console.domain.platform import BadResponse, Stream
from console.sentences.shown import error_sentence
from tests.adapters.network import Network
from tests.adapters.test_yammer_reading import SITE
from tests.fakes.yammer import Yammer
from tests.fakes.yammer_export import MESSAGES, csv_of, zip_of

DAY_S = 86_400
ROW = {
    "id": "2000338000000001", "thread_id": "2000337749565441", "group_id": "9", "sender_id": "5", "sender_name": "Joris",
    "created_at": "2026-11-23T08:12:10.000Z", "replied_to_id": "2000337749565441", "body": "Dag", "deleted_at": "",
}  # fmt: skip


@pytest.fixture
def yammer() -> Iterator[Yammer]:
    with Yammer() as served:
        served.users["redactie"].verified = True
        yield served


@pytest.fixture
def network(yammer: Yammer) -> Network:
    made = Network(yammer, export="yes", administers="yes")
    made.since_ms = yammer.now_ms() - 90 * DAY_S * 1000
    return made


EXPORT = Stream("export", sweep=True)


async def exported(network: Network) -> None:
    """The export alone, until it rests."""
    made = network.adapter()
    while (await network.take(made, EXPORT)).more:
        pass
    await made.close()


async def test_what_was_said_removed_and_changed_is_told_by_the_export(yammer: Yammer, network: Network) -> None:
    yammer.at_s -= 60 * DAY_S
    post = yammer.post("sanne", "Wie weet dit, [[user:36425097003]]?")
    changed, gone = yammer.answer("joris", post.id, "Ik neit"), yammer.answer("joris", post.id, "Scheldwoord")
    yammer.at_s += 60 * DAY_S
    await exported(network)
    shown = network.shelf.shown(network.site.thread(post.id))
    assert [text for text, _state in shown.values()] == ["Wie weet dit, Joris Bakker?", "Ik neit", "Scheldwoord"]
    assert network.shelf.messages[network.key(post)].url.startswith("https://engage.cloud.microsoft/main/threads/ey")
    assert {"Sanne de Wit", "Joris Bakker"} <= {person.name for person in network.shelf.people.values()}
    yammer.edit(changed.id, "Ik niet")
    yammer.drop(gone.id)
    await network.clock.advance(DAY_S + 60)
    await exported(network)
    assert network.shelf.messages[network.key(changed)].text == "Ik niet"
    assert network.shelf.gone == {network.key(gone)}


async def test_what_the_feeds_brought_is_left_as_they_told_it(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Taart", likes=[yammer.users["joris"]])
    yammer.at_s += 60
    made = network.adapter()
    await network.round(made, "space")
    await made.close()
    before = network.shelf.messages[network.key(post)]
    assert before.reactions
    await exported(network)
    assert network.shelf.messages[network.key(post)] == before


async def test_private_conversations_and_communities_of_others_stay_out(yammer: Yammer, network: Network) -> None:
    yammer.post("sanne", "Onder ons", everywhere=True, direct_to=frozenset({"sanne", "joris"}))
    yammer.post("sanne", "Elders", yammer.group("Van anderen", "sanne"))
    kept = yammer.post("sanne", "Hier")
    yammer.at_s += 60
    network.settings = {**network.settings, "spaces": f"{yammer.home.id},general"}
    await exported(network)
    assert set(network.shelf.messages) == {network.key(kept)}


async def test_an_export_goes_on_in_another_process_and_comes_once_a_day(yammer: Yammer, network: Network) -> None:
    for n in range(40):
        yammer.at_s -= 2 * DAY_S
        yammer.post("sanne", f"Vraag {n}")
    yammer.at_s += 80 * DAY_S + 60
    asked = 0
    while True:
        made = network.adapter()
        page = await network.take(made, EXPORT)
        asked += 1
        await made.close()
        if not page.more:
            break
    assert 2 < asked < 20, "long pieces where little was said"
    assert len(network.shelf.messages) == 40
    assert page.again_at_ms is not None
    assert page.again_at_ms > network.now_ms()


async def test_a_piece_that_is_too_much_is_asked_for_in_smaller_ones(
    yammer: Yammer, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(60):
        yammer.at_s += 600
        yammer.post("sanne", f"Vraag {n}")
    yammer.at_s += 60
    network.since_ms = yammer.now_ms() - DAY_S * 1000
    monkeypatch.setattr(yammer_export, "MOST_ROWS", 20)
    monkeypatch.setattr(yammer_export, "FEW_ROWS", 5)
    await exported(network)
    assert len(network.shelf.messages) == 60


async def test_only_a_verified_administrator_who_wants_it_has_it(yammer: Yammer, network: Network) -> None:
    assert "export" in {stream.key for stream in network.adapter().streams()}
    for settings_ in ({"export": "no"}, {"administers": "no"}, {}):
        other = Network(yammer, **{"administers": "yes", **settings_})
        assert "export" not in {stream.key for stream in other.adapter().streams()}
    yammer.users["redactie"].verified = False
    await exported(network)  # it rests instead of failing: the rest of the connection works
    assert not network.shelf.messages


async def test_a_broken_archive_is_told_plainly_and_loses_nothing(yammer: Yammer, network: Network) -> None:
    yammer.post("sanne", "Hallo")
    yammer.at_s += 60
    whole = zip_of(Messages="id\n1")
    for broken in (b"PK geen zip", whole[: len(whole) // 2], whole.replace(b"export/Messages", b"export/Massages", 1)):
        yammer.exported = broken
        made = network.adapter()
        with pytest.raises(BadResponse) as bad:
            await network.take(made, EXPORT)
        await made.close()
        assert "can't be read. Nothing is lost" in error_sentence(
            "BadResponse", "yammer", bad.value.words, bad.value.code
        )
    yammer.exported = b""
    await exported(network)
    assert len(network.shelf.messages) == 1


# -- archives of all kinds -----------------------------------------------------------------------------------------------


def test_a_bomb_is_unpacked_no_further_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yammer_export, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = zip_of(Messages="id,body\n" + "1," + "x" * 50_000_000)
    assert len(bomb) < 100_000, "it is small before it bursts"
    with pytest.raises(TooMuch):
        unpacked(bomb)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(30):
            archive.writestr(f"Users{n}.csv", "id,name\n" + "\n".join(f"{i},naam" for i in range(10_000)))
    with pytest.raises(TooMuch):
        unpacked(many.getvalue())


def test_columns_are_read_by_name_and_odd_rows_do_no_harm() -> None:
    text = "\ufeffBODY,Id,Onbekend,created_at\r\n\"Regel een\nregel \"\"twee\"\"\",7,x,y,te veel\r\nte weinig\r\n\x00,8\r\n" + "z" * 200_000 + ",9\r\nlaatste,10\r\n"  # fmt: skip
    told = unpacked(zip_of(Messages=text, Users="id,name\n5,Joris\nx,y\n", MessageVersions="message_id\n3\n\nx\n"))
    assert [row.get("id") for row in told.messages] == ["7", None, "8", "9", "10"]
    assert told.messages[0]["body"] == 'Regel een\nregel "twee"'
    assert list(told.names) == [5]
    assert told.edited == {3}


def test_an_archive_may_lack_files_or_hold_none_that_we_know() -> None:
    assert unpacked(zip_of()).messages == []
    assert unpacked(zip_of(Files="id\n1", Messages="")).messages == []
    assert csv_of(MESSAGES, []).startswith("id,")


def test_a_line_is_a_message_or_that_it_went() -> None:
    person, message = read_line(ROW, {5: {"id": "5", "name": "Joris Bakker"}}, SITE, frozenset({"9"}))
    assert isinstance(person, Person)
    assert isinstance(message, Message)
    assert (person.name, message.text, message.parent) == ("Joris Bakker", "Dag", SITE.thread(2000337749565441))
    (gone,) = read_line(
        {**ROW, "deleted_at": "2026-11-24 10:00:00 UTC", "deleted_by_id": "6"}, {}, SITE, frozenset({"9"})
    )
    assert gone == MessageGone(MessageKey(message.key), 1_795_514_400_000, by_author=False)
    (own,) = read_line(
        {**ROW, "deleted_at": "2026/11/24 10:00:00 +0000", "deleted_by_id": "5"}, {}, SITE, frozenset({"9"})
    )
    assert isinstance(own, MessageGone)
    assert own.by_author
    marked = {**ROW, "body": "Dag [[user:7]], [Tag:55:rooster]"}
    read = read_line(marked, {7: {"id": "7", "name": "Sanne"}}, SITE, frozenset({"9"}))[-1]
    assert isinstance(read, Message)
    assert read.text == "Dag Sanne, #rooster"


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*ROW, "title", "deleted_by"]), st.text(max_size=30) | st.sampled_from(["", "true", "9" * 30])
    )
)
def test_any_line_is_read_or_left_out(odd: dict[str, str]) -> None:
    for row in (odd, {**ROW, **odd}):
        for change in read_line(row, {}, SITE, frozenset({"9", "general"})):
            assert change.key


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
def test_any_archive_is_read_or_refused(noise: bytes, at: int) -> None:
    whole = zip_of(Messages="id,body\n1,a\n", Users="id,name\n1,b\n")
    for body in (noise, whole[:at] + noise + whole[at:], whole[:at] + noise + whole[at + len(noise) :]):
        try:
            unpacked(body)
        except (TooMuch, *yammer_export._BROKEN):
            continue
