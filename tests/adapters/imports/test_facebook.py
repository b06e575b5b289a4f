"""Facebook's export of what one person wrote in groups, in each of its generations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.deep_links import message_key, place_of, space_key
from console.adapters.imports.facebook import repaired
from console.adapters.imports.facebook_titles import read_title
from tests.adapters.imports.reading import Told, read, stopping_after_each
from tests.fakes.exports import (
    START_S,
    broken,
    facebook_comment,
    facebook_labelled,
    facebook_post,
    mojibake,
    zipped,
)

GROUPS = "facebook-sanne-2026-06-30-abc/your_facebook_activity/groups/"
WRITER = "Sanne de Wit"


def export(
    folder: Path, name: str = "facebook.zip", groups: str = GROUPS, profile: bool = True, **files: object
) -> Path:
    told = {f"{groups}{file}.json": json.dumps(rows) for file, rows in files.items()}
    if profile:
        told["personal_information/profile_information.json"] = json.dumps(
            broken({"profile_v2": {"name": {"full_name": WRITER}}})
        )
    return zipped(folder / name, told)


def posts(*rows: object) -> dict[str, object]:
    return {"group_posts_v2": broken(list(rows))}


def comments(*rows: object) -> dict[str, object]:
    return {"group_comments_v2": broken(list(rows))}


def test_posts_and_comments_come_with_their_group_and_writer(tmp_path: Path) -> None:
    told = read(
        export(
            tmp_path,
            group_posts_and_comments=posts(
                facebook_post("Wie coördineert de kerstlunch? 🎄", f"{WRITER} heeft een bericht geplaatst in Vragen aan de directie.")
            ),
            your_comments_in_groups=comments(
                facebook_comment("Dank je, één", WRITER, "Vragen aan de directie", f"{WRITER} replied to Joris Bakker's comment.", START_S + 60)
            ),
        )
    )  # fmt: skip
    assert told.format == "facebook"
    assert told.texts == ["Wie coördineert de kerstlunch? 🎄", "Dank je, één"]
    assert {told.space_of(text) for text in told.texts} == {"Vragen aan de directie"}
    assert {told.said_by(text) for text in told.texts} == {WRITER}
    assert told.message("Dank je, één").posted_at_ms == (START_S + 60) * 1000
    assert "Joris Bakker" in told.threads[told.message("Dank je, één").key].title
    assert told.skipped == []


@pytest.mark.parametrize(
    ("groups", "file", "rows"),
    [
        ("groups/", "your_posts_and_comments_in_groups", {"group_posts": {"activity_log_data": broken([facebook_post("Een é", f"{WRITER} posted in Zorg.")])}}),
        ("your_activity_across_facebook/groups/", "group_posts_and_comments", posts(facebook_post("Een é", f"{WRITER} posted in Zorg."))),
        ("your_facebook_activity/groups/", "your_posts_in_groups_1", posts(facebook_post("Een é", f"{WRITER} posted in Zorg."))),
        ("map met ’apostrof’/groups/", "your_posts_in_groups", broken([facebook_labelled("Een é", "", "Zorg")])),
        ("groups/", "your_posts_in_groups", [facebook_labelled("Een é", "", "Zorg")]),
        ("groups/", "your_comments_in_groups", {"comments": broken([facebook_comment("Een é", WRITER, "Zorg", "x")])}),
    ],
)  # fmt: skip
def test_every_generation_says_the_same(tmp_path: Path, groups: str, file: str, rows: object) -> None:
    told = read(export(tmp_path, groups=groups, **{file: rows}))
    assert (told.texts, told.space_of("Een é"), told.said_by("Een é")) == (["Een é"], "Zorg", WRITER)
    assert told.skipped == []


def test_where_a_link_tells_the_numbers_the_keys_are_those_of_the_link(tmp_path: Path) -> None:
    post = "https://www.facebook.com/groups/123456789012345/permalink/678901234567890/?aref=geheim"
    answer = f"{post}&comment_id=777&reply_comment_id=888"
    told = read(
        export(
            tmp_path,
            your_posts_in_groups=[facebook_labelled("Het bericht", post, "Zorg")],
            your_comments_in_groups=[facebook_labelled("Het antwoord", answer, "Zorg", label="Opmerking")],
        )
    )
    place = place_of(post)
    assert place
    message, said = told.message("Het bericht"), told.message("Het antwoord")
    assert (message.key, message.space) == (message_key(place), space_key(place))
    assert (said.key, said.root) == ("facebook:www.facebook.com:comment:888", message.key)
    assert said.parent == "facebook:www.facebook.com:comment:777"
    assert message.url == "https://www.facebook.com/groups/123456789012345/posts/678901234567890/"
    assert "geheim" not in repr(told.messages)


@pytest.mark.parametrize(
    ("names", "label"),
    [(("Group", "Name"), "Post"), (("Groep", "Naam"), "Bericht"), (("Skupina", "Jméno"), "Příspěvek")],
)
def test_labels_may_stand_in_any_language(tmp_path: Path, names: tuple[str, str], label: str) -> None:
    url = "https://www.facebook.com/groups/123/permalink/678/"
    told = read(
        export(
            tmp_path, your_posts_in_groups=[facebook_labelled("Wat er staat", url, "Zorg", label=label, names=names)]
        )
    )
    assert told.texts == ["Wat er staat"]
    if label != "Příspěvek":
        assert told.space_of("Wat er staat") == "Zorg"


def test_what_hangs_at_a_post_is_told_and_named(tmp_path: Path) -> None:
    hung = [
        {"data": [{"external_context": {"url": "https://nieuws.example/a", "name": "Nieuws"}}]},
        {
            "data": [
                {"media": {"uri": "groups/media/foto.jpg", "description": "De kerstboom"}},
                {"place": {"name": "Zwolle"}},
            ]
        },
        {"data": [{"poll": {"question": "Wanneer?", "options": [{"option": "Ma"}, {"option": "Di"}]}}]},
    ]
    told = read(
        export(
            tmp_path,
            group_posts_and_comments=posts(facebook_post("Kijk", f"{WRITER} posted in Zorg.", attachments=hung)),
        )
    )
    (message,) = told.messages.values()
    for part in ("Kijk", "https://nieuws.example/a", "De kerstboom", "Zwolle", "Wanneer?", "- Di"):
        assert part in message.text
    assert [(one.name, one.mime, one.url) for one in message.attachments] == [("foto.jpg", "image/jpeg", "")]


def test_a_row_that_can_t_be_taken_is_told_of_and_stops_nothing(tmp_path: Path) -> None:
    told = read(
        export(
            tmp_path,
            group_posts_and_comments=posts(
                {"timestamp": START_S, "title": "x"}, "geen rij", None, {"timestamp": "ooit", "data": [{"post": "Leeg"}]},
                facebook_post("Goed", f"{WRITER} posted in Zorg."),
                facebook_post("In milliseconden", f"{WRITER} posted in Zorg.", START_S * 1000),
            ),
        )
    )  # fmt: skip
    assert told.texts == ["Goed", "In milliseconden"]
    assert {message.posted_at_ms for message in told.messages.values()} == {START_S * 1000}
    assert told.reasons == ["no_text", "unreadable", "unreadable", "no_moment"]
    assert told.skipped[1].where.endswith("group_posts_and_comments.json:2")


def test_a_file_that_was_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    whole = json.dumps(
        posts(*(facebook_post(f"Bericht {n}", f"{WRITER} posted in Zorg.", START_S + n) for n in range(50)))
    )
    told = read(
        zipped(
            tmp_path / "half.zip",
            {f"{GROUPS}group_posts_and_comments.json": whole[: len(whole) // 2], f"{GROUPS}your_comments_in_groups.json": json.dumps(comments(facebook_comment("Heel", WRITER, "Zorg", "x")))},
        )
    )  # fmt: skip
    assert 20 < len(told.texts) < 30
    assert told.texts[-1] == "Heel"
    assert told.reasons == ["cut_off"]


def test_several_parts_are_one_export_and_twice_is_once(tmp_path: Path) -> None:
    first = export(
        tmp_path, "facebook-1.zip", group_posts_and_comments_1=posts(facebook_post("Een", f"{WRITER} posted in Zorg."))
    )
    second = export(
        tmp_path,
        "facebook-2.zip",
        profile=False,
        group_posts_and_comments_2=posts(facebook_post("Twee", f"{WRITER} posted in Zorg.")),
    )
    both = read(first, second)
    assert both.texts == ["Een", "Twee"]
    again = read(first, second, first)
    assert set(again.messages) == set(both.messages)


def test_it_goes_on_after_any_entry(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        group_posts_and_comments=posts(*(facebook_post(f"Bericht {n}", f"{WRITER} posted in Zorg.") for n in range(6)), "geen rij"),
        your_comments_in_groups=comments(*(facebook_comment(f"Antwoord {n}", WRITER, "Zorg", "x") for n in range(5))),
    )  # fmt: skip
    assert stopping_after_each(path) == read(path).entries


def test_it_goes_on_behind_a_file_that_was_cut_off(tmp_path: Path) -> None:
    half = json.dumps(posts(facebook_post("Een", f"{WRITER} posted in Zorg."), facebook_post("Twee", "x")))[:-30]
    whole = json.dumps(comments(facebook_comment("Heel", WRITER, "Zorg", "x")))
    path = zipped(
        tmp_path / "x.zip",
        {f"{GROUPS}group_posts_and_comments.json": half, f"{GROUPS}your_comments_in_groups.json": whole},
    )
    told = read(path)
    assert (told.texts, told.reasons) == (["Een", "Heel"], ["cut_off"])
    assert stopping_after_each(path) == told.entries


def test_one_json_file_out_of_the_export_is_recognised_by_what_stands_in_it(tmp_path: Path) -> None:
    alone = tmp_path / "zomaar.json"
    alone.write_text(json.dumps(posts(facebook_post("Hallo", f"{WRITER} posted in Zorg."))))
    told = read(alone)
    assert (told.format, told.texts, told.said_by("Hallo")) == ("facebook", ["Hallo"], WRITER)


@given(st.text())
def test_a_text_that_was_broken_is_repaired_once_and_a_right_one_is_left_alone(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert repaired(mojibake(text)) == text
    if any(ord(sign) > 255 for sign in text):
        assert repaired(text) == text


def test_what_is_no_broken_text_stays() -> None:
    assert repaired("Hé, één") == "Hé, één"  # its bytes are no UTF-8
    assert repaired({mojibake("één"): [mojibake("🎄"), 3, None]}) == {"één": ["🎄", 3, None]}


@pytest.mark.parametrize(
    ("title", "who", "group"),
    [
        ("Sanne de Wit heeft een bericht geplaatst in Vragen aan de directie.", WRITER, "Vragen aan de directie"),
        ("Sanne de Wit heeft een link gedeeld in de groep: Ouders in de zorg.", WRITER, "Ouders in de zorg"),
        ("Sanne de Wit heeft een nieuwe foto toegevoegd in Zorg", WRITER, "Zorg"),
        ("Sanne de Wit heeft in Zorg iets gepost.", WRITER, "Zorg"),
        ("Sanne de Wit posted in Ouders in de zorg.", WRITER, "Ouders in de zorg"),
        ("Sanne de Wit shared a link to the group: Zorg.", WRITER, "Zorg"),
        ("Sanne de Wit updated the group photo in Zorg.", WRITER, "Zorg"),
        ("Sanne de Wit hat etwas in Fragen gepostet.", WRITER, "Fragen"),
        ("Sanne de Wit a publié dans Questions.", WRITER, "Questions"),
        ("Sanne de Wit commented on Joris Bakker's post.", WRITER, ""),
        ("Iets heel anders", "", ""),
        ("", "", ""),
    ],
)
def test_a_title_tells_who_and_where(title: str, who: str, group: str) -> None:
    assert read_title(title) == (who, group)
    assert read_title(title, WRITER) == (WRITER, group)


def test_a_name_with_a_verb_in_it_is_a_name_where_the_profile_tells(tmp_path: Path) -> None:
    assert read_title("Wie heeft tijd posted in Zorg.", "Wie heeft tijd") == ("Wie heeft tijd", "Zorg")
    told: Told = read(
        export(tmp_path, group_posts_and_comments=posts(facebook_post("Zonder groep", "Sanne de Wit deed iets")))
    )
    assert told.said_by("Zonder groep") == WRITER


def test_pages_for_a_browser_and_private_messages_beside_it_are_left_out_and_told_of(tmp_path: Path) -> None:
    told = read(
        zipped(
            tmp_path / "gemengd.zip",
            {
                f"{GROUPS}group_posts_and_comments.json": json.dumps(posts(facebook_post("Hallo", f"{WRITER} posted in Zorg."))),
                f"{GROUPS}your_comments_in_groups.html": "<html>Nov 23, 2026, 10:12 am</html>",
                "your_facebook_activity/messages/inbox/joris_1/message_1.json": json.dumps({"messages": [{"content": "Onder ons"}]}),
            },
        )
    )  # fmt: skip
    assert told.texts == ["Hallo"]
    assert told.reasons == ["facebook_html", "private"]
    assert "Onder ons" not in repr(told.entries)
