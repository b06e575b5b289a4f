"""No pattern of ours takes the square of a text: what somebody writes can't hold up the collector or the window."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable

import pytest

import console

SHORT, LONG = 1_000, 16_000
BEGINNINGS = (
    "a", "A", "1", " ", "\t", "\n", "\r\n", ".", "-", "_", "/", "\\", "@", "#", ":", "%", "&", "&amp;", "<", "</", "<a ",
    "[", "]", "![", "](", "(", ")", "{", "{{", "'", '"', "`", "*", "|", ">", "> ", "=", "?", "!", "a.", "a-", "a ", "a@",
    "a@b.", "www.", "http://", "http://a.", "https://a/", "[[user:1]]", "[[", "s1_", "é", "\u200d", "\u0301", "1.", "1 ",
    "- ", "a:b ", "en ", "a, ",
)  # fmt: skip
TAILS = ("", "\x00", "!")
# A text 16 times as long may take 16 times as long, and what the machine adds to that; the square would be 256 times.
MOST = 80.0
WORTH_S = 0.02  # below this the machine's own noise is measured
Try = Callable[[str], object]


def tries() -> dict[str, list[Try]]:
    """Every pattern that a module of ours keeps, with the ways in which that module uses it."""
    found: dict[str, list[Try]] = {}
    for module in pkgutil.walk_packages(console.__path__, "console."):
        if module.name.startswith(("console.store.migrations", "console.__main__")):
            continue
        held = importlib.import_module(module.name)
        source = inspect.getsource(held)
        for name, value in vars(held).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                ways: list[Try] = []
                if re.search(rf"\b{name}\.(search|sub|subn|finditer|findall|split)\b", source):
                    ways.append(value.search)
                if re.search(rf"\b{name}\.match\b", source):
                    ways.append(value.match)
                if re.search(rf"\b{name}\.fullmatch\b", source):
                    ways.append(value.fullmatch)
                if ways:
                    found[f"{module.name}.{name}"] = ways
    return found


def cpu_s(way: Try, beginning: str, tail: str, characters: int) -> float:
    text = beginning * (characters // len(beginning)) + tail
    began = time.process_time()
    way(text)
    return time.process_time() - began


def too_slow(ways: list[Try]) -> list[str]:
    """Beginnings of texts that take much more than their length; it stops at the first, which may take seconds."""
    for way in ways:
        for beginning in BEGINNINGS:
            for tail in TAILS:
                long = cpu_s(way, beginning, tail, LONG)
                if long > WORTH_S and long > MOST * cpu_s(way, beginning, tail, SHORT):
                    return [beginning + tail]
    return []


def test_the_square_is_seen_where_it_is() -> None:
    assert too_slow([re.compile(r"\s+x").search])
    assert not too_slow([re.compile(r"[ax]+").search])


@pytest.mark.parametrize("name", tries())
def test_no_pattern_takes_the_square_of_a_text(name: str) -> None:
    assert not too_slow(tries()[name])
