"""What is read through a mailbox may belong to another platform, and may be shortened: everything shown says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.cli import shapes
from console.domain.conversation import Message, MessageKey, PersonKey, Space, SpaceKey, Thread, ThreadKey
from console.domain.query import parse
from console.store.read import people, queue, search, thread
from console.store.read.connections import spaces
from console.store.read.queue import View
from console.views.shown import card_shown, row_shown
from tests.houses import CONNECTION, House, house, key

GROUP = SpaceKey("facebook:www.facebook.com:group:123")
POST = ThreadKey("facebook:www.facebook.com:post:456")


def filled(folder: Path) -> House:
    """One thread of the connection's own platform, and a shortened one of Facebook seen through it."""
    here = house(folder)
    here.say("hier", "Weet iemand hoe laat de bus gaat?")
    author = PersonKey(key("user", "fatma"))
    here.apply(
        Space(GROUP, "123", "Vragen aan de directie", platform="facebook"),
        Thread(POST, GROUP, "Het rooster", url="https://www.facebook.com/groups/123/posts/456/"),
        Message(MessageKey(POST), GROUP, author, here.clock.now, "<p>Wanneer komt …</p>", "Wanneer komt …", root=POST,
                partial=True),
    )  # fmt: skip
    return here


def test_a_space_says_its_own_platform_wherever_its_threads_are_shown(tmp_path: Path) -> None:
    here = filled(tmp_path)
    rows = {row.key: row for row in queue.page(here.store, View("all"))[0]}
    assert {row.platform for row in rows.values()} == {"facebook", "memory"}
    assert rows[POST].platform == "facebook"
    assert row_shown(rows[POST], here.clock.now).platform == "facebook"
    hits = search.search(here.store, parse("komt"))[0]
    assert [hit.platform for hit in hits] == ["facebook"]
    card = people.person(here.store, rows[POST].author_key or PersonKey(""))
    assert card is not None
    assert {one.platform for one in card.threads} == {"facebook", "memory"}
    assert [row.platform for row in spaces(here.store, CONNECTION)] == ["", "facebook"]
    here.store.close()


def test_asking_for_a_platform_finds_what_is_seen_through_another(tmp_path: Path) -> None:
    here = filled(tmp_path)

    def found(query: str) -> set[str]:
        return {row.platform for row in queue.page(here.store, View("all", query=parse(query)))[0]}

    assert found("platform:facebook") == {"facebook"}
    assert found("platform:memory") == {"memory"}
    assert found("platform:hier") == {"facebook", "memory"}  # the connection's name
    here.store.close()


def test_a_shortened_message_says_so_with_where_the_rest_is(tmp_path: Path) -> None:
    here = filled(tmp_path)
    row = queue.row(here.store, POST)
    assert row is not None
    (message,) = thread.messages(here.store, row.thread_id)
    assert message.partial
    assert shapes.message(message)["partial"] is True
    assert card_shown(here.store, message, row.platform, here.clock.now).state == (
        "Shortened: this is what we were told of it."
    )
    gone = replace(message, state="deleted")
    assert "Shortened" not in card_shown(here.store, gone, row.platform, here.clock.now).state
    here.apply(
        Message(MessageKey(POST), GROUP, message.author_key, here.clock.now, "<p>Wanneer komt het rooster?</p>",
                "Wanneer komt het rooster?", root=POST)
    )  # fmt: skip
    (message,) = thread.messages(here.store, row.thread_id)
    assert not message.partial
    here.store.close()
