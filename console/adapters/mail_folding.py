"""What of a mail's text is said in it, and what is only carried along: the quote below an answer, the signature.

Nothing is deleted: what is carried along is shown as a quotation. A mail that is nothing but a quotation says it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.adapters.markup import MAX_BODY_BYTES, Body, from_plain, reduce

MAX_BLOCKS = 200
_MOST_LINES = 20_000
_WROTE = re.compile(
    r"^(?:(?:op|on|le|am)\b.{5,200}\b(?:schreef|wrote|a écrit|schrieb)\b.{0,200}:"
    r"|.{1,150}\b(?:schreef(?: op .{5,60})?|wrote|schrieb|a écrit)\s*:)\s*$",
    re.IGNORECASE,
)
_HEADS = (
    r"van|from|von|de", r"verzonden|sent|gesendet|envoyé|datum|date", r"aan|to|an|à", r"onderwerp|subject|betreff|objet|cc",
)  # fmt: skip
_HEAD = re.compile(rf"^\*?(?:{'|'.join(f'({one})' for one in _HEADS)})\*?\s*:\*?\s", re.IGNORECASE)
_RULE = re.compile(
    r"^\s*-{2,}\s*(?:oorspronkelijk bericht|original message|ursprüngliche nachricht|message d'origine"
    r"|doorgestuurd bericht|forwarded message)\s*-{2,}\s*$",
    re.IGNORECASE,
)
# Where a program of mail begins what it carries along. What it quotes as an element may have answers below or in between.
_HTML_CUT = re.compile(
    r"<(?:div|span|p|table|blockquote)\b[^<>]{0,400}?(?:class\s*=\s*[\"']?[^\"'>]{0,80}"
    r"(?:(?P<class>gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote)|gmail_signature|moz-signature)\b"
    r"|id\s*=\s*[\"']?(?:divRplyFwdMsg|appendonsend|Signature|mail-editor-reference-message-container)\b"
    r"|(?P<cite>type\s*=\s*[\"']?cite)|style\s*=\s*[\"'][^\"'>]{0,200}border-top:\s?solid #E1E1E1)",
    re.IGNORECASE,
)
_ABOVE_QUOTE = re.compile(r"<p>((?:(?!</?p>).){5,400})</p><blockquote>")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; `carried` is a quote or a signature."""

    carried: bool
    text: str


def of_plain(text: str) -> Body:
    """A body of plain text, with what it carries along as quotations."""
    blocks = fold(text)
    if all(not block.text.strip() or block.carried for block in blocks):
        return from_plain("\n".join(block.text for block in blocks))
    return joined([(block.carried, from_plain(block.text)) for block in blocks])


def of_html(source: str, base_url: str = "") -> Body:
    """A body of HTML, the same way."""
    cut = _HTML_CUT.search(source)
    if cut is None:
        return reduce(source, base_url=base_url)
    said = reduce(source[: cut.start()], base_url=base_url)
    if not said.text.strip():
        return _with_its_author(reduce(source, base_url=base_url))
    rest = reduce(source[cut.start() :], base_url=base_url)
    in_elements = (cut["class"] or cut["cite"]) and "<blockquote>" in rest.html
    return joined([(False, said), (False, _with_its_author(rest)) if in_elements else (True, rest)])


def _with_its_author(body: Body) -> Body:
    """The line that says who wrote a quotation, taken into it."""

    def taken_in(found: re.Match[str]) -> str:
        words = html.unescape(_TAG.sub(" ", found[1]))
        return f"<blockquote><p>{found[1]}</p>" if _WROTE.match(" ".join(words.split())) else found[0]

    lines = body.text.split("\n")
    for at, line in enumerate(lines):
        if len(line) < 400 and _WROTE.match(line) and _quote_follows(lines, at + 1):
            lines[at] = f"> {line}"
    return Body(_ABOVE_QUOTE.sub(taken_in, body.html), "\n".join(lines), body.pictures)


def fold(text: str) -> list[Block]:
    """The blocks of a text in their order. A quoted line loses its mark."""
    blocks: list[Block] = []
    lines: list[str] = []
    was = False
    for carried, line in _marked(text.splitlines()[:_MOST_LINES]):
        if carried is not was and len(blocks) < MAX_BLOCKS:
            _put(blocks, was, lines)
            lines, was = [], carried
        lines.append(line)
    _put(blocks, was, lines)
    return blocks


def _put(blocks: list[Block], carried: bool, lines: list[str]) -> None:
    if any(line.strip() for line in lines):
        blocks.append(Block(carried, "\n".join(lines).strip("\n")))


def _marked(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Each line, and whether it is carried along. From a signature or a quoted head on, all is."""
    rest = False
    for at, line in enumerate(lines):
        if not rest and (line in ("-- ", "--") or _RULE.match(line) or _is_head(lines, at)):
            rest = True
        if rest:
            yield True, line
        elif line.lstrip().startswith(">"):
            yield True, re.sub(r"^\s*>[ ]?", "", line)
        else:
            yield _introduces(lines, at), line


def _introduces(lines: list[str], at: int) -> bool:
    """Whether this line says who wrote the quote below it; such a line may be broken in two."""
    if not any(line.lstrip().startswith(">") for line in lines[at + 1 : at + 5]):
        return False  # most lines: no quote follows at all
    for length in (1, 2):
        line = " ".join(lines[at : at + length])
        if len(line) < 400 and _WROTE.match(line):
            return _quote_follows(lines, at + length)
    return at > 0 and len(lines[at - 1]) < 200 and bool(_WROTE.match(f"{lines[at - 1]} {lines[at]}"[:400])) and (
        _quote_follows(lines, at + 1)
    )  # fmt: skip


def _quote_follows(lines: list[str], at: int) -> bool:
    return any(line.lstrip().startswith(">") for line in lines[at : at + 3])


def _is_head(lines: list[str], at: int) -> bool:
    """Whether three of the four lines begin here with which Outlook heads what it carries along."""
    first = _HEAD.match(lines[at])
    if first is None or first.lastindex != 1:
        return False
    found = {match.lastindex for line in lines[at : at + 6] if (match := _HEAD.match(line))}
    return len(found) >= 3


def within_limits(bodies: Sequence[Body]) -> list[Body]:
    """As many of these from the first on as fit in one body."""
    room = MAX_BODY_BYTES
    kept = []
    for body in bodies:
        room -= max(len(body.html.encode()), len(body.text.encode()) + 2)
        if room < 0:
            break
        kept.append(body)
    return kept


def joined(parts: list[tuple[bool, Body]]) -> Body:
    """Bodies below each other, each within a quotation where it is carried along; cut where it gets too long."""
    bodies = within_limits([_carried(body) if carried else body for carried, body in parts])
    pictures = {address: name for body in bodies for name, address in body.pictures}
    return Body(
        "".join(body.html for body in bodies), "\n\n".join(body.text for body in bodies),
        tuple((name, address) for address, name in pictures.items()),
    )  # fmt: skip


def _carried(body: Body) -> Body:
    words = "\n".join(f"> {line}".rstrip() for line in body.text.splitlines())
    return Body(f"<blockquote>{body.html}</blockquote>", words, body.pictures)
