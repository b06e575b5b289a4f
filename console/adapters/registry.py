"""The adapters that are installed: ours come through the same door as anybody else's."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from typing import cast

from console.adapters.contract import Adapter

GROUP = "luisterpost.adapters"


@lru_cache(maxsize=1)
def _found() -> dict[str, type[Adapter]]:
    return {point.name: cast("type[Adapter]", point.load()) for point in entry_points(group=GROUP)}


def all_adapters() -> list[type[Adapter]]:
    """Every installed adapter, by title."""
    return sorted(_found().values(), key=lambda kind: kind.title.lower())


def find(key: str) -> type[Adapter]:
    """The adapter of that key. Raises KeyError."""
    return _found()[key]
