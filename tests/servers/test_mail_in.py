"""Reading a real mailbox: what arrives, moves, vanishes, and what lies there twice."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import pytest_asyncio

from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.mail import Mail
from console.domain.conversation import MessageState, ThreadKey
from console.domain.platform import BadResponse, NotFound, Stream, Unreachable
from console.sentences.shown import error_sentence
from tests.figures import Note
from tests.servers.dovecot import PLAIN, Dovecot, mail
from tests.servers.mail_line import MailLine
from tests.servers.mailbox import Mailbox, at, now_ms
from tests.servers.proxy import CUT_BEFORE

DAY_MS = 86_400_000


@dataclass(slots=True)
class Reading:
    """A mailbox, and what of it came in."""

    box: Mailbox
    adapter: Mail
    shelf: Shelf = field(default_factory=Shelf)

    async def catch_up(self) -> None:
        await self.shelf.catch_up(self.adapter)

    def texts(self) -> list[str]:
        return sorted(message.text for message in self.shelf.messages.values())


def reading_of(box: Mailbox, **settings: str) -> Reading:
    shelf = Shelf()
    tools = Tools(now_ms=now_ms, known=shelf.known, held=shelf.held, timeout_s=10.0)
    config = box.config(since_ms=now_ms() - 30 * DAY_MS, **settings)
    return Reading(box, box.adapter(tools, config), shelf)


@pytest_asyncio.fixture
async def reading(dovecot: Dovecot) -> AsyncIterator[Reading]:
    made = reading_of(Mailbox(dovecot))
    yield made
    await made.adapter.close()
    dovecot.end_sessions()


@pytest.fixture(scope="module")
def own() -> Iterator[Dovecot]:
    """A server that may be stopped: the others' goes on."""
    made = Dovecot()
    yield made
    made.close()


def list_mail(text: str, list_id: str = "vragen.intra.test", **headers: str) -> EmailMessage:
    return mail(
        text,
        subject="[Vragen] Verlof",
        List_Id=f"Vragen <{list_id}>",
        List_Post="<mailto:vragen@intra.test>",
        **headers,
    )


# -- spaces and conversations --------------------------------------------------------------------------------------------


async def test_a_mailing_list_is_a_space_of_its_own(reading: Reading) -> None:
    box = reading.box
    box.dovecot.deliver(box.us, list_mail("Wanneer mag ik?"))
    box.open_thread("Los", "Zomaar")
    await reading.catch_up()
    titles = {space.title for space in reading.shelf.spaces.values()}
    assert titles == {"Vragen", "INBOX"}
    (asked,) = [one for one in reading.shelf.messages.values() if one.text == "Wanneer mag ik?"]
    assert asked.space == box.keys.list("vragen.intra.test")
    assert reading.shelf.threads[ThreadKey(asked.key)].title == "Verlof"


async def test_a_list_that_puts_itself_in_from_doesnt_speak_for_its_writers(reading: Reading) -> None:
    munged = list_mail("Van mij", sender="Sanne Bakker via Vragen <vragen@intra.test>", Reply_To="sanne@intra.test")
    reading.box.dovecot.deliver(reading.box.us, munged)
    await reading.catch_up()
    (person,) = reading.shelf.people.values()
    assert (person.name, person.handle) == ("Sanne Bakker", "sanne@intra.test")


