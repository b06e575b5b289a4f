"""RSS and Atom: a blog with its comments, read without an account.

A feed is one space, an entry a thread, a comment a message. It tells what is new, and changes of what it still holds;
it never says that something was removed, and drops what is old: a connection of this kind is approximate. Answers are
finished by hand, below the post in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from console.adapters import feed_discovery
from console.adapters.contract import Config, Field, Tools
from console.adapters.feed_reading import (
    Feed,
    Place,
    comments_of,
    name_of,
    posted_ms,
    read,
    space_of,
)
from console.adapters.transport import Http
from console.domain.conversation import Message, Space, ThreadKey
from console.domain.gallery import News, WayIn
from console.domain.outbox import Intent, Kind
from console.domain.platform import (
    Capabilities,
    CheckResult,
    Cursor,
    Forbidden,
    Found,
    NotFound,
    Page,
    Performed,
    Sighting,
    Stream,
    capabilities,
)

NEWEST_FOLLOWED = 30  # entries whose comments are asked for
EVERY_S = 300.0
SETTLE_S = 900.0  # feeds are often served from a store that is renewed now and then


class Feeds:
    key: ClassVar[str] = "feed"
    title: ClassVar[str] = "Feed (RSS, Atom)"
    tile: ClassVar[str] = "Fe"
    fields: ClassVar[Sequence[Field]] = (Field("user", "Your name above your comments there", required=False),)
    about: ClassVar[str] = "Posts of a blog with their comments, without an account"
    way_in: ClassVar[WayIn] = WayIn.FEED
    news: ClassVar[News] = News.ROUNDS
    default_capabilities: ClassVar[Capabilities] = capabilities(read="api", reply="handoff", approximate=True)
    certain_mark: ClassVar[bool] = False

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config, self._tools = config, tools
        self._http = Http(timeout_s=tools.timeout_s, allowance=tools.allowance)
        self._place = Place(config.server, config.settings.get("leadership", "yes") == "yes")

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        return self.default_capabilities

    async def check(self) -> CheckResult:
        return await feed_discovery.check(self._config, self._http, self._tools)

    async def spaces(self) -> Sequence[Space]:
        settings = self._config.settings
        title = settings.get("title", self._config.server)
        url = settings.get("site_url", self._url)
        return (Space(self._place.space, "1", title, url, leadership=self._place.leadership),)

    def streams(self) -> Sequence[Stream]:
        return Stream("entries", every_s=self._every_s), Stream("comments", every_s=self._every_s)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.key == "entries":
            return await self._entries(dict(cursor or {}))
        todo = (cursor or {}).get("todo")
        return await self._comments(dict(cursor or {})) if todo else await self._comments_begin(dict(cursor or {}))

    async def perform(self, intent: Intent) -> Performed:
        raise Forbidden(code="not_here")

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether a reply that a person placed by hand is there by now: our name above the same words."""
        if intent.kind is not Kind.REPLY:
            return Found(Sighting.UNCLEAR)
        feed = await self._get(self._url)
        entry = next((one for one in feed.entries if self._thread(one) == intent.thread), None)
        url = comments_of(entry) if entry is not None else ""
        if not url:
            return Found(Sighting.UNCLEAR)
        us = self._place.person(self._config.user) if self._config.user else None
        for change in self._said(await self._get(url), intent.thread):
            if (
                isinstance(change, Message)
                and change.text.split() == intent.text.split()
                and change.key not in matched
                and us in (None, change.author)
                and change.posted_at_ms >= intent.created_at_ms - 60_000
            ):
                return Found(Sighting.SEEN, change.key)
        return Found(Sighting.ABSENT)

    async def close(self) -> None:
        await self._http.close()

    # -- in --------------------------------------------------------------------------------------------------------------

    async def _entries(self, cursor: dict[str, Any]) -> Page:
        feed = await self._changed(self._url, cursor)
        if feed is None:
            return Page((), cursor)
        changes: list[Any] = [space_of(feed, self._place, self._config.settings.get("site_url", self._url))]
        for entry in reversed(self._recent(feed)):
            changes += read(entry, self._place, root=None, else_ms=self._else_ms(feed), writer=feed.title)
        return Page(tuple(changes), cursor)

    async def _comments_begin(self, cursor: dict[str, Any]) -> Page:
        """A round: of which entries the comments are to be asked for. What was known of the others is forgotten."""
        head = dict(cursor.get("head") or {})
        feed = await self._changed(self._url, head)
        if feed is not None:
            known = {row[0]: row for row in cursor.get("feeds") or ()}
            found = [
                [self._thread(entry), comments_of(entry)]
                for entry in self._recent(feed)[:NEWEST_FOLLOWED]
                if comments_of(entry)
            ]
            cursor["feeds"] = [[*row, known.get(row[0], [*row, {}])[2]] for row in found]
        todo = len(cursor.get("feeds") or ())
        return Page((), {**cursor, "head": head, "todo": todo}, more=todo > 0)

    async def _comments(self, cursor: dict[str, Any]) -> Page:
        feeds, left = list(cursor["feeds"]), cursor["todo"] - 1
        thread, url, state = feeds[left]
        state = dict(state)
        try:
            feed = await self._changed(url, state)
        except (NotFound, Forbidden):
            feed = None  # comments that were closed: the others go on
        feeds[left] = [thread, url, state]
        changes = self._said(feed, ThreadKey(thread)) if feed is not None else []
        return Page(tuple(changes), {**cursor, "feeds": feeds, "todo": left}, more=left > 0)

    def _said(self, feed: Feed, thread: ThreadKey) -> list[Any]:
        changes: list[Any] = []
        for entry in reversed(feed.entries):
            changes += read(entry, self._place, root=thread, else_ms=self._else_ms(feed), writer="?")
        return changes

    def _recent(self, feed: Feed) -> list[Mapping[str, Any]]:
        """Newest first, also of a feed that has another order."""
        entries = sorted(feed.entries, key=lambda entry: posted_ms(entry) or 0, reverse=True)
        return [entry for entry in entries if (posted_ms(entry) or self._else_ms(feed)) >= self._config.since_ms]

    def _thread(self, entry: Mapping[str, Any]) -> ThreadKey:
        return ThreadKey(self._place.entry(name_of(entry)))

    def _else_ms(self, feed: Feed) -> int:
        return feed.at_ms or self._config.since_ms

    # -- requests --------------------------------------------------------------------------------------------------------

    @property
    def _url(self) -> str:
        return self._config.settings.get("feed", self._config.url)

    @property
    def _every_s(self) -> float:
        return float(self._config.settings.get("poll_s", EVERY_S))

    async def _changed(self, url: str, state: dict[str, Any]) -> Feed | None:
        """The feed, if it isn't as it was; `state` holds what the server tells it by."""
        asked = {"if-none-match": state.get("etag", ""), "if-modified-since": state.get("modified", "")}
        unless = {name: value for name, value in asked.items() if value}
        answer, feed = await feed_discovery.fetched(url, self._http, self._tools, unless)
        if answer.status == feed_discovery.NOT_CHANGED:
            return None
        found = feed_discovery.a_feed(answer, feed)
        state.update(etag=answer.headers.get("etag", ""), modified=answer.headers.get("last-modified", ""))
        return found

    async def _get(self, url: str) -> Feed:
        return feed_discovery.a_feed(*await feed_discovery.fetched(url, self._http, self._tools))
