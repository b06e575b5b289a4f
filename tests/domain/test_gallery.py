"""What the gallery makes of what an adapter says of its platform, and of one that says nothing."""

from __future__ import annotations

import pytest

from console.domain.gallery import Address, Facts, News, WayIn, connectable, facts_of, mark_of
from console.domain.platform import capabilities

CAN = capabilities(reply="api", delete="api", hide="handoff", reports="api", settle="handoff")


class Silent:
    """A third party's, that knows nothing of the gallery."""


class Mailed:
    about, way_in, news, address, depends = "Groups that send mail", "mail", "mail", "none", ("delete",)


def test_an_adapter_that_says_nothing_is_shown_with_what_is_likely() -> None:
    assert facts_of(Silent) == Facts("", WayIn.DIRECT, News.ROUNDS, Address.NEEDED, frozenset())


def test_words_of_a_third_party_may_be_plain() -> None:
    facts = facts_of(Mailed)
    assert facts == Facts("Groups that send mail", WayIn.MAIL, News.MAIL, Address.NONE, frozenset({"delete"}))


def test_a_word_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="carrier pigeon"):
        facts_of(type("Odd", (), {"news": "carrier pigeon"}))


@pytest.mark.parametrize(
    ("column", "mark"), [("reply", "✓"), ("delete", "✓°"), ("hide", "↗"), ("approve", "–"), ("reports", "↗")]
)
def test_a_column_has_one_mark(column: str, mark: str) -> None:
    assert mark_of(column, CAN, Facts(depends=frozenset({"delete", "hide", "settle"}))) == mark


def test_reports_that_are_seen_but_never_settled_are_a_mark_too() -> None:
    assert mark_of("reports", capabilities(reports="api"), Facts()) == "✓"
    assert mark_of("reports", capabilities(settle="api"), Facts()) == "–"
    assert mark_of("reports", capabilities(reports="api", settle="api"), Facts(depends=frozenset({"reports"}))) == "✓°"


def test_what_asks_for_nothing_can_not_be_connected() -> None:
    assert connectable((), Facts())
    assert connectable(("user",), Facts(address=Address.NONE))
    assert not connectable((), Facts(address=Address.NONE))