async def test_chosen_folders_and_what_was_sent_make_one_conversation(dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    dovecot.session(box.us).create_folder("Team/Vragen à faire")
    reading = reading_of(box, folders="INBOX;Team/Vragen à faire")
    thread = box.open_thread("Verlof", "Mag ik?")
    dovecot.put(box.us, "Team/Vragen à faire", box.answer(thread, "Ja hoor").as_bytes())
    dovecot.put(box.us, "Sent", box.answer(thread, "Namens de redactie: ja", sender=box.us).as_bytes())
    await reading.catch_up()
    assert sorted(text for text, _ in reading.shelf.shown(thread).values()) == [
        "Ja hoor",
        "Mag ik?",
        "Namens de redactie: ja",
    ]
    assert {one.space for one in reading.shelf.messages.values()} == {box.space}
    await reading.adapter.close()


async def test_an_answer_without_references_joins_by_subject_only_with_somebody_in_common(reading: Reading) -> None:
    box = reading.box
    thread = box.open_thread("Rooster", "Waar is het?")
    for sender, text in (("sanne@intra.test", "Nog steeds niet"), ("vreemd@elders.test", "Ook een rooster?")):
        box.dovecot.deliver(box.us, mail(text, subject="Re: Rooster", sender=sender))
    box.dovecot.deliver(box.us, mail("Nieuw onderwerp", subject="Rooster"))
    await reading.catch_up()
    assert sorted(text for text, _ in reading.shelf.shown(thread).values()) == ["Nog steeds niet", "Waar is het?"]
    assert len({one.root for one in reading.shelf.messages.values()}) == 3


async def test_references_in_a_loop_and_a_late_parent_end_in_one_conversation(reading: Reading) -> None:
    box = reading.box
    box.dovecot.deliver(box.us, mail("Tweede", subject="Re: x", message_id="<b@x>", References="<a@x>"))
    box.dovecot.deliver(box.us, mail("Eerste", subject="x", message_id="<a@x>", References="<b@x>"))
    await reading.catch_up()
    assert {one.root for one in reading.shelf.messages.values()} == {ThreadKey(box.key("a@x"))}


async def test_automatic_answers_wait_for_nobody(reading: Reading) -> None:
    box = reading.box
    thread = box.open_thread("Vraag", "Hallo?")
    away = box.answer(thread, "Ik ben er niet. Kan het wachten?")
    away["Auto-Submitted"] = "auto-replied"
    box.dovecot.deliver(box.us, away)
    await reading.catch_up()
    by = {message.text: reading.shelf.people[message.author] for message in reading.shelf.messages.values()}
    assert by["Ik ben er niet. Kan het wachten?"].bot
    assert not by["Hallo?"].bot
    assert by["Ik ben er niet. Kan het wachten?"].key != by["Hallo?"].key


# -- what lies there, and how ----------------------------------------------------------------------------------------------


async def test_nothing_is_marked_as_read(reading: Reading) -> None:
    reading.box.open_thread("Vraag", "Hallo")
    await reading.catch_up()
    session = reading.box.dovecot.session(reading.box.us)
    session.select_folder("INBOX", readonly=True)
    assert session.search("UNSEEN") == [1]


async def test_what_a_colleague_tidies_up_stays_said_and_comes_back_when_it_does(reading: Reading) -> None:
    box = reading.box
    thread = box.open_thread("Vraag", "Hallo")
    moved, left = box.say(thread, "Naar het archief"), box.say(thread, "Blijft")
    await reading.catch_up()
    box.dovecot.move(box.us, "INBOX", box.uids(moved)[0], "Archive")
    await reading.catch_up()
    shown = reading.shelf.shown(thread)
    assert shown[moved] == ("Naar het archief", MessageState.AWAY)
    assert shown[left] == ("Blijft", MessageState.VISIBLE)
    box.dovecot.move(box.us, "Archive", box.uids(moved, "Archive")[0], "INBOX")
    await reading.catch_up()
    assert reading.shelf.shown(thread)[moved] == ("Naar het archief", MessageState.VISIBLE)


async def test_a_mail_that_vanishes_while_another_arrives_is_noticed(reading: Reading) -> None:
    box = reading.box
    gone = box.open_thread("Weg", "Straks weg")
    await reading.catch_up()
    box.remove(gone)
    box.open_thread("Nieuw", "Net gekomen")
    await reading.catch_up()
    assert {one.text: one.state for one in reading.shelf.messages.values()} == {
        "Straks weg": MessageState.AWAY, "Net gekomen": MessageState.VISIBLE,
    }  # fmt: skip


async def test_a_look_for_what_vanished_in_between_makes_no_mail_another(reading: Reading) -> None:
    """Both use one connection: what one has open must not be read for the other."""
    box = reading.box
    await reading.catch_up()
    thread = box.open_thread("Vraag", "Uit de inbox")
    box.dovecot.put(box.us, "Sent", box.answer(thread, "Uit verzonden", sender=box.us).as_bytes())
    mails, sweep = reading.adapter.streams()
    turns: list[str] = []

    async def pulled(stream: Stream) -> None:
        page = await reading.adapter.pull(stream, reading.shelf.cursors.get(stream.key))
        turns.append(stream.key)
        reading.shelf.apply(page)
        reading.shelf.cursors[stream.key] = page.cursor

    await asyncio.gather(pulled(mails), pulled(sweep))
    assert turns == ["sweep", "mail"], "one really came in between the other's questions"
    await reading.catch_up()
    assert reading.texts() == ["Uit de inbox", "Uit verzonden"]


async def test_a_rebuilt_folder_brings_nothing_twice_and_loses_nothing(own: Dovecot) -> None:
    box = Mailbox(own)
    reading = reading_of(box)
    box.open_many(60, "Vraag {n}")
    box.remove(box.open_thread("Weg", "Weg"))
    await reading.catch_up()
    before = reading.shelf.snapshot()
    validity = reading.shelf.cursors["mail"]["folders"]["INBOX"][0]  # type: ignore[index]
    own.rebuild(box.us)
    late = box.open_thread("Later", "Na de herbouw")
    await reading.catch_up()
    assert reading.shelf.cursors["mail"]["folders"]["INBOX"][0] != validity, "it was really rebuilt"  # type: ignore[index]
    assert len(reading.shelf.messages) == 61
    assert late in reading.shelf.threads
    assert reading.shelf.gone == before[4]
    assert all(one.state is MessageState.VISIBLE for one in reading.shelf.messages.values())
    await reading.adapter.close()


async def test_the_last_mail_is_not_read_again_and_again(reading: Reading) -> None:
    """`n:*` names the last mail even where it is below n."""
    reading.box.open_thread("Vraag", "Hallo")
    await reading.catch_up()
    page = await reading.adapter.pull(reading.adapter.streams()[0], reading.shelf.cursors["mail"])
    assert page.changes == ()
    assert page.cursor == reading.shelf.cursors["mail"]


async def test_a_copy_changes_nothing_and_another_text_under_the_same_id_is_suspicious(reading: Reading) -> None:
    box = reading.box
    original = box.mail("Salaris", "Het echte bericht", message_id="<zelfde@intra.test>")
    box.dovecot.deliver(box.us, original)
    await reading.catch_up()
    box.dovecot.deliver(box.us, original)
    box.dovecot.deliver(box.us, box.mail("Salaris", "Klik hier", message_id="<zelfde@intra.test>"))
    await reading.catch_up()
    assert reading.texts() == ["Het echte bericht", "Klik hier"]
    assert reading.shelf.messages[box.key("zelfde@intra.test")].text == "Het echte bericht"
    assert [one.title for one in reading.shelf.messages.values() if one.text == "Klik hier"] == ["⚠ Salaris"]


async def test_mails_without_an_id_and_with_raw_bytes_in_their_headers_are_read_once(reading: Reading) -> None:
    box = reading.box
    box.dovecot.deliver(box.us, mail("Zonder naam", message_id=""))
    box.dovecot.deliver(box.us, "Subject: café\r\nFrom: Zoë <zoe@intra.test>\r\n\r\nRauw\r\n".encode())
    for _twice in range(2):
        await reading.catch_up()
        assert reading.texts() == ["Rauw", "Zonder naam"]
        assert all(one.state is MessageState.VISIBLE for one in reading.shelf.messages.values())
    assert "café" in {thread.title for thread in reading.shelf.threads.values()}
    assert "Zoë" in {person.name for person in reading.shelf.people.values()}


async def test_a_giant_is_read_as_far_as_its_text_and_its_files_are_named(reading: Reading) -> None:
    box = reading.box
    giant = box.mail("Groot", "De tekst staat voorop")
    for n in range(3):
        giant.add_attachment(b"x" * 11_000_000, maintype="application", subtype="zip", filename=f"deel{n}.zip")
    head, end = giant.as_bytes().rsplit(b"\n--", 1)
    box.dovecot.lay(box.us, head + b"\n" + (b"A" * 75 + b"\n") * (160_000_000 // 76) + b"--" + end)
    box.open_thread("Klein", "Komt er ook")
    tracemalloc.start()
    await reading.catch_up()
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 20_000_000
    (found,) = [one for one in reading.shelf.messages.values() if one.attachments]
    assert found.text == "De tekst staat voorop"
    assert [file.name for file in found.attachments] == ["deel0.zip", "deel1.zip", "deel2.zip"]
    sizes = [(file.size_bytes or 0) / 1_000_000 for file in found.attachments]
    assert sizes == pytest.approx([11, 11, 131], rel=0.05), "200 MB as they lie there"
    assert "Komt er ook" in reading.texts()
    with pytest.raises(BadResponse) as refused:
        await reading.adapter.fetch_file(found.attachments[2].url, 5_000_000)
    assert refused.value.code == "too_big"


async def test_a_file_is_fetched_as_it_was_sent(reading: Reading) -> None:
    box = reading.box
    sent = box.mail("Foto", "Kijk")
    data = bytes(range(256)) * 40
    sent.add_attachment(data, maintype="image", subtype="png", filename="../foto.png")
    box.dovecot.deliver(box.us, sent)
    await reading.catch_up()
    (found,) = reading.shelf.messages.values()
    assert [(file.name, file.mime) for file in found.attachments] == [("foto.png", "image/png")]
    assert await reading.adapter.fetch_file(found.attachments[0].url, 1_000_000) == data
    for elsewhere in ("mid://niemand%40x/1", "https://example.org/x", found.attachments[0].url + "9"):
        with pytest.raises(NotFound):
            await reading.adapter.fetch_file(elsewhere, 1_000)


async def test_what_is_older_than_the_connection_looks_back_stays_away(reading: Reading) -> None:
    box = reading.box
    box.dovecot.put(box.us, "INBOX", box.mail("Oud", "Van toen").as_bytes(), at(24 * 60))
    box.dovecot.put(box.us, "INBOX", box.mail("Nu", "Van nu").as_bytes())
    await reading.catch_up()
    assert reading.texts() == ["Van nu"]


async def test_a_date_that_lies_is_not_believed(reading: Reading) -> None:
    box = reading.box
    for year in (1970, 2099):
        lying = box.mail(f"Uit {year}", "Hallo")
        lying.replace_header("Date", f"Thu, 1 Jan {year} 00:00:00 +0000")
        box.dovecot.deliver(box.us, lying)
    await reading.catch_up()
    assert all(abs(one.posted_at_ms - now_ms()) < DAY_MS for one in reading.shelf.messages.values())


@pytest.mark.parametrize("name", ["Vragen à faire 日本 👍", 'Zeg "ja"', "50% & meer", "a\\\\b", "*", "&-"])
async def test_a_folder_may_have_any_name(dovecot: Dovecot, name: str) -> None:
    box = Mailbox(dovecot)
    dovecot.session(box.us).create_folder(name)
    reading = reading_of(box, folders=name)
    dovecot.put(box.us, name, box.mail("Vraag", "Hallo").as_bytes())
    await reading.catch_up()
    assert reading.texts() == ["Hallo"]
    assert (await reading.adapter.check()).works
    await reading.adapter.close()


async def test_a_folder_that_vanished_or_was_renamed_is_named_and_the_others_are_read(dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    session = dovecot.session(box.us)
    session.create_folder("Vragen")
    reading = reading_of(box, folders="INBOX;Vragen")
    dovecot.put(box.us, "Vragen", box.mail("Verlof", "In een map").as_bytes())
    await reading.catch_up()
    session.rename_folder("Vragen", "Vragen 2026")
    box.open_thread("Rooster", "In de inbox")
    for _twice in range(2):
        with pytest.raises(NotFound) as told:
            await reading.catch_up()
        assert (told.value.code, told.value.words) == ("mail_no_folder", "Vragen")
        assert "‘Vragen’" in error_sentence("NotFound", "mail", told.value.words, told.value.code)
    assert reading.texts() == ["In de inbox", "In een map"]
    assert all(one.state is MessageState.VISIBLE for one in reading.shelf.messages.values())
    session.rename_folder("Vragen 2026", "Vragen")
    await reading.catch_up()
    await reading.adapter.close()


async def test_a_mail_that_moves_between_two_followed_folders_is_said_once_and_stays(dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    dovecot.session(box.us).create_folder("Vragen")
    reading = reading_of(box, folders="INBOX;Vragen")
    thread = box.open_thread("Verlof", "Mag ik?")
    await reading.catch_up()
    before = dict(reading.shelf.messages)
    box.dovecot.move(box.us, "INBOX", box.uids(thread)[0], "Vragen")
    assert box.uids(thread) == [], "it really moved"
    await reading.catch_up()
    assert reading.shelf.messages == before
    await reading.adapter.close()


async def test_headers_of_a_million_bytes_are_read_as_far_as_they_matter(reading: Reading) -> None:
    box = reading.box
    whole = box.mail("Verlof", "Mag ik?").as_bytes()
    box.dovecot.lay(box.us, b"X-Lang: " + b"x" * 1_100_000 + b"\r\n" + whole)
    box.dovecot.lay(
        box.us,
        whole.replace(b"Subject: Verlof", b"Subject: " + b"=?utf-8?q?Lang?= " * 70_000).replace(
            b"Message-ID: <", b"Message-ID: <2"
        ),
    )
    box.open_thread("Klein", "Komt er ook")
    await reading.catch_up()
    assert sorted(reading.texts()) == ["Komt er ook", "Mag ik?", "Mag ik?"]
    assert any(thread.title.startswith("LangLang") for thread in reading.shelf.threads.values())


async def test_a_giant_whose_files_have_endless_names_is_read_all_the_same(reading: Reading) -> None:
    box = reading.box
    giant = box.mail("Groot", "De tekst staat voorop")
    giant.add_attachment(b"x" * 900_000, maintype="application", subtype="zip", filename="kort.zip")
    named = giant.as_bytes().replace(b"kort.zip", b"n" * 1_200_000 + b".zip")
    box.dovecot.lay(box.us, named)
    box.open_thread("Klein", "Komt er ook")
    await reading.catch_up()
    assert reading.texts() == ["De tekst staat voorop", "Komt er ook"]


@pytest.mark.parametrize("year", [1970, 2099])
async def test_an_arrival_that_lies_is_not_believed(reading: Reading, year: int) -> None:
    box = reading.box
    await reading.catch_up()
    lying = box.mail("Hallo", "Uit het niets")
    lying.replace_header("Date", f"Thu, 1 Jan {year} 00:00:00 +0000")
    box.dovecot.put(box.us, "INBOX", lying.as_bytes(), datetime(year, 1, 1, 12, tzinfo=UTC))
    await reading.catch_up()
    (found,) = reading.shelf.messages.values()
    assert abs(found.posted_at_ms - now_ms()) < DAY_MS


# -- being told --------------------------------------------------------------------------------------------------------------


async def listened(reading: Reading, text: str) -> None:
    """Listen until this was said."""
    stream = reading.adapter.streams()[0]
    async with asyncio.timeout(60):
        while text not in reading.texts():
            page = await reading.adapter.listen(stream, reading.shelf.cursors["mail"])
            reading.shelf.apply(page)
            reading.shelf.cursors["mail"] = page.cursor


async def test_a_server_that_drops_the_wait_is_polled(dovecot: Dovecot) -> None:
    with MailLine(dovecot.imap_port, dovecot.smtp_port) as line:
        box = Mailbox(dovecot)
        shelf = Shelf()
        tools = Tools(now_ms=now_ms, known=shelf.known, held=shelf.held, timeout_s=10.0)
        reading = Reading(
            box, box.adapter(tools, replace(box.config(line.url), settings=box.config(poll_s="1").settings)), shelf
        )
        await reading.catch_up()
        dropped = line.always(CUT_BEFORE, lambda request: request.target == "IDLE")
        listening = asyncio.create_task(listened(reading, "Toch gekomen"))
        await asyncio.to_thread(dropped.wait, 2)
        await asyncio.to_thread(box.open_thread, "Nieuw", "Toch gekomen")
        await listening
        await reading.adapter.close()


async def test_a_server_without_idle_tells_nothing_and_is_read_all_the_same() -> None:
    plain = Dovecot(PLAIN)
    try:
        box = Mailbox(plain)
        checked = await box.adapter(
            config=replace(box.config(), settings={"smtp": f"smtp://127.0.0.1:{plain.smtp_port}"})
        ).check()
        assert checked.works
        assert checked.settings["idle"] == "no"
        assert "mail_polls" in [line.code for line in checked.lines]
        reading = reading_of(box, idle="no")
        assert not reading.adapter.streams()[0].live
        thread = box.open_thread("Vraag", "Hallo")
        await reading.catch_up()
        box.remove(thread)
        await reading.catch_up()
        assert [one.state for one in reading.shelf.messages.values()] == [MessageState.AWAY]
        await reading.adapter.close()
    finally:
        plain.close()


async def test_a_server_that_stops_while_somebody_listens_is_said_and_found_again(own: Dovecot) -> None:
    box = Mailbox(own)
    reading = reading_of(box, poll_s="1")
    await reading.catch_up()
    stream = reading.adapter.streams()[0]

    async def listening() -> None:
        while True:
            await reading.adapter.listen(stream, reading.shelf.cursors["mail"])

    with own.stopped(), pytest.raises(Unreachable):
        await listening()
    box.open_thread("Nieuw", "Na de storing")
    await listened(reading, "Na de storing")
    await reading.adapter.close()


# -- many -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=pytest.mark.long)])
async def test_many_mails_come_in_one_by_one_as_they_lie_there(dovecot: Dovecot, note: Note, count: int) -> None:
    box = Mailbox(dovecot)
    reading = reading_of(box)
    threads = box.open_many(count // 10, "Vraag {n}")
    for thread in threads:
        box.say_many(thread, 9, "Antwoord {n} op " + thread[-12:])
    began_s = time.monotonic()
    await reading.catch_up()
    note(f"{count} mails were read in {time.monotonic() - began_s:.1f} s")
    for thread in threads:
        told = {key: text for key, (text, _) in reading.shelf.shown(thread).items()}
        assert len(told) == 10
    lying = {box.key(str(one["Message-ID"]).strip("<>")): one for one in box.lying()}
    assert lying.keys() == reading.shelf.messages.keys()
    assert len(lying) == count
    for key, one in lying.items():
        held = reading.shelf.messages[key]
        assert held.text == one.get_content().strip()
        assert reading.shelf.people[held.author].handle == "sanne@intra.test"
    await reading.adapter.close()
    dovecot.end_sessions()
    dovecot.forget(box.us)
