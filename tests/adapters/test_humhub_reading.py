"""Whatever HumHub says is read or kept as it came; its rich text is read as people meant it, and written back so."""

from __future__ import annotations

import time
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters import humhub_text
from console.adapters.humhub_reading import POST, Site, comment_in, content_in, read_comments, read_content
from console.adapters.rows import in_order, number
from console.domain.conversation import Message, MessageState, Thread

SITE = Site("intranet.example.org", "https://intranet.example.org", UTC)
SPACE = SITE.space(9)
PERSON = {"id": 5, "guid": "5b0c", "display_name": "Joris", "url": "https://intranet.example.org/u/joris/"}
COMMENT: dict[str, Any] = {
    "id": 77, "message": "Vrijdag", "objectModel": POST, "objectId": 12, "createdBy": PERSON, "createdAt": "2026-11-23 16:49:15",
    "likes": {"total": 1}, "files": [], "comments": [],
}  # fmt: skip
CONTENT: dict[str, Any] = {
    "id": 12, "message": "Wanneer komt het **nieuwe rooster**?",
    "content": {
        "id": 41,
        "metadata": {
            "id": 41, "object_model": POST, "object_id": 12, "state": 1, "pinned": False, "locked_comments": False,
            "created_by": PERSON, "created_at": "2026-11-23 16:40:00", "updated_at": "2026-11-23 16:40:00",
            "url": "https://intranet.example.org/content/perma?id=41", "contentcontainer_id": 9,
        },
        "comments": {"total": 2, "latest": []}, "likes": {"total": 3}, "topics": [], "files": [],
    },
}  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def with_one_wrong(row: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    return {**row, path[0]: value if len(path) == 1 else with_one_wrong(row[path[0]], path[1:], value)}


def paths(row: dict[str, Any]) -> list[tuple[str, ...]]:
    deeper = [(key, *rest) for key, value in row.items() if isinstance(value, dict) for rest in paths(value)]
    return [*((key,) for key in row), *deeper]


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(paths(COMMENT)), value=ANYTHING)
def test_any_broken_comment_is_read_or_kept(path: tuple[str, ...], value: object) -> None:
    row = with_one_wrong(COMMENT, path, value)
    messages = [one for one in read_comments([row], 41, SPACE, SITE, 5) if isinstance(one, Message)]
    assert messages
    assert all(one.state is not MessageState.UNREADABLE or one.raw for one in messages)
    assert all(content_in(one.root) == 41 for one in messages)


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(paths(CONTENT)), value=ANYTHING)
def test_any_broken_content_is_read_or_kept(path: tuple[str, ...], value: object) -> None:
    changes = read_content(with_one_wrong(CONTENT, path, value), SITE)
    assert {Message, Thread} <= {type(one) for one in changes} or changes == []
    assert in_order(changes)[: len(changes)] is not None


@settings(max_examples=200, deadline=None)
@given(ANYTHING)
def test_no_row_at_all_is_read_as_nothing_or_kept(row: object) -> None:
    assert read_content(row, SITE) == [] or isinstance(row, dict)
    assert all(isinstance(one, Message) for one in read_comments([row], 41, SPACE, SITE))


def test_both_spellings_of_a_comment_say_the_same() -> None:
    newer = {
        "id": "78", "message": "Dank!", "content_id": 41, "parent_comment_id": "77", "created_by": PERSON,
        "created_at": "2026-11-23 16:51:00", "files": [],
    }  # fmt: skip
    older = {
        "id": 78, "message": "Dank!", "objectModel": "humhub\\modules\\comment\\models\\Comment", "objectId": 77, "createdBy": PERSON,
        "createdAt": "2026-11-23 16:51:00", "files": [],
    }  # fmt: skip
    assert read_comments([newer], 41, SPACE, SITE) == read_comments([older], 41, SPACE, SITE)


@pytest.mark.parametrize(
    ("value", "meant"), [(5, 5), ("5", 5), (0, 0), (-3, 0), (True, 0), ("x", 0), (None, 0), ("9" * 40, 0), (2.5, 0)]
)
def test_numbers_come_as_numbers_or_as_text(value: object, meant: int) -> None:
    assert number(value) == meant


def test_keys_tell_what_they_name() -> None:
    assert (content_in(SITE.comment(41, 77)), comment_in(SITE.comment(41, 77))) == (41, 77)
    assert (content_in(SITE.content(41)), comment_in(SITE.content(41))) == (41, 0)
    assert (content_in(None), content_in(SPACE), comment_in(SPACE)) == (0, 0, 0)


# -- rich text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Zie [Sanne de Wit](mention:5b0c \"/u/sanne/\") :smile: :onbekend:", "Zie Sanne de Wit 😄 :onbekend:"),
        ("![](file-guid:abc \"a.png\") [verslag](file-guid:def)", "verslag"),
        ("[https://v.example/1](oembed:https://v.example/1)", "https://v.example/1"),
        ("Een\nTwee\n\nDrie", "Een\nTwee\n\nDrie"),
        ("~~weg~~ en `code`", "weg en code"),
        ("<b>niet vet</b> <script>alert(1)</script>", "<b>niet vet</b> <script>alert(1)</script>"),
        ("\\*geen nadruk\\*", "*geen nadruk*"),
    ],
)  # fmt: skip
def test_rich_text_reads_as_people_meant_it(source: str, text: str) -> None:
    assert humhub_text.read(source, SITE.url).text == text


def test_links_lead_where_they_say_and_nowhere_else() -> None:
    html = humhub_text.read(
        '[Sanne](mention:g "/u/sanne/") https://a.example/x_y_z. [x](javascript:alert(1)) [f](file-guid:g)', SITE.url
    ).html
    assert 'href="https://intranet.example.org/u/sanne/"' in html
    assert 'href="https://a.example/x_y_z"' in html
    assert 'href="javascript' not in html
    assert "file-guid" not in html


@pytest.mark.parametrize(
    "text",
    [
        "1. Eerst dit", "- geen lijst", "# geen kop", "> geen citaat", "a*b*c _d_ e_f", "[x](y) ![z](q)", "```code", "&amp; & <b>", "~~x~~",
        "    ingesprongen", "===", "\\ en \\*", "https://a.example/x_y?a=*b*", "| a | b |", "Een\n2) twee\n+ drie", ":) 50% $x^2$",
    ],
)  # fmt: skip
def test_what_a_moderator_types_is_read_as_typed(text: str) -> None:
    assert humhub_text.read(humhub_text.written(text), "").text.split() == text.split()


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab 1.*_[]()<>#-+=~`|!\\&;:\n"), max_size=40))
def test_nothing_typed_becomes_markup(text: str) -> None:
    assert humhub_text.says(humhub_text.written(text), text)
    html = humhub_text.read(humhub_text.written(text), "").html
    assert not any(
        f"<{tag}" in html for tag in ("strong", "em", "ul", "ol", "blockquote", "code", "pre", "table", "a ")
    )


@pytest.mark.parametrize("piece", ["[", "*", "_a", "`", "![](", "> ", "- ", "<", "~", "|", "\\", ":a:", "[a](b", "**a"])
def test_hostile_text_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    humhub_text.read(piece * (65_000 // len(piece)), SITE.url)
    assert time.process_time() - began < 20  # seconds of work for the longest text there can be
