"""Mails that name only the one above them, or each other in a circle: in whatever order they come, all of them are kept
and stand in one conversation.
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
    rows = of.store.read(
        "SELECT m.key, t.key AS thread, s.key AS space, m.state FROM message AS m"
        " JOIN thread AS t ON t.id = m.thread_id JOIN space AS s ON s.id = t.space_id"
    )
    return {MessageKey(one["key"]): Held(one["thread"], one["space"], one["state"]) for one in rows}


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
