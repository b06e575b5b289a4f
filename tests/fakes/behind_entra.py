"""A small platform behind Entra: the memory adapter, which asks at a door with its token before each thing it does.

`Behind` is everything around it for real processes: the door, the world, and the entry point by which they find it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from console.adapters.contract import Config, Field, Tools
from console.adapters.entra import FIELDS, Entra, EntraTokens
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.adapters.transport import Http, error_for
from console.domain.conversation import Space
from console.domain.outbox import Intent
from console.domain.platform import CheckResult, Cursor, Page, Performed, Stream
from tests.fakes.entra import FakeEntra
from tests.fakes.loopback import Loopback, Told

ENTRY = "[luisterpost.adapters]\nbehind = tests.fakes.behind_entra:BehindEntra\n"


class BehindEntra(Memory):
    key: ClassVar[str] = "behind"
    title: ClassVar[str] = "Achter Entra"
    fields: ClassVar[Sequence[Field]] = (*FIELDS, Field("world", "World"), Field("door", "Door"))
    sign_in: ClassVar[Entra] = Entra(("https://api.yammer.com/.default",), needs=(("access_as_user",),))

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools)
        self._door = config.settings["door"]
        self._tokens = EntraTokens(self.sign_in, config, secrets, tools)
        self._http = Http(self._tokens, timeout_s=tools.timeout_s)

    async def check(self) -> CheckResult:
        who = await self._come_in("GET")
        found = await super().check()
        return replace(found, server="behind", account=f"behind:behind:user:{who}", us=who)

    async def spaces(self) -> Sequence[Space]:
        await self._come_in("GET")
        return await super().spaces()

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        await self._come_in("GET")
        return await super().pull(stream, cursor)

    async def perform(self, intent: Intent) -> Performed:
        await self._come_in("POST")
        return await super().perform(intent)

    async def close(self) -> None:
        await self._tokens.close()
        await self._http.close()
        await super().close()

    async def _come_in(self, method: str) -> str:
        answer = await self._http.request(method, self._door)
        if answer.status != 200:
            raise error_for(answer, self._tools.now_ms())
        return answer.text


class Door(Loopback):
    """Lets in whoever has a token of Entra's, and says who that is."""

    def __init__(self, entra: FakeEntra) -> None:
        super().__init__()
        self._entra = entra
        self.knocks: list[tuple[str, bool]] = []

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told:
        inside = self._entra.lets_in(authorization)
        self.knocks.append((method, inside))
        if not inside:
            return 401, "application/json", b"{}"
        return 200, "text/plain", self._entra.person_of(authorization).encode()


@dataclass
class Behind:
    """The platform as tests set it up."""

    entra: FakeEntra
    door: Door
    world: MemoryWorld
    folder: Path

    @classmethod
    def made(cls, entra: FakeEntra, door: Door, folder: Path) -> Behind:
        info = folder / "packages" / "behind_entra-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: behind-entra\nVersion: 1\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(ENTRY, encoding="utf-8")
        world = MemoryWorld(str(folder / "world.db"))
        world.put_person("us", "Wij")
        world.put_person("fatma", "Fatma")
        world.put_space("plein", "memory", "Het plein")
        return cls(entra, door, world, folder)

    def settings(self) -> dict[str, str]:
        return self.entra.settings() | {"door": self.door.url, "world": str(self.folder / "world.db")}

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(self.folder / "packages"), "SSL_CERT_FILE": str(self.entra.trust(self.folder))}
