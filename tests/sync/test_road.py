"""For the road: what is flagged is here with its pictures, within a size; what isn't here is told with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.domain.conversation import Attachment, Message
from console.domain.pictures import picture_key
from console.domain.platform import Rejected
from console.sentences.road import missed_lines, packed_words
from console.store.files import BLOBS
from console.store.read.pictures import picture
from console.sync import road
from console.sync.developing import NotAPicture, develop
from console.sync.pictures import Pictures
from console.sync.road import Packing
from tests.houses import CONNECTION, House, house, said, world_with
from tests.pictures import photo, png

HERE = "https://memory.waterland.example/files/"
LIMIT = 1_000_000


@dataclass(slots=True)
class Bag:
    """A profile, its platform, and what packing told meanwhile."""

    house: House
    world: MemoryWorld
    adapter: Memory
    told: list[Mapping[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def says(self, name: str, *files: str, reported: bool = True, root: str = "", answers: str = "") -> None:
        """Somebody says something with these pictures."""
        *heads, message = said(name, f"Kijk eens, {name}", at_ms=self.house.clock.now, root=root, answers=answers)
        assert isinstance(message, Message)
        attached = tuple(Attachment(file, "image/jpeg", None, HERE + file) for file in files)
        self.house.apply(*heads, replace(message, attachments=attached))
        if reported:
            self.house.report(f"r-{name}", name)

    def packing(self, limit_bytes: int = LIMIT) -> Packing:
        async def pull() -> list[dict[str, Any]]:
            return self.rounds

        pictures = Pictures(self.house.store, lambda connection: self.adapter, max(limit_bytes, LIMIT))
        return Packing(self.house.store, pull, pictures, limit_bytes)

    def packed(self, limit_bytes: int = LIMIT, **args: Any) -> dict[str, Any]:
        return asyncio.run(self.packing(limit_bytes).pack({"ref": "x"} | args, self.told.append))

    def is_here(self, file: str) -> bool:
        return picture(self.house.store, picture_key(CONNECTION, HERE + file)) is not None


@pytest.fixture
def bag(tmp_path: Path) -> Bag:
    made = house(tmp_path)
    world, adapter = world_with(str(tmp_path / "world.db"), made.clock)
    for name in ("gang.jpg", "zaal.jpg", "tuin.jpg"):
        world.put_file(name, photo())
    return Bag(made, world, adapter)


def test_what_is_flagged_is_here_with_its_pictures_and_those_around_it(bag: Bag) -> None:
    bag.says("vraag", "gang.jpg")
    bag.says("antwoord", "zaal.jpg", reported=False, root="vraag", answers="vraag")
    bag.says("anders", "tuin.jpg", reported=False)
    found = bag.packed()
    assert (found["threads"], found["messages"], found["pictures"], found["missed_count"]) == (1, 2, 2, 0)
    assert bag.is_here("gang.jpg")
    assert bag.is_here("zaal.jpg"), "the context too"
    assert not bag.is_here("tuin.jpg"), "nobody flagged that"
    assert "Taken along: 1 conversation" in packed_words(found)
    assert "All of it is here" in packed_words(found)
    assert [how["what"] for how in bag.told] == ["collecting", "packing"]
    assert bag.packed(view="all")["pictures"] == 3, "or any view"
    assert bag.packed(view="all", query="anders")["pictures"] == 1, "or what a query finds"


def test_what_does_not_fit_is_told_and_the_most_urgent_goes_first(bag: Bag) -> None:
    for name in ("gang.jpg", "zaal.jpg", "tuin.jpg"):
        bag.says(name.removesuffix(".jpg"), name)
        bag.house.clock.forward(60_000)
    whole = bag.packed()
    assert whole["missed_count"] == 0
    assert whole["bytes"] <= LIMIT
    (bag.house.store.folder / BLOBS).unlink()
    one_bytes = whole["bytes"] // 3
    found = bag.packed(int(one_bytes * 1.5))
    assert found["pictures"] == 1
    assert found["bytes"] <= one_bytes * 1.5
    assert [(one["what"], one["why"], one["name"]) for one in found["missed"]] == [
        ("picture", "over_limit", "zaal.jpg"), ("picture", "over_limit", "tuin.jpg")]  # fmt: skip
    assert bag.is_here("gang.jpg")
    assert not bag.is_here("zaal.jpg")
    assert "doesn't fit within the limit" in missed_lines(found["missed"])[0]


def test_a_picture_that_cannot_be_decoded_is_told_and_the_rest_comes(bag: Bag) -> None:
    broken = photo()[:60]
    with pytest.raises(NotAPicture):
        develop(broken)
    bag.world.put_file("stuk.jpg", broken)
    bag.says("vraag", "stuk.jpg", "gang.jpg", "weg.jpg")
    found = bag.packed()
    assert found["pictures"] == 1
    assert bag.is_here("gang.jpg")
    assert {one["name"]: one["why"] for one in found["missed"]} == {"stuk.jpg": "not_a_picture", "weg.jpg": "gone"}
    assert "no picture that we can show" in " ".join(missed_lines(found["missed"]))


def test_what_could_not_be_had_before_is_tried_again(bag: Bag) -> None:
    bag.says("vraag", "later.jpg")
    assert bag.packed()["missed"][0]["why"] == "gone"
    bag.world.put_file("later.jpg", png())
    assert bag.packed()["missed"] == []


def test_a_conversation_whose_beginning_is_not_here_says_so(bag: Bag) -> None:
    bag.says("antwoord", root="ergens", answers="ergens")
    found = bag.packed()
    assert [(one["what"], one["why"]) for one in found["missed"]] == [("context", "before")]
    bag.says("ergens", reported=False)
    assert bag.packed()["missed"] == []


def test_a_connection_that_does_not_answer_is_named(bag: Bag) -> None:
    bag.says("vraag", "gang.jpg")
    bag.world.set_fault("memory", "offline")
    bag.rounds = [
        {"name": "Hier", "platform": "memory", "ok": False, "error": "", "error_kind": "Unreachable", "words": ""}
    ]
    found = bag.packed()
    assert [(one["what"], one["why"]) for one in found["missed"]] == [
        ("connection", "Unreachable"),
        ("picture", "offline"),
    ]
    assert all(line.endswith(".") for line in missed_lines(found["missed"]))


async def test_it_stops_when_told_and_what_was_fetched_stays(bag: Bag) -> None:
    for name in ("gang.jpg", "zaal.jpg", "tuin.jpg"):
        bag.says(name.removesuffix(".jpg"), name)
        bag.house.clock.forward(60_000)
    packing = bag.packing()

    class Stopping(Memory):
        async def fetch_file(self, url: str, max_bytes: int) -> bytes:
            packing.stop("x")
            return await bag.adapter.fetch_file(url, max_bytes)

    packing._pictures = Pictures(bag.house.store, lambda connection: Stopping.__new__(Stopping), LIMIT)
    found = await packing.pack({"ref": "x"}, bag.told.append)
    assert found["stopped"]
    assert found["pictures"] == 1
    assert bag.is_here("gang.jpg")
    assert "What was fetched until then stays" in packed_words(found)


async def test_it_stops_before_it_began_too(bag: Bag) -> None:
    began = asyncio.Event()

    async def never() -> list[dict[str, Any]]:
        began.set()
        await asyncio.Event().wait()
        return []

    packing = Packing(bag.house.store, never, Pictures(bag.house.store, lambda connection: None, LIMIT), LIMIT)
    job = asyncio.ensure_future(packing.pack({"ref": "x"}, bag.told.append))
    await began.wait()
    packing.stop("x")
    with pytest.raises(Rejected, match="road_stopped"):
        await job


def test_the_last_room_of_the_disk_is_left_for_decisions(bag: Bag, monkeypatch: pytest.MonkeyPatch) -> None:
    bag.says("vraag", "gang.jpg")
    free = road.shutil.disk_usage(bag.house.store.folder).free  # type: ignore[attr-defined]
    monkeypatch.setattr(road, "SPARE_BYTES", free * 2)
    found = bag.packed()
    assert found["full"]
    assert found["pictures"] == 0
    assert not (bag.house.store.folder / BLOBS).exists()
    assert "The disk is nearly full" in packed_words(found)
    assert "as it was" in packed_words(found)
