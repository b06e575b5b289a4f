"""Whatever is typed into the search field: hits, or a plain sentence; never SQL and never the index's own language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.query import MOST_TERMS, QueryError, parse
from console.sentences.troubles import query_sentence
from console.store.read import finding, queue, search
from tests.houses import House, house

TYPED = st.lists(
    st.text(max_size=8)
    | st.sampled_from(
        ['"', "'", "-", "*", "^", "(", ")", "NEAR(", " OR ", " AND ", "from:", "in:", "tag:", "is:open ", "platform:",
         "before:7d ", "%", "_", "\\", "\x00", "\ud800", "{text} :", ";--", "bus", " ", ":q0", "\u202e", "٣d"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = house(tmp_path_factory.mktemp("p") / "p")
    made.say("bus", "Hoe laat gaat de bus?")
    made.say("procent", "100% zeker_weten")
    yield made
    made.store.close()


def look_at(sentence: str) -> None:
    assert sentence.strip().endswith((".", "…"))


def look(made: House, typed: str) -> None:
    try:
        query = parse(typed)
    except QueryError as error:
        look_at(query_sentence(error))
        return
    view = queue.View("all" if "all" in queue.VIEWS else "inbox", query=query)
    search.search(made.store, query)
    queue.page(made.store, view, 5)
    finding.newest(made.store, view, 5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_anything_can_be_typed(filled: House, typed: str) -> None:
    look(filled, typed)


@pytest.mark.parametrize(
    "typed",
    ["a" * 100_000, '"' + "a " * 30_000 + '"', " ".join(f"w{n}" for n in range(MOST_TERMS)), "from:\ud800 in:\ud800"],
)
def test_a_great_deal_can_be_typed(filled: House, typed: str) -> None:
    look(filled, typed)


def test_more_words_than_anybody_types_are_refused_with_a_sentence() -> None:
    with pytest.raises(QueryError) as refused:
        parse(" ".join(f"w{n}" for n in range(MOST_TERMS + 1)))
    assert refused.value.code == "too_long"


@pytest.mark.parametrize("typed", ["in:%", "in:_", "from:%", "tag:%", "platform:%"])
def test_a_wildcard_of_sql_is_a_letter(filled: House, typed: str) -> None:
    assert search.search(filled.store, parse(typed))[0] == []


@pytest.mark.parametrize("after", ["x", "-1", "0", "9" * 40, "\ud800", "[]", "[1,2]", "{}", "[1,2,3]", "null"])
def test_a_place_that_no_page_gave_is_refused(filled: House, after: str) -> None:
    for ask in (
        lambda: search.search(filled.store, parse("bus"), 5, after),
        lambda: queue.page(filled.store, queue.View("inbox"), 5, after),
    ):
        with pytest.raises(QueryError) as refused:
            ask()
        assert refused.value.code == "bad_next"
