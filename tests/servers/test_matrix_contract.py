"""The contract every adapter meets, for Matrix on a real Synapse."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.conformance.coming_in import ComingIn
from console.adapters.conformance.going_back import GoingBack
from console.adapters.conformance.moderating import Moderating
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.matrix import Matrix
from console.adapters.matrix_reading import Keys
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, SpaceKey, ThreadKey
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy
from tests.servers.synapse import Account, Synapse

pytestmark = pytest.mark.usefixtures("held_to_the_schema")
DAY_MS = 86_400_000
KEYS = Keys(Synapse.server)


def now_ms() -> int:
    return int(time.time() * 1000)


def config_of(account: Account, url: str, *, since_ms: int | None = None, **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads to the server."""
    return Config(
        connection=ConnectionKey("connection"),
        platform="matrix",
        url=url,
        user=account.user_id,
        server=Synapse.server,
        account=KEYS.user(account.user_id),
        since_ms=now_ms() - DAY_MS if since_ms is None else since_ms,
        settings={"base_url": url, "device_id": account.device_id, **settings},
    )


def adapter_of(account: Account, url: str, tools: Tools | None = None, *, admin: str = "", **settings: str) -> Matrix:
    secrets = {"token": account.token, "device_id": account.device_id, **({"admin_token": admin} if admin else {})}
    return Matrix(config_of(account, url, **settings), secrets, tools or Tools(now_ms=now_ms, timeout_s=10.0))


class InARoom(OnALine):
    """Members of a room that was made for one test by its own moderator, and a line to the server that can fail."""

    def __init__(self, synapse: Synapse, line: Proxy, *, version: str = "") -> None:
        super().__init__(line)
        self.server = synapse
        self.us = synapse.new_account("mod")
        self.room = synapse.new_room(by=self.us.name, version=version)
        self.space = KEYS.room(self.room)

    def adapter(self, tools: Tools) -> Adapter:
        return adapter_of(self.us, self._line.url, tools, admin=self.server.accounts["beheer"].token)

    def now_ms(self) -> int:
        return now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(KEYS.event(self.server.say("sanne", self.room, f"{title}\n{text}")))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        return KEYS.event(
            self.server.say(
                "sanne", self.room, text, thread=KEYS.id_in(thread, "event"), answers=KEYS.id_in(parent, "event")
            )
        )

    def change(self, message: MessageKey, text: str) -> None:
        self.server.edit("sanne", self.room, KEYS.id_in(message, "event"), text)

    def remove(self, message: MessageKey) -> None:
        self.server.redact("sanne", self.room, KEYS.id_in(message, "event"))

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        root = KEYS.id_in(thread, "event")
        found: dict[MessageKey, tuple[str, MessageState]] = {}
        for event in self.server.timeline(self.room, by=self.us.name):
            content = event["content"]
            related = content.get("m.relates_to", {})
            if event["type"] != "m.room.message" or not content or related.get("rel_type") == "m.replace":
                continue
            if event["event_id"] == root or related.get("event_id") == root:
                edit = event["unsigned"].get("m.relations", {}).get("m.replace")
                text = edit["content"]["m.new_content"]["body"] if edit else content["body"]
                found[KEYS.event(event["event_id"])] = (text, MessageState.VISIBLE)
        return found

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return [self.say(thread, text.replace("{n}", str(n))) for n in range(1, count + 1)]

    def react(self, message: MessageKey, emoji: str) -> None:
        self.server.react("joris", self.room, KEYS.id_in(message, "event"), emoji)

    def report(self, message: MessageKey, reason: str) -> None:
        self.server.report("joris", self.room, KEYS.id_in(message, "event"), reason)

    def dismiss(self, message: MessageKey) -> None:
        for number in self._listed(message):
            self.server.settle(number)

    def pending(self, message: MessageKey) -> int:
        return len(self._listed(message))

    def _listed(self, message: MessageKey) -> list[int]:
        return [row["id"] for row in self.server.reports() if row["event_id"] == KEYS.id_in(message, "event")]

    def invite(self) -> SpaceKey:
        room = self.server.new_room("Erbij", by="sanne", members=(), preset="private_chat")
        self.server.invite(room, self.us.name, by="sanne")
        return KEYS.room(room)

    def spoil(self, message: MessageKey) -> bool:
        # Synapse refuses a message without words, but looks at no edit of one.
        content = {"msgtype": "m.text", "body": "* ?", "m.new_content": {"msgtype": "m.text", "body": ["?"]}}
        about = {"rel_type": "m.replace", "event_id": KEYS.id_in(message, "event")}
        self.server.send("sanne", self.room, "m.room.message", {**content, "m.relates_to": about})
        return True


class TestMatrix(AdapterContract):
    @pytest.fixture
    def platform(self, synapse: Synapse) -> Iterator[InARoom]:
        with Proxy(synapse.url) as line:
            yield InARoom(synapse, line)


class TestMatrixInAnOlderRoom(ComingIn, GoingBack, Moderating):
    """Room version 10: its creator is listed with a level, and its id names a server."""

    @pytest.fixture
    def platform(self, synapse: Synapse) -> Iterator[InARoom]:
        with Proxy(synapse.url) as line:
            room = InARoom(synapse, line, version="10")
            assert room.room.endswith(":localhost")
            yield room


async def test_a_check_with_a_password_stores_a_token_and_one_device_for_ever(synapse: Synapse) -> None:
    account = synapse.new_account()
    config = replace(config_of(account, synapse.url), server="", account="", settings={})
    tools = Tools(now_ms=now_ms, timeout_s=10.0)
    adapter = Matrix(config, {"password": account.password}, tools)
    result = await adapter.check()
    assert result.works
    assert result.server == "localhost"
    assert "password" not in result.secrets
    again = Matrix(replace(config, settings=result.settings), {"password": account.password}, tools)
    assert (await again.check()).secrets["device_id"] == result.secrets["device_id"]
    assert (await again.check()).secrets["token"] != result.secrets["token"]
