"""A space that nobody follows costs no requests; followed again, it goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from console.adapters.budgets import Allowance
from console.adapters.conformance.hours import Hours
from console.adapters.contract import Config
from console.domain.conversation import SpaceKey
from console.store.connection import Store
from console.store.read.connections import connections
from console.store.write.connections import NewConnection, follow, put
from console.sync.connecting import Patience, adapter_for
from console.sync.engine import Engine
from tests.adapters.test_humhub_contract import config_of as humhub_config
from tests.adapters.test_yammer_contract import config_of as yammer_config
from tests.fakes.humhub import HumHub
from tests.fakes.yammer import Yammer
from tests.houses import house


class There:
    """A platform with one space, what is asked of it, and the engine that reads it."""

    def __init__(self, store: Store, site: HumHub | Yammer, config: Config) -> None:
        self.store, self.site, self._asked = store, site, len(site.asked)
        key = f"{config.platform}:{config.server}:connection:us"
        put(store, NewConnection(key, "Daar", config.platform, config.platform, config.url, config.user, config.server,
                                 config.account, "Redactie", 0, 0, config.settings))  # fmt: skip
        row = next(row for row in connections(store) if row.key == key)
        self.adapter = adapter_for(
            store, row, {"token": "redactie-token"}, Patience(), site.now_ms, allowance=Allowance(Hours())
        )
        self.engine = Engine(store, row.key, self.adapter, lambda ids: None)

    def say(self, text: str) -> None:
        self.site.post("sanne", text)

    async def asked(self) -> list[str]:
        """Pull everything; the addresses that were asked for."""
        before = len(self.site.asked)
        pulled = await self.engine.round(everything=True)
        assert pulled.error is None, pulled.error
        return [asked.path for asked in self.site.asked[before:]]

    def held(self) -> set[str]:
        return {row["text"].strip() for row in self.store.read("SELECT text FROM message")}

    def space(self) -> SpaceKey:
        rows = self.store.read("SELECT s.key FROM space AS s JOIN message AS m ON m.space_id = s.id LIMIT 1")
        return SpaceKey(rows[0]["key"])


@pytest.fixture(params=["humhub", "yammer"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[There]:
    store = house(tmp_path).store
    with ExitStack() as stack:
        if request.param == "humhub":
            humhub = stack.enter_context(HumHub())
            yield There(store, humhub, humhub_config(humhub))
        else:
            yammer = stack.enter_context(Yammer())
            yield There(store, yammer, yammer_config(yammer))
    store.close()


async def test_a_space_that_nobody_follows_is_not_asked_for_and_goes_on_where_it_was(there: There) -> None:
    there.say("Eerst")
    followed = await there.asked()
    assert there.held() == {"Eerst"}
    follow(there.store, there.space(), False)
    there.say("Toen niemand keek")
    ignored = await there.asked()
    number = there.space().rpartition(":")[2]
    assert any(number in path for path in followed)
    assert not any(number in path and "members" not in path for path in ignored)
    assert there.held() == {"Eerst"}
    follow(there.store, there.space(), True)
    await there.asked()
    assert there.held() == {"Eerst", "Toen niemand keek"}
    await there.adapter.close()
