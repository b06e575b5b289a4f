"""LinkedIn's copy of one person's data, with all the ways in which it quotes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.deep_links import message_key, place_of
from console.adapters.imports import linkedin_csv
from console.adapters.imports.entry import Options
from tests.adapters.imports.reading import Told, read, stopping_after_each
from tests.fakes.exports import table, zipped

SHARE_COLUMNS = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")
SHARES, COMMENTS = ",".join(SHARE_COLUMNS) + "\n", "Date,Link,Message\n"
PROFILE = "First Name,Last Name,Maiden Name,Headline\nSanne,de Wit,,Verpleegkundige\n"
CONNECTIONS = 'Notes:\n"When exporting your connection data, you may notice …"\n\nFirst Name,Last Name,URL,Connected On\nJoris,Bakker,x,23 Nov 2026\n'
GROUP_POST = "https://www.linkedin.com/feed/update/urn%3Ali%3AgroupPost%3A4455-7124000000000000000"
SHARE = "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7440000000000000000"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,ATTACHMENTS,"
    "IS MESSAGE DRAFT,IS CONVERSATION DRAFT\n"
    "2-abc,,Joris Bakker,https://x,Sanne de Wit,https://y,2026-11-23 09:00:00 UTC,,<p>Onder ons</p>,INBOX,,No,No\n"
    "2-abc,,Sanne de Wit,https://y,Joris Bakker,https://x,2026-11-23 09:05:00 UTC,,Concept,INBOX,,Yes,No\n"
)


def export(folder: Path, name: str = "Complete_LinkedInDataExport_11-24-2026.zip", **files: str) -> Path:
    return zipped(folder / name, {f"{file}.csv": text for file, text in files.items()})


def said(folder: Path, **files: str) -> Told:
    return read(export(folder, Profile=PROFILE, **files))


def test_posts_and_comments_of_a_group_have_the_keys_that_a_link_gives(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        Shares=SHARES + f"2026-11-23 08:12:10,{GROUP_POST},Wie komt er?,,,\n",
        Comments=COMMENTS + f'2026-11-23 09:12:10,{GROUP_POST},"Dank je, Sanne. Vrijdag meer."\n'
        f"2026-11-23 09:13:10,{GROUP_POST}?commentUrn=urn%3Ali%3Acomment%3A%28groupPost%3A4455-7124000000000000000%2C99%29&trk=x,Met nummer\n",
        Connections=CONNECTIONS,
        Reactions="Date,Type,Link\n2026-11-23 08:12:10,LIKE,x\n",
    )
    assert told.format == "linkedin"
    place = place_of(GROUP_POST)
    assert place
    post, answer, numbered = (
        told.message("Wie komt er?"),
        told.message("Dank je, Sanne. Vrijdag meer."),
        told.message("Met nummer"),
    )
    assert post.key == message_key(place) == answer.root == numbered.root
    assert post.space == "linkedin:www.linkedin.com:group:4455"
    assert answer.key.startswith("linkedin:www.linkedin.com:comment:~")
    assert numbered.key == "linkedin:www.linkedin.com:comment:99"
    assert {told.said_by(text) for text in told.texts} == {"Sanne de Wit"}
    assert post.posted_at_ms == 1_795_421_530_000
    assert post.url == "https://www.linkedin.com/feed/update/urn:li:groupPost:4455-7124000000000000000"
    assert told.skipped == []


def test_what_is_said_to_everybody_stands_in_the_feed(tmp_path: Path) -> None:
    told = said(
        tmp_path, Shares_1234=SHARES + f"2026-11-23 08:12:10,{SHARE},Nieuwe baan,https://a.example/x,,MEMBER_NETWORK\n"
    )
    assert told.texts == ["Nieuwe baan\n\nhttps://a.example/x"]
    assert told.space_of(told.texts[0]) == "LinkedIn"


WORDS = ["Eén", "Twee, met komma", 'Drie "tussen" aanhalingen', "Pad C:\\temp"]


def doubled(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def slashed(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def a_quote_a_line(text: str) -> str:
    return "\n".join(f'"{line}"' if line else '""' for line in text.split("\n"))


def a_quote_a_line_doubled(text: str) -> str:
    return '"' + text.replace("\n", '""\n""') + '"'


@pytest.mark.parametrize("quoted", [doubled, slashed, a_quote_a_line, a_quote_a_line_doubled])
@pytest.mark.parametrize("text", [*WORDS, "Regel een\n\nRegel twee, met komma", "Regel een\nRegel twee"])
def test_however_it_is_quoted_the_text_is_the_same(tmp_path: Path, quoted: object, text: str) -> None:
    assert callable(quoted)
    if '"' in text and quoted in (a_quote_a_line, a_quote_a_line_doubled):
        return  # those years doubled nothing, or everything
    if "\\" in text and quoted is slashed:
        text = f'{text} "zo"'  # without a quote nothing tells that its back-slashes are doubled
    rows = f"2026-11-23 08:12:10,{SHARE},{quoted(text)},,,MEMBER_NETWORK\n2026-11-24 08:12:10,{SHARE}1,Gewoon,,,\n"
    comments = f"2026-11-25 08:12:10,{SHARE},{quoted(text)}\n2026-11-26 08:12:10,{SHARE},Slot\n"
    told = said(tmp_path, Shares=SHARES + rows, Comments=COMMENTS + comments)
    assert told.texts == [text, "Gewoon", text, "Slot"]
    assert told.skipped == []


@given(
    st.lists(
        st.text(
            alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=' \n"\\,;'),
            min_size=1,
            max_size=40,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_texts_written_by_the_book_are_read_as_they_were(texts: list[str]) -> None:
    written = table(
        ("Date", "Link", "Message"), [{"Date": "2026-11-23 08:12:10", "Link": "x", "Message": text} for text in texts]
    )
    read_back = [
        row["message"]
        for _line, row in linkedin_csv.rows(lambda: io.StringIO(written, newline=""), "date", "message")
        if row
    ]
    joined = [text for text in texts if '"\n"' not in text and not (text.endswith('"') and "\n" in text)]
    assert len(read_back) == len(texts)
    if len(joined) == len(texts):
        assert read_back == texts


def test_a_spreadsheet_in_between_does_no_harm(tmp_path: Path) -> None:
    rows = [{"Date": "23-11-2026 08:12", "ShareLink": SHARE, "ShareCommentary": "Een; twee"}]
    told = said(tmp_path, Shares=table(SHARE_COLUMNS, rows, bom=True, separator=";"))
    assert told.texts == ["Een; twee"]
    assert told.message("Een; twee").posted_at_ms == 1_795_421_520_000


def test_a_post_without_a_moment_has_that_of_its_number(tmp_path: Path) -> None:
    number = 1_795_421_530_123 << 22
    told = said(
        tmp_path,
        Shares=SHARES
        + f"x y,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number},Hallo,,,\n2026-11-23 08:12:10,{SHARE},Later,,,\n",
    )
    assert told.reasons == ["no_moment"] or told.message("Hallo").posted_at_ms == 1_795_421_530_123


def test_private_messages_stay_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    path = export(tmp_path, Profile=PROFILE, messages=MESSAGES, Comments=COMMENTS)
    told = read(path)
    assert (told.texts, told.reasons) == ([], ["private", "private"])
    assert "Onder ons" not in repr(told.entries)
    wanted = read(path, options=Options(private=True))
    assert (wanted.texts, wanted.reasons) == (["Onder ons"], ["draft"])
    assert wanted.said_by("Onder ons") == "Joris Bakker"


def test_odd_rows_are_told_of_and_stop_nothing(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        Comments=COMMENTS
        + f'2026-11-23 08:12:10,{SHARE}\n2026-11-23 08:12:11,{SHARE},\n2026-11-23 08:12:12,geen link,Zonder link\n2026-11-23 08:12:13,{SHARE},"Afgebro',
    )
    assert told.texts == ["Zonder link", '"Afgebro']
    assert told.reasons == ["unreadable", "no_text"]
    assert told.skipped[0].where.endswith("Comments.csv:2")


def test_the_same_said_again_in_another_download_is_the_same_message(tmp_path: Path) -> None:
    rows = COMMENTS + f"2026-11-23 08:12:10,{SHARE},Hallo\n"
    old, new = (
        export(tmp_path, "Basic_1.zip", Profile=PROFILE, Comments=rows),
        export(tmp_path, "Complete_2.zip", Profile=PROFILE, Comments=rows.replace(",Hallo", ',"Hallo"')),
    )
    assert len(read(old, new).messages) == 1


def test_it_goes_on_after_any_entry(tmp_path: Path) -> None:
    path = export(
        tmp_path, Profile=PROFILE, messages=MESSAGES,
        Shares=SHARES + "".join(f"2026-11-23 08:12:1{n},{SHARE}{n},\"een\"\n\"twee {n}\",,,\n" for n in range(4)),
        Comments=COMMENTS + "".join(f"2026-11-23 08:12:1{n},{SHARE}{n},Ja {n}\n" for n in range(4)),
    )  # fmt: skip
    assert stopping_after_each(path) == read(path).entries
