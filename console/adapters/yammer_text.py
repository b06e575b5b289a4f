"""Yammer's texts: a body in three forms, what hangs at it, and what a moderator typed, as Yammer takes it.

A body comes as HTML (`rich`), as text with placeholders (`[[user:5]]`) and as plain text. Polls, praise and cards of
links are attachments of kinds of their own; how they are built is nowhere written down, so what is there is read.
"""

from __future__ import annotations

import html
import mimetypes
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from console.adapters.markup import Body, escape, from_plain, reduce
from console.adapters.outgoing import ready
from console.domain.conversation import Attachment
from console.domain.platform import Rejected

MAX_CHARS = 10_000  # of a reply: no limit is published, and this much surely passes
PICTURE_PX = "1200"
Names = Callable[[str, int], str]
_PLACE = re.compile(r"\[\[(user|group|topic|tag):(\d{1,19})\]\]")
_EXPORTED = re.compile(r"\[Tag:\d{1,19}:([^\[\]\n]{1,200})\]")
_HREF = re.compile(r"""(href\s*=\s*)(["'])(https?://[^"'<>\s]+)\2""", re.IGNORECASE)
_REDIRECTS = ("yammer.com", "safelinks.protection.outlook.com")
_NOT_FILES = frozenset({"poll", "praise", "ymodule"})
_OPTIONS = ("options", "poll_options", "answers")
_OPTION = ("option", "text", "answer", "title", "name")
_VOTES = ("votes", "vote_count", "count", "votes_count")


def read(row: Mapping[str, Any], names: Names, base_url: str) -> Body:
    """The safe HTML and plain text of a message. Raises TypeError when it has no body at all."""
    return reduce(_source(row.get("body"), names) + _cards(row.get("attachments"), names), base_url=base_url)


def _source(body: object, names: Names) -> str:
    forms = {name: body.get(name) for name in ("rich", "parsed", "plain")} if isinstance(body, Mapping) else {}
    rich, parsed, plain = (forms.get(name) for name in ("rich", "parsed", "plain"))
    if isinstance(rich, str) and rich.strip():
        # Some clients leave line ends in a text without any markup.
        rich = rich if "<" in rich else rich.replace("\r\n", "\n").replace("\n", "<br>")
        return _HREF.sub(lambda match: f"{match[1]}{match[2]}{_target(match[3])}{match[2]}", rich)
    if isinstance(parsed, str) and parsed.strip():
        return from_plain(resolved(parsed, names)).html
    if isinstance(plain, str):
        return from_plain(html.unescape(plain)).html
    if isinstance(rich, str) or isinstance(parsed, str):
        return ""
    raise TypeError("no body")


def resolved(text: str, names: Names) -> str:
    """A text with placeholders, in which names stand; what nobody names stays as it is."""
    text = _PLACE.sub(lambda match: names(match[1], int(match[2])) or match[0], text)
    return _EXPORTED.sub(lambda match: f"#{match[1]}", text)


def _target(url: str) -> str:
    """Where a link that is led past a counter of clicks really goes."""
    try:
        parts = urlsplit(html.unescape(url))
        host = parts.hostname or ""
        inside = parse_qs(parts.query).get("url", [""])[0]
    except ValueError:
        return url
    led = any(host == one or host.endswith(f".{one}") for one in _REDIRECTS)
    return html.escape(inside) if led and inside.startswith(("https://", "http://")) else url


# -- what hangs at a message ---------------------------------------------------------------------------------------------


def files(attachments: object, site_url: str) -> tuple[Attachment, ...]:
    """The files of a message: their names, kinds and sizes, and where their bytes are."""
    found = []
    for one in attachments if isinstance(attachments, list) else ():
        if not isinstance(one, Mapping) or str(one.get("type")) in _NOT_FILES:
            continue
        texts = {name: value for name, value in one.items() if isinstance(value, str)}
        name = texts.get("name") or texts.get("full_name") or texts.get("original_name") or ""
        size = one.get("size")
        mime = texts.get("content_type") or mimetypes.guess_type(name)[0] or ""
        if one.get("type") == "image" and not mime.startswith("image/"):
            mime = "image/jpeg"
        url = _where(texts, site_url, picture=mime.startswith("image/"))
        if name or url:
            size_bytes = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None
            found.append(Attachment(name, mime, size_bytes, url))
    return tuple(found)


