"""A mailbox with notices yields threads of their platforms: in spaces of their own, each conversation once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.mail import Mail as MailAdapter
from console.adapters.mail_parsing import Mail, read
from console.adapters.mail_reading import Account, Lying, changes_of, keys_wanted
from console.adapters.mail_threading import Keys, Subjects
from console.adapters.notices import Notices
from console.cli import shapes
from console.domain.conversation import ConnectionKey, MessageKey, ThreadKey
from console.domain.platform import Page, Way
from console.store.read import queue, thread
from console.store.read.connections import ConnectionRow, capabilities, connections, spaces
from console.store.read.queue import QueueRow, View
from console.store.read.thread import ShownMessage
from console.store.write import pages
from console.store.write.connections import NewConnection, put
from console.sync.connecting import Patience, adapter_for
from console.sync.engine import put_capabilities
from console.sync.harmless import harmless
from console.views.shown import card_shown
from tests.adapters.test_notices import EXPECTED, OURS, example, mail
from tests.houses import House, house

MAILBOX = ConnectionKey("mail:imap.voorbeeld.example/redactie@voorbeeld.example:connection:us")
SERVER = "imap.voorbeeld.example/redactie@voorbeeld.example"
POST = "facebook:www.facebook.com:post:678901234567890"


@dataclass(slots=True)
class Mailbox:
    """A profile with one mailbox, to which mails are delivered."""

    here: House
    keys: Keys = field(default_factory=lambda: Keys(SERVER))
    subjects: Subjects = field(default_factory=lambda: Subjects(None))

    def adapter(self) -> MailAdapter:
        config = Config(MAILBOX, "mail", "imap.voorbeeld.example", "redactie@voorbeeld.example", SERVER)
        return MailAdapter(config, {}, Tools(now_ms=self.here.clock))

    def deliver(self, *mails: Mail) -> None:
        """As the collector takes a page of mails in."""
        servers = [row.server for row in self.connections("yammer")]
        account = Account(
            frozenset({"redactie@voorbeeld.example"}), "INBOX", "Sent", Notices(OURS, lambda _platform: servers)
        )
        tools = self.tools()
        held = tools.held(keys_wanted(self.keys, mails, account))
        lying = [Lying(one, "INBOX", one.date_ms or self.here.clock.now) for one in mails]
        changes = harmless(changes_of(self.keys, lying, held, self.subjects, account))
        pages.apply(self.here.store, MAILBOX, "mail", Page(changes, {"n": 1}))
        put_capabilities(self.here.store, MAILBOX, self.adapter(), changes)

    def tools(self) -> Tools:
        (row,) = self.connections("mail")
        adapter = adapter_for(self.here.store, row, {}, Patience(), self.here.clock)
        assert isinstance(adapter, MailAdapter)
        return adapter._tools

    def connections(self, platform: str) -> Sequence[ConnectionRow]:
        return [row for row in connections(self.here.store) if row.platform == platform]

    def threads(self) -> dict[str, QueueRow]:
        return {row.key: row for row in queue.page(self.here.store, View("all"), 200)[0]}

    def messages(self, key: str) -> list[ShownMessage]:
        return thread.messages(self.here.store, self.threads()[key].thread_id)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    here = house(tmp_path)
    put(here.store, NewConnection(MAILBOX, "Redactie", "mail", "mail", "", "redactie@voorbeeld.example", SERVER, "", "Redactie",
                                  0, 0, {"approximate": "yes"}))  # fmt: skip
    yield Mailbox(here)
    here.store.close()


def test_several_notices_of_one_conversation_are_one_thread_of_its_platform(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("facebook-post-nl-2026"), mail("facebook-comment-nl-2026"))
    mailbox.deliver(mail("facebook-comment-nl-reply"), mail("facebook-comment-en-2026"))
    (row,) = mailbox.threads().values()
    assert (row.key, row.platform, row.space_title) == (POST, "facebook", "Vragen aan de directie")
    assert (row.connection_name, row.approximate, row.author) == ("Redactie", True, "Sanne de Wit")
    assert row.url == "https://www.facebook.com/groups/123456789012345/posts/678901234567890/"
    said = {one.author: one for one in mailbox.messages(POST)}
    assert set(said) == {"Sanne de Wit", "Joris Bakker", "Fatima El Amrani"}
    assert said["Fatima El Amrani"].parent == "facebook:www.facebook.com:comment:555001"
    assert said["Fatima El Amrani"].url.endswith("?comment_id=555001&reply_comment_id=555003")


def test_whichever_notice_comes_first_the_thread_is_the_same(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("facebook-comment-nl-2026"))
    (row,) = mailbox.threads().values()
    assert (row.key, row.title, row.snippet) == (POST, "", "Dat vraag ik me ook af.")
    mailbox.deliver(mail("facebook-post-nl-2026"))
    (row,) = mailbox.threads().values()
    assert (row.title, row.author, row.messages) == (
        "Wanneer horen we iets over het nieuwe rooster?",
        "Sanne de Wit",
        2,
    )


def test_a_digest_is_taken_apart_and_comes_twice_without_harm(mailbox: Mailbox) -> None:
    for _ in range(2):
        mailbox.deliver(mail("facebook-digest-nl-five"), mail("linkedin-digest-nl-2026"), mail("yammer-digest-nl"))
    rows = mailbox.threads().values()
    assert sorted((row.platform, row.messages) for row in rows) == [
        *[("facebook", 1)] * 5, *[("linkedin", 1)] * 3, *[("yammer", 1)] * 3,
    ]  # fmt: skip


def test_what_is_done_there_is_done_by_hand_and_the_source_is_approximate(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("facebook-post-nl-2026"), mail("linkedin-post-nl"), mail("yammer-post-nl-2026"))
    for row in mailbox.threads().values():
        can = capabilities(mailbox.here.store, row.space)
        assert can.approximate
        assert can.way("reply") is can.way("delete") is can.way("approve") is can.way("settle") is Way.HANDOFF
        assert can.way("read") is Way.API
    assert mailbox.adapter().capabilities("mail:x:folder:INBOX").way("reply") is Way.API


def test_a_reported_message_bears_the_report(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("facebook-reported-en"))
    mailbox.deliver(mail("facebook-reported-en"))
    (row,) = mailbox.threads().values()
    assert (row.reports, row.author, row.title) == (1, "Kees Jansen", "You understand nothing.")
    (message,) = mailbox.messages(row.key)
    (report,) = message.reports
    assert (report.reason, report.reporter, report.source) == ("Bullying", "Anouk Peters", "facebook")


def test_what_waits_for_approval_is_held_and_so_is_who_wants_to_join(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("facebook-pending-nl"), mail("facebook-member-nl"), mail("facebook-pending-nl-count"))
    rows = sorted(mailbox.threads().values(), key=lambda row: row.title)
    assert [(row.title, row.held) for row in rows] == [
        ("3 berichten wachten op goedkeuring in Vragen aan de directie", 1),
        ("Daan Visser wil lid worden van Vragen aan de directie", 1),
        ("Fiets te koop, wie wil hem?", 1),
    ]
    assert rows[1].url == "https://www.facebook.com/groups/123456789012345/member-requests/"


def test_with_a_connection_to_the_network_itself_mails_speak_of_its_threads(mailbox: Mailbox) -> None:
    put(mailbox.here.store, NewConnection(ConnectionKey("yammer:x"), "Engage", "yammer", "yammer", "", "", "www.yammer.com/5897",
                                          "", "", 0, 0, {}))  # fmt: skip
    mailbox.deliver(mail("yammer-reported-nl"))
    (row,) = mailbox.threads().values()
    assert row.key == "yammer:www.yammer.com/5897:message:2000337749565461"
    assert (row.reports, row.space_title) == (1, "Vragen aan de directie")


def test_a_forged_notice_is_a_suspicious_mail_and_no_colleagues_post(mailbox: Mailbox) -> None:
    forged = example("facebook-post-nl-2026").replace(b"dkim=pass", b"dkim=fail").replace(b"dmarc=pass", b"dmarc=fail")
    mailbox.deliver(read(forged))
    (row,) = mailbox.threads().values()
    assert (row.platform, row.space_title) == ("mail", "INBOX")
    assert row.title.startswith("\u26a0 ")
    assert row.author == "notification+kjdhqz1w@facebookmail.com"
    (message,) = mailbox.messages(row.key)
    shown = card_shown(mailbox.here.store, message, row.platform, mailbox.here.clock.now)
    assert (shown.state_tone, shown.state.partition(":")[0]) == ("danger", "Suspicious")
    assert "your mail server found that it isn't" in shown.state
    assert shapes.message(message)["doubt"] == "forged"


def test_a_layout_that_nobody_knows_is_kept_where_it_is_found_again(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("unknown-facebook-events"))
    (row,) = mailbox.threads().values()
    assert (row.platform, row.space_title) == ("mail", "Notifications not understood")
    assert "Evenement bekijken" in mailbox.messages(row.key)[0].text


def test_no_token_of_a_link_is_kept_of_a_notice(mailbox: Mailbox) -> None:
    names = [name for name in EXPECTED if "layout" in EXPECTED[name]]
    for at in range(0, len(names), 20):
        mailbox.deliver(*(mail(name) for name in names[at : at + 20]))
    kept = [
        str(value)
        for table in ("message", "thread", "space", "person", "report")
        for row in mailbox.here.store.read(f"SELECT * FROM {table}", {})
        for value in row
    ]
    assert len(mailbox.threads()) > 40
    for token in (
        "bcode",
        "n_m=",
        "aref=",
        "mid=",
        "midToken",
        "otpToken",
        "trkEmail",
        "eid=",
        "token=",
        "nuid",
        "safelinks",
    ):
        assert not [one for one in kept if token in one]


def test_the_keys_of_a_notice_are_those_of_its_links(mailbox: Mailbox) -> None:
    mailbox.deliver(mail("facebook-post-nl-2026"))
    held = mailbox.tools().held([MessageKey(POST)])
    assert held[MessageKey(POST)].thread == ThreadKey(POST)
    assert [row.platform for row in spaces(mailbox.here.store, MAILBOX)] == ["facebook"]
