"""The first collection of a large network: the newest of every space at once, then what is older, and it may be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.adapters.budgets import Allowance
from console.adapters.registry import find
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read.connections import connections
from console.store.write.connections import NewConnection, put
from console.sync.connecting import Patience, adapter_for
from console.sync.engine import Engine
from tests.figures import Note
from tests.sync.networks import NETWORKS, Network

MOST_REQUESTS = 10  # for each space, until the first useful queue


class Impatient:
    """A clock on which time passes as soon as somebody waits. Meets `budgets.Clock`."""

    def __init__(self) -> None:
        self._at_s = 0.0

    def now_s(self) -> float:
        return self._at_s

    def now_ms(self) -> int:
        return int(self._at_s * 1000)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        self._at_s += seconds
        await asyncio.sleep(0)


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    made = NETWORKS[request.param]()
    yield made
    made.close()


@pytest.fixture
def store(tmp_path: Path, network: Network) -> Iterator[Store]:
    made = Store(tmp_path, now_ms=lambda: network.now_ms(), policy=Policy())
    prepare(made.folder)
    config = network.config()
    put(made, NewConnection(config.connection, "Groot", config.platform, config.platform, config.url, config.user, config.server,
                            config.account, "Redactie", 0, 0, dict(config.settings)))  # fmt: skip
    yield made
    made.close()


async def collect(store: Store, network: Network, until: Callable[[], bool] = lambda: False) -> bool:
    """Collect as a new process would, to the end or until something is so; whether it came to the end."""
    (row,) = connections(store)
    assert find(row.adapter).key == row.adapter
    adapter = adapter_for(store, row, network.secrets, Patience(), network.now_ms, allowance=Allowance(Impatient()))
    enough = asyncio.Event()

    def changed(threads: frozenset[int]) -> None:
        if until():
            enough.set()

    engine = Engine(store, row.key, adapter, changed)
    round_ = asyncio.create_task(engine.round())
    stopped = asyncio.create_task(enough.wait())
    await asyncio.wait({round_, stopped}, return_when=asyncio.FIRST_COMPLETED)
    ended = round_.done()
    for task in (round_, stopped):
        task.cancel()
    done, _cancelled = await asyncio.gather(round_, stopped, return_exceptions=True)
    assert not ended or done.error is None, done  # type: ignore[union-attr]
    await adapter.close()
    return ended


def held(store: Store, of: str) -> int:
    return int(store.read(f"SELECT count(*) AS n FROM {of}")[0]["n"])


@pytest.mark.parametrize("size", [0, pytest.param(1, marks=pytest.mark.long)], ids=["2,000", "50,000"])
async def test_the_newest_of_every_space_comes_first_and_a_stopped_collection_goes_on(
    network: Network, store: Store, size: int, note: Note
) -> None:
    spaces, threads, said = network.sizes[size]
    network.fill(spaces, threads, said)
    newest = {str(key) for key in network.newest()}
    assert len(newest) == spaces

    def useful() -> bool:
        """Whether the queue shows the newest thread of every space."""
        return newest <= {row["key"] for row in store.read("SELECT key FROM thread")}

    assert not await collect(store, network, useful), "there is more than this"
    first = network.asked()
    assert max(first.values()) <= MOST_REQUESTS, first
    assert first.total() <= MOST_REQUESTS * spaces
    assert held(store, "thread") <= spaces * network.first_page, "nothing older yet"
    stops, quarter = 1, spaces * threads * said // 4
    while not await collect(store, network, lambda: held(store, "message") >= stops * quarter):  # noqa: B023  # now's
        stops += 1
        assert stops < 8
    assert stops >= 2, "it was really stopped in between"
    assert held(store, "message") == spaces * threads * said
    assert held(store, "thread") == spaces * threads
    asked = network.asked()
    note(f"{find(network.config().platform).title}, {spaces * threads * said} messages in {spaces} spaces: the newest of all"
         f" after {first.total()} requests, at most {max(first.values())} for one space; all after {asked.total()}, stopped {stops} times")  # fmt: skip
