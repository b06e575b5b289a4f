"""What is heavy: by the policy a message was reported under, or by a word of the settings; and nothing while care is off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.care import Care, Cover, Heavy, Look, why_heavy, word_in
from console.domain.house_policies import parse

POLICIES = parse(
    "## 1. Threats\nNobody is threatened.\n- Urgent\n- Heavy\n## 2. Spam\nNo spam.\n## 3. Zorgen\n- Zwaar\n"
)


def test_a_policy_says_in_its_text_that_it_is_heavy_in_both_languages() -> None:
    assert [policy.heavy for policy in POLICIES] == [True, False, True]
    assert POLICIES[0].text == "Nobody is threatened."


@pytest.mark.parametrize(
    ("reports", "text", "found"),
    [
        ([("Threats", "")], "", Heavy("Threats")),
        ([("threats ", "")], "", Heavy("threats")),
        ([("Spam", ""), ("Zorgen", "")], "", Heavy("Zorgen")),
        ([("Spam", "")], "", None),
        ([], "hij dreigde met een mes", None),
        ([("Spam", "")], "hij dreigde met een mes", Heavy(word="dreig")),
        ([("Spam", "")], "een messenset", None),
    ],
)
def test_what_makes_a_message_heavy(reports: list[tuple[str, str]], text: str, found: Heavy | None) -> None:
    care = Care(words=("dreig*", "mes"))
    assert why_heavy(care, POLICIES, reports, text) == found
    assert why_heavy(replace(care, on=False), POLICIES, reports, text) is None


@pytest.mark.parametrize(("words", "found"), [(("",), ""), (("*",), ""), (("(", "a.c"), ""), (("ABC",), "ABC")])
def test_a_word_is_what_it_says_and_no_pattern(words: tuple[str, ...], found: str) -> None:
    assert word_in(words, "abc, ja") == found


def test_what_begins_covered_and_how_pictures_begin() -> None:
    care = Care(pictures=Look.BLURRED_GREY)
    assert (care.covers(heavy=True), care.covers(heavy=False), care.starts) == (True, True, Look.BLURRED_GREY)
    less = replace(care, cover=Cover.HEAVY)
    assert (less.covers(heavy=True), less.covers(heavy=False)) == (True, False)
    off = replace(care, on=False)
    assert (off.covers(heavy=True), off.covers(heavy=False), off.starts) == (False, False, Look.PLAIN)
