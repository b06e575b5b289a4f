"""Yammer (Viva Engage): the communities of a network, over its REST API.

A community is a space, and so are the feed of the whole company and, where somebody switched them on, private messages.
What stands where: what is new `yammer_pulling`, which spaces moved `yammer_moving`, history and silent changes
`yammer_sweeping`, the administrator's export `yammer_export`, doing and finding `yammer_sending`, the first look
`yammer_discovery`, requests and errors `yammer_api`, pure parsing `yammer_reading` and `yammer_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from console.adapters import yammer_discovery, yammer_export, yammer_sweeping
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.entra import FIELDS, Entra, EntraTokens
from console.adapters.rows import number
from console.adapters.yammer_api import Api
from console.adapters.yammer_moving import POLL_S, ROTATION_MS
from console.adapters.yammer_pulling import Reader
from console.adapters.yammer_reading import name_in, thread_in
from console.adapters.yammer_sending import Sender
from console.adapters.yammer_text import MAX_CHARS
from console.domain.conversation import Space
from console.domain.gallery import Address, News
from console.domain.outbox import Intent
from console.domain.platform import (
    Capabilities,
    CheckResult,
    Cursor,
    Forbidden,
    Found,
    NotFound,
    Page,
    Performed,
    Rejected,
    Stream,
    Way,
)

SETTLE_S = 120.0
EXPORT_PATIENCE = 10.0  # an export is made while we wait
FEED, NEWS, SWEEP, EXPORT = "feed", "space", "sweep", "export"
_BY_API = ("read", "threads_in", "files_in", "reply", "delete", "react", "unreact")
_BY_HAND = ("edit", "hide", "unhide", "approve", "lock", "unlock", "pin", "unpin")  # Yammer tells programs of none


class Yammer:
    key: ClassVar[str] = "yammer"
    title: ClassVar[str] = "Yammer"
    tile: ClassVar[str] = "Ya"
    fields: ClassVar[Sequence[Field]] = (
        *(replace(field, required=False) for field in FIELDS),
        Field(
            "token", "Access token", secret=True, required=False,
            where="Only who has one already: Yammer gives out no more of them. Everybody else signs in in the browser.",
        ),
    )  # fmt: skip
    about: ClassVar[str] = "Conversations from your communities in Viva Engage"
    news: ClassVar[News] = News.MINUTE
    address: ClassVar[Address] = Address.OPTIONAL
    depends: ClassVar[Sequence[str]] = ("delete",)
    sign_in: ClassVar[Entra] = yammer_discovery.SIGN_IN
    default_capabilities: ClassVar[Capabilities] = Capabilities(
        dict.fromkeys(_BY_API, Way.API) | dict.fromkeys(_BY_HAND, Way.HANDOFF), max_bytes=MAX_CHARS
    )
    certain_mark: ClassVar[bool] = (
        False  # nothing of ours comes back with a message but its text, its place, its author
    )

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._auth = yammer_discovery.auth_of(config, secrets, tools)
        self._http = yammer_discovery.line(self._auth, tools)
        self._slow = yammer_discovery.line(self._auth, tools, EXPORT_PATIENCE)
        self._made: tuple[Reader, Sender] | None = None
        self._spaces: dict[str, Space] = {}

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        return self.default_capabilities

    async def check(self) -> CheckResult:
        return await yammer_discovery.check(self._config, self._http, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        """The communities we are in. One that was there before and is no more is one we have left."""
        reader, _sender = await self._parts()
        found = await yammer_discovery.spaces(reader.api, reader.site, self._config.settings)
        gone = [replace(space, standing="left") for name, space in self._spaces.items() if name not in found]
        self._spaces = found
        return [*found.values(), *gone]

    def streams(self) -> Sequence[Stream]:
        """What tells which spaces moved, the news of each space, and of each a sweep, which is its history at first."""
        moving, names = self._made[0].moving if self._made else None, self._names()
        exports = self._config.settings.get("export") == self._config.settings.get("administers") == "yes"
        site, rest_s = yammer_discovery.site_of(self._config), ROTATION_MS / 1000

        def rests(name: str) -> float:
            return rest_s if moving is not None and moving.rests(name) else 0

        return (
            Stream(FEED, POLL_S),
            *(Stream(f"{NEWS}:{name}", rests(name), space=site.space(name)) for name in names),
            # A page at its end says until when it rests.
            *(Stream(f"{SWEEP}:{name}", 0, sweep=True, space=site.space(name)) for name in names),
            *([Stream(EXPORT, 0, sweep=True)] if exports else []),
        )

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        reader, _sender = await self._parts()
        kind, _, name = stream.key.partition(":")
        if kind == FEED:
            return await reader.feed(cursor, self._names())
        if kind == EXPORT:
            slow = Api(self._slow, reader.site.root, self._tools)
            return await yammer_export.pull(reader, slow, cursor, self._names())
        try:
            if kind == NEWS:
                return await reader.news(name, cursor, self._names())
            return await yammer_sweeping.sweep(reader, name, cursor)
        except (NotFound, Forbidden):
            # The community was taken away or closed to us: what was said in it stays, and the list of spaces will say so.
            reader.moving.looked(name, 0, gaps=False)
            return Page((), cursor or {}, again_at_ms=self._tools.now_ms() + ROTATION_MS)

    def _names(self) -> list[str]:
        stored = self._config.settings.get("spaces", "").split(",")
        return list(self._spaces) or [name for name in stored if name]

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        reader, _sender = await self._parts()
        return await reader.thread(thread_in(lacking.thread), name_in(lacking.space), most)

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        """A picture that hangs at a message. Raises PlatformError; Rejected "elsewhere" for another address."""
        reader, _sender = await self._parts()
        route = url.removeprefix(f"{reader.site.root}/")
        if route == url or ".." in route or "\\" in route:
            raise Rejected(url, code="elsewhere")
        return await reader.api.file(route, max_bytes)

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await (await self._parts())[1].perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await (await self._parts())[1].find(intent, matched)

    async def close(self) -> None:
        if isinstance(self._auth, EntraTokens):
            await self._auth.close()
        for line in (self._http, self._slow):
            await line.close()

    # -- what they are made of -------------------------------------------------------------------------------------------

    async def _parts(self) -> tuple[Reader, Sender]:
        """Reader and sender, made when first needed. Raises PlatformError when nobody stored what a check finds."""
        if self._made is None:
            if not self._config.server or "spaces" not in self._config.settings:
                self._config = self._config.completed(await self.check())
            site = yammer_discovery.site_of(self._config)
            reader = Reader(Api(self._http, site.root, self._tools), site, self._tools, self._config.since_ms)
            self._made = reader, Sender(reader, number(self._config.account.rpartition(":")[2]))
        return self._made
