"""For the road: what is flagged is here with its pictures, within a size; what isn't here is told with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from console.adapters.contract import FetchedThread, Lacking
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.adapters.transport import Http
from console.desk import triage
from console.domain.conversation import Attachment, ConnectionKey, Message, ThreadKey
from console.domain.pictures import picture_key
from console.domain.platform import Page, Rejected, Unreachable
from console.sentences.road import missed_lines, packed_words
from console.store.files import BLOBS
from console.store.opening import opened
from console.store.read.pictures import picture
from console.store.read.road import lacks_beginning
from console.store.write import folding, pages
from console.sync import pictures, road
from console.sync.developing import NotAPicture, develop
from console.sync.engine import Engine
from console.sync.pictures import Pictures
from console.sync.road import Packing
from tests.fakes.loopback import Served
from tests.houses import CONNECTION, DAY_MS, House, house, key, said, world_with
from tests.pictures import noise, photo, png

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

    def packing(self) -> Packing:
        async def pull() -> list[dict[str, Any]]:
            return self.rounds

        engine = Engine(self.house.store, CONNECTION, self.adapter, lambda ids: None)

        async def fetch(connection: ConnectionKey, lacking: Lacking, fits: Callable[[int], bool]) -> str:
            return await engine.fetch_thread(lacking, fits)

        pictures = Pictures(self.house.store, lambda connection: self.adapter, LIMIT)
        return Packing(self.house.store, pull, fetch, pictures)

    def packed(self, limit_bytes: int = LIMIT, **args: Any) -> dict[str, Any]:
        asked = {"ref": "x", "limit_bytes": limit_bytes} | args
        return asyncio.run(self.packing().pack(asked, self.told.append))

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


class Mute(Memory):
    """A platform that gives no conversation by its key."""

    fetch_thread = None  # type: ignore[assignment]


def old_story(bag: Bag, *, reported: bool = True) -> None:
    """Somebody answers, and that is reported, or not; what it is about was said long before anything is collected, and pictured."""
    began_ms = bag.house.clock.now - 900 * DAY_MS
    bag.world.put_person("oud", "Oude Bekende")
    bag.world.say("ergens", "plein", "oud", began_ms, "Zo begon het", title="Van vroeger",
                  attachments=[("tuin.jpg", "image/jpeg", 1)])  # fmt: skip
    bag.world.say("tussen", "plein", "oud", began_ms + 1000, "Er tussenin", answers="ergens")
    bag.world.say("antwoord", "plein", "fatma", bag.house.clock.now, "Kijk eens", answers="tussen")
    bag.says("antwoord", reported=reported, root="ergens", answers="tussen")


def test_what_a_conversation_began_with_is_fetched_with_its_people_and_its_pictures(bag: Bag) -> None:
    old_story(bag)
    found = bag.packed()
    assert (found["threads"], found["messages"], found["people"], found["missed"]) == (1, 3, 2, [])
    assert bag.is_here("tuin.jpg")
    said = bag.house.store.read("SELECT text, thread_id FROM message ORDER BY posted_at_ms")
    assert [row["text"] for row in said] == ["Zo begon het", "Er tussenin", "Kijk eens"]
    assert len({row["thread_id"] for row in said}) == 1
    assert bag.house.store.read("SELECT name FROM person WHERE name = 'Oude Bekende'")


def test_what_is_here_by_then_is_not_fetched_again(bag: Bag) -> None:
    old_story(bag)
    asked: list[str] = []

    class Counting(Memory):
        async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
            asked.append(lacking.thread)
            return await super().fetch_thread(lacking, most)

        async def fetch_file(self, url: str, max_bytes: int) -> bytes:
            asked.append(url)
            return await super().fetch_file(url, max_bytes)

    bag.adapter.__class__ = Counting
    bag.packed()
    assert asked == [key("message", "ergens"), HERE + "tuin.jpg"]
    bag.packed()
    assert len(asked) == 2


def test_older_messages_between_the_beginning_and_what_is_collected_are_fetched_too(bag: Bag) -> None:
    old_story(bag)
    bag.world.say("nog", "plein", "oud", bag.house.clock.now - 800 * DAY_MS, "En dit", answers="ergens")
    bag.house.apply(*said("ergens", "Zo begon het", at_ms=bag.house.clock.now - 900 * DAY_MS))
    bag.house.apply(*said("tussen", "Er tussenin", at_ms=bag.house.clock.now - 899 * DAY_MS, root="ergens"))
    assert bag.packed()["messages"] == 3, "nothing that is here names what isn't"
    store = bag.house.store
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET since_ms = ?", (bag.house.clock.now - DAY_MS,))
    assert lacks_beginning(store, [(key("message", "ergens"), "")]) == "between"
    assert bag.packed()["messages"] == 4
    assert lacks_beginning(store, [(key("message", "ergens"), "")]) == ""
    bag.world.set_fault("memory", "offline")
    assert bag.packed()["missed"] == [], "it isn't asked for again"


def test_of_a_conversation_that_a_page_brought_whole_nothing_is_missing_and_nothing_is_asked(bag: Bag) -> None:
    store, began_ms = bag.house.store, bag.house.clock.now - 900 * DAY_MS
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET since_ms = ?", (bag.house.clock.now - DAY_MS,))
    opening = said("ergens", "Zo begon het", at_ms=began_ms)
    answer = said("nu", "En nu", at_ms=bag.house.clock.now, root="ergens")
    pages.apply(store, CONNECTION, "feed", Page((*opening, *answer), {}))
    assert lacks_beginning(store, [(key("message", "ergens"), "")]) == "between"
    pages.apply(
        store, CONNECTION, "feed", Page(tuple(answer), {}, whole=frozenset({ThreadKey(key("message", "ergens"))}))
    )
    assert lacks_beginning(store, [(key("message", "ergens"), "")]) == ""


def test_what_is_fetched_of_a_handled_conversation_opens_it_for_nobody(bag: Bag) -> None:
    old_story(bag, reported=False)
    triage.done(bag.house.desk, [ThreadKey(key("message", "ergens"))])
    folding.catch_up(bag.house.store)
    before = [tuple(row) for row in bag.house.store.read("SELECT state, unread, level, reasons FROM thread")]
    assert before[0][:2] == ("done", 0)
    assert bag.packed(view="all")["messages"] == 3
    after = [tuple(row) for row in bag.house.store.read("SELECT state, unread, level, reasons FROM thread")]
    assert after == before


@pytest.mark.parametrize(
    ("hinders", "why", "says"),
    [
        (lambda bag: setattr(bag.adapter, "__class__", Mute), "no_way", "nothing older can be fetched"),
        (lambda bag: bag.world.remove("ergens", 1), "not_shown", "no longer on the platform"),
        (lambda bag: bag.world.set_fault("memory", "offline"), "offline", "didn't answer"),
        (lambda bag: bag.world.set_fault("memory", "expired"), "signed_out", "sign in again"),
        (lambda bag: bag.world.set_fault("memory", "limited"), "busy", "asks us to wait"),
    ],
)
def test_a_beginning_that_cannot_be_had_says_why(
    bag: Bag, hinders: Callable[[Bag], object], why: str, says: str
) -> None:
    old_story(bag)
    hinders(bag)
    (missed,) = bag.packed()["missed"]
    assert (missed["what"], missed["why"], missed["code"]) == ("context", "before", why)
    assert says in missed_lines([missed])[0]


def test_who_is_not_named_by_the_platform_is_told(bag: Bag) -> None:
    bag.says("vraag")
    store = bag.house.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE person SET name = ''")
    (missed,) = bag.packed()["missed"]
    assert (missed["what"], missed["why"]) == ("context", "unnamed")
    assert "doesn't tell who said something" in missed_lines([missed])[0]


def test_a_beginning_that_does_not_fit_stays_behind_whole(bag: Bag) -> None:
    old_story(bag)
    bag.world.edit("tussen", "Veel! " * 500, bag.house.clock.now)
    found = bag.packed(2000)
    assert [(one["why"], one["code"]) for one in found["missed"]] == [("before", "over_limit")]
    assert found["messages"] == 1


def test_a_connection_that_went_silent_is_asked_nothing_more(bag: Bag) -> None:
    for number in range(5):
        bag.says(f"antwoord{number}", f"p{number}.jpg", root=f"ergens{number}", answers=f"ergens{number}")
    asked: list[str] = []

    class Gone(Memory):
        async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
            asked.append(lacking.thread)
            raise Unreachable

        async def fetch_file(self, url: str, max_bytes: int) -> bytes:
            asked.append(url)
            raise Unreachable

    bag.adapter.__class__ = Gone
    found = bag.packed()
    assert len(asked) == 3, "its silence costs some minutes, not one for each thing"
    assert found["threads"] == 5
    assert found["missed_count"] == 10, "and each thing that isn't here is told"
    assert {(one["what"], one["why"], one["code"]) for one in found["missed"]} == {
        ("context", "before", "offline"), ("picture", "offline", "")}  # fmt: skip


async def test_stop_does_not_wait_for_a_platform_that_never_answers(bag: Bag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(road, "GRACE_S", 0.01)
    old_story(bag)
    packing = bag.packing()

    class Endless(Memory):
        async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
            packing.stop("x")
            await asyncio.Event().wait()
            raise AssertionError

    bag.adapter.__class__ = Endless
    found = await asyncio.wait_for(packing.pack({"ref": "x", "limit_bytes": LIMIT}, bag.told.append), 20)
    assert found["stopped"]
    assert (found["threads"], found["of"]) == (0, 1)
    assert "0 of 1 conversations" in packed_words(found)


def test_a_connection_that_does_not_answer_is_named(bag: Bag) -> None:
    bag.says("vraag", "gang.jpg")
    bag.world.set_fault("memory", "offline")
    bag.rounds = [
        {"name": "Hier", "key": CONNECTION, "platform": "memory", "ok": False, "error": "", "error_kind": "Unreachable", "words": ""}
    ]  # fmt: skip

    class Deaf(Memory):
        async def fetch_file(self, url: str, max_bytes: int) -> bytes:
            raise AssertionError("it didn't answer a moment ago: nobody asks it for each picture again")

    bag.adapter.__class__ = Deaf
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
    found = await packing.pack({"ref": "x", "limit_bytes": LIMIT}, bag.told.append)
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

    packing = bag.packing()
    packing._pull = never
    job = asyncio.ensure_future(packing.pack({"ref": "x", "limit_bytes": LIMIT}, bag.told.append))
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


@contextmanager
def files_no_longer_than(size_bytes: int) -> Iterator[None]:
    """The system refuses to write beyond so many bytes of any file, in the midst of a write too."""
    import resource  # not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def is_sound(file: Path) -> bool:
    raw = opened(file)
    try:
        return bool(raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    finally:
        raw.close()


def test_a_disk_that_fills_up_among_the_pictures_keeps_those_that_are_here(bag: Bag) -> None:
    for number in range(12):
        bag.world.put_file(f"foto{number}.png", noise(100, 100, number))
        bag.says(f"vraag{number}", f"foto{number}.png")
        bag.house.clock.forward(60_000)
    with files_no_longer_than(60_000):
        found = bag.packed()
    assert found["full"]
    assert 0 < found["pictures"] < 12, "the fault is really there"
    assert found["threads"] <= found["pictures"] + 1, "and it stopped"
    assert (found["missed"][-1]["what"], found["missed"][-1]["why"]) == ("picture", "no_room")
    said = packed_words(found)
    assert f"{found['threads']} of 12 conversations" in said
    assert "make room and take along again" in said
    assert is_sound(bag.house.store.folder / BLOBS)
    assert sum(bag.is_here(f"foto{number}.png") for number in range(12)) == found["pictures"]
    again = bag.packed()
    assert (again["pictures"], again["full"], again["missed"]) == (12, False, [])


def test_a_disk_that_fills_up_while_a_beginning_is_kept_leaves_nothing_half(bag: Bag) -> None:
    old_story(bag)
    bag.world.edit("tussen", "Veel! " * 100_000, bag.house.clock.now)
    with files_no_longer_than(400_000):
        found = bag.packed(LIMIT * 100)
    assert found["full"]
    store = bag.house.store
    assert [row["key"] for row in store.read("SELECT key FROM message")] == [key("message", "antwoord")]
    assert is_sound(store.cache_path)
    assert bag.packed(LIMIT * 100)["messages"] == 3


class Wild(Served):
    """A server that answers whatever it likes."""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                kind = "image/png" if "endless" in self.path or "broken" in self.path else "text/html"
                self.send_header("Content-Type", kind)
                if "broken" in self.path:
                    self.send_header("Content-Length", "100000")
                self.end_headers()
                with suppress(OSError):
                    while "endless" in self.path:
                        self.wfile.write(b"\x89PNG\r\n\x1a\n" * 1000)
                    self.wfile.write(b"<html>Meld je aan</html>")

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@pytest.mark.parametrize(
    ("file", "why"),
    [("endless.png", "too_big"), ("page.png", "not_a_picture"), ("broken.png", "offline")],
)
def test_a_wild_server_costs_its_own_picture_only(
    bag: Bag, monkeypatch: pytest.MonkeyPatch, file: str, why: str
) -> None:
    monkeypatch.setattr(pictures, "MAX_FILE_BYTES", 300_000)
    bag.says("vraag", file)
    bag.house.clock.forward(1)
    bag.says("later", "gang.jpg")
    with Wild() as server:

        class Fetching(Memory):
            async def fetch_file(self, url: str, max_bytes: int) -> bytes:
                if "gang" in url:
                    return await super().fetch_file(url, max_bytes)
                http = Http(None, timeout_s=5.0)
                try:
                    name = url.rpartition("/")[2]
                    return (await http.request("GET", f"{server.url}/{name}", max_bytes=max_bytes)).body
                finally:
                    await http.close()

        bag.adapter.__class__ = Fetching
        found = bag.packed()
    assert {one["name"]: one["why"] for one in found["missed"]}[file] == why
    assert found["pictures"] == 1, "and the rest of the road goes on"
