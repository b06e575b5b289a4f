"""What adapters bring is harmless before it is stored, whatever a platform or a colleague put in it."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.characters import honest, one_line
from console.domain.conversation import (
    Attachment,
    Message,
    MessageKey,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.file_names import file_name
from console.store.read import queue, thread
from console.sync.engine import Engine
from console.sync.harmless import harmless
from tests.houses import CONNECTION, house, world_with

ANY = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["\x1b[2J", "\u202egnp.exe", "../../x", "CON", "a\r\nb", "\ud800", "javascript:alert(1)", "file:///x", "w" * 5000]
)
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(1, 10)), *(f"LPT{n}" for n in range(1, 10))}


def is_one_honest_line(text: str) -> bool:
    return text == one_line(text) and len(text) <= 500 and not any(unicodedata.category(c) == "Cc" for c in text)


@given(ANY, ANY, ANY, ANY)
def test_names_titles_and_addresses_come_out_harmless(name: str, title: str, url: str, more: str) -> None:
    person, thread_, space, message, report = harmless([
        Person(PersonKey("p"), name, more, title), Thread(ThreadKey("t"), SpaceKey("s"), title, url),
        Space(SpaceKey("s"), "s", name, url),
        Message(MessageKey("m"), SpaceKey("s"), PersonKey("p"), 0, "", "", title=title, url=url,
                attachments=(Attachment(name, more, None, url),), reactions=((more, 1),)),
        Report(ReportKey("r"), MessageKey("m"), 0, name, more, title, url),
    ])  # fmt: skip
    assert isinstance(person, Person)
    assert isinstance(thread_, Thread)
    assert isinstance(space, Space)
    assert isinstance(message, Message)
    assert isinstance(report, Report)
    lines = [person.name, person.handle, person.title, thread_.title, space.title, message.title, report.reason,
             report.reporter, report.source, message.attachments[0].mime, message.reactions[0][0]]  # fmt: skip
    assert [line for line in lines if not is_one_honest_line(line)] == []
    assert report.text == honest(report.text)
    for address in (thread_.url, space.url, message.url):
        assert not address or address.lower().startswith(("http://", "https://", "mailto:"))
    assert not message.attachments[0].url.lower().startswith(("javascript:", "file:", "data:"))
    assert harmless([person, thread_, space, message, report]) == (person, thread_, space, message, report)


@given(
    ANY
    | st.lists(st.sampled_from(["..", "/", "\\", ".", " ", "con", ".txt", ":", "a", "é", "\u202e", "~"])).map("".join)
)
def test_a_files_name_is_one_part_of_a_path_on_every_system(sent: str) -> None:
    name = file_name(sent)
    assert name
    assert name == file_name(name)
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name not in {".", ".."}
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert name.split(".")[0].strip().upper() not in DEVICES
    assert len(name.encode()) <= 240
    assert not set(name) & set('<>:"/\\|?*')
    assert name.isprintable() or "\u200d" in name or "\u200c" in name or any(unicodedata.category(c) in {"Co", "Cn", "Zs", "Cf"} for c in name)  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("rooster.pdf", "rooster.pdf"), ("../../etc/passwd", "passwd"), ("..\\..\\run.bat", "run.bat"),
        ("C:\\windows\\cmd.exe", "cmd.exe"), ("foto\u202egnp.exe", "fotognp.exe"), ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"), ("com\u00b9.log", "_com\u00b9.log"), ("rooster.pdf.exe", "rooster.pdf.exe"),
        ("x.jpg::$DATA", "x.jpg__$DATA"), ("einde. . .", "einde"), ("..", "file"), ("", "file"), (".htaccess", "htaccess"),
        ("a\x00b\r\n.txt", "ab .txt"), ("w" * 300 + ".pdf.exe", "w" * 115 + "….exe"), ("een\uff0ftwee", "twee"),
    ],
)  # fmt: skip
def test_a_files_name_shows_what_the_file_is(sent: str, kept: str) -> None:
    assert file_name(sent) == kept


async def test_a_hostile_name_is_harmless_in_the_store(tmp_path: Path) -> None:
    made = house(tmp_path / "p")
    world, adapter = world_with(str(tmp_path / "world.db"), made.clock)
    world.put_person("fatma", "Fat\u202ema\x1b[31m\r\nBeheer")
    world.put_space("plein", "memory", "Het\x1b]0;x\x07 plein\n")
    world.say("tweede", "plein", "fatma", made.clock.now - 1000, "Hoe laat?", title="De\u2066 bus\x07")
    await Engine(made.store, CONNECTION, adapter, lambda ids: None).round(everything=True)
    rows, _next = queue.page(made.store, queue.View("inbox"), 10)
    row = next(row for row in rows if row.title.startswith("De bus") and row.snippet.startswith("Hoe"))
    assert (row.author, row.title, row.space_title) == ("Fatma[31m Beheer", "De bus", "Het]0;x plein")
    assert thread.messages(made.store, row.thread_id)[0].author == row.author
    await adapter.close()
    made.store.close()
