"""What a platform files a conversation under is offered as a tag, and stays when an answer doesn't tell of it."""

from __future__ import annotations

from pathlib import Path

from console.domain.conversation import Thread, ThreadKey
from console.store.read import lists
from console.sync.harmless import MAX_TOPICS, harmless
from tests.houses import SPACE, House, house


def filed(here: House, thread: ThreadKey, topics: tuple[str, ...] | None) -> list[str]:
    here.apply(*harmless([Thread(thread, SPACE, "Rooster", topics=topics)]))
    return lists.topics(here.store, thread)


def test_topics_come_change_and_stay_where_a_page_does_not_tell_of_them(tmp_path: Path) -> None:
    here = house(tmp_path)
    thread = here.say("vraag", "Weet iemand hoe laat de bus gaat?")
    assert filed(here, thread, None) == []
    assert filed(here, thread, ("rooster", "personeel")) == ["rooster", "personeel"]
    assert filed(here, thread, None) == ["rooster", "personeel"]
    assert filed(here, thread, ()) == []
    here.store.close()


def test_a_hostile_topic_is_a_short_line_and_there_are_not_many(tmp_path: Path) -> None:
    here = house(tmp_path)
    thread = here.say("vraag", "Weet iemand hoe laat de bus gaat?")
    (first, *others) = filed(here, thread, ("x\u202e\n" * 500, *(f"t{n}" for n in range(100))))
    assert len(first) <= 61
    assert "\u202e" not in first
    assert "\n" not in first
    assert len(others) < MAX_TOPICS
    here.store.close()
