"""Handing over: everything in hand goes in one sealed file, and comes out whole in another profile, once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from console.desk import drafts, hand_over, triage, undo
from console.desk.seat import Desk, Refused
from console.domain.conversation import ThreadKey
from console.domain.hand_over import (
    MOST_CHARS,
    HandedDraft,
    HandedNote,
    HandedThread,
    HandOver,
    NotAHandOver,
    hand_over_of,
    to_text,
)
from console.store.read import queue, thread
from console.store.read.handing_over import missing
from console.store.sealed import NotSealed, WrongPassphrase, seal
from console.store.write import drafts as kept
from tests.houses import HOUR_MS, NOW_MS, House, house, key

PASSPHRASE = "kool en geit 1"
ONE, TWO, THREE, FOUR = (ThreadKey(key("message", name)) for name in ("een", "twee", "drie", "vier"))


def filled(folder: Path) -> House:
    made = house(folder)
    for name in ("een", "twee", "drie", "vier"):
        made.say(name, f"Vraag {name}?")
    return made


@pytest.fixture
def giver(tmp_path: Path) -> House:
    """One assigned, with two notes; one set aside; one begun to be answered, twice; one that is nobody's."""
    made = filled(tmp_path / "giver")
    desk = made.desk
    triage.assign(desk, [ONE], desk.moderator)
    triage.note(desk, ONE, "Belt maandag terug.")
    triage.note(replace(desk, moderator="Ineke"), ONE, "Ik weet ervan.")
    triage.snooze(desk, [TWO], NOW_MS + 30 * HOUR_MS)
    drafts.keep_reply(desk, THREE, "Eerste begin", None)
    drafts.keep_reply(desk, THREE, "Heel iets anders", None)
    return made


@pytest.fixture
def taker(tmp_path: Path) -> Desk:
    return replace(filled(tmp_path / "taker").desk, moderator="Sanne")


def file_of(giver: House, tmp_path: Path) -> Path:
    file = tmp_path / "overdracht.luisterpost"
    made = hand_over.gather(giver.desk, "Sanne")
    hand_over.write(made, file, PASSPHRASE)
    hand_over.given(giver.desk, made)
    return file


def test_everything_in_hand_is_in_it_and_nothing_else(giver: House) -> None:
    made = hand_over.gather(giver.desk, "Sanne")
    assert {one.thread for one in made.threads} == {ONE, TWO, THREE}
    assert made.counts == (1, 1, 1, 2)
    begun = next(one for one in made.threads if one.thread == THREE)
    assert begun.draft == HandedDraft("Heel iets anders", "", ("Eerste begin",))


def test_it_comes_out_whole_in_another_profile(giver: House, taker: Desk, tmp_path: Path) -> None:
    found = hand_over.read(file_of(giver, tmp_path), PASSPHRASE)
    assert (found.by, found.to, missing(taker.store, found.threads)) == (giver.desk.moderator, "Sanne", 0)
    hand_over.take(taker, found)
    rows = {name: queue.row(taker.store, name) for name in (ONE, TWO, THREE, FOUR)}
    assert [rows[name].assignee for name in (ONE, TWO, THREE, FOUR)] == ["Sanne", "Sanne", "Sanne", ""]  # type: ignore[union-attr]
    assert rows[TWO].state == "snoozed"  # type: ignore[union-attr]
    assert [(note.by, note.text) for note in thread.notes(taker.store, ONE)] == [
        (giver.desk.moderator, "Belt maandag terug."), ("Ineke", "Ik weet ervan."),
    ]  # fmt: skip
    draft = drafts.reply_draft(taker, THREE)
    assert draft is not None
    assert (draft.text, drafts.set_aside(taker, THREE)) == ("Heel iets anders", ["Eerste begin"])


def test_the_assignments_are_the_others_and_drafts_and_snoozes_stay(giver: House, tmp_path: Path) -> None:
    file_of(giver, tmp_path)
    row, draft = queue.row(giver.store, ONE), drafts.reply_draft(giver.desk, THREE)
    assert row is not None
    assert draft is not None
    assert (row.assignee, draft.text) == ("Sanne", "Heel iets anders")


def test_a_file_is_taken_over_once_and_again_once_that_was_taken_back(
    giver: House, taker: Desk, tmp_path: Path
) -> None:
    found = hand_over.read(file_of(giver, tmp_path), PASSPHRASE)
    hand_over.take(taker, found)
    with pytest.raises(Refused, match="taken_before"):
        hand_over.take(taker, found)
    assert len(thread.notes(taker.store, ONE)) == 2
    undo.undo(taker)
    row = queue.row(taker.store, ONE)
    assert row is not None
    assert (row.assignee, thread.notes(taker.store, ONE)) == ("", ())
    draft = drafts.reply_draft(taker, THREE)
    assert draft is not None, "a word is not thrown away"
    hand_over.take(taker, found)
    assert len(thread.notes(taker.store, ONE)) == 2


def test_a_draft_begun_here_is_set_aside_and_not_lost(giver: House, taker: Desk, tmp_path: Path) -> None:
    drafts.keep_reply(taker, THREE, "Mijn eigen begin", None)
    hand_over.take(taker, hand_over.read(file_of(giver, tmp_path), PASSPHRASE))
    draft = drafts.reply_draft(taker, THREE)
    assert draft is not None
    assert draft.text == "Heel iets anders"
    assert set(drafts.set_aside(taker, THREE)) == {"Mijn eigen begin", "Eerste begin"}


