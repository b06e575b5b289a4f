"""Mails in files, written by Python's own mailbox module and by hand."""

from __future__ import annotations

import io
import json
import mailbox
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.contract import Held
from console.adapters.imports import mail, mbox
from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.mail import Mails
from console.adapters.imports.mail_verdicts import verdicts
from console.adapters.imports.mbox import split
from console.adapters.imports.recognising import recognise
from console.adapters.imports.source import Source
from console.domain.conversation import Message, MessageKey, Space, SpaceKey, ThreadKey

STAMP = b"From c@intra.test Mon Nov 23 10:12:44 2026\n"


def made(number: int, text: str = "Mag dat?", answers: int | None = None) -> EmailMessage:
    one = EmailMessage()
    one["From"] = f"Collega {number % 7} <c{number % 7}@intra.test>"
    one["To"] = "redactie@intra.test"
    one["Subject"] = "Parkeren" if answers is None else "Re: Parkeren"
    one["Date"] = f"Mon, 23 Nov 2026 {10 + number // 60:02}:{number % 60:02}:00 +0100"
    one["Message-ID"] = f"<m{number}@intra.test>"
    if answers is not None:
        one["In-Reply-To"] = one["References"] = f"<m{answers}@intra.test>"
    one.set_content(f"{text} ({number})\n\nFrom hier zie ik niets.\n")
    return one


def an_mbox(folder: Path, mails: Sequence[EmailMessage], name: str = "redactie.mbox") -> Path:
    box = mailbox.mbox(folder / name)
    for one in mails:
        box.add(one)
    box.close()
    return folder / name


def a_maildir(folder: Path, mails: Sequence[EmailMessage]) -> Path:
    box = mailbox.Maildir(folder / "Mail")
    for number, one in enumerate(mails):
        (box if number % 2 else mailbox.Maildir(folder / "Mail" / ".Vragen.Parkeren")).add(one)
    return folder / "Mail"


def emls(folder: Path, mails: Sequence[EmailMessage]) -> Path:
    (folder / "los" / "Archief").mkdir(parents=True)
    for number, one in enumerate(mails):
        below = folder / "los" / ("Archief" if number % 2 else "")
        (below / f"mail {number}.eml").write_bytes(one.as_bytes())
    return folder / "los"


def a_zip(folder: Path, mails: Sequence[EmailMessage]) -> Path:
    with zipfile.ZipFile(folder / "post.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(an_mbox(folder, mails), "Takeout/Mail/Alle berichten.mbox")
    return folder / "post.zip"


def read(path: Path, after: Any = None, **options: Any) -> Iterator[Entry | Skipped]:
    with Source([path]) as source:
        assert isinstance(recognise(source), Mails)
        yield from Mails().read(source, Options(**{"name": "redactie"} | options), after)


def said(path: Path, **options: Any) -> list[Message]:
    entries = [one for one in read(path, **options) if isinstance(one, Entry)]
    return [change for one in entries for change in one.changes if isinstance(change, Message)]


@pytest.mark.parametrize("write", [an_mbox, a_maildir, emls, a_zip])
def test_every_mail_of_a_mailbox_is_read(tmp_path: Path, write: Callable[[Path, Sequence[EmailMessage]], Path]) -> None:
    mails = [made(number, answers=number - 1 if number % 4 else None) for number in range(40)]
    found = {one.key: one for one in said(write(tmp_path, mails))}
    assert set(found) == {f"mail:file:message:m{number}@intra.test" for number in range(40)}
    assert all("From hier zie ik niets." in one.text for one in found.values())
    assert len({one.root or one.parent or one.key for one in found.values()}) < 40


def test_folders_become_spaces(tmp_path: Path) -> None:
    spaces = {
        change.title
        for one in read(a_maildir(tmp_path, [made(1), made(2)]))
        if isinstance(one, Entry)
        for change in one.changes
        if isinstance(change, Space)
    }
    assert spaces == {"redactie", "redactie/Vragen/Parkeren"}


def test_a_mail_of_a_named_mailbox_has_the_key_that_it_has_there(tmp_path: Path) -> None:
    file = an_mbox(tmp_path, [made(1), made(2)])
    server = "imap.intra.test/redactie@intra.test"
    assert said(file, server=server)[0].key == f"mail:{server}:message:m1@intra.test"
    held = MessageKey(f"mail:{server}:message:m1@intra.test")
    here = {held: Held(ThreadKey(held), SpaceKey("inbox"), "visible")}
    rest = said(file, server=server, held=lambda keys: {key: here[key] for key in keys if key in here})
    assert [one.key for one in rest] == [f"mail:{server}:message:m2@intra.test"]


@pytest.mark.parametrize("write", [an_mbox, a_maildir, emls, a_zip])
def test_reading_goes_on_behind_any_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, Sequence[EmailMessage]], Path]
) -> None:
    monkeypatch.setattr(mail, "BATCH", 3)
    file = write(tmp_path, [made(number, answers=number - 1 if number % 4 else None) for number in range(20)])
    whole = list(read(file))
    assert len(whole) > 6
    for number, one in enumerate(whole, 1):
        rest = list(read(file, json.loads(json.dumps(dict(one.at)))))
        assert _messages(rest) == _messages(whole[number:])


def _messages(entries: Sequence[Entry | Skipped]) -> list[tuple[str, str]]:
    return [
        (change.key, change.text)
        for one in entries
        if isinstance(one, Entry)
        for change in one.changes
        if isinstance(change, Message)
    ]


