"""Rows of Facebook's newest export: what a row says stands under labels in the person's language.

What a value is, is told by its shape first (an address, a group's name below a heading) and by its label where we know
that; of what is left the longest text is what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.adapters.deep_links import place_of
from console.adapters.links import clean_url

_TEXT = frozenset({"post", "message", "text", "comment", "content", "bericht", "tekst", "opmerking", "reactie", "inhoud",
                   "beitrag", "nachricht", "kommentar", "publication", "commentaire", "texte"})  # fmt: skip
_COMMENT = frozenset({"comment", "opmerking", "reactie", "kommentar", "commentaire"})
_GROUP = frozenset({"group", "groep", "gruppe", "groupe"})
_NAME = frozenset({"name", "naam", "nom", "title", "titel", "titre"})
_WRITER = frozenset({"author", "auteur", "autor", "verfasser"})
MOST_VALUES = 1_000


@dataclass(slots=True)
class Labelled:
    """What the labels of a row say. `urls` are addresses on Facebook, `links` those that lead elsewhere."""

    text: str = ""
    group: str = ""
    writer: str = ""
    comment: bool = False
    timestamp: object = None
    urls: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def read_labels(row: Mapping[str, Any], *, comments: bool) -> Labelled:
    """comments: the file holds comments, whatever its labels say."""
    told, others = Labelled(comment=comments), [""]
    for heading, label, one in _values(row["label_values"], ""):
        value = one.get("value")
        text = value.strip() if isinstance(value, str) else ""
        told.timestamp = told.timestamp or one.get("timestamp_value")
        for address in (one.get("href"), text):
            # A text that holds an address is a text: an address has no spaces in it.
            if isinstance(address, str) and re.fullmatch(r"https?://\S+", address) and clean_url(address):
                (told.urls if place_of(address) else told.links).append(address)
        if not text or text in told.links or text in told.urls:
            continue
        if heading in _GROUP or label in _GROUP:
            told.group = told.group or (text if label in _NAME | _GROUP else "")
        elif label in _WRITER or heading in _WRITER:
            told.writer = told.writer or text
        elif label in _TEXT:
            told.text = "\n\n".join(part for part in (told.text, text) if part)
            told.comment = told.comment or label in _COMMENT
        elif not heading:
            others.append(text)
    told.text = told.text or max(others, key=len)
    told.links = [link for link in dict.fromkeys(told.links) if link not in told.text]
    return told


def _values(listed: object, heading: str, depth: int = 0) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each value with the heading that it stands under and its label, in small letters."""
    for one in listed[:MOST_VALUES] if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        label = one["label"].strip().casefold() if isinstance(one.get("label"), str) else ""
        title = one["title"].strip().casefold() if isinstance(one.get("title"), str) else ""
        yield heading, label, one
        for inside in ("dict", "vec"):
            if depth < 4:
                yield from _values(one.get(inside), title or label or heading, depth + 1)
