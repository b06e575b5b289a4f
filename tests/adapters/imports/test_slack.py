"""Slack's export: days of channels, and its own way of marking up text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.imports.entry import Options
from console.adapters.imports.slack_text import to_html
from console.adapters.markup import reduce
from console.domain.conversation import MessageGone, MessageState
from tests.adapters.imports.reading import Told, read, stopping_after_each
from tests.fakes.exports import SLACK_USERS, slack_files, slack_said, zipped

ROOT, REPLY = "1795449000.000100", "1795535400.000200"
KEY = "slack:slack.com/t07abc:"
DAY, NEXT = "algemeen/2026-11-23", "algemeen/2026-11-24"


def said(folder: Path, *rows: object, day: str = DAY, options: Options | None = None, **lists: object) -> Told:
    return read(zipped(folder / "slack.zip", slack_files({day: rows}, **lists)), options=options)


def test_a_thread_goes_on_in_the_file_of_another_day(tmp_path: Path) -> None:
    days = {
        DAY: [slack_said(ROOT, "Waarom &lt;nu&gt;, <@U2>?", thread_ts=ROOT, reply_count=1, replies=[{"user": "U2", "ts": REPLY}])],
        NEXT: [slack_said(REPLY, "Morgen *meer*.", "U2", thread_ts=ROOT, parent_user_id="U1", edited={"user": "U2", "ts": "1795535500.000000"})],
    }  # fmt: skip
    told = read(zipped(tmp_path / "slack.zip", slack_files(days, top="Voorbeeld Slack export Nov 2026/")))
    assert told.format == "slack"
    root, reply = told.message("Waarom <nu>, @Joris Bakker?"), told.message("Morgen meer.")
    assert root.key == f"{KEY}message:C07/{ROOT}"
    assert (reply.root, reply.parent, root.parent) == (root.key, root.key, None)
    assert (root.posted_at_ms, reply.edited_at_ms) == (1_795_449_000_000, 1_795_535_500_000)
    assert reply.html == "<p>Morgen <b>meer</b>.</p>"
    assert told.space_of(root.text) == "#algemeen"
    sanne = told.people[f"{KEY}user:U1"]
    assert (sanne.name, sanne.handle, sanne.title, sanne.mail) == (
        "Sanne de Wit",
        "sanne",
        "Verpleegkundige",
        "sanne@voorbeeld.example",
    )
    assert root.url == f"https://app.slack.com/client/T07ABC/C07/thread/C07-{ROOT}"
    assert told.skipped == []


def test_the_moment_that_names_a_message_never_becomes_a_number(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        slack_said("1795449000.000100", "a"),
        slack_said("1795449000.000101", "b"),
        slack_said("1795449000.100000", "c"),
    )
    assert [key.rpartition("/")[2] for key in told.messages] == [
        "1795449000.000100",
        "1795449000.000101",
        "1795449000.100000",
    ]
    numbers = said(
        tmp_path, slack_said("1", "zonder punt"), {**slack_said("x", "getal"), "ts": float(Decimal("1795449000.0001"))}
    )
    assert numbers.reasons == ["unreadable", "unreadable"]


def test_a_reply_shown_in_the_channel_too_is_one_message(tmp_path: Path) -> None:
    broadcast = slack_said(
        REPLY, "Voor allen", thread_ts=ROOT, subtype="thread_broadcast", root={"ts": ROOT, "text": "Vraag"}
    )
    told = said(
        tmp_path, slack_said(ROOT, "Vraag", thread_ts=ROOT), slack_said(REPLY, "Voor allen", thread_ts=ROOT), broadcast
    )
    assert told.texts == ["Vraag", "Voor allen"]


def test_what_slack_notes_by_itself_is_skipped(tmp_path: Path) -> None:
    kinds = ("channel_join", "channel_leave", "channel_topic", "pinned_item", "bot_add", "huddle_thread")
    told = said(
        tmp_path,
        *(slack_said(f"179544900{n}.000100", "x", subtype=kind) for n, kind in enumerate(kinds)),
        slack_said(ROOT, "Mens", subtype="me_message"),
    )
    assert told.texts == ["Mens"]
    assert told.reasons == ["system"] * len(kinds)


def test_edits_and_removals_that_the_export_tells_are_kept(tmp_path: Path) -> None:
    told = said(
        tmp_path, slack_said(ROOT, "Eerst"),
        {"type": "message", "subtype": "message_changed", "ts": "1795449100.000000", "message": slack_said(ROOT, "Toen", edited={"user": "U1", "ts": "1795449100.000000"})},
        {"type": "message", "subtype": "message_deleted", "ts": "1795449200.000000", "deleted_ts": REPLY, "previous_message": slack_said(REPLY, "Weg", "U2")},
        {"type": "message", "subtype": "message_deleted", "ts": "1795449300.000000", "deleted_ts": "1795449000.000900"},
    )  # fmt: skip
    assert told.texts == ["Toen", "Weg"]
    assert told.message("Toen").edited_at_ms == 1_795_449_100_000
    assert told.message("Weg").state is MessageState.DELETED
    assert set(told.gone) == {f"{KEY}message:C07/1795449000.000900"}


def test_what_opened_a_thread_and_is_gone_keeps_its_place(tmp_path: Path) -> None:
    rows = (
        {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": ROOT, "thread_ts": ROOT},
        slack_said(REPLY, "Antwoord", thread_ts=ROOT),
    )  # fmt: skip
    told = said(tmp_path, *rows)
    assert told.messages[f"{KEY}message:C07/{ROOT}"].state is MessageState.DELETED
    assert told.message("Antwoord").root == f"{KEY}message:C07/{ROOT}"
    held = said(tmp_path, *rows, options=Options(held=lambda keys: dict.fromkeys(keys)))  # type: ignore[arg-type,return-value,misc]
    assert isinstance(held.gone[f"{KEY}message:C07/{ROOT}"], MessageGone), "whose words are held, loses none"


def test_private_messages_stay_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    days = {
        "D09/2026-11-23": [slack_said(ROOT, "Onder ons")],
        "mpdm-sanne--joris-1/2026-11-23": [slack_said(ROOT, "Met drie")],
        "besloten-kring/2026-11-23": [slack_said(ROOT, "In de kring")],
    }
    path = zipped(tmp_path / "slack.zip", slack_files(days))
    told = read(path)
    assert (told.texts, told.reasons) == (["In de kring"], ["private", "private"])
    assert "Onder ons" not in repr(told.entries)
    assert set(read(path, options=Options(private=True)).texts) == {"Onder ons", "Met drie", "In de kring"}


def test_secrets_in_addresses_are_dropped_wherever_they_stand(tmp_path: Path) -> None:
    secret = "xoxe-1234567890-abcdefghij"
    file = {"id": "F1", "name": "rooster.pdf", "title": "Rooster", "mimetype": "application/pdf", "size": 1234,
            "url_private": f"https://files.slack.com/files-pri/T07ABC-F1/rooster.pdf?t={secret}",
            "permalink": f"https://voorbeeld.slack.com/files/U1/F1/rooster.pdf?t={secret}"}  # fmt: skip
    told = said(
        tmp_path, slack_said(ROOT, f"Zie <https://files.slack.com/x?t={secret}|het rooster> en {secret}", files=[file]),
        {"type": "message", "text": "kapot", "user": "U1", "files": [file]},
        slack_said(REPLY, "", attachments=[{"text": f"token {secret}", "title": "Kaart", "title_link": f"https://a.example/?t={secret}", "from_url": "x"}]),
    )  # fmt: skip
    assert "xox" not in repr(told.entries)
    (attachment,) = told.messages[f"{KEY}message:C07/{ROOT}"].attachments
    assert (attachment.name, attachment.size_bytes, attachment.url) == (
        "Rooster",
        1234,
        "https://voorbeeld.slack.com/files/U1/F1/rooster.pdf",
    )
    assert told.reasons == ["unreadable"]


def test_programs_speak_under_the_name_they_gave_themselves(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Agenda", "ts": ROOT, "text": "", "attachments": [{"fallback": "Overleg om 10 uur"}]},
        slack_said(REPLY, "Van buiten", "U999", user_profile={"real_name": "Gast"}),
    )  # fmt: skip
    assert (told.said_by("Overleg om 10 uur"), told.said_by("Van buiten")) == ("Agenda", "Gast")
    assert told.people[f"{KEY}user:B1"].bot


def test_a_message_of_blocks_alone_has_its_words(tmp_path: Path) -> None:
    line = [
        {"type": "text", "text": "Dag "},
        {"type": "user", "user_id": "U2"},
        {"type": "text", "text": " <b> "},
        {"type": "link", "url": "https://a.example", "text": "hier"},
    ]
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": line}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*vet*"}},
    ]
    (message,) = said(tmp_path, slack_said(ROOT, "", blocks=blocks)).messages.values()
    assert message.text.replace(" (a.example)", "") == "Dag @Joris Bakker <b> hier\nvet"


def test_reactions_are_counted(tmp_path: Path) -> None:
    told = said(
        tmp_path,
        slack_said(
            ROOT,
            "x",
            reactions=[
                {"name": "+1::skin-tone-2", "users": ["U1"], "count": 3},
                {"name": "eigen", "count": 1},
                {"name": "kapot"},
            ],
        ),
    )
    assert told.message("x").reactions == (("👍", 3), (":eigen:", 1))


def test_odd_rows_days_and_lists_stop_nothing(tmp_path: Path) -> None:
    days = {
        DAY: ["x", None, 3, slack_said(ROOT, "Goed"), slack_said(REPLY, "")],
        NEXT: '[{"type": "message", "user": "U1", "ts": "1795535400.000300", "text": "Half"}, {"ty',
        "onbekend/2026-11-23": [slack_said(ROOT, "Elders")],
    }
    told = read(zipped(tmp_path / "slack.zip", slack_files(days, dms="kapot", mpims=None)))
    assert set(told.texts) == {"Goed", "Half", "Elders"}
    assert sorted(told.reasons) == ["cut_off", "no_text", "unreadable", "unreadable", "unreadable"]
    assert told.space_of("Elders") == "#onbekend"


def test_the_workspace_is_that_of_most_people(tmp_path: Path) -> None:
    guest = {"id": "U9", "team_id": "TGAST", "name": "gast"}
    told = said(tmp_path, slack_said(ROOT, "x"), users=[guest, *SLACK_USERS, {"id": "U8", "team_id": "T07ABC"}])
    assert told.message("x").key.startswith(KEY)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*vet* _schuin_ ~weg~ `code *x*`", "<p><b>vet</b> <i>schuin</i> weg <code>code *x*</code></p>"),
        ("3*4*5 snake_case_naam *los", "<p>3*4*5 snake_case_naam *los</p>"),
        ("&gt; een\n&gt; twee\ndrie", "<blockquote><p>een<br>twee</p></blockquote><p>drie</p>"),
        ("<!here> <!channel> <!subteam^S1|@zorg> <!date^1^{date}|maandag> <#C07|algemeen> <#C07>", "<p>@here @channel @zorg maandag #algemeen #algemeen</p>"),
        ("<@U404> <@U2|joris>", "<p>@U404 @Joris Bakker</p>"),
        (":+1: :tada: :eigen:", "<p>👍 🎉 :eigen:</p>"),
        ("&amp;lt; &lt;script&gt;alert(1)&lt;/script&gt;", "<p>&amp;lt; &lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<javascript:alert(1)|klik>", "<p>klik</p>"),
        ("```\nregel <@U2>\n*niet vet*\n```", "<pre>"),
    ],
)  # fmt: skip
def test_its_markup_is_read(text: str, html: str) -> None:
    names = {"U2": "Joris Bakker", "C07": "algemeen"}
    written = reduce(to_html(text, lambda id: names.get(id, ""))).html
    assert written == html or (
        html == "<pre>" and "<pre>" in written and "@Joris Bakker" in written and "*niet vet*" in written
    )


@given(st.text(alphabet="<>@#!|&;*_~`:\n abU1^\ue000\ue0010", max_size=200))
def test_any_text_is_read_and_nothing_comes_in_as_markup(text: str) -> None:
    body = reduce(to_html(text, lambda id: "<b>x</b>"))
    assert "\ue000" not in body.text
    assert "<script" not in body.html


def test_it_goes_on_after_any_entry(tmp_path: Path) -> None:
    days = {
        DAY: [slack_said(f"179544900{n}.000100", f"Bericht {n}") for n in range(5)],
        NEXT: [slack_said(REPLY, "x", subtype="channel_join"), slack_said("1795535400.000300", "Slot")],
    }
    path = zipped(tmp_path / "slack.zip", slack_files(days))
    assert stopping_after_each(path) == read(path).entries
    assert json.dumps(dict(read(path).entries[-1].at))
