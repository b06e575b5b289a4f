"""One message that comes by a paste, a notice, an export and the platform itself is one row, whichever comes first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.platform import Page, capabilities
from console.store.read import queue, thread
from console.store.write import connections, pages
from console.store.write.connections import NewConnection
from tests.houses import NOW_MS, House, house

GROUP = "facebook:www.facebook.com:group:{n}"
POST = "facebook:www.facebook.com:post:{n}456"
COMMENT = "facebook:www.facebook.com:comment:{n}789"
SANNE = PersonKey("facebook:www.facebook.com:person:123/sanne bakker")
WHOLE = "Wanneer komt het nieuwe rooster? Ik moet oppas regelen, en mijn man werkt ook in de nacht."
WAYS = {
    "paste": NewConnection("files:pasted:connection:", "Geplakt", "files", "files", "pasted", "", "pasted", "", "", 0, 0, {}),
    "export": NewConnection("facebook:export:connection:", "Export", "facebook", "files", "2026", "", "export", "", "", 0, 0, {}),
    "notice": NewConnection("mail:imap:connection:red", "Redactie", "mail", "mail", "", "red", "imap", "", "", 0, 0, {}),
    "api": NewConnection("facebook:api:connection:", "Facebook", "facebook", "facebook", "", "", "www.facebook.com", "", "", 0, 0, {}),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What one way in brings of a post, or of the comment below it; `changes(n)` in group n of many that are alike."""

    way: str
    words: str = WHOLE
    at_ms: int = NOW_MS
    partial: bool = False
    title: str = ""
    comment: bool = False
    state: MessageState = MessageState.VISIBLE

    def changes(self, n: int) -> tuple[Change, ...]:
        group, root = SpaceKey(GROUP.format(n=n)), ThreadKey(POST.format(n=n))
        key = MessageKey(COMMENT.format(n=n)) if self.comment else MessageKey(root)
        message = Message(
            key, group, SANNE, self.at_ms, f"<p>{self.words}</p>", self.words, root=root, partial=self.partial,
            state=self.state, title="" if self.comment else self.words[:20],
        )  # fmt: skip
        head = [] if self.comment else [Thread(root, group, self.words[:20])]
        return Space(group, str(n), self.title, platform="facebook"), Person(SANNE, "Sanne Bakker"), *head, message


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    made = house(tmp_path)
    for way in WAYS.values():
        connections.put(made.store, way)
    yield made
    made.store.close()


numbers = itertools.count(1)


def seen(here: House, told_of: Sequence[Told]) -> tuple[Any, ...]:
    """All that a person sees of a thread that was told of like that, in a group of its own."""
    n = next(numbers)
    for told in told_of:
        tell(here, told, n)
    row = queue.row(here.store, POST.format(n=n))
    assert row is not None
    said = [
        (m.author, m.text, m.html, m.partial, m.posted_at_ms, m.state, m.versions)
        for m in thread.messages(here.store, row.thread_id)
    ]
    return row.title, row.space_title, row.connection_name, row.author, row.messages, said


def tell(here: House, told: Told, n: int) -> None:
    page = Page(told.changes(n), {"seq": next(here.seq)})
    pages.apply(here.store, ConnectionKey(WAYS[told.way].key), "all", page)


NOTICE = Told("notice", WHOLE[:40] + " …", partial=True, at_ms=NOW_MS - 5_000, title="Vragen aan de directie")
DIGEST = Told("notice", WHOLE[:30] + " …", partial=True, at_ms=NOW_MS + 90_000, title="Vragen aan de directie")
EXPORT = Told("export", at_ms=NOW_MS - 60_000, title="Vragen")
PASTE = Told("paste", WHOLE + " Groet, Sanne", at_ms=NOW_MS + 600_000, title="de groep")
COMMENTED = Told("notice", "Vrijdag.", comment=True, at_ms=NOW_MS + 1_000, title="Vragen aan de directie")


