"""What a platform says is read whatever it is: nothing but the documented errors, in bounded work, harmless."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters import wordpress_reading as wordpress
from console.adapters import wp_rows
from console.adapters.markup import from_plain, reduce
from console.domain.conversation import Change, Message, Person, Thread
from console.domain.platform import AuthExpired, BadResponse
from tests.adapters.hostile_bodies import READS, bodies
from tests.adapters.test_markup import is_safe

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*"))
KEYS = wordpress.Keys("blog.example")
SITE = "https://blog.example/"
HOSTILE = {name: body for name, body in bodies().items() if len(body) < 3_000}

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.integers(min_value=10**18) | st.floats() | st.text(max_size=20)
    | st.sampled_from(["approved", "hold", "publish", "2026-11-23T16:34:38", "0000-00-00T00:00:00", "javascript:x",
                       "https://[::1", "https://blog.example/x#comment-1", *HOSTILE.values()])
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
GOOD: dict[str, Any] = {
    "id": 7, "post": 3, "parent": 0, "status": "approved", "author": 2, "author_name": "Fatma", "author_email": "f@x.example",
    "author_user_agent": "x (intent abc)", "date_gmt": "2026-11-23T16:34:38", "link": "https://blog.example/x",
    "content": {"rendered": "<p>x</p>", "raw": "x"}, "title": {"rendered": "x"}, "sticky": True, "comment_status": "open",
    "_links": {"up": [{"href": "https://blog.example/wp-json/wp/v2/posts/3"}]}, "_embedded": {"author": [{"name": "x"}]},
}  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row as WordPress gives it, with some of it replaced by anything, or left out."""
    row = dict(GOOD)
    for name in draw(st.lists(st.sampled_from(sorted(GOOD)), max_size=6)):
        if draw(st.integers(0, 4)):
            row[name] = draw(JSON)
        else:
            row.pop(name, None)
    return row


def look_at(changes: list[Change]) -> None:
    for change in changes:
        if isinstance(change, Message):
            is_safe(from_body(change))
        assert isinstance(change, Message | Person | Thread)


def from_body(message: Message) -> Any:
    from console.adapters.markup import Body

    return Body(message.html, message.text)


def read(row: Any) -> None:
    """Everything of the adapter that reads a row."""
    look_at(wordpress.read_comment(row, KEYS, 2, SITE, 5))
    try:
        look_at(wordpress.read_post(row, KEYS))
    except BadResponse:
        assert not wp_rows.id_of(row)
    with suppress(AuthExpired):
        wordpress.signed_in(row)
    wp_rows.id_of(row)
    if isinstance(row, dict):
        wp_rows.written_ms(row)
        wordpress.mark_in(row, 2)
        wordpress.route_of_post(row)
        wp_rows.says(row, "x")


@given(rows())
def test_any_row_of_wordpress_is_read_or_kept_as_it_came(row: dict[str, Any]) -> None:
    read(row)


@given(JSON)
def test_anything_in_the_place_of_a_row_is_kept_as_it_came(row: Any) -> None:
    read(row)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_in_every_field_is_read(name: str) -> None:
    body = HOSTILE[name]
    for field in GOOD:
        read({**GOOD, field: body})
        read({**GOOD, field: {"rendered": body, "raw": body}})


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_what_once_went_wrong_is_read(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "surrogatepass")
    if file.suffix == ".json":
        read(json.loads(text))
        return
    for body in (reduce(text), from_plain(text)):
        is_safe(body)
    again = reduce(reduce(text).html)
    assert (again.html, again.text) == (reduce(text).html, reduce(text).text)


def test_the_corpus_and_the_table_are_there() -> None:
    assert CORPUS
    assert set(READS) <= set(bodies())


# -- bounded work: twice as much may cost about twice as much, counted in steps of our own code ------------------------

GROWING: dict[str, Callable[[int], str]] = {
    "links": lambda n: '<a href="https://x.example/">y.example</a>' * n,
    "anchors-unclosed": lambda n: '<a href="https://x.example/">a.' * n,
    "breaks": lambda n: "x<br>" * n,
    "items": lambda n: "<ul>" + "<li>x" * n,
    "lists": lambda n: "<ul><li>" * n,
    "quotes": lambda n: "<blockquote>" * n + "x",
    "tables": lambda n: "<table><tr><td>" * n,
    "cells": lambda n: "<table><tr>" + "<td>x" * n,
    "styles": lambda n: "<b><i>" * n + "x",
    "misnested": lambda n: "<b><p><i></b>x</p></i>" * n,
    "openings": lambda n: "<" * n,
    "entities": lambda n: "&amp;&#x202e;" * n,
    "pictures": lambda n: '<img src="https://x.example/a.png" alt="y">' * n,
    "accents": lambda n: "e" + "\u0301" * n,
    "joiners": lambda n: "\U0001f468\u200d" * n,
    "words": lambda n: "w" * n + " " + "a.b" * n,
    "dots": lambda n: "a." * n,
    "spaces": lambda n: " \n" * n + "x",
    "addresses": lambda n: "https://x.example/a " * n,
    "address": lambda n: "https://x.example/" + "a" * n,
    "logins": lambda n: '<a href="https://x.example">' + "a@" * n + "</a>",
    "attributes": lambda n: "<p " + "a=b " * n + ">x",
    "comments": lambda n: "<!--" * n,
}  # fmt: skip


def steps(work: Callable[[], object]) -> int:
    """How many lines of our code run: a count, which no busy machine changes."""
    counted = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal counted
        counted += 1
        return trace if "console" in frame.f_code.co_filename or "html" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.parametrize("reader", [reduce, from_plain], ids=["html", "plain"])
@pytest.mark.parametrize("kind", GROWING)
def test_twice_the_text_costs_no_more_than_about_twice_the_steps(kind: str, reader: Callable[[str], object]) -> None:
    small, large = (steps(lambda n=n: reader(GROWING[kind](n))) for n in (200, 400))  # type: ignore[misc]
    assert large <= 3 * small + 200


def test_what_grows_by_the_square_is_noticed() -> None:
    def by_the_square(text: str) -> int:
        from console.domain.characters import honest

        return sum(len(honest(text[:n])) for n in range(len(text)) for _again in range(n))

    small, large = (steps(lambda n=n: by_the_square("\u200b" * n)) for n in (20, 40))  # type: ignore[misc]
    assert large > 3 * small + 200
