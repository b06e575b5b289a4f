"""What can't be read is named for what it is, so that a person knows what to ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from console.adapters.files import format_of
from console.adapters.imports.recognising import looks_like, recognise
from console.adapters.imports.source import Source
from console.sentences.imports import skipped_words, unknown_file
from tests.adapters.imports.test_into_the_store import KINDS, linkedin, slack
from tests.fakes.exports import zipped

HTML = "<!DOCTYPE html><html><body>Nov 23, 2026, 10:12 am</body></html>"


@pytest.mark.parametrize(
    ("files", "what", "words"),
    [
        ({"import.jsonl": '{"type":"version","version":1}\n', "data/a.png": "x"}, "mattermost", "Mattermost"),
        ({"alles": '{ "type": "version", "version": 1, "info": {}}\n{"type":"team"}\n'}, "mattermost", "Mattermost"),
        ({"user_archive.csv": "topic_title,categories,is_pm,post_raw\n"}, "discourse", "Discourse"),
        ({"mijn.csv": "topic_title,categories,is_pm,post_raw\n"}, "discourse", "Discourse"),
        ({"dump.sql.gz": "\x1f", "meta.json": "{}"}, "discourse", "Discourse"),
        ({"outbox.json": '{"orderedItems": []}', "actor.json": "{}"}, "mastodon", "Mastodon"),
        ({"export/realm.json": "{}", "export/messages-000001.json": "{}"}, "zulip", "Zulip"),
        ({"groups/your_comments_in_groups.html": HTML, "foto.jpg": "x"}, "facebook_html", "choose JSON"),
        ({"start_here.html": HTML, "your_facebook_activity/groups/x.html": HTML}, "facebook_html", "choose JSON"),
        ({"your_facebook_activity/posts/your_posts_1.json": "[]"}, "facebook_without_groups", "Groups"),
        ({"Connections.csv": "Notes:\n\nFirst Name,Last Name\n", "Profile.csv": "First Name\n"}, "linkedin_without_posts", "larger copy"),
        ({"a.txt": "zomaar tekst"}, "unknown", "don't recognise"),
    ],
)  # fmt: skip
def test_it_says_what_it_is_and_what_to_do(tmp_path: Path, files: dict[str, str], what: str, words: str) -> None:
    with Source([zipped(tmp_path / "iets.zip", files)]) as source:
        assert recognise(source) is None
        assert looks_like(source) == what
    assert words in unknown_file(what)


def test_exports_of_two_platforms_at_once_are_told_apart(tmp_path: Path) -> None:
    with Source([slack(tmp_path / "slack.zip"), linkedin(tmp_path / "linkedin.zip")]) as source:
        assert format_of(source).key == "slack"
        (told,) = source.troubles
    assert (told.where, told.reason) == ("linkedin.zip, slack.zip", "another_export")
    assert "your own data from LinkedIn" in skipped_words(told.reason, told.facts)


@pytest.mark.parametrize("made", KINDS)
def test_one_export_is_taken_for_one_thing(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    with Source([made(tmp_path / "export.zip")]) as source:
        format_of(source)
        assert source.troubles == []