def _where(texts: Mapping[str, str], site_url: str, *, picture: bool) -> str:
    """Where the bytes are: of a picture with us on the platform itself, of another file where a browser opens it."""
    scaled = texts.get("scaled_url", "").replace("{{width}}", PICTURE_PX).replace("{{height}}", PICTURE_PX)
    pictures = (texts.get("download_url", ""), scaled, texts.get("preview_url", ""))
    opened = (texts.get("web_url", ""), texts.get("download_url", ""))
    ours = next((url for url in pictures if url.startswith(f"{site_url}/api/v1/")), "") if picture else ""
    return ours or next((url for url in opened if url), "")


def _cards(attachments: object, names: Names) -> str:
    """Polls, praise and links that are shown as cards, as HTML that reads well without them."""
    parts = []
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, Mapping):
            match one.get("type"):
                case "poll":
                    parts.append(_poll(one))
                case "praise":
                    parts.append(_praise(one, names))
                case "ymodule":
                    parts.append(_link(one))
    return "".join(parts)


def _words(row: object, *fields: str) -> str:
    if isinstance(row, Mapping):
        return next((str(row[name]) for name in fields if isinstance(row.get(name), str) and row[name].strip()), "")
    return ""


def _poll(one: Mapping[str, Any]) -> str:
    inner = one.get("poll")
    poll = inner if isinstance(inner, Mapping) else one
    options: list[Any] = next((poll[name] for name in _OPTIONS if isinstance(poll.get(name), list)), [])
    lines = []
    for option in options:
        text = option if isinstance(option, str) else _words(option, *_OPTION)
        votes = next((option[name] for name in _VOTES if name in option), None) if isinstance(option, Mapping) else None
        count = f" ({votes})" if isinstance(votes, int) and not isinstance(votes, bool) else ""
        if text:
            lines.append(f"<li>{escape(text)}{count}</li>")
    question = escape(_words(poll, "question", "title", "name"))
    return f"<p>📊 {question}</p>" + (f"<ul>{''.join(lines)}</ul>" if lines else "")


def _praise(one: Mapping[str, Any], names: Names) -> str:
    inner = one.get("praise")
    praise = inner if isinstance(inner, Mapping) else one
    people: list[Any] = next(
        (praise[name] for name in ("praised_user_ids", "user_ids", "users") if isinstance(praise.get(name), list)), []
    )
    who = [
        _words(person, "full_name", "name")
        or (names("user", person) if isinstance(person, int) and not isinstance(person, bool) else "")
        for person in people
    ]
    text = _words(praise, "comment", "description", "text", "name")
    said = ": ".join(part for part in (", ".join(name for name in who if name), text) if part)
    return f"<p>👏 {escape(said)}</p>"


def _link(one: Mapping[str, Any]) -> str:
    url = _words(one, "web_url", "url", "inline_url")
    name = _words(one, "name", "full_name", "title") or url
    if not url:
        return f"<p>{escape(name)}</p>" if name else ""
    return f'<p><a href="{html.escape(_target(url))}">{escape(name)}</a></p>'


# -- back ----------------------------------------------------------------------------------------------------------------


def sendable(text: str) -> str:
    """A moderator's plain text as Yammer takes it. Raises Rejected "empty" or "too_long".

    What looks like a placeholder is taken apart: it would become somebody's name, and tell them.
    """
    sent = ready(text.replace("\r\n", "\n").strip(), MAX_CHARS)
    return _PLACE.sub(lambda match: f"[ [{match[1]}:{match[2]}] ]", sent)


def says(row: Mapping[str, Any], names: Names, text: str) -> bool:
    """Whether a message holds this text as we sent it, whatever Yammer did to its spaces."""
    try:
        return read({"body": row.get("body")}, names, "").text.split() == from_plain(sendable(text)).text.split()
    except (TypeError, Rejected):
        return False
