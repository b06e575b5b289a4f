"""Feeds: the contract on a blog in both dialects, and what only feeds can be asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters.conformance import AdapterContract
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.feed import NEWEST_FOLLOWED, Feeds
from console.adapters.feed_reading import Place, parsed, read
from console.domain.conversation import ConnectionKey, Message, MessageKey, MessageState, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import BadResponse, NotFound, Rejected, Sighting
from tests.fakes.feed import Blog, Post
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy

DAY_MS = 86_400_000


def now_ms() -> int:
    return int(time.time() * 1000)


def config_of(blog: Blog, url: str = "") -> Config:
    return Config(
        ConnectionKey("c"), "feed", url or blog.url, "Redactie", "blog.example/feed", "", now_ms() - 30 * DAY_MS,
        {"feed": f"{url or blog.url}/feed"},
    )  # fmt: skip


def feed_of(blog: Blog) -> Feeds:
    return Feeds(config_of(blog), {}, Tools(now_ms=now_ms, timeout_s=10.0))


class OnABlog(OnALine):
    """A blog behind a line that can fail. Its own addresses lead past the line, as its posts name them."""

    def __init__(self, blog: Blog, line: Proxy) -> None:
        super().__init__(line)
        blog.behind = line.url
        self._blog = blog
        self._place = Place("blog.example/feed", leadership=True)
        self.space = self._place.space
        self._posts: dict[ThreadKey, Post] = {}

    def adapter(self, tools: Tools) -> Adapter:
        return Feeds(config_of(self._blog, self._blog.behind), {}, tools)

    def now_ms(self) -> int:
        return now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        post = self._blog.post(title, text)
        key = ThreadKey(self._place.entry(self._blog.post_id(post)))
        self._posts[key] = post
        return key

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        post = self._posts[thread]
        answered = [one.number for one in post.comments if self._key(post, one.number) == parent]
        return self._key(post, self._blog.comment(post, text, answers=answered[0] if answered else 0).number)

    def _key(self, post: Post, number: int) -> MessageKey:
        return self._place.entry(self._blog.comment_id(post, number))

    def change(self, message: MessageKey, text: str) -> None:
        raise AssertionError("nobody is told of it")

    def remove(self, message: MessageKey) -> None:
        raise AssertionError("nobody is told of it")

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        post = self._posts[thread]
        told = {MessageKey(thread): (post.text, MessageState.VISIBLE)}
        return told | {self._key(post, one.number): (one.text, MessageState.VISIBLE) for one in post.comments}

    def spoil(self, message: MessageKey) -> bool:
        return False


class TestFeeds(AdapterContract):
    @pytest.fixture(params=["rss", "atom"])
    def platform(self, request: pytest.FixtureRequest) -> Iterator[OnABlog]:
        with Blog(request.param) as blog, Proxy(blog.url) as line:
            yield OnABlog(blog, line)


@pytest.fixture(params=["rss", "atom"])
def blog(request: pytest.FixtureRequest) -> Iterator[Blog]:
    with Blog(request.param) as made:
        yield made


async def test_the_address_of_the_website_is_enough(blog: Blog) -> None:
    blog.comment(blog.post("Nieuw gebouw", "We verhuizen."), "Wanneer?")
    config = Config(ConnectionKey("c"), "feed", blog.url)
    adapter = Feeds(config, {}, Tools(now_ms=now_ms))
    result = await adapter.check()
    assert result.works
    assert result.settings["feed"] == f"{blog.url}/feed"
    assert [line.code for line in result.lines] == ["found", "feed_entries", "feed_comments"]
    assert result.spaces[0].title == "Van de directie"
    await adapter.close()


@pytest.mark.parametrize(("path", "error", "code"), [
    ("/weg", NotFound, "http_404"), ("/leeg", BadResponse, "not_a_feed"), ("", Rejected, "bad_url"),
])  # fmt: skip
async def test_what_is_no_feed_is_told_so(path: str, error: type[Exception], code: str) -> None:
    class Empty(Blog):
        def page(self, path: str) -> tuple[int, str, str]:
            return (200, "text/html", "<html>Niets</html>") if path == "/leeg" else super().page(path)

    with Empty() as blog:
        adapter = Feeds(
            Config(ConnectionKey("c"), "feed", blog.url + path if path else "geen adres"), {}, Tools(now_ms=now_ms)
        )
        with pytest.raises(error) as told:
            await adapter.check()
        assert told.value.code == code  # type: ignore[attr-defined]
        await adapter.close()


async def test_what_did_not_change_is_not_sent_again(blog: Blog) -> None:
    post = blog.post("Nieuw gebouw", "We verhuizen.")
    blog.comment(post, "Wanneer?")
    adapter, shelf = feed_of(blog), Shelf()
    await shelf.catch_up(adapter)
    blog.asked.clear()
    await shelf.catch_up(adapter)
    assert blog.asked
    assert {status for _path, status in blog.asked} == {304}
    blog.comment(post, "En waarheen?")
    await shelf.catch_up(adapter)
    assert len(shelf.shown(ThreadKey(adapter._place.entry(blog.post_id(post))))) == 3
    await adapter.close()


async def test_comments_of_one_post_that_are_closed_do_not_stop_the_others(blog: Blog) -> None:
    first, second = blog.post("Een", "Een"), blog.post("Twee", "Twee")
    blog.comment(first, "Bij een")
    blog.comment(second, "Bij twee")
    second.closed = True
    adapter, shelf = feed_of(blog), Shelf()
    await shelf.catch_up(adapter)
    assert {message.text for message in shelf.messages.values()} == {"Een", "Twee", "Bij een"}
    await adapter.close()


async def test_a_changed_post_shows_its_new_words() -> None:
    with Blog("atom") as blog:
        post = blog.post("Een", "Eerst dit")
        adapter, shelf = feed_of(blog), Shelf()
        await shelf.catch_up(adapter)
        post.text, post.changed = "Nu dit", blog.now + timedelta(hours=1)
        await shelf.catch_up(adapter)
        (message,) = shelf.messages.values()
        assert message.text == "Nu dit"
        assert message.edited_at_ms is not None
        await adapter.close()


async def test_the_comments_of_the_newest_posts_are_followed_and_what_lies_before_the_start_is_not_read() -> None:
    with Blog("rss") as blog:
        old = blog.post("Oud", "Oud")
        old.at = datetime.now(UTC) - timedelta(days=60)
        blog.post("Nieuw", "Nieuw")
        adapter, shelf = feed_of(blog), Shelf()
        await shelf.catch_up(adapter)
        assert {message.text for message in shelf.messages.values()} == {"Nieuw"}
        assert sum(path.endswith("/feed") and path != "/feed" for path, _ in blog.asked) <= NEWEST_FOLLOWED
        await adapter.close()


async def test_a_reply_that_a_person_placed_is_recognised(blog: Blog) -> None:
    post = blog.post("Nieuw gebouw", "We verhuizen.")
    adapter = feed_of(blog)
    thread = ThreadKey(adapter._place.entry(blog.post_id(post)))
    intent = Intent(
        IntentId("i"), Kind.REPLY, ConnectionKey("c"), adapter._place.space, thread, MessageKey(thread), "In maart.",
        State.HANDOFF, "ik", now_ms() - 1000, 0,
    )  # fmt: skip
    assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
    blog.now = datetime.now(UTC)
    blog.comment(post, "In maart.", by="Iemand anders")
    assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT, "the same words by a colleague"
    ours = blog.comment(post, "In  maart.", by="Redactie")
    found = await adapter.find_sent(intent, frozenset())
    assert (found.sighting, found.message) == (Sighting.SEEN, adapter._place.entry(blog.comment_id(post, ours.number)))
    assert (await adapter.find_sent(intent, frozenset({found.message}))).sighting is Sighting.ABSENT
    await adapter.close()


HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>'


@given(st.one_of(
    st.binary(max_size=400), st.text(max_size=300).map(lambda text: f"{HEAD}<item>{text}</item></channel></rss>".encode()),
    st.lists(st.sampled_from(["<item>", "</item>", "<title>", "<pubDate>", "1970", "31 Feb 2099 99:99", "&#0;", "]]>", "<![CDATA[", "<guid/>",
                              "<link>javascript:x</link>", "<entry>", "\x00", "<enclosure url='a' length='-1'/>"])).map(
        lambda parts: (HEAD + "".join(parts)).encode()),
))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_whatever_a_feed_holds_it_is_read_or_refused(data: bytes) -> None:
    feed = parsed(data, "https://blog.example/feed", "application/xml")
    for entry in feed.entries if feed else ():
        changes = read(entry, Place("blog.example"), root=None, else_ms=1, writer="?")
        (message,) = [change for change in changes if isinstance(change, Message)]
        assert message.posted_at_ms > 0
        assert "javascript:" not in message.html


def test_entities_that_grow_are_not_grown() -> None:
    """A kilobyte that would become gigabytes."""
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    bomb = f'<!DOCTYPE x [<!ENTITY a "lol">{entities}]>' + HEAD + "<item><title>&j;</title></item></channel></rss>"
    feed = parsed(bomb.encode(), "https://blog.example/feed", "application/xml")
    assert feed is None or all(len(str(entry)) < 10_000 for entry in feed.entries)
