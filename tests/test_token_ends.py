"""A pasted token that ends soon is said in advance: with the connection, and at the foot of the window."""

from __future__ import annotations

import pytest

from console import words
from console.domain.conversation import ConnectionKey
from console.sentences.shown import health_sentence, token_sentence
from console.store.read.connections import ConnectionRow, Health
from console.views.shown import collecting

NOW_MS = 1_795_600_000_000  # 25 November 2026
DAY_MS = 86_400_000


def row(ends_ms: str, state: str = "ok") -> ConnectionRow:
    return ConnectionRow(
        ConnectionKey("facebook"), "Pagina", "facebook", "facebook", "", "", "www.facebook.com", "", "Ons bedrijf", 0, 0,
        {"token_ends_ms": ends_ms} if ends_ms else {}, False, False, Health(state, last_ok_ms=NOW_MS),
    )  # fmt: skip


@pytest.mark.parametrize("ends_ms", ["", "later", "-5", str(NOW_MS + 15 * DAY_MS)])
def test_an_end_that_is_far_away_or_unknown_is_not_spoken_of(ends_ms: str) -> None:
    assert token_sentence(row(ends_ms), NOW_MS) == ""
    assert health_sentence(row(ends_ms), NOW_MS) == "In order."
    assert "Up to date" in collecting([row(ends_ms)], NOW_MS, offline=False)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Its token ends on 4 Dec: make a new one before, and sign in again."),
        ("nl", "Het token eindigt op 4 dec: maak eerder een nieuw, en meld je opnieuw aan."),
    ],
)
def test_two_weeks_before_its_end_a_connection_says_what_to_do(language: str, said: str) -> None:
    words.use(language)
    soon = row(str(NOW_MS + 9 * DAY_MS))
    assert token_sentence(soon, NOW_MS) == said
    assert health_sentence(soon, NOW_MS).endswith(said)
    assert collecting([row(""), soon], NOW_MS, offline=False) == f"Pagina: {said}"
    words.use("en")


def test_what_is_wrong_now_goes_before_what_ends_soon() -> None:
    soon = row(str(NOW_MS + 9 * DAY_MS))
    refused = row("", "sign_in")
    assert "no longer lets us in" in collecting([soon, refused], NOW_MS, offline=False)
