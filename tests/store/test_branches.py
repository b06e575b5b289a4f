"""Where a message stands in its thread decides what it may answer, also in a store of an earlier version."""

from __future__ import annotations

from pathlib import Path

from console.domain.policy import ReasonKind
from console.store.connection import Store
from console.store.files import CACHE
from console.store.opening import opened
from console.store.preparing import prepare
from console.store.read import queue
from console.store.read.queue import View
from console.store.write import folding
from tests.houses import HOUR_MS, House, house

MINUTE_MS = 60_000


def a_talk(folder: Path) -> House:
    """A statement, a comment with an answer of its own beneath it, and a question that nobody answered."""
    of = house(folder)
    of.say("post", "De nieuwe roosters staan klaar.", ago_ms=HOUR_MS)
    of.say("other", "Fijn dat het gelukt is dit jaar.", by="bram", root="post", answers="post", ago_ms=50 * MINUTE_MS)
    of.say("question", "Weet iemand wanneer ze ingaan?", by="dina", root="post", answers="post", ago_ms=HOUR_MS // 2)
    of.say("chat", "Vorig jaar duurde het langer.", by="emma", root="post", answers="other", ago_ms=10 * MINUTE_MS)
    folding.catch_up(of.store)
    return of


def waits(store: Store) -> list[tuple[ReasonKind, bool]]:
    return [(one.kind, one.softened) for row in queue.page(store, View("all"), 9)[0] for one in row.reasons]


def test_talk_under_another_comment_answers_no_question(tmp_path: Path) -> None:
    of = a_talk(tmp_path)
    assert waits(of.store) == [(ReasonKind.UNANSWERED, False)]
    of.say("answer", "Vanaf januari.", by="emma", root="post", answers="question", ago_ms=0)
    folding.catch_up(of.store)
    assert waits(of.store) == [(ReasonKind.UNANSWERED, True)]
    of.store.close()


def test_what_an_earlier_version_thought_answered_is_looked_at_anew(tmp_path: Path) -> None:
    of = a_talk(tmp_path)
    before = waits(of.store)
    of.store.close()
    raw = opened(tmp_path / CACHE)
    raw.execute("UPDATE thread SET reasons = '[]', level = 3")
    raw.execute("PRAGMA user_version=10")
    raw.close()
    prepare(of.store.folder)
    assert waits(of.store) == [], "the control"
    folding.catch_up(of.store)
    assert waits(of.store) == before
    of.store.close()
