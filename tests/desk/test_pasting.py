"""A message that was pasted is kept, read, found again when the cache is gone, and taken back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.adapters.pasting import looked_at, named
from console.desk import pasting
from console.desk.seat import Refused
from console.desk.undo import undo, undoable
from console.domain.conversation import (
    ConnectionKey,
    Message,
    MessageKey,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.pasting import Pasted
from console.domain.platform import Page
from console.domain.query import parse
from console.sentences.shown import what_happened
from console.store.connection import Store
from console.store.pasted import file_of
from console.store.preparing import prepare
from console.store.read import queue, search, thread
from console.store.read.connections import ConnectionRow
from console.store.read.connections import connections as stored
from console.store.write import connections, folding, pages
from console.store.write.connections import NewConnection
from console.sync.connecting import Patience, adapter_for
from console.sync.engine import Engine
from tests.houses import NOW_MS, House, house

LINK = "https://www.facebook.com/groups/123/posts/456/"
TEXT = "Wanneer komt het nieuwe rooster? Ik moet oppas regelen."
MAIL = NewConnection("mail:imap:connection:red", "Redactie", "mail", "mail", "", "red", "imap", "", "", 0, 0, {})


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    made = house(tmp_path)
    yield made
    made.store.close()


def paste(text: str = TEXT, *, link: str = LINK, author: str = "Sanne Bakker", group: str = "Vragen") -> Pasted:
    return named(replace(looked_at(f"{text}\n{link}"), author=author, group=group, posted_at_ms=NOW_MS - 60_000))


def collect(store: Store) -> None:
    """What the collector does with the connection of pasted messages."""
    for row in stored(store):
        if row.key == pasting.CONNECTION:
            asyncio.run(_read(store, row))
    folding.catch_up(store)


async def _read(store: Store, row: ConnectionRow) -> None:
    adapter = adapter_for(store, row, {}, Patience(), store.now_ms)
    await Engine(store, row.key, adapter, lambda ids: None).round(everything=True)
    await adapter.close()


def told_by_mail(store: Store, text: str, *, partial: bool = True) -> None:
    found = paste(text)
    changes = (
        Space(SpaceKey(found.space), "123", "Vragen aan de directie", platform="facebook"),
        Person(PersonKey(found.person), "Sanne Bakker"),
        Thread(ThreadKey(found.thread), SpaceKey(found.space), text[:20], LINK),
        Message(MessageKey(found.message), SpaceKey(found.space), PersonKey(found.person), NOW_MS - 90_000, f"<p>{text}</p>",
                text, root=ThreadKey(found.thread), partial=partial),
    )  # fmt: skip
    connections.put(store, MAIL)
    pages.apply(store, ConnectionKey(MAIL.key), "all", Page(changes, {}))


def said(store: Store) -> list[tuple[str, str, str]]:
    """(group, author, text) of all that is here."""
    rows, _next = queue.page(store, queue.View("all"))
    return [
        (row.space_title, message.author, message.text)
        for row in rows
        for message in thread.messages(store, row.thread_id)
    ]


def test_what_is_pasted_stands_in_the_group_that_its_link_names(here: House) -> None:
    decision = pasting.keep(here.desk, paste(), "Geplakt")
    collect(here.store)
    assert said(here.store) == [("Vragen", "Sanne Bakker", TEXT)]
    row = queue.row(here.store, decision.thread)
    assert row is not None
    assert (row.platform, row.connection_name, row.approximate, row.url) == ("facebook", "Geplakt", True, LINK)


def test_pasting_twice_changes_nothing(here: House) -> None:
    for _twice in range(2):
        pasting.keep(here.desk, paste(), "Geplakt") if not said(here.store) else None
        with pytest.raises(Refused, match="pasted_before"):
            pasting.keep(here.desk, paste(f"  {TEXT} "), "Geplakt")
        before = file_of(here.store.folder).read_bytes()
        collect(here.store)
        assert file_of(here.store.folder).read_bytes() == before
    assert len(said(here.store)) == 1
    assert [event.event.what.value for event in thread.history(here.store)] == ["paste"]


@pytest.mark.parametrize("mail_first", [True, False])
def test_the_same_link_in_a_mail_is_the_same_message_with_the_longer_text(here: House, mail_first: bool) -> None:
    if mail_first:
        told_by_mail(here.store, TEXT[:30] + " …")
    pasting.keep(here.desk, paste(), "Geplakt")
    collect(here.store)
    if not mail_first:
        told_by_mail(here.store, TEXT[:30] + " …")
    assert said(here.store) == [("Vragen aan de directie", "Sanne Bakker", TEXT)]
    with pytest.raises(Refused, match="pasted_before"):
        pasting.keep(here.desk, paste(), "Geplakt")


def test_undo_takes_a_paste_back_and_it_can_be_pasted_again(here: House) -> None:
    pasting.keep(here.desk, paste(), "Geplakt")
    collect(here.store)
    last = undoable(here.desk)
    assert last is not None
    assert what_happened(last.event) == "pasted a message by Sanne Bakker"
    undo(here.desk)
    collect(here.store)
    assert said(here.store) == []
    assert search.search(here.store, parse("oppas"))[0] == []
    pasting.keep(here.desk, paste(), "Geplakt")
    collect(here.store)
    assert len(said(here.store)) == 1


def test_what_a_mail_told_too_stays_when_the_paste_is_taken_back(here: House) -> None:
    told_by_mail(here.store, TEXT, partial=False)
    pasting.keep(here.desk, paste(TEXT + " Groet!"), "Geplakt")
    collect(here.store)
    undo(here.desk)
    collect(here.store)
    assert len(said(here.store)) == 1


def test_it_survives_a_cache_that_is_deleted_with_what_was_taken_back(here: House, tmp_path: Path) -> None:
    pasting.keep(here.desk, paste(), "Geplakt")
    pasting.keep(here.desk, paste("Nog een vraag", link=LINK + "?comment_id=9", author="Omar"), "Geplakt")
    pasting.keep(here.desk, paste("Vergissing", link=LINK + "?comment_id=10", author="Omar"), "Geplakt")
    collect(here.store)
    undo(here.desk)
    collect(here.store)
    before = said(here.store)
    here.store.close()
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    again = Store(tmp_path, now_ms=here.clock, policy=here.store.policy)
    prepare(again.folder)
    collect(again)
    assert [text for _space, _author, text in before] == [TEXT, "Nog een vraag"]
    assert said(again) == before
    again.close()


def test_a_line_that_was_cut_off_by_the_power_loses_only_itself(here: House) -> None:
    pasting.keep(here.desk, paste(), "Geplakt")
    with file_of(here.store.folder).open("ab") as stream:
        stream.write(b'{"type": "pasted", "text": "half')
    pasting.keep(here.desk, paste("Nog een", link=LINK + "?comment_id=9"), "Geplakt")
    collect(here.store)
    assert sorted(text for _space, _author, text in said(here.store)) == sorted([TEXT, "Nog een"])


@pytest.mark.parametrize("lacks", [{"text": ""}, {"author": "", "person": ""}, {"group": "", "space": "", "link": ""}])
def test_without_text_author_or_group_nothing_is_kept(here: House, lacks: dict[str, str]) -> None:
    with pytest.raises(Refused, match="empty"):
        pasting.keep(here.desk, named(replace(paste(), **lacks, message="", thread="")), "Geplakt")
    assert not file_of(here.store.folder).exists()


def test_a_name_that_a_connection_has_already_is_not_taken_twice(here: House) -> None:
    pasting.keep(here.desk, paste(), "Hier")
    assert len({row.name for row in stored(here.store)}) == 2


def test_the_groups_to_paste_into_are_those_that_no_program_writes_in(here: House) -> None:
    pasting.keep(here.desk, paste(), "Geplakt")
    collect(here.store)
    assert [(group.title, group.platform) for group in pasting.groups(here.desk)] == [("Vragen", "facebook")]
    assert pasting.title_of(here.desk, paste().space) == "Vragen"


def test_the_file_is_one_that_anybody_can_import(here: House) -> None:
    pasting.keep(here.desk, paste(), "Geplakt")
    head, line = file_of(here.store.folder).read_text().splitlines()
    assert json.loads(head)["luisterpost"] == 1
    assert json.loads(line)["text"] == TEXT
