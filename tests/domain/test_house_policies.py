"""Policies and letters: readable texts that people edit, read honestly, and letters that never leave with a gap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import house_policies, letters
from console.domain.house_policies import BadPolicies, HousePolicy, chosen, in_order, urgent_under
from console.domain.letters import BadLetters, Letter, To, Unfilled, filled
from console.words import LANGUAGES, resources

TEXT = """# Our rules
What this is.

## 2. Threats
Nobody is
threatened.
- Urgent
- Do: Keep it,
  and warn them.
- Call: security; 112

## 1 Privacy
No names.
"""


def test_a_policy_has_a_number_a_name_and_what_to_do() -> None:
    first, second = house_policies.parse(TEXT)
    assert first == HousePolicy(1, "Privacy", "No names.")
    assert second == HousePolicy(
        2, "Threats", "Nobody is threatened.", True, "Keep it, and warn them.", "security; 112"
    )


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, "none"),
        ("# Only a title\n", 1, "none"),
        ("## Privacy\n", 1, "no_number"),
        ("## 0. Nothing\n", 1, "no_number"),
        ("## 1.\n", 1, "no_number"),
        ("## 1. One\n\n## 1. Two\n", 3, "twice"),
    ],
)
def test_what_is_no_list_of_policies_is_named_with_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(BadPolicies) as wrong:
        house_policies.parse(text)
    assert (wrong.value.line, wrong.value.code) == (line, code)


@given(
    st.text() | st.lists(st.sampled_from(["## 1. A", "## 2 B", "## C", "- Urgent", "- Do: x", " y", ""])).map("\n".join)
)
def test_any_text_is_policies_or_told_at_a_line_of_it(text: str) -> None:
    line, numbers = 1, [1]
    try:
        numbers = [policy.number for policy in house_policies.parse(text)]
    except BadPolicies as wrong:
        line = wrong.line
    assert 1 <= line <= max(1, len(text.splitlines()))
    assert numbers == sorted(set(numbers))
    assert numbers


def test_policies_are_chosen_by_their_numbers_once_each() -> None:
    known = house_policies.parse(TEXT)
    assert [policy.number for policy in chosen(known, [2, 1, 2])] == [1, 2]
    with pytest.raises(KeyError):
        chosen(known, [3])


def test_both_languages_bring_the_same_policies_and_letters() -> None:
    found = [house_policies.parse((resources() / "policies" / f"{name}.md").read_text("utf-8")) for name in LANGUAGES]
    assert [(p.number, p.urgent, bool(p.do), bool(p.call)) for p in found[0]] == [
        (p.number, p.urgent, bool(p.do), bool(p.call)) for p in found[1]
    ]
    assert all(policy.do and policy.call for policy in found[0] if policy.urgent)
    sent = [letters.parse((resources() / "letters" / f"{name}.md").read_text("utf-8")) for name in LANGUAGES]
    assert [letter.to for letter in sent[0]] == [letter.to for letter in sent[1]]
    everything = dict.fromkeys(letters.VARIABLES, "x")
    assert all("{" not in filled(letter.text, everything) for letter in (*sent[0], *sent[1]))


def test_a_letter_says_to_whom_it_goes() -> None:
    found = letters.parse(
        "# Letters\n\n## To the author: Hidden\nDear {author},\n\nbye.\n\n## Aan de melder: Dank\nDag.\n"
    )
    assert found == (Letter(To.AUTHOR, "Hidden", "Dear {author},\n\nbye."), Letter(To.REPORTER, "Dank", "Dag."))


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("## Hidden\nText\n", 1, "to_whom"),
        ("## To the author: Hidden\n\n", 1, "no_text"),
        ("## To the author: A\nx\n## To the author: a\ny\n", 3, "twice"),
    ],
)
def test_what_is_no_list_of_letters_is_named_with_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(BadLetters) as wrong:
        letters.parse(text)
    assert (wrong.value.line, wrong.value.code) == (line, code)


def test_a_letter_with_a_gap_is_never_filled_in() -> None:
    assert filled("Dear { author }!", {"author": "Thijs {x}"}) == "Dear Thijs {x}!", "what is filled in is no variable"
    with pytest.raises(Unfilled) as gap:
        filled("{author} {naam} {space}", {"author": "Thijs", "space": " "})
    assert (gap.value.unknown, gap.value.empty) == (("naam",), ("space",))


@pytest.mark.parametrize(
    ("reason", "text", "titles"),
    [
        ("Threats", "", ["Threats"]),
        ("threats", "", ["Threats"]),
        ("Violence or threatening", "", ["Threats"]),
        ("Other", "He is threatening her", ["Threats"]),
        ("Rude", "no threat to anybody", ["Threats"]),
        ("Self-harm", "", ["Worries"]),
        ("Unthreatened", "", []),
        ("Spam", "Violence and self-harm aside", ["Threats", "Worries"]),
        ("Advertising", "", []),
        ("", "", []),
    ],
)
def test_a_report_is_under_the_urgent_policies_that_its_words_name(reason: str, text: str, titles: list[str]) -> None:
    policies = house_policies.parse(
        "## 1. Threats\n- Urgent\n- Reported as: threat*, violence,\n  *\n## 2. Worries\n- Dringend\n- Gemeld als: self-harm\n"
        "## 3. Advertising\n- Reported as: advertising\n## 4. Silent\n- Urgent\n"
    )
    assert [policy.title for policy in urgent_under(policies, reason, text)] == titles


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "reason", ["Bedreiging", "Zelfbeschadiging", "Medische vraag", "Persoonsgegevens", "Threatening", "Suicidal", "Medical",
               "Personal data"],
)  # fmt: skip
def test_threat_self_harm_medical_and_personal_data_say_what_to_do_and_whom_to_call(language: str, reason: str) -> None:
    text = (resources() / "policies" / f"{language}.md").read_text("utf-8")
    (found, *_more) = urgent_under(house_policies.parse(text), reason, "")
    assert found.do
    assert found.call
    assert found.first is (reason not in ("Persoonsgegevens", "Personal data")), "where somebody may come to harm"


@pytest.mark.parametrize(
    ("mark", "urgent", "first"),
    [("- Urgent", True, False), ("- Urgent: first", True, True), ("- Dringend: Eerst.", True, True),
     ("- Urgent: at once", True, False), ("Urgent: first", False, False)],
)  # fmt: skip
def test_what_comes_first_of_what_is_urgent_is_a_word_in_the_policies(mark: str, urgent: bool, first: bool) -> None:
    (found,) = house_policies.parse(f"## 1. Threats\n{mark}\n- Do: call")
    assert (found.urgent, found.first, found.do) == (urgent, first, "call")


def test_what_comes_first_is_told_before_what_waited_longer() -> None:
    plain, first = HousePolicy(1, "Privacy", urgent=True), HousePolicy(4, "Threats", urgent=True, first=True)
    waits = [("a", (plain,)), ("b", (plain, first)), ("c", (plain,)), ("d", (first,))]
    assert [name for name, _under in in_order(waits)] == ["b", "d", "a", "c"]
