"""Mails that name only the one above them, or each other in a circle: in whatever order they come, all of them are kept
and stand in one conversation; and an old mail that somebody answered to begin about something else is two conversations.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from console.adapters.contract import Held
from console.adapters.mail_parsing import read
from console.adapters.mail_reading import Account, Lying, changes_of
from console.adapters.mail_threading import Keys, Subjects
from console.domain.conversation import MessageKey
from console.sync import connecting
from tests.houses import NOW_MS, House, house
from tests.servers.dovecot import mail

KEYS = Keys("imap.intra.test/redactie")
ACCOUNT = Account(frozenset({"redactie@intra.test"}), "INBOX", "Sent")
CIRCLES = {
    "no circle": {"a": "<c@x>", "b": "<a@x>", "c": ""},
    "itself": {"a": "<a@x>"},
    "two": {"a": "<b@x>", "b": "<a@x>"},
    "three": {"a": "<c@x>", "b": "<a@x>", "c": "<b@x>"},
    "each all others": {"a": "<b@x> <c@x>", "b": "<c@x> <a@x>", "c": "<a@x> <b@x>"},
}


def held(of: House) -> Mapping[MessageKey, Held]:
    keys = [MessageKey(row["key"]) for row in of.store.read("SELECT key FROM message")]
    return connecting.held(of.store, keys)


def come_in(of: House, names: Sequence[str], circle: Mapping[str, str], subjects: Subjects) -> None:
    """These mails, as one page."""
    lying = [
        Lying(read(mail(f"Ik ben {name}", subject="Re: x", message_id=f"<{name}@x>", **({"References": circle[name]} if circle[name] else {})).as_bytes()),
              "INBOX", NOW_MS)
        for name in names
    ]  # fmt: skip
    of.apply(*changes_of(KEYS, lying, held(of), subjects, ACCOUNT))


@pytest.mark.parametrize("circle", CIRCLES.values(), ids=CIRCLES)
@pytest.mark.parametrize("at_once", [1, 3])
def test_all_of_them_stand_in_one_conversation(tmp_path: Path, circle: Mapping[str, str], at_once: int) -> None:
    for number, order in enumerate(itertools.permutations(circle)):
        of, subjects = house(tmp_path / str(number)), Subjects(None)
        for _twice in range(2):  # a page that was cut off comes again
            for at in range(0, len(order), at_once):
                come_in(of, order[at : at + at_once], circle, subjects)
        rows = of.store.read("SELECT t.key, m.text FROM message AS m JOIN thread AS t ON t.id = m.thread_id")
        assert sorted(row["text"] for row in rows) == [f"Ik ben {name}" for name in sorted(circle)]
        assert len({row["key"] for row in rows}) == 1, order
        of.store.close()


# -- something else under an old mail ------------------------------------------------------------------------------------

OLD, NEW = frozenset({"old", "yes"}), frozenset({"new", "answer", "later"})
SAID = {
    # name: who wrote it, its subject, the mails it names
    "old": ("sanne", "Rooster", ""),
    "yes": ("peter", "Re: Rooster", "<old@x>"),
    "new": ("fatima", "Verlof in mei", "<old@x>"),
    "answer": ("sanne", "Re: Verlof in mei", "<old@x> <new@x>"),
    "later": ("noor", "Antw: Verlof in mei", "<old@x> <new@x> <answer@x>"),
}


def said(name: str, **other: str) -> Lying:
    sender, subject, above = SAID[name]
    made = mail(
        f"Ik ben {name}", subject=other.get("subject", subject), sender=f"{other.get('sender', sender)}@intra.test",
        message_id=f"<{name}@x>", to="redactie@intra.test", **({"References": above} if above else {}),
    )  # fmt: skip
    return Lying(read(made.as_bytes()), "INBOX", NOW_MS)


def together(of: House, pages: Sequence[Sequence[Lying]]) -> set[frozenset[str]]:
    """Who stands with whom once these pages came, and then came once more."""
    subjects = Subjects(None)
    for page in (*pages, *pages):
        of.apply(*changes_of(KEYS, page, held(of), subjects, ACCOUNT))
    rows = of.store.read("SELECT thread_id, text FROM message")
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row["thread_id"], set()).add(row["text"].removeprefix("Ik ben "))
    return {frozenset(names) for names in found.values()}


@pytest.mark.parametrize(
    ("names", "at_once"),
    [(["old", "new", "answer"], 1), (["old", "yes", "new", "answer"], 2), pytest.param([*SAID], 1, marks=pytest.mark.long),
     pytest.param([*SAID], 2, marks=pytest.mark.long), pytest.param([*SAID], 5, marks=pytest.mark.long)],
)  # fmt: skip
def test_an_old_mail_that_is_answered_about_something_else_is_two_conversations(
    tmp_path: Path, names: Sequence[str], at_once: int
) -> None:
    """Where the old mail is here first, in any order of the others; what came before it is never torn apart."""
    for number, order in enumerate(itertools.permutations(names)):
        of = house(tmp_path / str(number))
        pages = [[said(name) for name in order[at : at + at_once]] for at in range(0, len(order), at_once)]
        before = set(order[: order.index("old")])
        expected = {OLD | NEW} if before & NEW else {OLD, NEW}
        assert together(of, pages) == {group & set(names) for group in expected}, order
        of.store.close()


@pytest.mark.parametrize(
    "other",
    [{"sender": "sanne"}, {"subject": "Re: Verlof in mei"}, {"subject": "Rooster, en verlof in mei"}, {"subject": "rooster"},
     {"subject": "[Vragen] Odp: Rooster"}, {"subject": ""}, {"sender": "no-reply"}],
)  # fmt: skip
def test_whoever_took_part_or_keeps_to_the_subject_goes_on_in_the_conversation(
    tmp_path: Path, other: Mapping[str, str]
) -> None:
    of = house(tmp_path)
    assert together(of, [[said("old")], [said("new", **other)]]) == {frozenset({"old", "new"})}
    of.store.close()


def test_a_new_conversation_is_named_after_itself(tmp_path: Path) -> None:
    of = house(tmp_path)
    together(of, [[said("old")], [said("answer")], [said("new")]])
    titles = of.store.read("SELECT t.title, t.key FROM thread AS t ORDER BY t.title")
    assert [(row["title"], row["key"]) for row in titles] == [
        ("Rooster", KEYS.message("old@x")),
        ("Verlof in mei", KEYS.message("new@x")),
    ]
    of.store.close()
