"""Words that are not sent yet: every one of them is kept, whoever writes where."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.desk import drafts, replies, undo
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from tests.houses import House, house


@pytest.fixture
def at(tmp_path: Path) -> House:
    return house(tmp_path)


def kept(desk: Desk, thread: ThreadKey) -> list[str]:
    """The present draft, then those that gave way to it."""
    draft = drafts.reply_draft(desk, thread)
    return [*([draft.text] if draft else []), *drafts.set_aside(desk, thread)]


def test_who_goes_on_writing_keeps_one_draft(at: House) -> None:
    thread = at.say("m", "Hoe werkt dit?")
    before = ""
    for text in ("Dat", "Dat zoeken", "Wij zoeken dat uit"):
        drafts.keep_reply(at.desk, thread, text, None, over=before)
        before = text
    assert kept(at.desk, thread) == ["Wij zoeken dat uit"]
    drafts.keep_reply(at.desk, thread, "", None, over=before)
    assert kept(at.desk, thread) == []


def test_two_who_write_at_once_keep_both_and_their_beginnings_once(at: House) -> None:
    thread = at.say("m", "Hoe werkt dit?")
    one, other = "", ""
    for n in range(1, 4):
        drafts.keep_reply(at.desk, thread, "Een"[:n], None, over=one)
        one = "Een"[:n]
        drafts.keep_reply(at.desk, thread, "Twee"[:n], None, over=other)
        other = "Twee"[:n]
    assert kept(at.desk, thread) == ["Twe", "Een"]


def test_what_was_set_aside_can_be_taken_up_again_and_back(at: House) -> None:
    thread = at.say("m", "Hoe werkt dit?")
    drafts.keep_reply(at.desk, thread, "Een", None)
    drafts.keep_reply(at.desk, thread, "Twee", None)
    drafts.take_up(at.desk, thread)
    assert kept(at.desk, thread) == ["Een", "Twee"]
    drafts.take_up(at.desk, thread)
    assert kept(at.desk, thread) == ["Twee", "Een"]


def test_sending_ends_the_draft_that_is_sent_and_no_other(at: House) -> None:
    thread = at.say("m", "Hoe werkt dit?")
    drafts.keep_reply(at.desk, thread, "Wat ik verstuur ", None)
    replies.reply(at.desk, thread, "Wat ik verstuur ")
    assert kept(at.desk, thread) == []
    drafts.keep_reply(at.desk, thread, "Waar ik aan bezig ben", None)
    replies.reply(at.desk, thread, "Iets anders, in de terminal")
    assert kept(at.desk, thread) == ["Waar ik aan bezig ben"]


def test_a_reply_taken_back_takes_no_words_away(at: House) -> None:
    thread = at.say("m", "Hoe werkt dit?")
    replies.reply(at.desk, thread, "Te vroeg verstuurd")
    drafts.keep_reply(at.desk, thread, "Een tweede antwoord", None)
    undo.undo(at.desk)
    assert kept(at.desk, thread) == ["Te vroeg verstuurd", "Een tweede antwoord"]
