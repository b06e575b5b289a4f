"""Facebook: one Page of a company, over the Graph API. Closed groups have no interface and come by mail, export or paste.

The Page is a space, a post a thread, its text the opening message, a comment and what answers it messages. What stands
where: what is new `facebook_pulling`, history and silent changes `facebook_sweeping`, doing and finding
`facebook_sending`, the first look `facebook_discovery`, requests, limits and errors `facebook_api`, pure parsing
`facebook_reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from console.adapters import facebook_discovery, facebook_sweeping
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.facebook_api import Api, root_of, version_of
from console.adapters.facebook_discovery import PAGE_FIELDS
from console.adapters.facebook_pulling import Reader
from console.adapters.facebook_reading import node, post_in, read_space, space_key
from console.adapters.facebook_sending import MAX_BYTES, Sender
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

SETTLE_S = 120.0
POLL_S = 60.0
NEWS, SWEEP = "posts", "sweep"
_ENGAGE = ("reply", "edit", "hide", "unhide", "delete", "react", "unreact")
_BY_HAND = ("approve", "lock", "unlock", "pin", "unpin")  # in Meta Business Suite


def _able(may: Sequence[str]) -> Capabilities:
    ways = dict.fromkeys(_ENGAGE, Way.API if "engage" in may else Way.HANDOFF)
    ways |= {"write": Way.API if "message" in may else Way.HANDOFF, "read": Way.API, "threads_in": Way.API}
    return Capabilities(ways | dict.fromkeys(_BY_HAND, Way.HANDOFF), max_bytes=MAX_BYTES)


class Facebook:
    key: ClassVar[str] = "facebook"
    title: ClassVar[str] = "Facebook"
    tile: ClassVar[str] = "Fb"
    fields: ClassVar[Sequence[Field]] = (
        Field("token", "Access token", secret=True,
              where="Your administrator makes it in Meta Business Suite, for a system user of your own app; the guide says how."),
        Field("page", "Page, where the token knows several", required=False, hint="facebook.com/ons-bedrijf"),
    )  # fmt: skip
    about: ClassVar[str] = "Comments on your company's Page; closed groups come by mail, export or paste"
    news: ClassVar[News] = News.MINUTE
    address: ClassVar[Address] = Address.NONE
    depends: ClassVar[Sequence[str]] = (*_ENGAGE, "write")
    default_capabilities: ClassVar[Capabilities] = _able(("engage", "message"))
    certain_mark: ClassVar[bool] = False  # Facebook gives no number of ours back

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._secrets = secrets
        self._tools = tools
        self._made: tuple[Reader, Sender] | None = None
        self._looked_ms = -1

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By the Page's role and the permissions of the token; all there is where nobody looked yet."""
        may = self._config.settings.get("may")
        return self.default_capabilities if may is None else _able(may.split(","))

    async def check(self) -> CheckResult:
        return await facebook_discovery.check(self._config, self._secrets, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        reader, _sender = await self._parts()
        return [read_space(await reader.api.one(reader.page, fields=PAGE_FIELDS), reader.page)]

    def streams(self) -> Sequence[Stream]:
        """What is new on the Page, and a sweep, which is its history at first and says itself how long it rests."""
        page = node(self._config.settings.get("page"))
        space = space_key(page) if page else ""
        poll_s = float(self._config.settings.get("poll_s") or POLL_S)
        return Stream(NEWS, poll_s, space=space), Stream(SWEEP, 0, sweep=True, space=space)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        reader, _sender = await self._parts()
        reader.begin()
        if stream.key == SWEEP:
            return await facebook_sweeping.sweep(reader, cursor)
        now_ms = self._tools.now_ms()
        look = not 0 <= now_ms - self._looked_ms < stream.every_s * 1000
        page = await reader.news(cursor, look=look)
        self._looked_ms = now_ms if look else self._looked_ms
        return page

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        reader, _sender = await self._parts()
        return await reader.however_old(post_in(lacking.thread), most)

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await (await self._parts())[1].perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await (await self._parts())[1].find(intent, matched)

    async def close(self) -> None:
        if self._made is not None:
            await self._made[0].api.close()

    # -- what they are made of -------------------------------------------------------------------------------------------

    async def _parts(self) -> tuple[Reader, Sender]:
        """Reader and sender, made when first needed. Raises PlatformError when nobody stored what a check finds."""
        if self._made is None:
            token = self._secrets.get("token", "").strip()
            if not token:
                raise AuthExpired(code="no_secret")
            page = node(self._config.settings.get("page"))
            if not page or not self._config.account:
                found = await self.check()
                page, token = found.settings["page"], found.secrets["token"]
                self._config = replace(
                    self._config.completed(found), settings={**self._config.settings, **found.settings}
                )
            api = Api(root_of(self._config), version_of(self._config), token, self._tools)
            reader = Reader(api, page, self._tools, self._config.since_ms)
            self._made = reader, Sender(reader)
        return self._made
