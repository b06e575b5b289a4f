"""HumHub's rich text: Markdown with links of its own, read into safe HTML, and written from what a moderator typed."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from console.adapters.emoji_names import with_emoji
from console.adapters.markup import Body, from_plain, reduce

MAX_MARKDOWN_CHARS = 65_535  # what HumHub holds in one text; a longer one is shown as it was typed
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_URL = re.compile(r"https?://[^\s<>\"'\[\]]+[^\s<>\"'\[\].,;:!?)]")
_RISKY = re.compile(r"[\\`*\[\]<>~|]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,32};)|!(?=\[)")
_LINE_START = re.compile(r"^([ \t]*)(?:([#+=-])|(\d{1,9})([.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def read(source: str, base_url: str) -> Body:
    """The safe HTML and plain text of a message; mentions are names, files are left to the attachments."""
    if len(source) > MAX_MARKDOWN_CHARS:
        return from_plain(source)
    tokens = _READER.parse(source)
    for token in tokens:
        if token.children:
            token.children = _inline(token.children)
    return reduce(_READER.renderer.render(tokens, _READER.options, {}), base_url=base_url)


def _inline(tokens: list[Token]) -> list[Token]:
    read: list[Token] = []
    links: list[bool] = []  # the links that are open, and whether each is one for us too
    for token in tokens:
        if token.type == "link_open":
            href = _address(str(token.attrs.get("href") or ""), str(token.attrs.get("title") or ""))
            links.append(bool(href))
            token.attrs = {"href": href}
        elif token.type == "link_close":
            if not links.pop():
                continue
        elif token.type == "image" and str(token.attrs.get("src") or "").startswith("file-guid:"):
            continue
        elif token.type == "text" and not links:
            read += _words(token.content)
            continue
        if token.type != "link_open" or links[-1]:
            read.append(token)
    return read


def _address(href: str, title: str) -> str:
    """Where a link leads for whoever reads it here; "" for one that leads nowhere but inside HumHub's own page."""
    kind, _, rest = href.partition(":")
    match kind:
        case "mention":
            return title
        case "oembed":
            return rest
        case "file-guid":
            return ""
        case _:
            return href


def _words(text: str) -> list[Token]:
    """Words between links: addresses become links, names of emoji the emoji."""
    read, at = [], 0
    for match in _URL.finditer(text):
        read += [_text(with_emoji(text[at : match.start()])), Token("link_open", "a", 1, {"href": match.group()})]
        read += [_text(match.group()), Token("link_close", "a", -1)]
        at = match.end()
    return [*read, _text(with_emoji(text[at:]))]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def written(text: str) -> str:
    """A moderator's plain text as Markdown that reads as it was typed; addresses stay whole."""
    text = _INDENT.sub(lambda match: "\u00a0" * len(match.group()), "\n".join(text.splitlines()).strip())
    read, at = [], 0
    for match in _URL.finditer(text):
        read += [_RISKY.sub(r"\\\g<0>", text[at : match.start()]), _whole(match.group())]
        at = match.end()
    read.append(_RISKY.sub(r"\\\g<0>", text[at:]))
    return _LINE_START.sub(_escaped_start, "".join(read))


def _whole(url: str) -> str:
    """An address in which nothing is read as markup."""
    return f"<{url}>" if _RISKY.search(url) else url


def _escaped_start(match: re.Match[str]) -> str:
    space, sign, digits, point = match.groups()
    return f"{space}\\{sign}" if sign else f"{space}{digits}\\{point}"


def says(message: object, text: str) -> bool:
    """Whether a message holds this text as we sent it, whatever HumHub did to its spaces."""
    return isinstance(message, str) and read(message, "").text.split() == read(written(text), "").text.split()
