"""HumHub: the spaces of a social intranet, over its module "RESTful API".

A space is a space, a post (a wiki page, a task, a poll) a thread, its text the opening message, a comment and what
answers it messages. What stands where: what is new is `humhub_pulling`, history and silent changes `humhub_sweeping`,
reports `humhub_reports`, doing and finding `humhub_sending`, the first look `humhub_discovery`, requests and errors
`humhub_api`, pure parsing `humhub_reading`, the rich text `humhub_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from console.adapters import humhub_discovery, humhub_reports, humhub_sweeping
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.humhub_api import Api
from console.adapters.humhub_pulling import Reader
from console.adapters.humhub_reading import content_in, read_space
from console.adapters.humhub_sending import MAX_BYTES, Sender
from console.adapters.rows import number, told
from console.domain.conversation import Space
from console.domain.gallery import News
from console.domain.outbox import Intent
from console.domain.platform import (
    AuthExpired,
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

SETTLE_S = 90.0  # a PHP that runs out of time is ended well before
POLL_S = 60.0
SWEEP_ROUNDS = 30  # rounds of news between one sweep of a space and the next
NEWS, REPORTS, SWEEP = "space", "reports", "sweep"
_ABLE = ("read", "threads_in", "files_in", "reply", "edit", "delete", "reports")
_AS_ADMIN = ("lock", "unlock", "pin", "unpin", "hide", "unhide")  # hiding a post is archiving it
_BY_HAND = ("react", "unreact", "settle")


def _able(*, admin: bool) -> Capabilities:
    by_hand = _BY_HAND if admin else (*_BY_HAND, *_AS_ADMIN)
    able = (*_ABLE, *_AS_ADMIN) if admin else _ABLE
    return Capabilities({**dict.fromkeys(able, Way.API), **dict.fromkeys(by_hand, Way.HANDOFF)}, max_bytes=MAX_BYTES)


class HumHub:
    key: ClassVar[str] = "humhub"
    title: ClassVar[str] = "HumHub"
    tile: ClassVar[str] = "Hu"
    fields: ClassVar[Sequence[Field]] = (
        Field("token", "Access token", secret=True, required=False,
              where="An administrator of HumHub makes it: Administration, Modules, RESTful API, bearer tokens."),
        Field("user", "User name or e-mail address", required=False),
        Field("password", "Password", secret=True, required=False),
    )  # fmt: skip
    about: ClassVar[str] = "Posts and comments from your intranet"
    news: ClassVar[News] = News.ROUNDS
    depends: ClassVar[Sequence[str]] = ("delete", "reports", *_AS_ADMIN)
    default_capabilities: ClassVar[Capabilities] = _able(admin=True)
    certain_mark: ClassVar[bool] = False  # HumHub gives no number of ours back

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._secrets = secrets
        self._tools = tools
        self._made: tuple[Reader, Sender] | None = None
        self._spaces: dict[int, Space] = {}
        self._admin: dict[int, tuple[bool, int | None]] = {}
        self._news_ms = tools.now_ms()
        self._swept = False  # a sweep went on since the news was looked at

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By what we are in a space; all there is where nobody looked yet."""
        container = number((space or "").rpartition(":")[2])
        return _able(admin=self._admin.get(container, (True, None))[0])

    async def check(self) -> CheckResult:
        return await humhub_discovery.check(self._config, self._secrets, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        """The spaces that this account sees. One that it saw before and sees no more is one it has left."""
        reader, _sender = await self._parts()
        found: dict[int, Space] = {}
        for row in await humhub_discovery.spaces(reader.api):
            container = number(told(row, "contentcontainer_id"))
            if container not in self._admin:
                self._admin[container] = await humhub_discovery.role(reader.api, row)
            space = read_space(row, reader.site, self._admin[container][1])
            if space is not None:
                found[container] = space
        gone = [replace(space, standing="left") for number_, space in self._spaces.items() if number_ not in found]
        self._spaces = found
        return [*found.values(), *gone]

    def streams(self) -> Sequence[Stream]:
        """For each space its news, and a sweep, which is its history at first; then what reports there are."""
        stored = (number(name) for name in self._config.settings.get("spaces", "").split(","))
        containers = list(self._spaces) or [container for container in stored if container]
        site = humhub_discovery.site_of(self._config)
        sweeps = ((f"{SWEEP}:{container}", site.space(container)) for container in containers)
        return (
            *(Stream(f"{NEWS}:{container}", self._poll_s, space=site.space(container)) for container in containers),
            Stream(REPORTS, self._poll_s * 2),
            # Each says itself how long it rests.
            *(Stream(key, 0, sweep=True, space=space) for key, space in sweeps),
        )

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        reader, _sender = await self._parts()
        reader.begin()
        kind, _, name = stream.key.partition(":")
        if kind == REPORTS:
            return await humhub_reports.pull(reader, cursor)
        try:
            if kind == NEWS:
                self._news_ms, self._swept = self._tools.now_ms(), False
                return replace(await reader.news(number(name), cursor), whole=frozenset(reader.read_whole))
            if self._swept and self._news_is_due():
                return Page((), cursor or {})
            page = await humhub_sweeping.sweep(reader, number(name), cursor, self._config.since_ms)
            page = replace(page, whole=frozenset(reader.read_whole))
        except (NotFound, Forbidden):
            # The space was taken away or closed to us: what was said in it stays, and the list of spaces will say so.
            return Page((), cursor or {})
        self._swept = True
        if not page.more:
            return replace(page, again_at_ms=self._tools.now_ms() + int(self._poll_s * SWEEP_ROUNDS * 1000))
        # A sweep may take hours: it stops when news is due, and goes on after it.
        return replace(page, more=not self._news_is_due())

    def _news_is_due(self) -> bool:
        return not 0 <= self._tools.now_ms() - self._news_ms < self._poll_s * 1000

    @property
    def _poll_s(self) -> float:
        return float(self._config.settings.get("poll_s") or POLL_S)

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        reader, _sender = await self._parts()
        return await reader.however_old(content_in(lacking.thread), most)

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        """A file that hangs at a post or comment. Raises PlatformError; Rejected "elsewhere" for another address."""
        reader, _sender = await self._parts()
        root, _, name = url.rpartition("/file/download/")
        if root != reader.site.root or not number(name):
            raise Rejected(url, code="elsewhere")
        return (await reader.api.send("GET", f"file/download/{number(name)}", max_bytes=max_bytes)).body

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
        """Reader and sender, made when first needed. Raises PlatformError."""
        if self._made is None:
            if not self._secrets.get("token") and not self._secrets.get("password"):
                raise AuthExpired(code="no_secret")
            site = humhub_discovery.site_of(self._config)
            way = humhub_discovery.way_of(self._config, self._secrets)
            api = Api(site.root, way, self._config, self._secrets, self._tools)
            me = number(self._config.account.rpartition(":")[2])
            if not me:
                me = number(told(await api.one("auth/current"), "id"))
            reader = Reader(api, site, self._tools)
            self._made = reader, Sender(reader, me)
        return self._made
