"""The adapters that are installed: ours come through the same door as anybody else's."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.metadata import entry_points
from typing import cast

from console.adapters.contract import Adapter, SignIn
from console.domain.gallery import facts_of

log = logging.getLogger(__name__)
GROUP = "luisterpost.adapters"


@lru_cache(maxsize=1)
def _found() -> dict[str, type[Adapter]]:
    found = {}
    for point in entry_points(group=GROUP):
        try:
            kind = cast("type[Adapter]", point.load())
            facts_of(kind)
            found[point.name] = kind
        except Exception:
            # Somebody else's code: one that is broken must not take the others with it.
            log.exception("the adapter %s can't be loaded", point.name)
    return found


def all_adapters() -> list[type[Adapter]]:
    """Every installed adapter, by title."""
    return sorted(_found().values(), key=lambda kind: kind.title.lower())


def find(key: str) -> type[Adapter]:
    """The adapter of that key. Raises KeyError."""
    return _found()[key]


def sign_in_of(kind: type[Adapter]) -> SignIn | None:
    """How people sign in on the platform's own pages; None where they type a secret, or nothing."""
    found: SignIn | None = getattr(kind, "sign_in", None)
    return found
