"""The adapters that are installed: ours come through the same door as anybody else's.

Somebody else's may be broken in any way. Then it is none, `broken` says why, and all others work.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from console.adapters.contract import Adapter, Field, SignIn
from console.domain.gallery import facts_of
from console.domain.platform import Capabilities

log = logging.getLogger(__name__)
GROUP = "luisterpost.adapters"
OURS = "luisterpost"
_DOES = ("capabilities", "check", "spaces", "streams", "pull", "perform", "find_sent", "close")


@dataclass(frozen=True, slots=True)
class Broken:
    """An adapter that can't be used. `why` is for who made it: an exception, or what the class lacks."""

    name: str
    package: str
    why: str


@lru_cache(maxsize=1)
def _found() -> tuple[dict[str, type[Adapter]], list[Broken]]:
    found: dict[str, type[Adapter]] = {}
    broken: list[Broken] = []
    # Ours first: nobody takes the place of one by taking its name.
    for point in sorted(entry_points(group=GROUP), key=lambda point: (_package(point) != OURS, point.name)):
        try:
            kind = point.load()
            why = f"there is a {point.name} already" if point.name in found else _lacking(kind, point.name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a module may also want to end the process
            log.info("the adapter %s can't be loaded", point.name, exc_info=error)
            why = f"{type(error).__name__}: {error}"
        if why:
            broken.append(Broken(point.name, _package(point), why))
        else:
            found[point.name] = cast("type[Adapter]", kind)
    return found, broken


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else ""


def _lacking(kind: object, name: str) -> str:
    """What of the contract a class doesn't have, "" when it has all. Raises ValueError for a fact that is none."""
    looks: dict[str, type | tuple[type, ...]] = {
        "key": str, "title": str, "tile": str, "fields": Sequence, "default_capabilities": Capabilities, "certain_mark": bool,
    }  # fmt: skip
    lacks = [attribute for attribute, is_a in looks.items() if not isinstance(getattr(kind, attribute, None), is_a)]
    lacks += [attribute for attribute in _DOES if not callable(getattr(kind, attribute, None))]
    lacks += [] if hasattr(kind, "settle_s") else ["settle_s"]
    if not isinstance(kind, type) or lacks:
        return f"not an adapter: {', '.join(lacks) or type(kind).__name__}"
    if not all(isinstance(field, Field) for field in kind.fields):  # type: ignore[attr-defined]  # looked at above
        return "not an adapter: fields"
    facts_of(kind)
    return "" if kind.key == name else f"its key is {kind.key}"  # type: ignore[attr-defined]


def all_adapters() -> list[type[Adapter]]:
    """Every installed adapter, by title."""
    return sorted(_found()[0].values(), key=lambda kind: kind.title.lower())


def find(key: str) -> type[Adapter]:
    """The adapter of that key. Raises KeyError."""
    return _found()[0][key]


def broken() -> list[Broken]:
    """Those that are installed and can't be used."""
    return _found()[1]


def sign_in_of(kind: type[Adapter]) -> SignIn | None:
    """How people sign in on the platform's own pages; None where they type a secret, or nothing."""
    found: SignIn | None = getattr(kind, "sign_in", None)
    return found
