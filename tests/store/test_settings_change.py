"""New settings count for what is held already."""

from __future__ import annotations

from pathlib import Path

from console.domain.policy import Policy
from console.domain.reasons import ReasonKind
from console.store.connection import Store
from console.store.read import queue
from console.store.write.settings_change import follow_settings
from tests.houses import house


def test_a_new_word_for_us_is_found_in_old_messages(tmp_path: Path) -> None:
    of = house(tmp_path)
    of.say("a", "Misschien weet @redactie dit.")
    follow_settings(of.store)
    assert queue.page(of.store, queue.View("inbox"))[0] == []
    of.store.close()
    store = Store(tmp_path, now_ms=of.clock, policy=Policy(mentions=("@redactie",)))
    assert follow_settings(store)
    rows = queue.page(store, queue.View("inbox"))[0]
    assert [reason.kind for row in rows for reason in row.reasons] == [ReasonKind.MENTION]
    assert not follow_settings(store)
    store.close()