def test_a_crash_after_the_drafts_loses_and_doubles_none(giver: House, taker: Desk, tmp_path: Path) -> None:
    found = hand_over.read(file_of(giver, tmp_path), PASSPHRASE)
    for one in found.threads:  # as far as a process that died came
        if one.draft is not None:
            for text in (*reversed(one.draft.aside), one.draft.text):
                kept.save(taker.store, one.thread, "reply", text)
    hand_over.take(taker, found)
    draft = drafts.reply_draft(taker, THREE)
    assert draft is not None
    assert (draft.text, drafts.set_aside(taker, THREE)) == ("Heel iets anders", ["Eerste begin"])


def test_what_isnt_held_here_waits_for_its_conversation(giver: House, tmp_path: Path) -> None:
    empty = replace(house(tmp_path / "empty").desk, moderator="Sanne")
    found = hand_over.read(file_of(giver, tmp_path), PASSPHRASE)
    assert missing(empty.store, found.threads) == 3
    hand_over.take(empty, found)
    assert [note.text for note in thread.notes(empty.store, ONE)] == ["Belt maandag terug.", "Ik weet ervan."]
    draft = drafts.reply_draft(empty, THREE)
    assert draft is not None


def test_nothing_can_be_read_without_the_passphrase(giver: House, tmp_path: Path) -> None:
    file = file_of(giver, tmp_path)
    held = file.read_bytes()
    for word in (b"Belt", b"Heel iets", b"Vraag", b"Sanne", giver.desk.moderator.encode()):
        assert word not in held
    with pytest.raises(WrongPassphrase):
        hand_over.read(file, PASSPHRASE + "x")
    assert file.stat().st_mode & 0o077 == 0, "only its owner reads it"


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"salt": 1, "nonce": 2, "sealed": 3}', b"[" * 100_000])
def test_what_is_no_hand_over_is_told(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(damage)
    with pytest.raises(NotSealed):
        hand_over.read(file, PASSPHRASE)


def test_a_file_cut_off_or_changed_opens_nothing(giver: House, tmp_path: Path) -> None:
    file = file_of(giver, tmp_path)
    whole = file.read_text()
    file.write_text(whole[: len(whole) // 2])
    with pytest.raises(NotSealed):
        hand_over.read(file, PASSPHRASE)
    parts = json.loads(whole)
    parts["sealed"] = parts["sealed"][:-8] + "AAAAAAA="
    file.write_text(json.dumps(parts))
    with pytest.raises(WrongPassphrase):
        hand_over.read(file, PASSPHRASE)


def test_a_sealed_text_of_something_else_or_of_a_later_version_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x"
    made = {"luisterpost_hand_over": 1, "key": "k", "by": "Noor", "to": "", "threads": []}
    wrong = [json.dumps(made | {"made_at_ms": at}) for at in (float("inf"), 1e300, 10**40, -1, "nu")]
    for text, newer in (('{"luisterpost_hand_over": 2}', True), ("[]", False), *((one, False) for one in wrong)):
        file.write_text(seal(text, PASSPHRASE, hand_over.ABOUT))
        with pytest.raises(NotAHandOver) as found:
            hand_over.read(file, PASSPHRASE)
        assert found.value.newer is newer


def test_what_cant_be_handed_over_or_taken_is_said(giver: House, taker: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="to_yourself"):
        hand_over.gather(giver.desk, giver.desk.moderator)
    with pytest.raises(Refused, match="nothing_in_hand"):
        hand_over.gather(taker, "Noor")
    with pytest.raises(Refused, match="short_passphrase"):
        hand_over.write(hand_over.gather(giver.desk, "Sanne"), tmp_path / "x", "kort")
    drafts.keep_reply(giver.desk, FOUR, "x" * (MOST_CHARS + 1), None)
    with pytest.raises(Refused, match="too_much_in_hand"):  # or the other side would be told that it is no hand-over
        hand_over.write(hand_over.gather(giver.desk, "Sanne"), tmp_path / "x", PASSPHRASE)
    assert not (tmp_path / "x").exists()
    with pytest.raises(Refused, match="your_own"):
        hand_over.take(giver.desk, hand_over.gather(giver.desk, "Sanne"))


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
NOTES = st.builds(HandedNote, TEXTS, TEXTS, st.integers(0, 2**45), TEXTS)
DRAFTS = st.builds(HandedDraft, TEXTS, TEXTS, st.lists(TEXTS, max_size=2).map(tuple))
THREADS = st.builds(HandedThread, TEXTS.map(ThreadKey), TEXTS, st.booleans(), st.none() | st.integers(0, 2**45),
                    st.none() | DRAFTS, st.lists(NOTES, max_size=3).map(tuple))  # fmt: skip


@forall(st.builds(HandOver, TEXTS, TEXTS, TEXTS, st.integers(0, 2**45), st.lists(THREADS, max_size=4).map(tuple)))
def test_what_is_written_down_is_read_as_it_was(made: HandOver) -> None:
    assert hand_over_of(to_text(made)) == made
