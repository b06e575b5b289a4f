"""A text in the pieces it is read in: what is only carried along is folded, never lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.mail_folding import of_plain
from console.adapters.markup import reduce
from console.domain.quoting import pieces_of_html, pieces_of_text

LONG = "".join(f"<p>Regel {n} van de oude mail.</p>" for n in range(9))
QUOTE = f"<blockquote>{LONG}</blockquote>"


def folded(body: str) -> list[bool]:
    return [piece.folded for piece in pieces_of_html(body)]


def test_the_quote_below_an_answer_is_folded_and_says_how_it_begins() -> None:
    said, quote = pieces_of_html(f"<p>Dank.</p>{QUOTE}")
    assert (said.text, said.folded) == ("<p>Dank.</p>", False)
    assert (quote.text, quote.folded, quote.label, quote.lines) == (QUOTE, True, "Regel 0 van de oude mail.", 9)


def test_a_short_quote_above_its_answer_stays_open_and_a_long_one_does_not() -> None:
    short = "<blockquote><p>Mag het?</p></blockquote>"
    assert folded(f"{short}<p>Ja.</p>{QUOTE}<p>Nee.</p>") == [False, False, True, False]


def test_what_fits_on_a_line_is_not_folded() -> None:
    assert folded("<p>Dank.</p><blockquote><p>Mag het?</p></blockquote>") == [False, False]
    assert folded("<p>Dank.</p><blockquote><p>Mag<br>het?</p></blockquote>") == [False, True]


def test_a_message_that_is_nothing_but_a_quotation_is_shown() -> None:
    assert folded(QUOTE) == [False]


def test_quotes_in_quotes_are_one() -> None:
    inner = f"<blockquote><p>Diep.</p>{QUOTE}<p>Minder diep.</p></blockquote>"
    assert [piece.text for piece in pieces_of_html(f"<p>Dank.</p>{inner}")] == ["<p>Dank.</p>", inner]


def test_a_signature_is_named_by_the_name_in_it() -> None:
    *_rest, signature = pieces_of_html(of_plain("Dank.\n\n-- \nSanne Bakker\nRedactie\n").html)
    assert (signature.label, signature.folded) == ("Sanne Bakker", True)


def test_lines_of_text_are_folded_the_same_way() -> None:
    said, quote = pieces_of_text("Dank.\n\n> Op maandag schreef Sanne:\n>\n> Mag het?\n> En dit?")
    assert (said.text, said.folded) == ("Dank.", False)
    assert (quote.label, quote.lines, quote.folded) == ("Op maandag schreef Sanne:", 3, True)


@pytest.mark.parametrize(
    "broken", ["</blockquote>", "<blockquote>", "</blockquote><blockquote>", "<p>a</p></blockquote>b"]
)
def test_broken_markup_loses_nothing(broken: str) -> None:
    assert "".join(piece.text for piece in pieces_of_html(broken)) == broken


@given(
    st.lists(st.sampled_from(["<p>a</p>", "<blockquote>", "</blockquote>", "b ", "<table><tr><td>c</td></tr></table>"]))
)
def test_every_body_is_the_sum_of_its_pieces(parts: list[str]) -> None:
    body = reduce("".join(parts)).html
    assert "".join(piece.text for piece in pieces_of_html(body)) == body
