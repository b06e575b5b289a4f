"""Whatever stands in a mail: it is read in bounded work, what it says is readable, nothing of it is executed."""

from __future__ import annotations

import re
import time
from dataclasses import fields
from email import policy
from email.parser import BytesParser

import pytest

from console.adapters.mail_parsing import MAX_PARTS, read
from console.adapters.mail_reading import Account, Lying, changes_of
from console.adapters.mail_sending import Ways, composed
from console.adapters.mail_threading import Keys, Subjects
from console.adapters.markup import ALLOWED_TAGS, MAX_BODY_BYTES
from console.domain.conversation import ConnectionKey, Message, SpaceKey, ThreadKey
from console.domain.file_names import file_name
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Rejected
from console.sync.harmless import harmless
from tests.adapters.corpus_mail import Case, cases

CASES = cases()
PATIENCE_S = 10.0  # of the processor, for one mail; the slowest takes a tenth


def test_the_corpus_is_large_and_every_case_has_a_name() -> None:
    assert len(CASES) >= 300
    assert len({name for name, _data, _words in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[name for name, _data, _words in CASES])
def test_it_is_read(case: Case) -> None:
    _name, data, words = case
    began_s = time.process_time()
    mail = read(data)
    assert time.process_time() - began_s < PATIENCE_S
    assert words in mail.body.text or mail.encrypted
    assert len(mail.body.html.encode()) <= MAX_BODY_BYTES
    assert len(mail.parts) <= MAX_PARTS
    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", mail.body.html)}
    assert tags <= ALLOWED_TAGS
    assert not re.search(r"<[^>]*\s(?!href=)[a-z-]+=", mail.body.html)
    assert "javascript:" not in mail.body.html
    for part in mail.parts:
        assert part.name == file_name(part.name)
        assert not re.search(r"[/\\\x00-\x1f\u202e]", part.name)
    for field in fields(mail):
        str(getattr(mail, field.name)).encode()  # nothing holds half a character


@pytest.mark.parametrize("case", CASES, ids=[name for name, _data, _words in CASES])
def test_it_becomes_a_message_that_can_be_stored(case: Case) -> None:
    _name, data, _words = case
    lying = Lying(read(data), "INBOX", 1_795_000_000_000)
    account = Account(frozenset({"redactie@intra.test"}), "INBOX", "Sent")
    made = harmless(changes_of(Keys("imap.intra.test/redactie"), [lying], {}, Subjects(None), account))
    (message,) = [change for change in made if isinstance(change, Message)]
    assert abs(message.posted_at_ms - 1_795_000_000_000) <= 86_400_000
    assert message.root == message.key or message.parent
    str(made).encode()


HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Auto-Response-Suppress",
           "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[name for name, _data, _words in CASES])
def test_an_answer_to_it_is_a_mail_of_ours_alone_or_is_refused(case: Case) -> None:
    """Nothing of what a stranger wrote becomes a header, a recipient or a line that isn't ours."""
    _name, data, _words = case
    intent = Intent(
        IntentId("een"), Kind.REPLY, ConnectionKey("c"), SpaceKey("s"), ThreadKey("t"), None, "Dank je wel.",
        state=State.SENDING, by="ik", created_at_ms=1_795_000_000_000, not_before_ms=0,
    )  # fmt: skip
    ways = Ways("redactie@intra.test", "Redactie", ["INBOX"], "Sent")
    above = read(data)
    try:
        made = composed(intent, "Dank je wel.", above, ways)
    except Rejected:
        assert not above.author.address, "only who names nobody gets no answer"
        return
    sent = BytesParser(policy=policy.default).parsebytes(made)
    assert set(sent.keys()) <= HEADERS
    assert len(sent.keys()) == len(set(sent.keys()))
    assert sent.get_content().strip() == "Dank je wel."  # type: ignore[attr-defined]
    assert all(len(line) <= 998 for line in made.split(b"\r\n"))
    assert made == composed(intent, "Dank je wel.", above, ways)


def test_a_parser_that_gives_up_leaves_the_headers_and_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("console.adapters.mail_parsing._walk", gives_up)
    mail = read(b"From: Sanne <sanne@intra.test>\r\nSubject: Vraag\r\n\r\nWaar is het rooster?")
    assert (mail.author.name, mail.subject, mail.body.text) == ("Sanne", "Vraag", "Waar is het rooster?")