def test_a_sentence_that_begins_with_from_separates_nothing() -> None:
    body = b"From Monday on at 10:30 we meet.\n\nFrom a Mon Nov 23 10:12:44 2026\nis what the file says.\n"
    data = STAMP + b"Subject: one\n\n" + body + b"\n" + STAMP + b"Subject: two\n\ntext\n"
    mails = [found for found, _end in split(io.BytesIO(data))]
    assert [found.count(b"Subject") for found in mails] == [1, 1]
    assert body in mails[0]


@given(st.lists(st.integers(0, 5000), max_size=6), st.integers(16, 3000))
def test_a_file_is_split_the_same_however_it_is_read(sizes: list[int], chunk_bytes: int) -> None:
    parts = [STAMP + b"Subject: %d\n\n" % n + b"\nFrom x\n" * (size // 8) + b"x\n" for n, size in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mbox, "CHUNK_BYTES", chunk_bytes)
        found = list(split(io.BytesIO(b"".join(parts))))
    assert [data for data, _end in found] == parts
    assert [end for _data, end in found] == [sum(map(len, parts[: n + 1])) for n in range(len(parts))]


def test_a_giant_is_read_as_far_as_its_text_and_the_next_one_whole(tmp_path: Path) -> None:
    giant = STAMP + bytes(made(1)) + b"x" * 60 + b"\n" + (b"y" * 75 + b"\n") * 40_000 + b"\n"
    file = tmp_path / "groot"
    file.write_bytes(giant + STAMP + bytes(made(2)))
    first, second = said(file)
    assert first.text.startswith("Mag dat? (1)")
    assert second.text.startswith("Mag dat? (2)")


def test_mails_of_apple_end_before_what_the_program_adds(tmp_path: Path) -> None:
    whole = bytes(made(1))
    (tmp_path / "17.emlx").write_bytes(b"%d      \n" % len(whole) + whole + b"<?xml version='1.0'?><plist/>")
    (one,) = said(tmp_path / "17.emlx")
    assert "plist" not in one.text


def test_what_is_no_mail_among_mails_is_skipped_with_its_name(tmp_path: Path) -> None:
    folder = emls(tmp_path, [made(1)])
    (folder / "foto.png").write_bytes(b"\x89PNG....")
    (folder / "leeg.eml").write_bytes(b"")
    skipped = [(one.where, one.reason) for one in read(folder) if isinstance(one, Skipped)]
    assert skipped == [("foto.png", "no_mail")]


def test_the_same_mail_twice_is_one_and_another_text_under_its_id_is_suspicious(tmp_path: Path) -> None:
    found = said(an_mbox(tmp_path, [made(1), made(1), made(1, "Stuur mij je wachtwoord")]))
    assert [one.title for one in found] == ["Parkeren", "⚠ Parkeren"]


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        (b"Date: Thu, 01 Jan 1970 00:00:00 +0000\n", 2026),  # the file knows better
        (b"Date: Mon, 23 Nov 2026 10:00:00 +0100\nReceived: by x; Tue, 24 Nov 2026 09:00:00 +0100\n", 2026),
        (b"Date: Fri, 01 Jan 2099 00:00:00 +0000\nReceived: by x; Mon, 23 Nov 2026 10:00:00 +0100\n", 2026),
        (b"Date: Tue, 03 May 2022 10:00:00 +0200\n", 2022),  # a copy made later says when it was made
        (b"", 2026),
        (b"Date: gisteren\n", 2026),
    ],
)
def test_a_mail_was_written_when_it_says_unless_that_cannot_be(tmp_path: Path, lines: bytes, year: int) -> None:
    file = tmp_path / "datums"
    file.write_bytes(STAMP + b"From: a@intra.test\n" + lines + b"\nTekst\n")
    (one,) = said(file)
    assert 1970 + one.posted_at_ms // 31_556_952_000 == year


@pytest.mark.parametrize(
    "data", [b"", b"From \n", b"\xff" * 5000, b"Geachte heer,\n\nFrom: niet\n", b"PK\x03\x04kapot"]
)
def test_what_is_no_mail_is_not_taken_for_one(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "iets").write_bytes(data)
    with Source([tmp_path / "iets"]) as source:
        assert recognise(source) is None


EXAMPLES = Path(__file__).parents[1] / "notices"


def test_notices_in_files_become_conversations_of_their_platform() -> None:
    """Nobody says which server took them in: the mails themselves do."""
    entries = [one for one in read(EXAMPLES) if isinstance(one, Entry)]
    spaces = {change.key: change for one in entries for change in one.changes if isinstance(change, Space)}
    assert {"facebook", "linkedin", "yammer"} <= {space.platform for space in spaces.values()}


def test_of_every_mail_is_told_what_it_is_taken_for() -> None:
    expected = tomllib.loads((EXAMPLES / "expected.toml").read_text(encoding="utf-8"))
    with Source([EXAMPLES]) as source:
        trusted = Options(trusted=frozenset({"mx.voorbeeld.example", "-"}))
        found = {one.file.removesuffix(".eml"): one for one in verdicts(source, trusted)}
        unsaid = [one.taken_for for one in verdicts(source, Options())]
    assert found.pop("expected.toml").taken_for == "no_mail"
    assert set(found) == set(expected)
    for name, told in expected.items():
        if "layout" in told:
            assert (found[name].taken_for, found[name].layout, found[name].reason) == ("notice", told["layout"], told["kind"]), name  # fmt: skip
            assert found[name].space == told["conversations"][0]["group"]
            assert found[name].url == told["conversations"][0]["url"]
            assert found[name].told_of == len(told["conversations"])
        else:
            assert found[name].taken_for == {"mail": "mail"}.get(told["taken"], "not_understood"), name
    notices = sum(one.taken_for == "notice" for one in found.values())
    # Where nobody says which server is ours, the one that took most mails in is; what another one vouched for is doubted.
    assert notices > 60
    assert notices - 4 <= unsaid.count("notice") < notices
