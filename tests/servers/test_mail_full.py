"""A mailbox without room: what came in is kept, answers leave, nothing leaves twice, and it is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import imapclient.exceptions
import pytest

from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.mail import Mail
from console.domain.conversation import ConnectionKey, MessageState
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import RateLimited, Rejected, Sighting, Unreachable
from console.sentences.shown import check_line, error_sentence
from tests.servers.dovecot import SMALL, Dovecot
from tests.servers.mailbox import Mailbox, now_ms


@pytest.fixture(scope="module")
def small() -> Iterator[Dovecot]:
    made = Dovecot(SMALL)
    yield made
    made.close()


class Answering:
    """Somebody who answers from it."""

    def __init__(self, box: Mailbox) -> None:
        self.box, self.shelf, self.steps = box, Shelf(), list[str]()
        tools = Tools(now_ms=now_ms, known=self.shelf.known, held=self.shelf.held, timeout_s=5.0,
                      confirmed=lambda intent, step: self.steps.append(step))  # fmt: skip
        self.thread = box.open_thread("Rooster", "Waar is het?")
        self.mail: Mail = box.adapter(tools)

    def intent(self) -> Intent:
        return Intent(
            IntentId("0198-vol"), Kind.REPLY, ConnectionKey("connection"), self.box.space, self.thread, None, "Morgen.",
            state=State.SENDING, by="ik", created_at_ms=1_795_600_000_000, not_before_ms=0, attempts=1, steps=tuple(self.steps),
        )  # fmt: skip

    def fill(self) -> None:
        """Until the server says that it takes no more."""
        for size in (900_000, 90_000, 20_000, 9_000, 3_000, 1_000, 300, 100, 10):
            while self._takes(size):
                pass

    def _takes(self, size: int) -> bool:
        try:
            self.box.dovecot.session(self.box.us).append("Archive", b"Subject: vol\r\n\r\n" + b"x" * size)
        except imapclient.exceptions.IMAPClientError as full:
            return "OVERQUOTA" not in str(full)
        return True

    def empty(self) -> None:
        session = self.box.dovecot.session(self.box.us)
        session.select_folder("Archive")
        session.delete_messages(session.search())
        session.expunge()

    def left(self) -> int:
        """How often our answer was taken for the one who asked."""
        return sum("sanne@intra.test" in one.rcpt_tos for one in self.box.dovecot.submission.taken)


@pytest.fixture
def answering(small: Dovecot) -> Iterator[Answering]:
    small.submission.next("ok")
    small.submission.taken.clear()
    small.submission.bounced.clear()
    made = Answering(Mailbox(small))
    yield made
    small.end_sessions()


async def test_it_is_said_until_there_is_room_and_what_came_in_is_kept(answering: Answering) -> None:
    await answering.shelf.catch_up(answering.mail)
    answering.fill()
    for _twice in range(2):
        with pytest.raises(Rejected) as told:
            await answering.shelf.catch_up(answering.mail)
        assert told.value.code == "mail_full"
        assert error_sentence("Rejected", "mail", told.value.words, told.value.code)
    assert [one.state for one in answering.shelf.messages.values()] == [MessageState.VISIBLE]
    checked = await answering.mail.check()
    assert checked.works
    (line,) = [one for one in checked.lines if one.code == "mail_full"]
    assert line.limited
    assert check_line(line, "mail")
    answering.empty()
    await answering.shelf.catch_up(answering.mail)
    await answering.mail.close()


async def test_an_answer_leaves_and_stands_in_the_conversation_without_a_copy(answering: Answering) -> None:
    answering.fill()
    performed = await answering.mail.perform(answering.intent())
    assert performed.changes
    assert answering.left() == 1
    assert [to for to, _code in answering.box.dovecot.submission.bounced] == [answering.box.us], "it was really full"
    assert answering.box.dovecot.mails(answering.box.us, "Sent") == {}
    await answering.mail.close()


async def test_a_lost_answer_is_never_taken_for_absent_where_no_copy_could_come_back(answering: Answering) -> None:
    answering.fill()
    answering.box.dovecot.submission.next("vanish")
    with pytest.raises(Unreachable) as lost:
        await answering.mail.perform(answering.intent())
    assert lost.value.maybe_sent
    assert answering.left() == 1, "it left all the same"
    assert (await answering.mail.find_sent(answering.intent(), frozenset())).sighting is Sighting.UNCLEAR
    await answering.mail.close()


async def test_a_copy_that_our_own_server_refuses_stops_no_answer(answering: Answering) -> None:
    answering.box.dovecot.submission.next("own full")
    await answering.mail.perform(answering.intent())
    assert answering.box.dovecot.submission.happened == 1, "it was really refused"
    assert (answering.left(), answering.steps) == (1, ["without_copy", "accepted"])
    lost = replace(answering.intent(), steps=("without_copy",), id=IntentId("0198-ander"))
    assert (await answering.mail.find_sent(lost, frozenset())).sighting is Sighting.UNCLEAR
    await answering.mail.close()


@pytest.mark.parametrize(("mode", "kind"), [("full", RateLimited), ("brim", Rejected)])
async def test_whom_we_answer_without_room_is_said_in_the_servers_words(
    answering: Answering, mode: str, kind: type[Exception]
) -> None:
    answering.box.dovecot.submission.next(mode)
    with pytest.raises(kind) as refused:
        await answering.mail.perform(answering.intent())
    assert answering.box.dovecot.submission.happened == 1
    told = error_sentence(kind.__name__, "mail", refused.value.words, refused.value.code)  # type: ignore[attr-defined]
    assert "full" in told
    assert (answering.left(), answering.steps) == (0, [])
    await answering.mail.close()
