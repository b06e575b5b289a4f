"""What vanished from a mailbox is found with few questions, on a server that remembers it and on one that doesn't."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace

import pytest
import pytest_asyncio
from imapclient import IMAPClient

from console.adapters.conformance import Shelf
from console.adapters.conformance.shelf import as_stored
from console.adapters.contract import Tools
from console.adapters.mail import SWEEP, Mail
from console.adapters.mail_sweeping import Lay, numbers, ranges_in, ranges_of
from console.domain.conversation import MessageState
from tests.fakes.imap import Call, OddImap
from tests.servers.dovecot import PASSWORD, PLAIN, Dovecot
from tests.servers.mail_line import MailLine
from tests.servers.mailbox import Mailbox, now_ms

DAY_MS = 86_400_000
FOLDERS = ["INBOX", "Vragen", "Sent"]
LOOK = [f"EXAMINE {folder}" for folder in FOLDERS]


@dataclass(slots=True)
class Swept:
    """A mailbox of two followed folders, read through a line that hears every command."""

    box: Mailbox
    line: MailLine
    shelf: Shelf = field(default_factory=Shelf)
    adapter: Mail = field(init=False)

    def __post_init__(self) -> None:
        self.box.dovecot.session(self.box.us).create_folder("Vragen")
        config = self.box.config(self.line.url, since_ms=now_ms() - 30 * DAY_MS, folders="INBOX;Vragen", idle="no")
        tools = Tools(now_ms=now_ms, known=self.shelf.known, held=self.shelf.held, timeout_s=10.0)
        self.adapter = self.box.adapter(tools, config)

    async def read(self) -> None:
        await self.shelf.catch_up(self.adapter, only="mail")

    async def sweep(self) -> list[str]:
        """Look what vanished; returns the commands that it took."""
        await self.adapter.spaces()
        stream = next(one for one in self.adapter.streams() if one.key == SWEEP)
        began = len(self.line.requests)
        page = await self.adapter.pull(stream, self.shelf.cursors.get(SWEEP))
        self.shelf.apply(page)
        self.shelf.cursors[SWEEP] = as_stored(page.cursor)
        said = [request.target.replace('"', "") for request in self.line.requests[began:]]
        return [re.sub(r"CHANGEDSINCE \d+", "CHANGEDSINCE …", one) for one in said]

    async def both(self) -> list[str]:
        await self.read()
        return await self.sweep()

    def states(self) -> dict[str, MessageState]:
        return {one.text: one.state for one in self.shelf.messages.values()}


@pytest.fixture(scope="module")
def plain() -> Iterator[Dovecot]:
    """A server that remembers nothing of what vanished."""
    made = Dovecot(PLAIN)
    yield made
    made.close()


@pytest_asyncio.fixture
async def swept(dovecot: Dovecot) -> AsyncIterator[Swept]:
    with MailLine(dovecot.imap_port, dovecot.smtp_port) as line:
        made = Swept(Mailbox(dovecot), line)
        yield made
        await made.adapter.close()
    dovecot.end_sessions()


async def filled(swept: Swept) -> list[str]:
    """Twelve mails, known and looked at."""
    threads = list(map(str, swept.box.open_many(12, "Vraag {n}")))
    await swept.both()
    return threads


async def test_where_nothing_happened_each_folder_is_looked_at_and_nothing_more(swept: Swept) -> None:
    threads = await filled(swept)
    assert await swept.sweep() == LOOK
    session = swept.box.dovecot.session(swept.box.us)
    session.select_folder("INBOX")
    session.add_flags(swept.box.uids(threads[3]), [b"\\Flagged"])
    assert await swept.sweep() == LOOK, "flags are nobody's business"
    swept.box.open_many(3, "Nieuw {n}")
    assert await swept.sweep() == LOOK, "nor is what only came"


async def test_a_server_that_remembers_is_asked_for_what_vanished_alone(swept: Swept) -> None:
    threads = await filled(swept)
    swept.box.open_thread("Nieuw", "Net gekomen")
    await swept.read()
    swept.box.remove(threads[7])
    swept.box.remove(threads[10])
    asked = await swept.sweep()
    assert "UID FETCH 1:* (UID) (CHANGEDSINCE … VANISHED)" in asked
    assert not [one for one in asked if one.startswith("UID SEARCH")]
    ids = [one for one in asked if "HEADER.FIELDS" in one]
    assert ids == ["UID FETCH 13 (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID LIST-ID)])"], "only of the one that is new"
    assert [text for text, state in swept.states().items() if state is MessageState.AWAY] == ["Vraag 8", "Vraag 11"]
    assert await swept.sweep() == LOOK


async def test_a_mail_that_moved_to_another_folder_is_still_there(swept: Swept) -> None:
    threads = await filled(swept)
    box = swept.box
    box.dovecot.move(box.us, "INBOX", box.uids(threads[0])[0], "Vragen")
    box.dovecot.move(box.us, "INBOX", box.uids(threads[1])[0], "Archive")
    asked = await swept.both()
    assert asked.count("UID FETCH 1:* (UID) (CHANGEDSINCE … VANISHED)") == 2, "of Sent nothing"
    assert [text for text, state in swept.states().items() if state is MessageState.AWAY] == ["Vraag 2"]
    assert len(swept.states()) == 12


async def test_what_came_and_vanished_between_two_looks_is_found(swept: Swept) -> None:
    await filled(swept)
    gone = swept.box.open_thread("Kort", "Bleef niet lang")
    await swept.read()
    swept.box.remove(gone)
    await swept.both()
    assert [text for text, state in swept.states().items() if state is MessageState.AWAY] == ["Bleef niet lang"]


async def test_after_a_new_generation_of_numbers_what_was_remembered_counts_for_nothing() -> None:
    own = Dovecot()
    try:
        with MailLine(own.imap_port, own.smtp_port) as line:
            swept = Swept(Mailbox(own), line)
            threads = await filled(swept)
            swept.box.remove(threads[5])
            own.rebuild(swept.box.us)
            asked = await swept.both()
            assert not [one for one in asked if "CHANGEDSINCE" in one]
            assert "UID SEARCH ALL" in asked
            assert [text for text, state in swept.states().items() if state is MessageState.AWAY] == ["Vraag 6"]
            assert await swept.sweep() == LOOK
            await swept.adapter.close()
    finally:
        own.close()


async def test_a_server_that_remembers_nothing_is_asked_for_its_numbers(plain: Dovecot) -> None:
    with MailLine(plain.imap_port, plain.smtp_port) as line:
        swept = Swept(Mailbox(plain), line)
        threads = await filled(swept)
        assert await swept.sweep() == LOOK
        swept.box.remove(threads[7])
        asked = await swept.both()
        assert asked.count("UID SEARCH ALL") == 1
        assert not [one for one in asked if "FETCH" in one], "what stayed has told its id before"
        assert [text for text, state in swept.states().items() if state is MessageState.AWAY] == ["Vraag 8"]
        await swept.adapter.close()
    plain.end_sessions()


# -- a server whose memory fails -----------------------------------------------------------------------------------------


BEFORE = Lay(7, 5, 100, {1: "a" * 12, 2: "b" * 12, 3: "c" * 12, 4: "d" * 12})


async def found_by(says: list[bytes], done: bytes = b"OK done") -> tuple[list[int], list[str]]:
    """The numbers that are found on a server of two mails that says this of what vanished, and what it was asked."""

    async def resync(call: Call) -> bool:
        call.say(*says)
        call.done(done)
        return True

    async def opened(call: Call) -> bool:
        call.say(b"* 2 EXISTS", b"* OK [UIDVALIDITY 7]", b"* OK [UIDNEXT 5]", b"* OK [HIGHESTMODSEQ 120]")
        call.done()
        return True

    mails = [b"Message-ID: <a@x>\r\n\r\n", b"Message-ID: <b@x>\r\n\r\n"]
    server = OddImap(mails, "IMAP4rev1 ENABLE QRESYNC", instead={"FETCH": resync, "EXAMINE": opened})
    async with server:

        def look() -> list[int]:
            with IMAPClient("127.0.0.1", server.port, ssl=False, timeout=5) as client:
                client.login("redactie", PASSWORD)
                return numbers(client, "INBOX", BEFORE)[1]

        return await asyncio.to_thread(look), server.calls


@pytest.mark.parametrize(
    "says",
    [
        [b"* VANISHED (EARLIER) 3:4"],
        [b"* VANISHED (EARLIER) 3", b"* VANISHED 4"],
        [b"* VANISHED (EARLIER) 3:4294967295"],
        [b"* VANISHED (EARLIER) 3:4,900,1000:4000000000"],
        [b"* 1 FETCH (UID 1 MODSEQ (110))", b"* VANISHED (EARLIER) 3:4"],
    ],
)
async def test_a_server_may_name_more_than_there_ever_was(says: list[bytes]) -> None:
    found, calls = await found_by(says)
    assert found == [1, 2]
    assert "SEARCH" not in calls


@pytest.mark.parametrize(
    ("says", "done"),
    [([], b"OK done"), ([b"* VANISHED (EARLIER) 4"], b"OK done"), ([], b"BAD what?"), ([], b"NO not now"),
     ([b"* VANISHED (EARLIER) 1:4"], b"OK done"), ([b"* 3 FETCH (UID 9 MODSEQ (110))"], b"OK done")],
)  # fmt: skip
async def test_what_does_not_make_up_the_count_is_not_believed(says: list[bytes], done: bytes) -> None:
    found, calls = await found_by(says, done)
    assert found == [1, 2]
    assert "SEARCH" in calls


def test_what_lay_in_a_folder_is_remembered_as_it_was() -> None:
    marks = {uid: f"{uid:012x}" for uid in [1, 2, 3, 7, 9, 10]}
    lay = Lay(7, 12, 100, marks)
    assert lay.to_store()[3] == "1:3,7,9:10"
    assert Lay.stored(as_stored({"lay": lay.to_store()})["lay"]) == lay
    assert list(Lay.stored(lay.to_store()).marks) == list(marks)
    assert Lay.stored("nonsense") == Lay()
    assert ranges_in(ranges_of([])) == []
    assert replace(lay, marks={}).to_store()[3:] == ["", ""]
