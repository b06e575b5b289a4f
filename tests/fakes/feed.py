"""A blog that publishes its posts and comments as feeds: RSS as WordPress does it, or Atom with threads (RFC 4685).

There is no published schema of RSS; Atom is RFC 4287. It keeps validators: an unchanged feed answers 304.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from xml.sax.saxutils import escape

from tests.fakes.loopback import Served

PER_FEED = 10  # posts, newest first: older ones drop out
PER_COMMENTS = 200


@dataclass
class Post:
    number: int
    by: str
    title: str
    text: str
    at: datetime
    changed: datetime
    comments: list[Comment] = field(default_factory=list)
    closed: bool = False


@dataclass
class Comment:
    number: int
    by: str
    text: str
    at: datetime
    answers: int = 0
    spoilt: bool = False


class Blog(Served):
    """`with Blog("atom") as blog: …` serves `blog.url`, an HTML page that names `/feed`."""

    title = "Van de directie"

    def __init__(self, kind: str = "rss", clock: datetime | None = None) -> None:
        self.kind = kind
        self.behind = ""  # the line that stands before it, where there is one
        self.posts: list[Post] = []
        self.asked: list[tuple[str, int]] = []
        self._numbers = 0
        self.now = clock or datetime.now(UTC)

    @property
    def home(self) -> str:
        """The address that its own links begin with."""
        return self.behind or self.url

    def post(self, title: str, text: str, by: str = "Karin Vos") -> Post:
        made = Post(self._number(), by, title, text, self.now, self.now)
        self.posts.insert(0, made)
        return made

    def comment(self, post: Post, text: str, by: str = "Joris", answers: int = 0) -> Comment:
        made = Comment(self._number(), by, text, self.now, answers)
        post.comments.append(made)
        return made

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def post_id(self, post: Post) -> str:
        return f"{self.home}/?p={post.number}"

    def comment_id(self, post: Post, number: int) -> str:
        return f"{self.home}/?p={post.number}#comment-{number}"

    # -- what is served ------------------------------------------------------------------------------------------------

    def page(self, path: str) -> tuple[int, str, str]:
        if path == "/":
            named = '<link rel="alternate" type="application/rss+xml" href="/feed">'
            return 200, "text/html", f"<html><head><title>x</title>{named}</head><body>Hallo</body></html>"
        if path == "/feed":
            return 200, "application/xml", self._feed()
        for post in self.posts:
            if path == f"/{post.number}/feed" and not post.closed:
                return 200, "application/xml", self._comments(post)
        return 404, "text/html", "<html>Weg</html>"

    def _feed(self) -> str:
        newest = self.posts[:PER_FEED]
        return self._atom(newest) if self.kind == "atom" else self._rss(newest)

    def _rss(self, posts: list[Post]) -> str:
        items = "".join(
            f"<item><title>{escape(post.title)}</title><link>{self.home}/{post.number}</link>"
            f'<guid isPermaLink="false">{escape(self.post_id(post))}</guid><dc:creator>{escape(post.by)}</dc:creator>'
            f"<pubDate>{format_datetime(post.at)}</pubDate><description>{escape(escape(post.text)[:80])}</description>"
            f"<content:encoded>{escape(_html(post.text))}</content:encoded>"
            f"<wfw:commentRss>{self.home}/{post.number}/feed</wfw:commentRss><slash:comments>{len(post.comments)}</slash:comments></item>"
            for post in posts
        )
        return self._channel(self.title, items)

    def _channel(self, title: str, items: str) -> str:
        spaces = (
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {spaces}><channel><title>{escape(title)}</title>'
            f"<link>{self.home}</link>{items}</channel></rss>"
        )

    def _atom(self, posts: list[Post]) -> str:
        entries = "".join(
            f'<entry><id>{escape(self.post_id(post))}</id><title type="text">{escape(post.title)}</title>'
            f"<author><name>{escape(post.by)}</name></author><published>{post.at.isoformat()}</published>"
            f'<updated>{post.changed.isoformat()}</updated><link href="/{post.number}"/>'
            f'<link rel="replies" type="application/atom+xml" href="/{post.number}/feed"/>'
            f'<content type="html">{escape(_html(post.text))}</content></entry>'
            for post in posts
        )
        return self._atom_feed(self.title, entries)

    def _atom_feed(self, title: str, entries: str) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
            f' xmlns:thr="http://purl.org/syndication/thread/1.0" xml:base="{self.home}/"><id>{self.home}</id>'
            f'<title>{escape(title)}</title><updated>{self.now.isoformat()}</updated><link href="{self.home}"/>{entries}</feed>'
        )

    def _comments(self, post: Post) -> str:
        newest = list(reversed(post.comments))[:PER_COMMENTS]
        if self.kind == "atom":
            return self._atom_feed(
                f"Reacties op {post.title}",
                "".join(
                    f"<entry><id>{escape(self.comment_id(post, one.number))}</id><title>Door {escape(one.by)}</title>"
                    f"<author><name>{escape(one.by)}</name></author><updated>{one.at.isoformat()}</updated>"
                    f'<thr:in-reply-to ref="{escape(self.comment_id(post, one.answers) if one.answers else self.post_id(post))}"/>'
                    f'<link href="/{post.number}#comment-{one.number}"/>'
                    f'<content type="html">{escape(_html(one.text))}</content></entry>'
                    for one in newest
                ),
            )
        return self._channel(
            f"Reacties op: {post.title}",
            "".join(
                f"<item><title>Door: {escape(one.by)}</title><link>{self.home}/{post.number}#comment-{one.number}</link>"
                f'<guid isPermaLink="false">{escape(self.comment_id(post, one.number))}</guid>'
                f"<dc:creator>{escape(one.by)}</dc:creator><pubDate>{format_datetime(one.at)}</pubDate>"
                f"<content:encoded>{escape(_html(one.text))}</content:encoded></item>"
                for one in newest
            ),
        )

    def handler(self) -> type[BaseHTTPRequestHandler]:
        blog = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *parts: object) -> None:
                pass

            def do_GET(self) -> None:
                status, kind, text = blog.page(self.path)
                body = text.encode()
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                if status == 200 and self.headers.get("if-none-match") == tag:
                    status, body = 304, b""
                blog.asked.append((self.path, status))
                self.send_response(status)
                self.send_header("content-type", f"{kind}; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.send_header("etag", tag)
                self.end_headers()
                self.wfile.write(body)

        return Handler


def _html(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
