"""WordPress's own export: hardened, streaming, and keyed as its REST API is."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.adapters.imports.entry import Options
from console.adapters.imports.wxr import paragraphs
from console.domain.conversation import MessageState
from tests.adapters.imports.reading import Told, read, stopping_after_each
from tests.fakes.exports import wxr, wxr_comment, wxr_item, zipped

KEY = "wordpress:blog.example.test/nl:"


def written(folder: Path, text: str | bytes, name: str = "export.xml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def said(folder: Path, *items: str, **head: object) -> Told:
    return read(written(folder, wxr(*items, **head)))


def test_posts_and_their_comments_come_with_the_keys_of_the_api(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        wxr_item(
            88, "Waarom we luisteren", "<!-- wp:paragraph -->\n<p>Wij luisteren.</p>\n<!-- /wp:paragraph -->",
            [wxr_comment(412, "Waarom horen wij dit nu pas?\n\nZie https://a.example/x."),
             wxr_comment(413, "Dank", comment_parent="412", comment_user_id="7", comment_author="Sanne de Wit")],
        ),
    )  # fmt: skip
    assert told.format == "wxr"
    post, asked, thanks = told.message("Wij luisteren."), *list(told.messages.values())[1:]
    assert [one.key for one in (post, asked, thanks)] == [f"{KEY}post:88", f"{KEY}comment:412", f"{KEY}comment:413"]
    assert (asked.root, asked.parent, thanks.parent) == (post.key, post.key, asked.key)
    assert (post.author, asked.author, thanks.author) == (
        f"{KEY}user:7",
        f"{KEY}mail:joris@voorbeeld.example",
        f"{KEY}user:7",
    )
    assert asked.text == "Waarom horen wij dit nu pas?\n\nZie https://a.example/x."
    assert '<a href="https://a.example/x">' in asked.html
    assert asked.url == "https://blog.example.test/nl/88/#comment-412"
    assert asked.posted_at_ms == 1_795_451_678_000
    assert told.threads[post.key].title == "Waarom we luisteren"
    assert told.spaces[f"{KEY}site:1"].title == "Het blog"
    assert told.people[f"{KEY}user:7"].name == "Sanne de Wit"


def test_addresses_of_computers_and_passwords_are_never_taken_in(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        wxr_item(1, "Een", "Tekst", [wxr_comment(2, "Ja"), wxr_comment(0, "Zonder nummer")], post_password="geheim"),
    )
    assert "203.0.113" not in repr(told.entries)
    assert "geheim" not in repr(told.entries)
    assert told.reasons == ["unreadable"]


@pytest.mark.parametrize(
    ("approved", "state"),
    [("1", MessageState.VISIBLE), ("0", MessageState.HELD), ("spam", MessageState.SPAM), ("trash", MessageState.DELETED), ("post-trashed", MessageState.HIDDEN)],
)  # fmt: skip
def test_what_is_held_or_thrown_away_says_so(tmp_path: Path, approved: str, state: MessageState) -> None:
    told = said(tmp_path, wxr_item(1, "Een", "Tekst", [wxr_comment(2, "Ja", comment_approved=approved)]))
    assert told.message("Ja").state is state


def test_what_is_no_conversation_is_skipped_and_counted(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        wxr_item(1, "foto", "", post_type="attachment", status="inherit"),
        wxr_item(2, "menu", "", post_type="nav_menu_item"),
        wxr_item(3, "Vraagbaak", "x", [wxr_comment(8, "Over een eigen soort")], post_type="faq"),
        wxr_item(4, "Over ons", "Pagina", [wxr_comment(5, "ping", comment_type="pingback"), wxr_comment(6, "t", comment_type="trackback"), wxr_comment(7, "Goed", comment_type="")], post_type="page"),
    )  # fmt: skip
    assert told.reasons == ["not_a_page", "not_a_page", "not_a_page", "not_a_comment", "not_a_comment"]
    assert set(told.texts) == {"Over een eigen soort", "Pagina", "Goed"}
    assert told.threads[f"{KEY}post:3"].title == "Vraagbaak"


def test_a_moment_without_a_zone_is_the_sites_own(tmp_path: Path) -> None:
    path = written(tmp_path, wxr(wxr_item(1, "Een", "Concept", post_date_gmt="0000-00-00 00:00:00", status="draft")))
    for zone, hour in (("Europe/Amsterdam", 16), ("America/New_York", 22)):
        (message,) = read(path, options=Options(timezone=zone)).messages.values()
        assert message.posted_at_ms // 3_600_000 % 24 == hour
    told = said(tmp_path, wxr_item(1, "Een", "x", post_date="0000-00-00 00:00:00", post_date_gmt="0000-00-00 00:00:00"))
    assert told.reasons == ["no_moment"]


def test_an_end_of_cdata_inside_a_text_is_text(tmp_path: Path) -> None:
    told = said(tmp_path, wxr_item(1, "Een", "Voor ]]> na"))
    assert told.texts == ["Voor ]]> na"]


def test_characters_that_xml_knows_nothing_of_are_left_out(tmp_path: Path) -> None:
    told = read(
        written(
            tmp_path,
            wxr(wxr_item(1, "Een", "a\x07b\x00c\x1fd\ttab"), wxr_item(2, "Twee", "Heel"))
            .encode()
            .replace(b"Heel", b"H\xffeel"),
        )
    )
    assert told.texts == ["abcd tab", "H\ufffdeel"]
    assert told.skipped == []


def test_a_document_type_is_refused_before_it_defines_anything(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    text = wxr(wxr_item(1, "Een", "Tekst")).replace("<!-- This is", f"{bomb}\n<!-- This is")
    told = read(written(tmp_path, text))
    assert (told.texts, told.reasons) == ([], ["xml_doctype"])


def test_where_the_xml_breaks_the_next_post_goes_on(tmp_path: Path) -> None:
    odd = wxr_item(2, "Twee", "Kapot", [wxr_comment(21, "Ook kapot")]).replace("<wp:post_id>", "<wp:post_id> & <", 1)
    told = said(
        tmp_path, wxr_item(1, "Een", "Heel", [wxr_comment(11, "Ja")]), odd, odd.replace("Twee", "Nog een"),
        wxr_item(3, "Drie", "Ook heel", [wxr_comment(31, "Nee")]),
    )  # fmt: skip
    assert told.texts == ["Heel", "Ja", "Ook heel", "Nee"]
    assert told.reasons == ["unreadable", "unreadable"]
    assert told.message("Nee").author == f"{KEY}mail:joris@voorbeeld.example"
    assert int(told.skipped[0].where.rpartition(":")[2]) > 40, "the line where it breaks"


def test_a_file_that_was_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    whole = wxr(*(wxr_item(n, f"Bericht {n}", f"Tekst {n}") for n in range(1, 41)))
    told = read(written(tmp_path, whole[: len(whole) // 2]))
    assert 15 < len(told.texts) < 25
    assert told.reasons == ["cut_off"]


def test_several_files_are_one_export_and_each_has_its_own_head(tmp_path: Path) -> None:
    one = written(tmp_path, wxr(wxr_item(1, "Een", "Tekst 1")), "een.xml")
    two = written(tmp_path, b"\xef\xbb\xbf" + wxr(wxr_item(2, "Twee", "Tekst 2"), authors=False).encode(), "twee.xml")
    told = read(one, two)
    assert told.texts == ["Tekst 1", "Tekst 2"]
    assert told.said_by("Tekst 1") == "Sanne de Wit"
    assert told.said_by("Tekst 2") == "sanne", "without its writers' list, the name they sign in with"
    assert (
        read(zipped(tmp_path / "samen.zip", {"a/een.xml": one.read_bytes(), "b/een.xml": two.read_bytes()})).texts
        == told.texts
    )


def test_an_export_in_another_encoding_is_read(tmp_path: Path) -> None:
    text = wxr(wxr_item(1, "Een", "café")).replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    assert read(written(tmp_path, text.encode("latin-1"))).texts == ["café"]


def test_it_goes_on_after_any_entry(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        wxr(*(wxr_item(n, f"Bericht {n}", "x", [wxr_comment(n * 10 + k, f"Ja {k}") for k in range(3)], post_type="post" if n % 2 else "faq") for n in range(1, 5))),
    )  # fmt: skip
    assert stopping_after_each(path) == read(path).entries


def test_the_blog_is_the_one_that_the_file_names_else_the_one_that_is_connected(tmp_path: Path) -> None:
    other = Options(server="intranet.example.test")
    assert set(read(written(tmp_path, wxr(wxr_item(1, "Een", "Tekst"))), options=other).messages) == {f"{KEY}post:1"}
    path = written(tmp_path, wxr(wxr_item(1, "Een", "Tekst"), url=""))
    (message,) = read(path, options=other).messages.values()
    assert message.key == "wordpress:intranet.example.test:post:1"


def test_scripts_in_a_post_are_gone(tmp_path: Path) -> None:
    told = said(tmp_path, wxr_item(1, "Een", 'Voor<script>alert(1)</script><img src=x onerror="alert(1)"> na'))
    (message,) = told.messages.values()
    assert "alert" not in message.html


def test_lines_are_breaks_and_blocks_stay_blocks() -> None:
    assert (
        paragraphs("een\ntwee\n\n<ul>\n<li>drie</li>\n</ul>\n\nvier")
        == "<p>een<br>twee</p>\n<ul>\n<li>drie</li>\n</ul>\n<p>vier</p>"
    )
    assert paragraphs('<a href="https://a.example">x</a> https://b.example').count("<a ") == 1
