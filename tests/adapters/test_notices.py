"""A notice of a platform becomes what colleagues said there; whatever else a mail is, it stays a mail."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.adapters.deep_links import space_key
from console.adapters.mail_parsing import Mail
from console.adapters.mail_parsing import read as parsed
from console.adapters.notices import Notice, NotUnderstood, read
from console.adapters.notices.layouts import Kind, books

FOLDER = Path(__file__).parent / "notices"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
OURS = frozenset({"mx.voorbeeld.example", "-"})
UNDERSTOOD = [name for name, told in EXPECTED.items() if "layout" in told]
OTHERS = [name for name, told in EXPECTED.items() if "taken" in told]


def example(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def mail(name: str) -> Mail:
    return parsed(example(name))


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_an_example_is_recognised_and_says_what_was_said(name: str) -> None:
    found = read(mail(name), OURS)
    assert isinstance(found, Notice)
    told = EXPECTED[name]
    shown = {
        "layout": found.layout,
        "kind": found.kind.value,
        "conversations": [
            {
                "space": space_key(card.place), "group": card.group, "author": card.author, "text": card.text,
                "url": card.place.permalink, "partial": card.partial,
                **({"reason": card.reason} if card.reason else {}),
                **({"reporter": card.reporter} if card.reporter else {}),
            }
            for card in found.cards
        ],
    }  # fmt: skip
    assert shown == told


@pytest.mark.parametrize(
    ("layout", "card", "author", "text"),
    [
        ("facebook-digest-en-five", "<p><b>Sanne de Wit</b><br>Who joins?</p>", "Sanne de Wit", "Who joins?"),
        ("facebook-digest-en-five", "<p>Fatima El Amrani: Who joins?</p>", "Fatima El Amrani", "Who joins?"),
        ("facebook-digest-en-five", "<p>Please note: tomorrow closed</p>", "", "Please note: tomorrow closed"),
        (
            "linkedin-digest-en-2026",
            "<p>Sanne de Wit \u00b7 Nurse<br>Any tips?</p>",
            "Sanne de Wit",
            "A title\nAny tips?",
        ),
    ],
)
def test_in_a_digest_a_name_is_known_without_a_link_and_no_conversation_is_lost_for_want_of_one(
    layout: str, card: str, author: str, text: str
) -> None:
    one = mail(layout)
    assert one.told is not None
    url = EXPECTED[layout]["conversations"][0]["url"]
    links = f'<a href="{url}">A title</a>', f'<p><a href="{url}">View post</a></p>'
    html = (
        links[0] + card + links[1]
        if layout.startswith("linkedin")
        else card + links[1].replace("View post", "View on Facebook")
    )
    found = read(replace(one, told=replace(one.told, texts=(("text/html", html),))), OURS)
    assert isinstance(found, Notice)
    assert [(one.author, one.text) for one in found.cards] == [(author, text)]


def test_a_digest_whose_links_stand_below_their_posts_gives_nobody_the_words_of_another() -> None:
    one = mail("linkedin-digest-nl-2026")
    assert one.told is not None
    posts = EXPECTED["linkedin-digest-nl-2026"]["conversations"][:3]
    html = "".join(
        f"<p>{post['author']}</p><p>{post['text']}</p><p><a href='{post['url']}'>Gesprek bekijken</a></p>"
        for post in posts
    )
    found = read(replace(one, told=replace(one.told, texts=(("text/html", html),))), OURS)
    assert isinstance(found, Notice)
    assert [(card.author, card.place.permalink) for card in found.cards] == [(p["author"], p["url"]) for p in posts]
    assert [card.text.split()[0] for card in found.cards] == [post["text"].split()[0] for post in posts]


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_platform_mails_besides_stays_a_mail_or_is_kept_as_not_understood(name: str) -> None:
    found = read(mail(name), OURS)
    if EXPECTED[name]["taken"] == "mail":
        assert found is None
    else:
        assert found == NotUnderstood(EXPECTED[name]["platform"], "layout")


def test_there_are_sixty_examples_and_one_at_least_of_every_layout() -> None:
    assert len(UNDERSTOOD) >= 60
    shown = {EXPECTED[name]["layout"] for name in UNDERSTOOD}
    known = {one.key for book in books() for one in book.layouts if one.kind is not Kind.OTHER}
    assert known - shown == set()
