"""Slack's way of marking up text (mrkdwn), and what hangs at a message, as HTML for `markup` to make safe."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from console.adapters.emoji_names import with_emoji
from console.adapters.markup import escape

Names = Callable[[str], str]
MAX_CHARS = 200_000
_BEGIN, _END = "\ue000", "\ue001"  # stand around the number of a piece that is finished already
_FENCED = re.compile(r"```(.*?)```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]{1,2000})`")
_POINTED = re.compile(r"<([^<>\n]{1,4000})>")
_QUOTED = re.compile(r"(?:^&gt;.*(?:\n|\Z))+", re.MULTILINE)
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=[^\s{mark}])([^{mark}\n]{{1,2000}}?)(?<=\S){mark}(?![\w{mark}])"), rf"<{tag}>\1</{tag}>")
    for mark, tag in ((r"\*", "b"), ("_", "i"))
)  # fmt: skip
_STRUCK = re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]{1,2000}?)(?<=\S)~(?![\w~])")
# What lets whoever has it in: tokens in addresses, alone or behind a "?".
_SECRET = re.compile(r"[?&][^?&\s|<>\"]{0,40}=xox[a-z]{1,2}[-.][^\s&|<>\"]*|xox[a-z]{1,2}[-.][A-Za-z0-9-]{8,}")


def without_secrets(text: str) -> str:
    return _SECRET.sub("", text)


def to_html(text: str, names: Names) -> str:
    """What a message says.

    names  what somebody or some channel is called, by its id; "" for one that nobody knows
    """
    done: list[str] = []

    def finished(piece: str) -> str:
        done.append(piece)
        return f"{_BEGIN}{len(done) - 1}{_END}"

    text = without_secrets(text[:MAX_CHARS].replace(_BEGIN, "").replace(_END, "").replace("\r\n", "\n"))
    text = _FENCED.sub(lambda match: finished(f"<pre>{_plain(match[1], names)}</pre>"), text)
    text = _CODE.sub(lambda match: finished(f"<code>{_plain(match[1], names)}</code>"), text)
    text = _POINTED.sub(lambda match: finished(_pointed(match[1], names)), text)
    text = escape(_unescaped(text))
    for style, written in _STYLES:
        text = style.sub(written, text)
    text = with_emoji(_STRUCK.sub(r"\1", text))
    text = _QUOTED.sub(lambda match: f"<blockquote>{_lines(_unquoted(match[0]))}</blockquote>", text)
    return re.sub(f"{_BEGIN}(\\d+){_END}", lambda match: done[int(match[1])], _lines(text))


def _lines(text: str) -> str:
    return re.sub(r"(?<=</blockquote>)<br>", "", text.replace("\n", "<br>"))


def _unquoted(text: str) -> str:
    return re.sub(r"^&gt; ?", "", text.removesuffix("\n"), flags=re.MULTILINE)


def _unescaped(text: str) -> str:
    """Slack writes three characters in another way, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(text: str, names: Names) -> str:
    return escape(_unescaped(_POINTED.sub(lambda match: _words(match[1], names), text)))


def _words(pointed: str, names: Names) -> str:
    """What stands between < and >, as words."""
    kind, (what, _bar, label) = pointed[0], pointed.partition("|")
    match kind:
        case "@":
            return f"@{names(what[1:]) or label or what[1:]}"
        case "#":
            return f"#{label or names(what[1:]) or what[1:]}"
        case "!":
            name = what[1:].partition("^")[0]
            return label if label and name != "here" else f"@{name}"
        case _:
            return label or what.removeprefix("mailto:")


def _pointed(pointed: str, names: Names) -> str:
    what = _unescaped(pointed.partition("|")[0])
    words = escape(_unescaped(_words(pointed, names)))
    if not what.startswith(("http://", "https://", "mailto:")):
        return words
    return f'<a href="{html.escape(what)}">{words}</a>'


# -- what hangs at it ----------------------------------------------------------------------------------------------------


def cards(attachments: object, names: Names) -> str:
    """What programs hang at a message, and what a link leads to, as paragraphs."""
    parts = []
    for one in attachments if isinstance(attachments, list) else ():
        if not isinstance(one, Mapping):
            continue
        told = {name: value for name, value in one.items() if isinstance(value, str) and value.strip()}
        lines = [to_html(told[name], names) for name in ("pretext", "title", "text") if name in told]
        link = without_secrets(told.get("title_link") or told.get("from_url") or "")
        if link.startswith(("http://", "https://")):
            lines.append(f'<a href="{html.escape(link)}">{escape(link)}</a>')
        parts.append("<br>".join(lines or [to_html(told.get("fallback", ""), names)]))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def words_of(blocks: object) -> str:
    """The text of a message that is built of blocks alone."""
    return "\n".join(line for line in _block_lines(blocks, 0) if line.strip())[:MAX_CHARS]


def _block_lines(told: Any, depth: int) -> Iterator[str]:
    if depth > 12:
        return
    if isinstance(told, list):
        for one in told:
            yield from _block_lines(one, depth + 1)
    elif isinstance(told, Mapping):
        inline = told.get("elements")
        if told.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted") and isinstance(
            inline, list
        ):
            yield "".join(_inline(one) for one in inline if isinstance(one, Mapping))
        elif isinstance(told.get("text"), str):
            yield told["text"]
        else:
            for name in ("text", "elements", "fields"):
                yield from _block_lines(told.get(name), depth + 1)


def _inline(one: Mapping[str, Any]) -> str:
    """A piece of a line, written as mrkdwn writes it."""
    match one.get("type"):
        case "user":
            return f"<@{one.get('user_id')}>"
        case "channel":
            return f"<#{one.get('channel_id')}>"
        case "broadcast":
            return f"<!{one.get('range')}>"
        case "emoji":
            return f":{one.get('name')}:"
        case "link":
            label = str(one.get("text") or "").replace("|", " ")
            return f"<{one.get('url')}|{label}>" if label else f"<{one.get('url')}>"
        case _:
            return str(one.get("text") or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
