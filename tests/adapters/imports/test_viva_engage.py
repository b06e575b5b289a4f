"""Viva Engage's network export: many at once, keyed as the API's messages are."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.adapters.imports.entry import Options
from console.domain.conversation import Message, MessageState
from tests.adapters.imports.reading import Told, read, stopping_after_each
from tests.adapters.network import Network
from tests.fakes.exports import ENGAGE_COLUMNS, engage_files, engage_row, table, zipped
from tests.fakes.yammer import Yammer
from tests.fakes.yammer_export import export_of

POST, ANSWER = 2000337749565441, 2000338000000001
KEY = "yammer:www.yammer.com/5897756673:"


def export(folder: Path, *rows: dict[str, object], name: str = "export-1.zip", **others: str) -> Path:
    return zipped(folder / name, engage_files(rows, **others))


def said(folder: Path, *rows: dict[str, object], **others: str) -> Told:
    return read(export(folder, *rows, **others))


def test_a_conversation_comes_with_its_people_and_community(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        engage_row(POST, "Wanneer horen we iets, [[user:36425097300]]?\\nGroet [[tag:55]] [Tag:55:rooster]"),
        engage_row(ANSWER, "Vrijdag", POST, sender_id=36425097300, sender_name="Joris Bakker"),
    )
    assert told.format == "yammer"
    post, answer = told.messages[f"{KEY}message:{POST}"], told.messages[f"{KEY}message:{POST}/{ANSWER}"]
    assert post.text == "Wanneer horen we iets, Joris Bakker?\nGroet [[tag:55]] #rooster"
    assert (answer.root, answer.parent) == (post.key, post.key)
    assert told.spaces[f"{KEY}group:31158067201"].title == "Vragen aan de directie"
    sanne = told.people[f"{KEY}user:36425097217"]
    assert (sanne.name, sanne.title, sanne.mail, sanne.mail_verified) == (
        "Sanne de Wit",
        "Verpleegkundige",
        "sanne@voorbeeld.example",
        True,
    )
    assert post.url.startswith("https://engage.cloud.microsoft/main/threads/")
    assert told.threads[post.key].title.startswith("Wanneer horen we iets")
    assert told.skipped == []


def test_the_address_that_deletes_is_never_kept_or_shown(tmp_path: Path) -> None:
    told = said(tmp_path, engage_row(POST, "Goed"), engage_row(ANSWER, "Zonder moment", created_at="ooit"))
    assert told.reasons == ["unreadable"]
    assert "Zonder moment" in told.skipped[0].raw
    assert "/delete" not in repr(told.entries)
    assert "geheim" not in repr(told.entries)


def test_private_conversations_stay_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        engage_row(POST, "Onder ons", group_id="", in_private_conversation="true"),
        engage_row(ANSWER, "Voor allen", group_id="null", in_private_conversation="FALSE"),
    )
    told = read(path)
    assert (told.texts, told.reasons) == (["Voor allen"], ["private"])
    assert "Onder ons" not in repr(told.entries)
    assert told.message("Voor allen").space == f"{KEY}group:general"
    wanted = read(path, options=Options(private=True))
    assert wanted.message("Onder ons").space == f"{KEY}group:private"


def test_what_was_removed_keeps_its_words_and_says_so(tmp_path: Path) -> None:
    told = said(
        tmp_path, engage_row(POST, "Scheldwoord", deleted_at="2026-11-24T08:00:00.000Z", deleted_by_id=1),
        engage_row(ANSWER, "", POST, deleted_at="2026-11-24T08:00:00.000Z", deleted_by_id=36425097217),
    )  # fmt: skip
    assert told.message("Scheldwoord").state is MessageState.DELETED
    assert told.gone[f"{KEY}message:{POST}/{ANSWER}"].by_author is True


def test_what_was_edited_says_when(tmp_path: Path) -> None:
    versions = table(("id", "message_id", "body", "created_at"), [
        {"id": 1, "message_id": POST, "body": "Eerst", "created_at": "2026-11-23T08:12:10.000Z"},
        {"id": 2, "message_id": POST, "body": "Toen", "created_at": "2026-11-23T09:00:00.000Z"},
    ])  # fmt: skip
    told = said(tmp_path, engage_row(POST, "Nu"), MessageVersions=versions)
    assert told.message("Nu").edited_at_ms == 1_795_424_400_000


def test_what_hangs_at_a_message_is_named(tmp_path: Path) -> None:
    hung = 'opengraphobject:[12 : https://nieuws.example/a : title="Het nieuws" : description="x, y"], uploadedfile:137082854, uploadedfile:5'
    told = said(tmp_path, engage_row(POST, "Kijk", attachments=hung))
    (message,) = told.messages.values()
    assert message.text == "Kijk\n\nHet nieuws\nhttps://nieuws.example/a"
    assert [one.name for one in message.attachments] == ["rooster.pdf", "5"]


def test_drafts_stay_out_and_closed_conversations_are_closed(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        engage_row(POST, "Dicht", closed="TRUE", title="Met titel"),
        engage_row(ANSWER, "Concept", draft="1"),
        engage_row(7, "Iemand kwam", message_type="system"),
    )
    assert told.reasons == ["draft"]
    thread = told.threads[told.message("Dicht").key]
    assert (thread.locked, thread.title) == (True, "Met titel")
    assert told.said_by("Iemand kwam") == "Yammer"


def test_parents_may_be_missing_and_who_is_in_no_list_is_named_by_the_message(tmp_path: Path) -> None:
    told = said(
        tmp_path, engage_row(ANSWER, "Antwoord", POST, sender_id=99, sender_name="Uit dienst"), Groups="", Users=""
    )
    assert told.said_by("Antwoord") == "Uit dienst"
    assert told.message("Antwoord").root == f"{KEY}message:{POST}"
    assert told.threads == {}


def test_many_zips_are_one_export_and_the_later_day_wins(tmp_path: Path) -> None:
    first = export(tmp_path, engage_row(POST, "Vraag"), engage_row(ANSWER, "Weg", POST), name="export-10.zip")
    second = export(
        tmp_path,
        engage_row(ANSWER, "Weg", POST, deleted_at="2026-11-25T08:00:00Z"),
        name="export-11.zip",
        Users="id,name\n",
        Groups="",
    )
    early = export(
        tmp_path, engage_row(5, "Eerder", sender_id=36425097300), name="export-9.zip", Users="id,name\n", Groups=""
    )
    told = read(second, first, early)
    assert told.texts == ["Eerder", "Vraag", "Weg"]
    assert told.message("Weg").state is MessageState.DELETED
    assert told.said_by("Eerder") == "Joris Bakker", "named in another of the files"
    assert set(read(first, second, early, first).messages) == set(told.messages)


def test_external_networks_have_keys_of_their_own(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "samen.zip",
        {**engage_files([engage_row(POST, "Hier")]), **engage_files([engage_row(POST, "Daar")], "map/987654/")},
    )
    told = read(path)
    assert set(told.messages) == {f"{KEY}message:{POST}", f"yammer:www.yammer.com/987654:message:{POST}"}
    connected = Options(server="www.yammer.com/1")
    assert set(read(export(tmp_path, engage_row(POST, "x")), options=connected).messages) == {f"{KEY}message:{POST}"}
    unnamed = read(export(tmp_path, engage_row(POST, "x"), Networks=""), options=connected)
    assert set(unnamed.messages) == {f"yammer:www.yammer.com/1:message:{POST}"}, (
        "of the one that is connected, where no file tells"
    )


@pytest.mark.parametrize("change", ["spreadsheet", "utf16", "capitals"])
def test_a_file_that_went_through_a_spreadsheet_is_read(tmp_path: Path, change: str) -> None:
    rows = [engage_row(POST, 'Regel een\nregel "twee"; drie')]
    text = table(ENGAGE_COLUMNS, rows, separator=";" if change == "spreadsheet" else ",")
    if change == "capitals":
        text = text.replace("thread_id", "Thread ID", 1).replace("sender_id", "SENDER_ID", 1)
    told = read(
        zipped(tmp_path / "x.zip", {"Map/Messages.csv": text.encode("utf-16" if change == "utf16" else "utf-8")})
    )
    assert told.texts == ['Regel een\nregel "twee"; drie']


async def test_an_export_and_the_api_give_the_same_keys(tmp_path: Path) -> None:
    with Yammer() as yammer:
        post = yammer.post("sanne", "Wie weet dit, [[user:36425097003]]?", title="Een vraag")
        answer = yammer.answer("joris", post.id, "Ik")
        yammer.answer("sanne", answer.id, "Dank")
        yammer.at_s += 60
        network = Network(yammer)
        made = network.adapter()
        await network.round(made, "space")
        await made.close()
        path = tmp_path / "export.zip"
        path.write_bytes(export_of(yammer, "2000-01-01T00:00:00Z", "2090-01-01T00:00:00Z"))
        told = read(path, options=Options(server=network.site.server))
    assert told.messages.keys() == network.shelf.messages.keys()
    for key, message in told.messages.items():
        other = network.shelf.messages[key]
        assert isinstance(other, Message)
        for name in ("space", "author", "posted_at_ms", "text", "root", "parent", "title"):
            assert getattr(message, name) == getattr(other, name), name
    assert {key for key in told.people if "system" not in key} <= network.shelf.people.keys()


def test_it_goes_on_after_any_entry(tmp_path: Path) -> None:
    first = export(
        tmp_path, *(engage_row(n, f"Vraag {n}") for n in range(1, 6)), engage_row(0, "niets"), name="export-1.zip"
    )
    second = export(tmp_path, *(engage_row(n, f"Antwoord {n}", 1) for n in range(6, 9)), name="export-2.zip")
    assert stopping_after_each(first, second) == read(first, second).entries