def test_in_every_order_the_same_is_seen_and_no_word_is_lost(here: House) -> None:
    orders = list(itertools.permutations((NOTICE, DIGEST, EXPORT, PASTE, COMMENTED)))
    results = [seen(here, order) for order in orders]
    assert all(one == results[0] for one in results)
    title, space, connection, author, count, (post, comment) = results[0]
    assert (title, space, connection) == (WHOLE[:20], "Vragen aan de directie", "Redactie")
    assert (author, count, comment[1]) == ("Sanne Bakker", 2, "Vrijdag.")
    whole = f"{WHOLE} Groet, Sanne"
    assert post == ("Sanne Bakker", whole, f"<p>{whole}</p>", False, NOW_MS - 60_000, "visible", 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            Told, st.sampled_from(["paste", "export", "notice"]),
            st.sampled_from([WHOLE, WHOLE[:40], WHOLE[:12], "Heel iets anders"]),
            st.sampled_from([NOW_MS - 9_000, NOW_MS, NOW_MS + 9_000]), st.booleans(), st.just("Groep"), st.booleans(),
            st.sampled_from([MessageState.VISIBLE, MessageState.HELD, MessageState.HIDDEN]),
        ),
        min_size=2, max_size=5,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_whatever_comes_and_in_whatever_order(here: House, told_of: list[Told], random: Random) -> None:
    told_of = [Told("notice", title="Groep"), *told_of]
    mixed = list(told_of)
    random.shuffle(mixed)
    once = seen(here, told_of)
    assert seen(here, mixed) == once
    assert seen(here, [*told_of, *mixed]) == once, "twice changes nothing"


def test_a_shortened_text_never_replaces_a_whole_one_and_a_whole_one_is_no_edit(here: House) -> None:
    for order in ([EXPORT, NOTICE], [NOTICE, EXPORT]):
        (message,) = seen(here, order)[-1]
        assert (message[1], message[3], message[6]) == (WHOLE, False, 0)


def test_what_the_platform_itself_tells_replaces_all_and_is_replaced_by_none(here: House) -> None:
    edited = Told("api", "Ik heb het al gevonden.", title="Vragen aan de directie")
    title, _space, connection, _author, _count, (message,) = seen(here, [PASTE, NOTICE, edited, NOTICE, PASTE, EXPORT])
    assert (title, connection, message[1]) == (edited.words[:20], "Facebook", edited.words)
    (changed,) = seen(here, [PASTE, edited, Told("api", "Toch niet.")])[-1]
    assert (changed[1], changed[6]) == ("Toch niet.", 1), "an edit by its author is kept"


@pytest.mark.parametrize("decided", [MessageState.HIDDEN, MessageState.DELETED])
def test_what_was_hidden_or_removed_does_not_come_back_with_a_later_mail(here: House, decided: MessageState) -> None:
    (message,) = seen(here, [Told("export", state=decided), NOTICE, PASTE])[-1]
    assert message[5] == decided.value


def test_a_space_goes_to_who_is_nearest_and_stays_there(here: House) -> None:
    n = next(numbers)
    for told in (PASTE, EXPORT, NOTICE, EXPORT, PASTE):
        tell(here, told, n)
    held = {"key": GROUP.format(n=n)}
    found = here.store.read("SELECT connection, title FROM space WHERE key = :key", held)
    assert [(row["connection"], row["title"]) for row in found] == [(WAYS["notice"].key, "Vragen aan de directie")]
    connections.remove(here.store, WAYS["notice"].key)
    tell(here, EXPORT, n)
    (row,) = here.store.read("SELECT connection FROM space WHERE key = :key", held)
    assert row["connection"] == WAYS["export"].key, "who was taken away gives its place"


def test_what_can_be_done_in_a_space_is_said_by_who_is_nearest(here: House) -> None:
    n = next(numbers)
    tell(here, NOTICE, n)
    space = NOTICE.changes(n)[0]
    assert isinstance(space, Space)
    connections.put_spaces(here.store, WAYS["notice"].key, [(space, capabilities(reply="handoff"))])
    connections.put_spaces(here.store, WAYS["paste"].key, [(replace(space, title="x"), capabilities())])
    (row,) = here.store.read("SELECT title, capabilities FROM space WHERE key = :key", {"key": space.key})
    assert (row["title"], '"reply": "handoff"' in row["capabilities"]) == ("Vragen aan de directie", True)


def test_what_a_mailbox_of_a_provider_tells_of_its_own_mails_is_no_hearsay(here: House) -> None:
    outlook = NewConnection("outlook:x:connection:a", "Postvak", "outlook", "outlook", "", "", "x", "", "", 0, 0, {})
    connections.put(here.store, outlook)
    space, who, key = SpaceKey("mail:x:folder:IN"), PersonKey("mail:x:person:s"), MessageKey("mail:x:message:1")
    said = Message(key, space, who, NOW_MS, "<p>a</p>", "a", root=ThreadKey(key))
    for state in (MessageState.AWAY, MessageState.VISIBLE):
        page = Page((Person(who, "Sanne"), replace(said, state=state)), {})
        pages.apply(here.store, ConnectionKey(outlook.key), "all", page)
    (row,) = here.store.read("SELECT state FROM message WHERE key = :key", {"key": key})
    assert row["state"] == "visible"
