"""WordPress's own export (WXR): posts and pages with their comments, keyed as the REST API's are.

What it says is laid out as rows of that API and read by the same code, so a comment is the same message whichever way it
came. Internet addresses of writers are never taken in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.moments import moment_ms
from console.adapters.imports.source import Item, Source
from console.adapters.imports.walking import NotTaken, Part, walk
from console.adapters.imports.wxr_elements import Blog, Fields, Piece, pieces
from console.adapters.markup import escape
from console.adapters.rows import number
from console.adapters.typed_address import server_of
from console.adapters.wordpress_reading import Keys, read_comment, read_post
from console.domain.conversation import Change, Space, Thread
from console.domain.platform import Cursor, capabilities

MOST_LOOKED_AT = 200  # files, to see whether any of them is one
HEAD_BYTES = 65_536
_MARK = b"http://wordpress.org/export/"
_STATES = {"1": "approved", "0": "hold"}
_PAGES = frozenset({"post", "page", ""})
_PEOPLE = frozenset({"", "comment"})
_NEVER = "0000-00-00 00:00:00"
_BLOCK = re.compile(r"\s*<(?:p|div|ul|ol|li|table|blockquote|pre|h[1-6]|figure|section|article|hr|!--|dl|form)\b", re.I)
_COMMENTED = re.compile(r"<!--.{0,4000}?-->", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


class Wxr:
    key, platform = "wxr", "wordpress"
    capabilities = capabilities(
        approximate=True, read="api", reply="handoff", edit="handoff", approve="handoff", hold="handoff", hide="handoff", spam="handoff",
        delete="handoff", lock="handoff",
    )  # fmt: skip

    def recognises(self, source: Source) -> bool:
        return any(True for _ in _files(source, MOST_LOOKED_AT))

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        yield from walk((_part(source, item, options) for item in _files(source)), source, options.since_ms, after)


def _files(source: Source, most: int | None = None) -> Iterator[Item]:
    for item in source.items[:most]:
        if source.head(item, 400).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _MARK in source.head(
            item, HEAD_BYTES
        ):
            yield item


def _part(source: Source, item: Item, options: Options) -> Part:
    def read(piece: Piece) -> Sequence[Change]:
        return _changes(piece, options)

    return Part(item, lambda: pieces(source.open(item)), read, _shown)


def _shown(piece: Piece | None) -> object:
    """Of a piece that can't be taken in, nothing that says who wrote it."""
    fields = {} if piece is None else piece.post if piece.comment is None else piece.comment
    return {name: text for name, text in fields.items() if "author" not in name and name != "dc:creator"}


def _changes(piece: Piece, options: Options) -> list[Change]:
    blog = piece.blog.fields
    site_url = next(
        (url for name in ("wp:base_blog_url", "wp:base_site_url", "link") if (url := blog.get(name, "").strip())), ""
    )
    server = server_of(site_url) or options.server  # another blog than the one that is connected has numbers of its own
    if not server:
        raise NotTaken("no_blog")
    keys, space = Keys(server), _space(piece.blog, Keys(server), site_url)
    if piece.comment is not None:
        return [space, *_comment(piece.comment, piece.post, keys, site_url, options)]
    kind = piece.post.get("wp:post_type", "").strip()
    if kind not in _PAGES:
        raise NotTaken("not_a_page", quiet=True, type=kind[:40])
    return [space, *_post(piece.post, piece.blog, keys, options)]


def _space(blog: Blog, keys: Keys, site_url: str) -> Space:
    return Space(keys.space, "1", blog.fields.get("title", "").strip() or keys.server, site_url)


def _post(post: Fields, blog: Blog, keys: Keys, options: Options) -> list[Change]:
    login = post.get("dc:creator", "").strip()
    writer = blog.authors.get(login, {})
    name = writer.get("wp:author_display_name", "").strip() or login
    row: dict[str, Any] = {
        "id": number(post.get("wp:post_id", "").strip()),
        "status": post.get("wp:status", "").strip(),
        "title": {"rendered": post.get("title", "")},
        "link": post.get("link", "").strip(),
        "comment_status": post.get("wp:comment_status", "").strip(),
        "sticky": post.get("wp:is_sticky", "").strip() == "1",
        "content": {"rendered": paragraphs(post.get("content:encoded", ""))},
        "date_gmt": _moment(post, "wp:post_date", options),
        "author": number(writer.get("wp:author_id", "").strip()),
        "author_name": escape(name),
        "_embedded": {"author": [{"name": escape(name)}]},
    }
    if not row["id"]:
        raise NotTaken("unreadable")
    return read_post(row, keys)


def _comment(comment: Fields, post: Fields, keys: Keys, site_url: str, options: Options) -> list[Change]:
    kind = comment.get("wp:comment_type", "").strip()
    if kind not in _PEOPLE:
        raise NotTaken("not_a_comment", quiet=True, type=kind[:40])
    this, under = number(comment.get("wp:comment_id", "").strip()), number(post.get("wp:post_id", "").strip())
    if not this or not under:
        raise NotTaken("unreadable")
    approved = comment.get("wp:comment_approved", "").strip()
    link = post.get("link", "").strip()
    row: dict[str, Any] = {
        "id": this,
        "post": under,
        "parent": number(comment.get("wp:comment_parent", "").strip()),
        "status": _STATES.get(approved, approved),
        "content": {"rendered": paragraphs(comment.get("wp:comment_content", ""))},
        "date_gmt": _moment(comment, "wp:comment_date", options),
        "author": number(comment.get("wp:comment_user_id", "").strip()),
        "author_name": escape(comment.get("wp:comment_author", "")),
        "author_email": comment.get("wp:comment_author_email", ""),
        "link": f"{link}#comment-{this}" if link else "",
    }
    head: list[Change] = []
    if post.get("wp:post_type", "").strip() not in _PAGES:  # of another kind: its page is not taken in, what is said is
        thread = read_post({"id": under, "title": {"rendered": post.get("title", "")}, "link": link}, keys)[0]
        head = [thread] if isinstance(thread, Thread) else []
    return [*head, *read_comment(row, keys, 0, site_url)]


def _moment(fields: Mapping[str, str], name: str, options: Options) -> str:
    """The moment in UTC as the API writes it. Raises NotTaken."""
    gmt, local = fields.get(f"{name}_gmt", "").strip(), fields.get(name, "").strip()
    at_ms = moment_ms(gmt) if gmt != _NEVER else None
    if at_ms is None and local != _NEVER:
        at_ms = moment_ms(local, options.timezone)
    if at_ms is None:
        raise NotTaken("no_moment", field=name)
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def paragraphs(source: str) -> str:
    """A text as WordPress keeps it, as the HTML it is shown as: line ends are breaks, addresses are links."""
    parts = []
    for part in re.split(r"\n[ \t]*\n\s*", _COMMENTED.sub("", source).replace("\r\n", "\n").strip()):
        if _BLOCK.match(part):
            parts.append(part)
        elif part.strip():
            linked = part if "<a" in part.lower() or "<img" in part.lower() else _ADDRESS.sub(_link, part)
            parts.append("<p>" + linked.strip().replace("\n", "<br>") + "</p>")
    return "\n".join(parts)


def _link(match: re.Match[str]) -> str:
    return f'<a href="{match.group()}">{match.group()}</a>'
