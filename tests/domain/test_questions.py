"""What reads as a question, and what as no more than a thanks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.questions import asks, only_thanks


@pytest.mark.parametrize("text", [
    "Mag dat?",
    "Twee nachten en dan een dagdienst? Dat lijkt me te veel.",
    "Staat het hier https://intranet.example/rooster?week=47 of ergens anders?",
    "Is dit de goede: https://intranet.example/rooster?",
    "Hebben jullie dit gezien (zie https://intranet.example/a)?",
    "Wie weet waar de sleutel van lokaal 3 ligt",
    "Hoi. Kan iemand mij vertellen hoe laat het begint.",
    "Hallo, weet iemand of de kantine open is",
    "Rooster is weer veranderd. Waarom horen we dat niet eerder",
    "Wanneer krijgen wij de nieuwe telefoons",
    "Maar kunnen we dat niet samen doen",
    "Does anyone know where the key is",
    "Nice plan. When will it start",
    "真的吗\uff1f",
    "متى يبدأ\u061f",
    "Echt waar ❓",
    "> Wat vinden jullie?\nKan ik dat ook met terugwerkende kracht aanvragen",
])  # fmt: skip
def test_this_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", [
    "",
    "De kantine is morgen dicht.",
    "Kijk op https://intranet.example/rooster?week=47&team=2",
    "Kijk op www.intranet.example/rooster?week=47 voor meer.",
    "Zie intranet.example/zoek?q=verlof, daar staat het.",
    "Zie [het rooster](https://intranet.example/rooster?week=47).",
    "> Mag dat?\nJa hoor, dat mag.",
    "Wanneer je klaar bent, meld je dan bij de balie.",
    "When you are done, please tell us.",
    "Waaromheen een hek staat is gesloten.",
    "Ik weet wie kan helpen.",
    "\n\n.",
])  # fmt: skip
def test_this_does_not_ask(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize("text", [
    "", "👍", "🎉🎉", "Dank je wel!", "dankjewel", "Bedankt allemaal", "Top", "Super, dank!", "Thanks so much",
    "Dank je wel, Fatma!", "Goed gedaan Karin", "Gefeliciteerd!", "@Karin bedankt", "> Het is open.\nFijn, dank!",
    "Hartelijk welkom allemaal", "OK",
])  # fmt: skip
def test_this_is_no_more_than_a_thanks(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize("text", [
    "Dank je wel, maar dat werkt niet", "Fatma", "Mooi weer vandaag", "Top idee, wanneer beginnen we",
    "Dat is de vraag", "Bedankt Fatma Karin Bram", "goed " * 9, "dank" + " " * 400,
])  # fmt: skip
def test_this_says_more_than_a_thanks(text: str) -> None:
    assert not only_thanks(text)


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert asks(text) in (True, False)
    assert only_thanks(text) in (True, False)


@given(st.text(alphabet="abc ,."), st.text(alphabet="abc ,."))
def test_a_question_mark_in_running_text_asks(before: str, after: str) -> None:
    assert asks(f"{before}wat? {after}")


@given(st.text(alphabet="abc?=&/-", max_size=30))
def test_no_mark_inside_a_link_asks(query: str) -> None:
    assert not asks(f"zie https://intranet.example/{query}a nu")


def test_empty_lines_after_a_quote_are_looked_at_once() -> None:
    # Looked at once more for each of them, this would take a quarter of an hour.
    assert asks("> Mag dat?\n" + " \n" * 300_000 + "Hoe laat?")
    assert not asks("> Mag dat?\n" + " \n" * 300_000 + "Ja.")
