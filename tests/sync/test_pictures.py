"""The collector fetches the pictures of messages that somebody looks at, and says why one can't be had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from console.adapters.contract import FileSource
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.desk import pictures as looking
from console.desk.connections import answered, disconnect
from console.domain.conversation import Attachment, Message, MessageGone, MessageKey
from console.domain.pictures import MOST_PER_MESSAGE, picture_key
from console.store.connection import Store
from console.store.errors import StoreFull
from console.store.files import BLOBS
from console.store.read.connections import connections as rows
from console.store.read.pictures import picture, states
from console.store.write.requests import take
from console.sync import pictures as fetching
from console.sync.allowances import Allowances
from console.sync.connecting import Patience
from console.sync.pictures import Pictures
from console.sync.requests import Requests
from console.sync.road import Packing
from console.sync.secret_store import SecretStore
from tests.houses import CONNECTION, House, house, key, said, world_with
from tests.pictures import PLACE, SVG, photo, png

LIMIT = 5_000_000
HERE = "https://memory.waterland.example/files/"


class Told(Memory):
    """The memory adapter, which counts what is fetched of it."""

    fetched: list[str]

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        self.fetched = [*getattr(self, "fetched", []), url]
        return await super().fetch_file(url, max_bytes)


@dataclass(slots=True)
class Here:
    """A profile, the small world that it collects from, and the adapter between them."""

    house: House
    world: MemoryWorld
    adapter: Told

    @property
    def store(self) -> Store:
        return self.house.store

    def serves(self, adapter: object = None) -> Pictures:
        return Pictures(self.store, lambda connection: adapter or self.adapter, LIMIT)  # type: ignore[arg-type,return-value]

    def message(self, *attachments: Attachment) -> MessageKey:
        *heads, message = said("m", "Kijk eens", at_ms=self.house.clock.now)
        assert isinstance(message, Message)
        self.house.apply(*heads, replace(message, attachments=attachments))
        return MessageKey(key("message", "m"))

    async def brought(self, *, again: bool = False, adapter: object = None) -> str:
        """Asks for the one picture of the message; what came of it."""
        (error,) = (await self.serves(adapter).bring([key("message", "m")], again=again)).values()
        return error


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.setattr("tests.houses.Memory", Told)
    made = house(tmp_path)
    world, adapter = world_with(str(tmp_path / "world.db"), made.clock)
    world.put_file("gang.jpg", photo())
    assert isinstance(adapter, Told)
    return Here(made, world, adapter)


def photo_of(name: str, mime: str = "image/jpeg") -> Attachment:
    return Attachment(name, mime, None, HERE + name)


async def test_a_picture_somebody_looks_at_is_here_without_what_it_said_beside_its_pixels(here: Here) -> None:
    here.message(photo_of("gang.jpg"))
    assert not (here.store.folder / BLOBS).exists(), "nothing is fetched before somebody looks"
    assert await here.brought() == ""
    kept = picture(here.store, picture_key(CONNECTION, HERE + "gang.jpg"))
    assert kept is not None
    assert PLACE not in kept


async def test_what_is_here_is_not_fetched_again_but_counts_as_looked_at(here: Here) -> None:
    here.message(photo_of("gang.jpg"))
    await here.brought()
    here.house.clock.forward(5_000)
    assert await here.brought() == ""
    assert here.adapter.fetched == [HERE + "gang.jpg"]
    (state,) = states(here.store, [picture_key(CONNECTION, HERE + "gang.jpg")]).values()
    assert state.last_used_ms == here.house.clock.now


async def test_only_what_a_stored_message_names_is_fetched(here: Here) -> None:
    here.world.put_file("geheim.png", png())
    asked = here.serves()
    assert await asked.bring([HERE + "geheim.png", key("message", "nooit-gezien")]) == {}
    here.message(photo_of("film.mp4", "video/mp4"), photo_of("kat.svg", "image/svg+xml"),
                 Attachment("zonder.png", "image/png", 9, ""))  # fmt: skip
    assert await asked.bring([key("message", "m")]) == {}
    message = here.message(photo_of("gang.jpg"))
    here.house.apply(MessageGone(message, here.house.clock.now))
    assert await asked.bring([message]) == {}
    assert not hasattr(here.adapter, "fetched")


async def test_a_removed_message_takes_its_pictures_with_it(here: Here) -> None:
    message = here.message(photo_of("gang.jpg"))
    await here.brought()
    await here.serves().forget_removed()
    name = picture_key(CONNECTION, HERE + "gang.jpg")
    assert name in states(here.store, [name])
    here.house.apply(MessageGone(message, here.house.clock.now))
    await here.serves().forget_removed()
    assert states(here.store, [name]) == {}


async def test_of_one_message_not_more_than_a_screen_holds(here: Here) -> None:
    for n in range(20):
        here.world.put_file(f"{n}.png", png())
    here.message(*(photo_of(f"{n}.png", "image/png") for n in range(20)))
    assert len(await here.serves().bring([key("message", "m")])) == MOST_PER_MESSAGE
    assert len(here.adapter.fetched) == MOST_PER_MESSAGE


@pytest.mark.parametrize(
    ("data", "error"),
    [(None, "gone"), (SVG, "not_a_picture"), (photo()[:900], "not_a_picture"), (b"", "not_a_picture")],
)
async def test_what_can_not_be_had_says_why_and_is_tried_again_only_when_asked(
    here: Here, data: bytes | None, error: str
) -> None:
    if data is not None:
        here.world.put_file("kat.png", data)
    here.message(photo_of("kat.png", "image/png"))
    assert await here.brought() == error
    assert await here.brought() == error
    assert here.adapter.fetched == [HERE + "kat.png"]
    here.world.put_file("kat.png", png())
    assert await here.brought(again=True) == ""


async def test_a_file_above_the_limit_is_not_read(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_FILE_BYTES", 1000)
    here.world.put_file("groot.png", png() + b"x" * 1000)
    here.message(photo_of("groot.png", "image/png"))
    assert await here.brought() == "too_big"


@pytest.mark.parametrize(("day", "error"), [("offline", "offline"), ("expired", "signed_out"), ("limited", "busy")])
async def test_on_a_bad_day_of_the_platform_it_is_tried_again_the_next_time(here: Here, day: str, error: str) -> None:
    here.message(photo_of("gang.jpg"))
    here.world.set_fault("memory", day)
    assert await here.brought() == error
    assert states(here.store, [picture_key(CONNECTION, HERE + "gang.jpg")]) != {}
    here.world.set_fault("memory", "")
    assert await here.brought() == ""


async def test_a_platform_without_files_says_so(here: Here) -> None:
    class Plain:
        key = "plain"

    here.message(photo_of("gang.jpg"))
    assert isinstance(here.adapter, FileSource)
    assert await here.brought(adapter=Plain()) == "no_way"


async def test_a_connection_that_nobody_serves_now_is_tried_again_later(here: Here) -> None:
    nobody = Pictures(here.store, lambda connection: None, LIMIT)
    assert list((await nobody.bring([here.message(photo_of("gang.jpg"))])).values()) == ["offline"]
    assert await here.brought() == ""


async def test_a_full_disk_costs_a_picture_and_nothing_else(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*what: object) -> None:
        raise StoreFull(here.store.folder / BLOBS)

    monkeypatch.setattr("console.store.write.pictures.keep", full)
    here.message(photo_of("gang.jpg"))
    assert await here.brought() == "no_room"


async def test_the_desk_asks_the_collector_answers_and_forgetting_a_connection_forgets_its_pictures(
    here: Here,
) -> None:
    async def nothing(names: frozenset[str]) -> list[dict[str, object]]:
        return []

    async def no_other(key: str) -> None:
        return None

    asked = Requests(
        here.store,
        SecretStore(here.store.folder, "x"),
        Patience(),
        nothing,
        no_other,
        here.serves(),
        Allowances(here.store),
        Packing(here.store, lambda: nothing(frozenset()), here.serves(), LIMIT),
    )
    message = here.message(photo_of("gang.jpg"))
    name = picture_key(CONNECTION, HERE + "gang.jpg")
    request = looking.look_at(here.house.desk, message)
    for one in take(here.store):
        await asked.carry_out(one)
    found = answered(here.house.desk, request)
    assert found is not None
    assert found.facts == {"pictures": {name: ""}}
    (row,) = rows(here.store)
    disconnect(here.house.desk, row, forget=True)
    for one in take(here.store):
        await asked.carry_out(one)
    assert states(here.store, [name]) == {}


def test_the_same_address_on_another_connection_is_another_picture() -> None:
    assert picture_key("a", HERE) != picture_key("b", HERE)
