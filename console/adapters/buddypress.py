"""BuddyPress: the social intranet inside a WordPress, over the REST API that it brings, in both its generations.

A group is a space, and so is what is said to the whole site; an activity a thread, its comments the messages. What
stands where: the site as it is now is `buddypress_site`, following it `buddypress_pulling`, the sweep
`buddypress_sweeping`, doing and finding `buddypress_sending`, the first look `buddypress_discovery`, requests and errors
`buddypress_api`, pure parsing `buddypress_reading`; what it shares with other parts of a WordPress are the modules `wp_*`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from console.adapters import buddypress_discovery, buddypress_messages
from console.adapters.buddypress_api import Api
from console.adapters.buddypress_messages import Messages
from console.adapters.buddypress_pulling import Reader, streams
from console.adapters.buddypress_reading import SITE, Keys, place_in
from console.adapters.buddypress_sending import Sender
from console.adapters.buddypress_site import Site
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.transport import Basic, Http
from console.adapters.wp_rows import number_in
from console.adapters.wp_site import APPLICATION_PASSWORD
from console.domain.conversation import Space, Thread
from console.domain.gallery import News
from console.domain.outbox import Intent
from console.domain.platform import Capabilities, CheckResult, Cursor, Found, Page, Performed, Stream, Way
from console.words import _

SETTLE_S = 90.0  # a PHP that runs out of time is ended well before
_BY_API = ("edit", "delete", "react", "unreact")  # where BuddyPress recognises the application password, else by hand
_BY_HAND = ("spam", "unspam", "approve")  # the API takes a status with a cheerful answer, and ignores it


def _able(by_hand: Sequence[str], *by_api: str) -> Capabilities:
    return Capabilities(dict.fromkeys(by_hand, Way.HANDOFF) | dict.fromkeys(("read", "threads_in", *by_api), Way.API))


class BuddyPress:
    key: ClassVar[str] = "buddypress"
    title: ClassVar[str] = "BuddyPress"
    tile: ClassVar[str] = "Bp"
    fields: ClassVar[Sequence[Field]] = (
        Field("user", "User name or e-mail address"),
        Field("password", "Application password", secret=True, where=APPLICATION_PASSWORD),
    )
    about: ClassVar[str] = "Updates and answers in the groups of your intranet"
    news: ClassVar[News] = News.ROUNDS
    depends: ClassVar[Sequence[str]] = (*_BY_API, *_BY_HAND)
    default_capabilities: ClassVar[Capabilities] = _able(_BY_HAND, "reply", *_BY_API)
    certain_mark: ClassVar[bool] = (
        False  # nothing of ours comes back with a comment but its text, its place and its author
    )

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._password = secrets.get("password", "")
        self._http = Http(Basic(config.user, self._password), timeout_s=tools.timeout_s, allowance=tools.allowance)
        self._made: tuple[Site, Reader, Sender, Messages] | None = None

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By what the check found; in a group that we are no member of there is nothing to do but read."""
        if buddypress_messages.is_private(space):
            return _able((), "reply")
        settings, group = self._config.settings, number_in(space, "group")
        joined = self._made[0].joined if self._made else None
        if group and joined is not None and group not in joined:
            return _able(())
        by_hand = _BY_HAND if settings.get("rights", "bp_moderate") else ()
        if settings.get("recognised") == "no":
            return _able((*by_hand, *_BY_API), "reply")
        return _able(by_hand, "reply", *_BY_API)

    async def check(self) -> CheckResult:
        return await buddypress_discovery.check(self._config, self._password, self._http, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        site, _reader, _sender, messages = await self._parts()
        settings = self._config.settings
        url = settings.get("site_url", self._config.url)
        whole = Space(site.keys.space(SITE), "1", settings.get("title", self._config.server), url)
        private = (messages.space(_("Private messages")),) if settings.get("messages") == "yes" else ()
        return (whole, *private, *(group.space(site.keys) for group in await site.groups()))

    def streams(self) -> Sequence[Stream]:
        return streams(self._config)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        _site, reader, _sender, messages = await self._parts()
        page = await (messages.pull(cursor) if stream.key == "messages" else reader.pull(stream, cursor))
        # What shows an activity shows all its comments, and a private conversation is read to its beginning.
        return replace(page, whole=frozenset(one.key for one in page.changes if isinstance(one, Thread)))

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        _site, reader, _sender, messages = await self._parts()
        if buddypress_messages.is_private(lacking.space):
            return await messages.thread(buddypress_messages.conversation_in(lacking.thread), most)
        return await reader.thread(place_in(lacking.thread)[0], number_in(lacking.space, "group"))

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        _site, _reader, sender, messages = await self._parts()
        private = buddypress_messages.conversation_in(intent.thread)
        return await (messages.perform(intent) if private else sender.perform(intent))

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        _site, _reader, sender, messages = await self._parts()
        private = buddypress_messages.conversation_in(intent.thread)
        return await (messages.find(intent, matched) if private else sender.find(intent, matched))

    async def close(self) -> None:
        await self._http.close()

    async def _parts(self) -> tuple[Site, Reader, Sender, Messages]:
        """What it is made of, when first needed. Raises PlatformError when nobody stored what a check finds."""
        if self._made is None:
            if "generation" not in self._config.settings:
                self._config = self._config.completed(await self.check())
            settings = self._config.settings
            api = Api(self._http, settings["root"], self._tools.now_ms, settings["generation"])
            site = Site(api, Keys(self._config.server), self._config, self._tools)
            me = number_in(self._config.account, "user")
            self._made = site, Reader(site, self._config), Sender(api, site, me), Messages(api, site, me)
        return self._made
