"""What may reach a terminal: letters, line ends and our own colours; never a control sequence of somebody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from console.domain.characters import honest

# JSON allows these inside a text, but a terminal obeys some of them and a reader is misled by others.
_NOT_RAW = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


class Screen(Console):
    """rich's console; whatever is printed on it, the texts in it come out harmless, and none is read as markup."""

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(honest(segment.text), segment.style)


def safe(text: str) -> Text:
    """Text of people on one line: never markup."""
    return Text(" ".join(honest(text).splitlines()))


def beside(first: str, text: str) -> Table:
    """Text of people beside what it is about, also where it goes on in the next line."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_row(safe(first), safe(text))
    return grid


def paragraph(text: str) -> Text:
    """Text of people with its lines."""
    return Text(honest(text))


def json_text(document: Mapping[str, Any]) -> str:
    """One document, with the same values for a program and nothing in it that a terminal obeys."""
    written = json.dumps(document, ensure_ascii=False, indent=2)
    return _NOT_RAW.sub(lambda found: json.dumps(found.group())[1:-1], written)
