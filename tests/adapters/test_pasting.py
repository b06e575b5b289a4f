"""What is pasted: its link, its words, the group it belongs to, and what it is called; the clipboard is anybody's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.adapters.deep_links import message_key, person_key, place_of, space_key, thread_key
from console.adapters.pasting import looked_at, named
from console.domain.pasting import Pasted

POST = "https://www.facebook.com/groups/123/posts/456/"
COMMENT = POST + "?comment_id=789"
TRACKED = "https://l.facebook.com/l.php?u=https%3A%2F%2Fm.facebook.com%2Fgroups%2F123%2Fpermalink%2F456%2F%3Ffbclid%3Dx&h=token"


def test_a_link_in_the_text_says_which_group_and_which_message_it_is() -> None:
    found = looked_at(f"Wanneer komt het rooster?\n\n{COMMENT}\n")
    place = place_of(COMMENT)
    assert place is not None
    assert (found.text, found.platform, found.link) == ("Wanneer komt het rooster?", "facebook", place.permalink)
    assert (found.space, found.message, found.thread) == (space_key(place), message_key(place), thread_key(place))
    assert found.lacking() == ["author"]
    assert named(replace(found, author="Sanne  Bakker")).person == person_key(place, "Sanne Bakker")


@pytest.mark.parametrize(
    ("text", "html"),
    [(f"Hoi {TRACKED}", ""), ("Hoi", f'<p>Hoi <a href="{POST}">3 u</a></p>'), ("", f'<p>Hoi</p><a href="{TRACKED}">link</a>')],
)  # fmt: skip
def test_the_same_post_is_found_in_any_form_it_is_copied_in_and_no_token_is_kept(text: str, html: str) -> None:
    found = looked_at(text, html)
    assert found.link == POST
    assert "token" not in str(found)


def test_the_html_of_a_clipboard_brings_words_and_links_and_nothing_else() -> None:
    hostile = (
        "<style>x</style><script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(1)>"
        f"<p onclick=x>Wanneer <b>komt</b> het?</p><a href='javascript:alert(1)'>{'a' * 50}</a><a href='file:///etc/passwd'>b</a>"
    )
    found = looked_at("", hostile)
    assert "Wanneer komt het?" in found.text
    assert found.link == ""
    assert not any(word in str(found) for word in ("<", "alert", "javascript", "passwd"))


def test_what_is_as_large_as_a_clipboard_can_be_is_cut_and_looked_at_in_no_time() -> None:
    found = looked_at("https://a " * 200_000, "<div>" * 100_000)
    assert len(found.text) <= 100_000


@pytest.mark.parametrize("text", ["file:///etc/passwd", "/etc/passwd", r"C:\Windows\system.ini", "javascript:alert(1)"])
def test_a_path_is_only_words(text: str) -> None:
    found = looked_at(text)
    assert (found.text, found.link) == (text, "")


def test_without_a_link_the_person_names_the_group_and_the_same_words_are_the_same_message() -> None:
    first = looked_at("Is er nog  plek in de bus?")
    assert first.lacking() == ["author", "group"]
    told = named(replace(first, author="Omar", group="Personeelsfeest"))
    again = named(replace(first, text="Is er nog plek in de bus?", author="omar", group="personeelsfeest"))
    assert told.message == again.message != ""
    assert told.message != named(replace(told, text="Is er nog plek?", message="")).message
    assert not told.lacking()


def test_a_group_that_was_chosen_makes_its_colleagues_those_of_its_mails() -> None:
    place = place_of("https://www.facebook.com/groups/123/")
    assert place is not None
    told = named(Pasted("Hoi", space=str(space_key(place)), author="Sanne Bakker"))
    assert (told.person, told.platform) == (person_key(place, "Sanne Bakker"), "facebook")


def test_a_post_without_its_group_goes_into_the_one_that_was_chosen() -> None:
    link = "https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000001"
    found = looked_at(f"Mooi initiatief {link}")
    assert found.lacking() == ["author", "group"]
    told = named(replace(found, author="Omar", space="linkedin:www.linkedin.com:group:4455"))
    place = place_of(link)
    assert place is not None
    assert told.message == message_key(place)
    assert told.person == person_key(replace(place, group="4455"), "Omar")
    new = named(replace(found, author="Omar", group="Alumni"))
    assert new.space.startswith("linkedin:www.linkedin.com:group:")


def test_a_network_that_is_known_gives_its_keys_to_a_link_of_viva_engage() -> None:
    link = "https://engage.cloud.microsoft/main/threads/eyJfdHlwZSI6IlRocmVhZCIsImlkIjoiMTIzNDUifQ"
    servers = {"yammer": ["www.yammer.com/5897"]}
    assert looked_at(link, servers=lambda platform: servers.get(platform, ())).message.startswith(
        "yammer:www.yammer.com/5897:message:"
    )
    assert looked_at(link).message.startswith("yammer:www.yammer.com:message:")


def test_names_with_letters_that_turn_others_around_come_out_as_they_read() -> None:
    found = named(Pasted("a\u202eb", author="San\u202ene\nBakker", group="x\x00y"))
    assert (found.text, found.author, found.group) == ("ab", "Sanne Bakker", "xy")
