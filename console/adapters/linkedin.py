"""LinkedIn: one Page of an organisation, over the Community Management API. Closed groups have no interface for us.

The Page is a space, a post a thread, its text the opening message, a comment and what answers it messages. What stands
where: what is new `linkedin_pulling`, history and silent changes `linkedin_sweeping`, doing and finding
`linkedin_sending`, the first look `linkedin_discovery`, tokens `linkedin_tokens`, requests and errors `linkedin_api`,
pure parsing `linkedin_reading` and `linkedin_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters import linkedin_discovery, linkedin_sweeping
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.linkedin_api import Api, root_of, version_of
from console.adapters.linkedin_pulling import Reader
from console.adapters.linkedin_reading import Home, post_in, read_space
from console.adapters.linkedin_sending import MAX_BYTES, Sender
from console.adapters.linkedin_tokens import Pasted
from console.domain.conversation import Space
from console.domain.gallery import Address, News
from console.domain.outbox import Intent
from console.domain.platform import Capabilities, CheckResult, Cursor, Found, Page, Performed, Stream, Way

SETTLE_S = 120.0
POLL_S = 900.0  # what an app in LinkedIn's first tier may ask in a day allows no more
NEWS, SWEEP = "posts", "sweep"
_ENGAGE = ("reply", "edit", "delete")
_BY_HAND = ("hide", "unhide", "lock", "unlock", "pin", "unpin", "react", "unreact")


def _able(*, writes: bool) -> Capabilities:
    ways = dict.fromkeys(_ENGAGE, Way.API if writes else Way.HANDOFF) | {"read": Way.API, "threads_in": Way.API}
    return Capabilities(ways | dict.fromkeys(_BY_HAND, Way.HANDOFF), max_bytes=MAX_BYTES)


class LinkedIn:
    key: ClassVar[str] = "linkedin"
    title: ClassVar[str] = "LinkedIn"
    tile: ClassVar[str] = "Li"
    fields: ClassVar[Sequence[Field]] = (
        Field("token", "Access token", secret=True,
              where="Your administrator makes it in LinkedIn's developer portal, with your own app; the guide says how."),
        Field("page", "Page, where the token knows several", required=False, hint="linkedin.com/company/ons-bedrijf"),
        Field("client_id", "Client ID of your own app", required=False),
        Field("client_secret", "Client secret of your own app", secret=True, required=False,
              where="With both Luisterpost sees when the token ends."),
        Field("refresh_token", "Refresh token", secret=True, required=False,
              where="Only where LinkedIn gives your app one: then the token is renewed by itself."),
    )  # fmt: skip
    about: ClassVar[str] = "Comments on your organisation's Page; closed groups come by mail, export or paste"
    news: ClassVar[News] = News.ROUNDS
    address: ClassVar[Address] = Address.NONE
    depends: ClassVar[Sequence[str]] = _ENGAGE
    default_capabilities: ClassVar[Capabilities] = _able(writes=True)
    certain_mark: ClassVar[bool] = False  # LinkedIn gives no number of ours back

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._secrets = secrets
        self._tools = tools
        self._made: tuple[Reader, Sender, Pasted] | None = None
        self._looked_ms = -1

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By the role of who made the token; all there is where nobody looked yet."""
        may = self._config.settings.get("may")
        return self.default_capabilities if may is None else _able(writes="engage" in may.split(","))

    async def check(self) -> CheckResult:
        return await linkedin_discovery.check(self._config, self._secrets, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        reader, _sender = await self._parts()
        return [read_space(await reader.api.one(f"organizations/{reader.home.page}"), reader.home.page)]

    def streams(self) -> Sequence[Stream]:
        """What is new on the Page, and a sweep, which is its history at first and says itself how long it rests."""
        page = self._config.settings.get("page", "")
        space = Home(page).space if page.isdecimal() else ""
        return Stream(NEWS, self._poll_s, space=space), Stream(SWEEP, 0, sweep=True, space=space)

    @property
    def _poll_s(self) -> float:
        return float(self._config.settings.get("poll_s") or POLL_S)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        reader, _sender = await self._parts()
        reader.begin()
        if stream.key == SWEEP:
            return await linkedin_sweeping.sweep(reader, cursor)
        now_ms = self._tools.now_ms()
        look = not 0 <= now_ms - self._looked_ms < self._poll_s * 1000
        page = await reader.news(cursor, look=look)
        self._looked_ms = now_ms if look else self._looked_ms
        return page

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        reader, _sender = await self._parts()
        reader.begin()
        return await reader.however_old(post_in(lacking.thread), most)

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await (await self._parts())[1].perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await (await self._parts())[1].find(intent, matched)

    async def close(self) -> None:
        if self._made is not None:
            await self._made[0].api.close()
            await self._made[2].close()

    # -- what they are made of -------------------------------------------------------------------------------------------

    async def _parts(self) -> tuple[Reader, Sender]:
        """Reader and sender, made when first needed. Raises PlatformError when nobody stored what a check finds."""
        if self._made is None:
            settings = self._config.settings
            if not settings.get("page", "").isdecimal() or not self._config.account:
                settings = {**settings, **(await self.check()).settings}
            auth = Pasted(self._config, self._secrets, self._tools)
            api = Api(root_of(self._config), version_of(self._config), auth, self._tools)
            home = Home(settings["page"], settings.get("page_name", ""))
            reader = Reader(api, home, self._tools, self._config.since_ms)
            self._made = reader, Sender(reader), auth
        return self._made[0], self._made[1]
