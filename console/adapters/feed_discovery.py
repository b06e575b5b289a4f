"""Finding the feed that an address leads to, without changing anything there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin

from console.adapters.contract import Config, Tools
from console.adapters.feed_reading import Feed, Place, comments_of, parsed, space_of
from console.adapters.transport import Answer, Http, error_for
from console.adapters.typed_address import typed_address
from console.domain.platform import BadResponse, CheckLine, CheckResult

KINDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
MAX_FEED_BYTES = 20_000_000
MAX_PAGE_CHARS = 500_000
NOT_CHANGED = 304


class _Links(HTMLParser):
    """The feeds that a page's head names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if (
            tag == "link"
            and "alternate" in told.get("rel", "").lower().split()
            and told.get("type", "").lower() in KINDS
        ):
            self.found.append(told.get("href", ""))


async def check(config: Config, http: Http, tools: Tools) -> CheckResult:
    """Reads the feed, or the one that the page at this address names first. Raises PlatformError when there is none."""
    url = typed_address(config.url).geturl()
    answer, feed = await fetched(url, http, tools)
    if feed is None:
        named = _named(answer)
        if named is not None:
            answer, feed = await fetched(named, http, tools)
        feed = a_feed(answer, feed)
    parts = typed_address(answer.url)
    server = f"{parts.netloc}{parts.path}{'?' if parts.query else ''}{parts.query}".lower().rstrip("/")
    leadership = config.settings.get("leadership", "yes")
    place = Place(server, leadership == "yes")
    space = space_of(feed, place, answer.url)
    with_comments = sum(1 for entry in feed.entries if comments_of(entry))
    lines = (
        CheckLine("found", True, {"name": space.title}),
        CheckLine("feed_entries", True, {"count": len(feed.entries)}),
        CheckLine("feed_comments" if with_comments else "feed_no_comments", True, limited=not with_comments),
    )
    return CheckResult(
        lines, server, place.person(config.user or "us"), config.user,
        settings={"feed": answer.url, "title": space.title, "site_url": space.url, "leadership": leadership},
        spaces=(space,),
    )  # fmt: skip


async def fetched(
    url: str, http: Http, tools: Tools, unless: Mapping[str, str] | None = None
) -> tuple[Answer, Feed | None]:
    """What is at an address, and the feed in it, None where it is none. Raises PlatformError.

    unless  headers by which the server tells that it is as it was: then its answer is NOT_CHANGED, without a feed
    """
    answer = await http.request("GET", url, headers=unless, follow=True, max_bytes=MAX_FEED_BYTES)
    if unless and answer.status == NOT_CHANGED:
        return answer, None
    if answer.status != 200:
        raise error_for(answer, tools.now_ms())
    return answer, await asyncio.to_thread(parsed, answer.body, answer.url, answer.headers.get("content-type", ""))


def a_feed(answer: Answer, feed: Feed | None) -> Feed:
    """What `fetched` found. Raises BadResponse "not_a_feed" where it is none."""
    if feed is None:
        raise BadResponse(answer.host, code="not_a_feed", maybe_sent=False)
    return feed


def _named(answer: Answer) -> str | None:
    links = _Links()
    links.feed(answer.text[:MAX_PAGE_CHARS])
    return urljoin(answer.url, links.found[0]) if links.found else None
