"""Any platform's body to safe HTML and plain text.

Two passes: nh3 (a browser's own parser) leaves only elements we know and no script, style or handler; then `Builder`
writes the little that remains anew, element by element, so that nothing reaches a window that this file did not spell
out. Characters that lie about what is read (see `console.domain.characters`) go in the second pass, where entities
are already characters.
"""

from __future__ import annotations

import html
import re

import nh3

from console.adapters.markup_builder import ALLOWED_TAGS, BREAKS, CUT, MAX_BODY_BYTES, Body, Builder
from console.domain.characters import honest

__all__ = ["ALLOWED_TAGS", "MAX_BODY_BYTES", "Body", "escape", "from_plain", "plain", "reduce"]

MAX_INPUT_CHARS = 500_000  # a body longer than this is cut before anything looks at it; long attributes don't count
# Their content is no text of the message either.
DROPPED = frozenset(
    {"script", "style", "template", "noscript", "noembed", "noframes", "iframe", "object", "embed", "applet", "svg",
     "math", "title", "head", "textarea", "select", "option", "button", "xmp", "plaintext", "canvas", "audio", "video",
     "frameset", "portal", "datalist"}
)  # fmt: skip
_READ = (ALLOWED_TAGS | BREAKS | {"img", "q"}) - DROPPED
_CLEANER = nh3.Cleaner(
    tags=set(_READ),
    clean_content_tags=set(DROPPED),
    attributes={"a": {"href"}, "img": {"alt", "src"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    strip_comments=True,
)
_DEEP = 400  # elements open at once: beyond that a parser of trees takes time by the square
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>\x00]*)")
# What holds nothing, or ends where the next of its kind begins.
_SHALLOW = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "base", "area", "col", "embed", "source", "track", "wbr",
     "p", "li", "tr", "td", "th", "dt", "dd"}
)  # fmt: skip
_LONG_VALUE = re.compile(r"""=\s*(?:"[^"<>]{4000,}"|'[^'<>]{4000,}'|[^\s"'<>]{4000,})""")
_SLICE_CHARS = 65_536
_URL = re.compile(r"https?://[^\s<>\"'\u00ab\u00bb\u201c\u201d\u2018\u2019]+", re.IGNORECASE)


def reduce(source: str, *, base_url: str = "") -> Body:
    """The safe HTML and the plain text of a body of HTML, however hostile or broken.

    base_url  what relative links are relative to; without it they lose their link and keep their text
    """
    if len(source) > MAX_INPUT_CHARS:
        source = _LONG_VALUE.sub('=""', source)[:MAX_INPUT_CHARS] + CUT
    source = source.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    builder = Builder(base_url)
    cleaned = _CLEANER.clean(flat(source))
    for at in range(0, len(cleaned), _SLICE_CHARS):
        if builder.full:
            break
        builder.feed(cleaned[at : at + _SLICE_CHARS])
    else:
        builder.close()
    return builder.body()


def from_plain(text: str) -> Body:
    """The same for plain text: paragraphs at empty lines, addresses of the web made links."""
    text = honest(text[:MAX_INPUT_CHARS].replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    builder = Builder("")
    for paragraph in re.split(r"\n[ \t]*\n\s*", text):
        builder.handle_starttag("p", [])
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                builder.handle_starttag("br", [])
            at = 0
            for match in _URL.finditer(line):
                url = match.group().rstrip(".,;:!?)")
                builder.handle_data(line[at : match.start()])
                builder.handle_starttag("a", [("href", url)])
                builder.handle_data(url)
                builder.handle_endtag("a")
                at = match.start() + len(url)
            builder.handle_data(line[at:])
        builder.handle_endtag("p")
    return builder.body()


def plain(source: str) -> str:
    """The text of a little HTML on one line: a title, a name."""
    return " ".join(reduce(source).text.split())


def escape(text: str) -> str:
    """Plain text for a platform that takes HTML: `&`, `<` and `>` are read there as they were written."""
    return html.escape(text, quote=False)


def flat(source: str) -> str:
    """The source with elements opened deeper than `_DEEP` left out: their text stays.

    It only counts: whether an element is closed where it should be is the parser's business. Attributes may hold
    things that look like tags; leaving those out as well changes no text.
    """
    if source.count("<") <= _DEEP:
        return source
    depth = 0
    kept: list[str] = []
    at = 0
    for match in _TAG.finditer(source):
        name = match.group(2).lower()
        if name in _SHALLOW:
            continue
        if match.group(1):
            depth = max(0, depth - 1)
            continue
        depth += 1
        if depth > _DEEP:
            kept.append(source[at : match.start()])
            kept.append("<wbr ")  # an element without content in the place of the one too deep
            at = match.end()
    kept.append(source[at:])
    return "".join(kept)
