"""Bytes of a mail -> its parts, just as Python's own parser makes them, in a fraction of its time.

Python's looks at every line, and makes a pattern for every boundary. Most mails need neither: their headers are well-formed,
and their parts end where they should. Whatever is out of the ordinary is left to Python's, which knows all the odd cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser

PARSER = BytesParser(policy=policy.compat32)
_DEEPEST = 20
_FIELD = re.compile(r"([!-9;-~]+):([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_LINE_ENDS = re.compile(r"(--)?[ \t]*(?:\n|\Z)")


class _Odd(Exception):
    """It isn't what most mails are."""


def parse(data: bytes) -> Message:
    """The mail and its parts. Raises whatever Python's parser does."""
    text = data.decode("ascii", "surrogateescape")
    end = "\r\n" if "\r" in text else "\n"
    if end == "\r\n":
        whole = text.count(end)
        if text.count("\r") != whole or text.count("\n") != whole:
            return PARSER.parsebytes(data)
        text = text.replace(end, "\n")
    try:
        return _part(text, end, 0)
    except _Odd:
        return PARSER.parsebytes(data)


def _part(text: str, end: str, depth: int) -> Message:
    """A part whose lines end in a simple "\\n", and ended as `end` before."""
    head, empty_line, body = ("", "\n", text[1:]) if text.startswith("\n") else text.partition("\n\n")
    if not empty_line or depth > _DEEPEST:
        raise _Odd
    part = Message(policy.compat32)
    at = 0
    while at < len(head):
        field = _FIELD.match(head, at)
        if field is None:
            raise _Odd
        part.set_raw(field[1], field[2].lstrip(" \t").rstrip("\n").replace("\n", end))
        at = field.end()
    kind = part.get_content_type()
    if kind.startswith("message/") or kind == "multipart/digest":
        raise _Odd
    if kind.startswith("multipart/"):
        part.set_payload([_part(child, end, depth + 1) for child in _children(body, part.get_boundary())])
    else:  # the end of the last line belongs to the boundary below it
        part.set_payload((body.removesuffix("\n") if depth else body).replace("\n", end))
    return part


def _children(body: str, boundary: str | None) -> Iterator[str]:
    """What stands between the lines with the boundary, until the last of them."""
    if boundary is None or "\n" in boundary:
        raise _Odd
    mark = f"--{boundary}"
    begin = -1  # of the part that is looked at; none before the first line with the boundary
    at = 0 if body.startswith(mark) else body.find(f"\n{mark}") + 1
    while at or body.startswith(mark):
        line = _LINE_ENDS.match(body, at + len(mark))
        if line is not None:
            if begin >= 0:
                yield _whole(body[begin:at])
            elif line[1]:
                raise _Odd
            if line[1]:
                return
            begin = line.end()
        at = body.find(f"\n{mark}", at) + 1
        if not at:
            break
    if begin < 0:
        raise _Odd
    yield _whole(body[begin:])


def _whole(child: str) -> str:
    if not child:
        raise _Odd
    return child
