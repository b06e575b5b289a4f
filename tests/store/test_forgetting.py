"""A connection that is forgotten leaves nothing that was pulled of it; what others hold stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.domain.conversation import ConnectionKey, Message, Person, Space, SpaceKey, Thread
from console.domain.platform import Page
from console.store.write import pages
from console.store.write.connections import forget
from tests.houses import CONNECTION, house, key, said

OTHER = ConnectionKey("memory:there:connection:us")
ELSEWHERE = SpaceKey(key("space", "elders"))


def test_forgetting_takes_messages_and_people_along_and_leaves_those_of_others(tmp_path: Path) -> None:
    here = house(tmp_path)
    here.say("vraag", "Weet iemand hoe laat de bus gaat?", by="fatma")
    here.report("melding", "vraag")
    there = [
        replace(change, space=ELSEWHERE) if isinstance(change, Message | Thread) else change
        for change in said("ander", "Hier is alles rustig.", by="joris", at_ms=here.clock.now)
    ]
    pages.apply(here.store, OTHER, "feed", Page((Space(ELSEWHERE, "elders", "Elders"), *there), {"seq": 1}))
    assert sum(isinstance(change, Person) for change in there) == 1

    forget(here.store, CONNECTION)

    def left(table: str) -> int:
        return int(here.store.read(f"SELECT count(*) AS n FROM {table}")[0]["n"])

    assert [left(table) for table in ("message", "message_index", "thread", "report")] == [1, 1, 1, 0]
    assert [row["name"] for row in here.store.read("SELECT name FROM person")] == ["Joris"]
    assert [row["key"] for row in here.store.read("SELECT key FROM space")] == [ELSEWHERE]
