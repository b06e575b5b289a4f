"""A mailbox with notices on a real server: the check finds who vouches for them, and they come in as conversations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.deep_links import FACEBOOK, LINKEDIN
from console.domain.conversation import Message, Space
from tests.adapters.test_notices import example
from tests.servers.dovecot import Dovecot
from tests.servers.mail_line import MailLine
from tests.servers.mailbox import Mailbox, now_ms

NAMES = ("facebook-post-nl-2026", "facebook-comment-nl-2026", "facebook-digest-nl-five", "linkedin-digest-nl-2026")
POST = "facebook:www.facebook.com:post:678901234567890"


@pytest.fixture
def box(dovecot: Dovecot) -> Iterator[Mailbox]:
    made = Mailbox(dovecot)
    session = dovecot.session(made.us)
    for name in NAMES:
        session.append("INBOX", example(name))
    yield made
    dovecot.end_sessions()


async def test_a_mailbox_with_notices_yields_their_conversations(box: Mailbox) -> None:
    first = box.config()
    checker = box.adapter(config=first)
    checked = await checker.check()
    await checker.close()
    assert checked.settings["authserv"] == "mx.voorbeeld.example"
    assert {"mail_proof"} <= {line.code for line in checked.lines}

    shelf = Shelf()
    tools = Tools(now_ms=now_ms, known=shelf.known, held=shelf.held, timeout_s=10.0)
    config = replace(first, settings={**first.settings, "authserv": checked.settings["authserv"]})
    adapter = box.adapter(tools, config)
    await shelf.catch_up(adapter)
    await shelf.catch_up(adapter)  # the sweep misses none of them: they lie where they lay
    await adapter.close()
    said = list(shelf.messages.values())
    assert len(said) == 2 + 5 + 3
    assert {one.text for one in said if isinstance(one, Message) and one.root == POST} >= {"Dat vraag ik me ook af."}
    assert {one.platform for one in shelf.spaces.values() if isinstance(one, Space)} >= {FACEBOOK, LINKEDIN}
    assert {one.state.value for one in said} == {"visible"}


async def test_without_a_server_that_vouches_the_check_says_that_notices_stay_mails(dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    session = dovecot.session(box.us)
    head, _, rest = example("facebook-post-nl-2026").partition(b"\n")
    assert head.startswith(b"Authentication-Results")
    session.append("INBOX", rest)
    adapter = box.adapter()
    checked = await adapter.check()
    await adapter.close()
    dovecot.end_sessions()
    assert checked.works
    assert "mail_no_proof" in {line.code for line in checked.lines if line.limited}
    assert checked.settings["authserv"] == ""


async def test_a_mailbox_connected_before_anybody_asked_who_vouches_learns_it_by_itself(box: Mailbox) -> None:
    shelf = Shelf()
    tools = Tools(now_ms=now_ms, known=shelf.known, held=shelf.held, timeout_s=10.0)
    assert "authserv" not in box.config().settings
    adapter = box.adapter(tools)
    await shelf.catch_up(adapter)
    await adapter.close()
    assert shelf.cursors["mail"]["authserv"] == "mx.voorbeeld.example"
    assert {one.platform for one in shelf.spaces.values() if isinstance(one, Space)} >= {FACEBOOK, LINKEDIN}

    with MailLine(box.dovecot.imap_port, box.dovecot.smtp_port) as line:
        again = box.adapter(tools, box.config(line.url))
        await shelf.catch_up(again, only="mail")
        await again.close()
        asked = [request.target for request in line.requests]
    assert asked
    assert not [one for one in asked if "AUTHENTICATION-RESULTS" in one], "it is kept"


async def test_where_the_check_found_nobody_who_vouches_nobody_is_looked_for(box: Mailbox) -> None:
    shelf = Shelf()
    tools = Tools(now_ms=now_ms, known=shelf.known, held=shelf.held, timeout_s=10.0)
    adapter = box.adapter(tools, box.config(authserv=""))
    await shelf.catch_up(adapter)
    await adapter.close()
    assert "authserv" not in shelf.cursors["mail"]
    assert {one.platform for one in shelf.spaces.values() if isinstance(one, Space)} == {""}
