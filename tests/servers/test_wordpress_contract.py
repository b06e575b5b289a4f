"""The contract every adapter meets, for WordPress on a real one."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.wordpress import WordPress as Adapted
from console.adapters.wordpress_reading import COMMENT_STATES, Keys
from console.adapters.wp_rows import number_in
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, ThreadKey
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy
from tests.servers.wordpress import WordPress

DAY_MS = 86_400_000


def now_ms() -> int:
    return int(time.time() * 1000)


def config_of(wordpress: WordPress, url: str, *, since_ms: int = 0, user: str = "redactie", **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads to the blog."""
    return Config(
        connection=ConnectionKey("connection"),
        platform="wordpress",
        url=url,
        user=user,
        server=wordpress.server,
        account=f"wordpress:{wordpress.server}:user:{wordpress.accounts[user].id}",
        since_ms=since_ms,
        settings={"root": f"{url}/wp-json/", "site_url": wordpress.url, "title": "CEO-blog", **settings},
    )


def adapter_of(wordpress: WordPress, config: Config, tools: Tools | None = None) -> Adapted:
    password = wordpress.accounts[config.user].password
    return Adapted(config, {"password": password}, tools or Tools(now_ms=now_ms, timeout_s=10.0))


class OnTheBlog(OnALine):
    """Readers of the blog, and a line to it that can fail."""

    def __init__(self, wordpress: WordPress, line: Proxy) -> None:
        super().__init__(line)
        self._blog = wordpress
        self._keys = Keys(wordpress.server)
        self._began_ms = now_ms()
        self.space = self._keys.space

    def adapter(self, tools: Tools) -> Adapter:
        return adapter_of(self._blog, config_of(self._blog, self._line.url, since_ms=self._began_ms - DAY_MS), tools)

    def now_ms(self) -> int:
        return now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(self._keys.post(self._blog.new_post(title, f"<p>{text}</p>")))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        number = self._blog.comment(
            "sanne", number_in(thread, "post"), html.escape(text), number_in(parent, "comment"), held=held
        )
        return self._keys.comment(number)

    def change(self, message: MessageKey, text: str) -> None:
        self._blog.edit(number_in(message, "comment"), text)

    def remove(self, message: MessageKey) -> None:
        self._blog.delete(number_in(message, "comment"))

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        post = number_in(thread, "post")
        opening = re.sub("<[^>]+>", "", self._blog.rest("GET", f"/wp/v2/posts/{post}")["content"]["rendered"]).strip()
        said = {
            self._keys.comment(comment.id): (html.unescape(comment.content), COMMENT_STATES[comment.status])
            for comment in self._blog.comments(post)
        }
        return {self._keys.post(post): (opening, MessageState.VISIBLE), **said}

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        first = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%d %H:%M:%S}"
        numbers = self._blog.seed(number_in(thread, "post"), count, text=text, first_gmt=first, every_s=2)
        return [self._keys.comment(number) for number in numbers]

    def spoil(self, message: MessageKey) -> bool:
        number = number_in(message, "comment")
        self._spoilt = self._blog.plugin(
            "add_filter('rest_prepare_comment', function ($answer, $comment) {"
            f" if ($comment->comment_ID == {number}) {{ $answer->data['status'] = ['?']; }} return $answer; }}, 10, 2);"
        )
        self._spoilt.__enter__()
        return True

    def close(self) -> None:
        if hasattr(self, "_spoilt"):
            self._spoilt.__exit__(None, None, None)
        self._blog.sql("DELETE FROM wp_comments WHERE comment_agent = 'seed'")  # a crowd keeps every other test busy


class TestWordPress(AdapterContract):
    @pytest.fixture
    def platform(self, wordpress: WordPress) -> Iterator[OnTheBlog]:
        with Proxy(wordpress.url) as line:
            blog = OnTheBlog(wordpress, line)
            yield blog
            blog.close()
