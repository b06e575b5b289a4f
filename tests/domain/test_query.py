"""The search language: what can be typed, what it means, and where it is wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.query import HAS, IS, Field, Not, Phrase, Query, QueryError, Term, Word, day_of, parse, to_text


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", []),
        ("   ", []),
        ("rooster", [Word("rooster")]),
        ("rooster  nacht ", [Word("rooster"), Word("nacht")]),
        ('"twee nachten"', [Phrase("twee nachten")]),
        ("“twee nachten”", [Phrase("twee nachten")]),
        ("„twee nachten”", [Phrase("twee nachten")]),
        ("-rooster", [Not(Word("rooster"))]),
        ('-"twee nachten"', [Not(Phrase("twee nachten"))]),
        ("is:unread", [Field("is", "unread")]),
        ("IS:Unread", [Field("is", "unread")]),
        ("-tag:planning", [Not(Field("tag", "planning"))]),
        ('in:"Planning & roosters"', [Field("in", "Planning & roosters")]),
        ("from:Fatma", [Field("from", "Fatma")]),
        ("platform:Yammer", [Field("platform", "yammer")]),
        ("has:attachment", [Field("has", "attachment")]),
        ("after:2026-11-24", [Field("after", "2026-11-24")]),
        ("before:24-11-2026", [Field("before", "2026-11-24")]),
        ("before:4-1-2026", [Field("before", "2026-01-04")]),
        ("after:7d", [Field("after", "7d")]),
        ("after:today", [Field("after", "0d")]),
        ("after:vandaag", [Field("after", "0d")]),
        ("after:gisteren", [Field("after", "1d")]),
        ("http://intranet.example/a", [Word("http://intranet.example/a")]),
        ("wat:", [Word("wat:")]),
        ("12:30", [Word("12:30")]),
        ('rooster"twee nachten"', [Word("rooster"), Phrase("twee nachten")]),
        ("真的 schön", [Word("真的"), Word("schön")]),
    ],
)
def test_a_query_is_read_as_it_was_meant(typed: str, terms: list[Term]) -> None:
    assert parse(typed) == Query(tuple(terms))


@pytest.mark.parametrize(
    ("typed", "at", "code", "value"),
    [
        ("rooster form:fatma", 8, "unknown_field", "form"),
        ('form:"fatma"', 0, "unknown_field", "form"),
        ("is:unred", 3, "unknown_is", "unred"),
        ("-is:unred", 4, "unknown_is", "unred"),
        ("rooster has:picture", 12, "unknown_has", "picture"),
        ("after:31-02-2026", 6, "bad_date", "31-02-2026"),
        ("after:soon", 6, "bad_date", "soon"),
        ("after:0001-01-01", 6, "bad_date", "0001-01-01"),
        ('rooster "twee nachten', 8, "open_quote", "twee nachten"),
        ('in:"Planning', 3, "open_quote", "Planning"),
        ("from:", 5, "empty_value", "from"),
        ("from: fatma", 5, "empty_value", "from"),
        ('from:" "', 8, "empty_value", "from"),
        ("rooster -", 8, "empty_value", "-"),
        ('rooster ""', 8, "empty_value", '""'),
    ],
)
def test_a_wrong_query_says_where(typed: str, at: int, code: str, value: str) -> None:
    with pytest.raises(QueryError) as wrong:
        parse(typed)
    assert (wrong.value.at, wrong.value.code, wrong.value.value) == (at, code, value)


def test_days_back_are_counted_from_today() -> None:
    today = date(2026, 11, 24)
    assert day_of("0d", today) == today
    assert day_of("7d", today) == date(2026, 11, 17)
    assert day_of("2026-01-04", today) == date(2026, 1, 4)


PLAIN = st.text(alphabet="abcdefgé中-.:/'&()", min_size=1, max_size=12)
QUOTED = st.text(alphabet="abc -:'&中\n", min_size=1).filter(str.strip)
FIELDS = st.one_of(
    st.builds(Field, st.just("is"), st.sampled_from(IS)),
    st.builds(Field, st.just("has"), st.sampled_from(HAS)),
    st.builds(Field, st.sampled_from(["from", "in", "tag"]), QUOTED | PLAIN),
    st.builds(Field, st.just("platform"), st.sampled_from(["yammer", "wordpress"])),
    st.builds(Field, st.sampled_from(["before", "after"]), st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(str)),
    st.builds(Field, st.sampled_from(["before", "after"]), st.integers(0, 9999).map("{}d".format)),
)


def typed_word(text: str) -> bool:
    """Whether a text can be typed as one word."""
    try:
        return parse(text) == Query((Word(text),))
    except QueryError:
        return False


POSITIVE = PLAIN.filter(typed_word).map(Word) | QUOTED.map(Phrase) | FIELDS


@given(st.lists(POSITIVE | POSITIVE.map(Not)))
def test_a_query_written_down_is_read_the_same(terms: list[Term]) -> None:
    query = Query(tuple(terms))
    assert parse(to_text(query)) == query


@given(st.text(alphabet='ab-: "\u201cisfromt/7d\n') | st.text())
def test_whatever_is_typed_is_read_or_refused_with_a_place(typed: str) -> None:
    try:
        query, place = parse(typed), 0
    except QueryError as wrong:
        query, place = Query(), wrong.at
    assert 0 <= place <= len(typed)
    assert parse(to_text(query)) == query
