"""What was kept of Workplace through its Graph API: pages of JSON, lists, or an object a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.adapters.deep_links import message_key, place_of
from console.adapters.imports.entry import Entry
from console.domain.conversation import Space
from tests.adapters.imports.reading import read, stopping_after_each
from tests.fakes.exports import workplace_comment, workplace_page, workplace_post, zipped

KEY = "workplace:voorbeeld.workplace.com:"
GROUPS = workplace_page(
    {"id": "4455", "name": "Vragen aan de directie", "privacy": "CLOSED"}, {"id": "100", "name": "Sanne de Wit"}
)

Shape = Callable[[list[object]], str]


@pytest.mark.parametrize(
    "shape",
    [
        lambda rows: workplace_page(*rows),
        lambda rows: json.dumps(rows),
        lambda rows: json.dumps(rows, indent=2),
        lambda rows: "\n".join(json.dumps(row) for row in rows),
        lambda rows: "\n".join(workplace_page(row) for row in rows),
        lambda rows: json.dumps({"id": "4455", "name": "Vragen", "feed": {"data": rows, "paging": {}}}),
    ],
)  # fmt: skip
def test_however_it_was_kept_it_says_the_same(tmp_path: Path, shape: Shape) -> None:
    comments = {
        "data": [workplace_comment(31, "Vrijdag", comments={"data": [workplace_comment(32, "Dank")]})],
        "paging": {"next": "https://x/?access_token=GEHEIM"},
    }
    rows: list[object] = [
        workplace_post(21, "Wanneer horen we iets?", comments=comments),
        workplace_post(22, "Nog een"),
    ]
    (tmp_path / "feed.json").write_text(shape(rows))
    told = read(tmp_path / "feed.json")
    assert told.format == "workplace"
    assert told.texts == ["Wanneer horen we iets?", "Vrijdag", "Dank", "Nog een"]
    post, answer, thanks = (told.message(text) for text in told.texts[:3])
    assert (post.key, post.space) == (f"{KEY}post:21", f"{KEY}group:4455")
    assert (answer.root, answer.parent, thanks.root, thanks.parent) == (post.key, post.key, post.key, answer.key)
    assert (told.said_by("Vrijdag"), post.posted_at_ms) == ("Joris Bakker", 1_732_349_530_000)
    assert post.url == "", "no link leads anywhere any more"
    assert "GEHEIM" not in repr(told.entries)
    assert told.skipped == []


def test_the_keys_are_those_of_the_links_in_old_mails(tmp_path: Path) -> None:
    (tmp_path / "feed.json").write_text(workplace_page(workplace_post(21, "Hallo")))
    place = place_of("https://voorbeeld.workplace.com/groups/4455/permalink/21/")
    assert place
    assert set(read(tmp_path / "feed.json").messages) == {message_key(place)}


def test_a_folder_of_pages_knows_its_groups_by_name(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "workplace.zip",
        {
            "groups.json": GROUPS,
            "4455/feed-1.json": workplace_page(workplace_post(21, "Een")),
            "4455/feed-2.json": workplace_page(
                workplace_post(22, "Twee", formatting="MARKDOWN", message="**Twee**\n- a"), "x", {"id": "1"}
            ),
            "mensen.xlsx": b"PK",
        },
    )
    told = read(path)
    assert told.texts == ["Een", "Twee\n\n- a"]
    assert sorted(told.reasons) == ["not_a_message", "not_a_message", "unreadable"]
    listed = [
        change.title
        for one in told.entries
        if isinstance(one, Entry)
        for change in one.changes
        if isinstance(change, Space)
    ]
    assert set(listed) == {"Vragen aan de directie", "4455"}, "a number alone takes no name away in the store"


def test_markdown_is_safe_and_plain_text_is_plain(tmp_path: Path) -> None:
    rows = [
        workplace_post(1, "<b>geen vet</b> **ook niet**"),
        workplace_post(2, "<img src=x onerror=alert(1)>**vet** [klik](javascript:alert(1))", formatting="MARKDOWN"),
    ]
    (tmp_path / "feed.json").write_text(workplace_page(*rows))
    plain, marked = read(tmp_path / "feed.json").messages.values()
    assert plain.text == "<b>geen vet</b> **ook niet**"
    assert "<strong>vet</strong>" in marked.html
    assert "javascript:" not in marked.html.replace("(javascript:alert(1))", "")


def test_what_hangs_at_a_post_is_named_without_its_token(tmp_path: Path) -> None:
    hung = {"data": [
        {"type": "photo", "title": "De kerstboom", "url": "https://scontent.fbcdn.net/x?oh=GEHEIM"},
        {"type": "share", "title": "Nieuws", "url": "https://nieuws.example/a"},
        {"type": "share", "url": "https://voorbeeld.facebook.com/x"},
    ]}  # fmt: skip
    post = workplace_post(
        1, "Kijk", attachments=hung, reactions={"data": [{"type": "LIKE"}, {"type": "LIKE"}, {"type": "LOVE"}]}
    )
    (tmp_path / "feed.json").write_text(workplace_page(post))
    (message,) = read(tmp_path / "feed.json").messages.values()
    assert message.text == "Kijk\n\nhttps://nieuws.example/a"
    assert [one.name for one in message.attachments] == ["De kerstboom"]
    assert message.reactions == (("👍", 2), ("❤️", 1))
    assert "GEHEIM" not in repr(message)


def test_odd_rows_are_told_of_and_stop_nothing(tmp_path: Path) -> None:
    comments = {
        "data": [
            workplace_comment(31, "Goed"),
            workplace_comment(32, "", attachment=None),
            {**workplace_comment(33, "x"), "created_time": "ooit"},
            {"message": "zonder nummer", "created_time": "x", "from": None},
        ]
    }
    rows = [
        workplace_post(21, "Vraag", comments=comments, **{"from": None}),
        {**workplace_post(22, "x"), "id": "22", "permalink_url": ""},
    ]
    (tmp_path / "feed.json").write_text(workplace_page(*rows))
    told = read(tmp_path / "feed.json")
    assert told.texts == ["Vraag", "Goed"]
    assert told.reasons == ["no_text", "no_moment", "unreadable", "no_thread"]
    assert told.skipped[0].where == "feed.json:1.2"


def test_other_json_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "anders.json").write_text(json.dumps({"data": [{"id": 1, "created_time": "x"}]}))
    with pytest.raises(AssertionError, match="nobody reads this"):
        read(tmp_path / "anders.json")


def test_it_goes_on_after_any_entry(tmp_path: Path) -> None:
    comments = {"data": [workplace_comment(n, f"Ja {n}") for n in range(31, 35)]}
    path = zipped(
        tmp_path / "w.zip",
        {
            "a.json": workplace_page(workplace_post(21, "Een", comments=comments), "x"),
            "b.json": workplace_page(workplace_post(22, "Twee")),
        },
    )
    assert stopping_after_each(path) == read(path).entries
