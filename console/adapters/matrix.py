"""Matrix: rooms on a homeserver, over the client-server API, as Synapse serves it.

A room is a space, a message with its thread (or the chain of answers it begins) a thread. What stands where: reading the
account is `matrix_pulling`, what a stretch of events means `matrix_batches`, a room's state `matrix_rooms`, reports
`matrix_reports`, doing and finding `matrix_sending`, the first look `matrix_discovery`, requests and errors
`matrix_api`, pure parsing `matrix_reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters import matrix_discovery
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.matrix_api import Api
from console.adapters.matrix_batches import Batches
from console.adapters.matrix_pulling import POLL_S, Reader
from console.adapters.matrix_reading import Keys
from console.adapters.matrix_reports import EVERY_S, Reports
from console.adapters.matrix_rooms import MAX_BYTES, Rooms
from console.adapters.matrix_sending import Sender
from console.adapters.transport import Bearer, Http
from console.domain.conversation import Space
from console.domain.gallery import Address, News
from console.domain.outbox import Intent
from console.domain.platform import (
    AuthExpired,
    Capabilities,
    CheckResult,
    Cursor,
    Found,
    Page,
    Performed,
    Stream,
    Way,
)

SETTLE_S = 60.0  # a request that arrived is finished well before; the same transaction once more is safe anyhow
ACCOUNT, REPORTS = "account", "reports"
_ABLE = (
    "read",
    "reply",
    "edit",
    "delete",
    "pin",
    "unpin",
    "react",
    "unreact",
    "join",
    "live",
    "threads_in",
    "files_in",
)


class Matrix:
    key: ClassVar[str] = "matrix"
    title: ClassVar[str] = "Matrix"
    tile: ClassVar[str] = "Mx"
    fields: ClassVar[Sequence[Field]] = (
        Field("user", "User id", hint="@name:server"),
        Field("password", "Password", secret=True, required=False),
        Field("token", "Access token instead of a password", secret=True, required=False,
              where="In Element: Settings, Help & About, Access Token."),
        Field("admin_token", "Access token of a server administrator, for reports", secret=True, required=False,
              where="From who administers the server. In their Element: Settings, Help & About, Access Token."),
    )  # fmt: skip
    about: ClassVar[str] = "Conversations in the rooms of your own homeserver"
    news: ClassVar[News] = News.LIVE
    address: ClassVar[Address] = Address.OPTIONAL  # else it is the server of the user id
    depends: ClassVar[Sequence[str]] = ("delete", "pin", "unpin", "reports", "settle")
    default_capabilities: ClassVar[Capabilities] = Capabilities(
        dict.fromkeys((*_ABLE, "reports", "settle"), Way.API), max_bytes=MAX_BYTES
    )
    certain_mark: ClassVar[bool] = True  # the transaction's id comes back with what we said

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._secrets = secrets
        self._tools = tools
        self._lines: list[Http] = []
        self._made: tuple[Reader, Sender, Reports | None] | None = None

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By our level in a room and what the room is; all there is when nobody looked yet."""
        reports = bool(self._secrets.get("admin_token"))
        if self._made is not None and space is not None:
            reader = self._made[0]
            room = reader.rooms.get(self._keys().id_in(space, "room"))
            if room is not None:
                return room.capabilities(reader.batches.me, reports=reports)
        able = (*_ABLE, *(("reports", "settle") if reports else ()))
        return Capabilities(dict.fromkeys(able, Way.API), max_bytes=MAX_BYTES)

    async def check(self) -> CheckResult:
        return await matrix_discovery.check(self._config, self._secrets, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        reader = (await self._parts())[0]
        await reader.look()
        return [room.space(reader.batches.place(room.id)) for room in reader.rooms.all() if not room.folder]

    def streams(self) -> Sequence[Stream]:
        poll_s = float(self._config.settings.get("poll_s") or POLL_S)
        reports = (Stream(REPORTS, poll_s * EVERY_S / POLL_S),) if self._secrets.get("admin_token") else ()
        return (Stream(ACCOUNT, poll_s, live=True), *reports)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        reader, _sender, reports = await self._parts()
        if stream.key == REPORTS and reports is not None:
            await reader.look()
            return await reports.pull(cursor)
        return await reader.pull(cursor, stream.every_s)

    async def listen(self, stream: Stream, cursor: Cursor) -> Page:
        return await (await self._parts())[0].listen(cursor, stream.every_s)

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        reader, keys = (await self._parts())[0], self._keys()
        await reader.look()
        wanted = [keys.id_in(key, "event") for key in (lacking.thread, *lacking.messages)]
        return await reader.batches.thread(keys.id_in(lacking.space, "room"), [one for one in wanted if one], most)

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        """A picture or file that somebody laid in, by its mxc:// address. Raises PlatformError."""
        return await (await self._parts())[0].api.download(url, max_bytes)

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await (await self._parts())[1].perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await (await self._parts())[1].find(intent, matched)

    async def close(self) -> None:
        for line in self._lines:
            await line.close()

    # -- what they are made of -------------------------------------------------------------------------------------------

    def _keys(self) -> Keys:
        return Keys(self._config.server or self._config.user.partition(":")[2].lower())

    def _token(self) -> str:
        token = self._secrets.get("token", "")
        if not token:
            raise AuthExpired(code="no_secret")
        return token

    def _api(self, token: str) -> Api:
        base = self._config.settings.get("base_url") or matrix_discovery.with_scheme(
            self._config.url, self._config.user
        )
        line = Http(Bearer(token), timeout_s=self._tools.timeout_s, allowance=self._tools.allowance)
        self._lines.append(line)
        return Api(line, base, self._tools.now_ms)

    async def _parts(self) -> tuple[Reader, Sender, Reports | None]:
        """Reader, sender and reports, made when first needed. Raises AuthExpired without a token."""
        if self._made is None:
            api, keys = self._api(self._token()), self._keys()
            me = keys.id_in(self._config.account, "user") or (await matrix_discovery.who_am_i(api, self._token())).user
            rooms = Rooms(me)
            batches = Batches(api, rooms, keys, me, self._config, self._tools)
            reader = Reader(api, rooms, batches, self._config, self._tools)
            admin = self._secrets.get("admin_token", "")
            reports = Reports(self._api(admin), keys, rooms, batches, self._tools) if admin else None
            self._made = reader, Sender(api, keys, reader, batches, reports, self._tools), reports
        return self._made
