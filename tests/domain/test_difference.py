"""Two texts beside each other: what changed is marked, and nothing is lost or made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.domain.difference import MOST_WORDS, Piece, difference


def test_what_changed_is_marked_word_by_word() -> None:
    before, after = difference("Kamer 12 was lastig.", "Kamer 12, mevrouw Jansen, was lastig!")
    assert before == [Piece("Kamer 12 was lastig", False), Piece(".", True)]
    assert [piece.text for piece in after if piece.changed] == [", mevrouw Jansen,", "!"]


def test_a_few_letters_between_two_changes_change_with_them() -> None:
    before, after = difference("Ik zet ze online, dan weet iedereen het.", "Ik zet ze online, Robin heeft gelijk.")
    assert [piece.text for piece in before if piece.changed] == ["dan weet iedereen het"]
    assert [piece.text for piece in after if piece.changed] == ["Robin heeft gelijk"]


@given(st.text(), st.text())
def test_the_pieces_are_the_texts(before: str, after: str) -> None:
    left, right = difference(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after
    same = [["".join(piece.text for piece in pieces if not piece.changed)] for pieces in (left, right)]
    assert same[0] == same[1]


def test_a_very_long_text_takes_no_time() -> None:
    long = "woord " * MOST_WORDS
    left, right = difference(long + "een", long + "twee")
    assert "".join(piece.text for piece in left) == long + "een"
    assert right[-1].changed
