"""What the gallery tells of a platform before anybody connects it, beside its title and the fields it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from console.domain.platform import Capabilities, Way


class WayIn(StrEnum):
    """How a platform's conversations reach us: from itself, or by something that tells of them."""

    DIRECT = "direct"
    MAIL = "mail"
    FEED = "feed"
    FILE = "file"


class News(StrEnum):
    """When what is new arrives: at once, every minute, one space after another, with the mail, or never again."""

    LIVE = "live"
    MINUTE = "minute"
    ROUNDS = "rounds"
    MAIL = "mail"
    ONCE = "once"


class Address(StrEnum):
    """Whether a platform is asked for by its address."""

    NEEDED = "needed"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an adapter's class says of its platform, in attributes of these names; each of them may be left out.

    about    one English sentence without a full stop, to translate: what comes from there
    depends  names of capabilities that hang on rights, on the server's version or on the message: the gallery's °
    """

    about: str = ""
    way_in: WayIn = WayIn.DIRECT
    news: News = News.ROUNDS
    address: Address = Address.NEEDED
    depends: frozenset[str] = frozenset()


def connectable(fields: Sequence[object], facts: Facts) -> bool:
    """Whether there is anything to connect: the demo's own platform asks for nothing and comes by itself."""
    return bool(fields) or facts.address is not Address.NONE


def facts_of(adapter: type) -> Facts:
    """The facts of an adapter's class, with what is likely where it says nothing. Raises ValueError for a word that is none."""
    said = {field.name: getattr(adapter, field.name) for field in fields(Facts) if hasattr(adapter, field.name)}
    return Facts(
        str(said.get("about", "")),
        WayIn(said.get("way_in", WayIn.DIRECT)),
        News(said.get("news", News.ROUNDS)),
        Address(said.get("address", Address.NEEDED)),
        frozenset(said.get("depends", ())),
    )


# What the gallery has a column for, in the order of its columns. Reports are those that are settled.
COLUMNS = ("reply", "hide", "approve", "delete", "reports")


def way_of(column: str, can: Capabilities) -> Way:
    """How a platform does what a column is about; "no" to reports where none are seen."""
    way = can.way(column)
    return can.way("settle") if column == "reports" and Way.NO not in (way, can.way("settle")) else way


def hangs(column: str, can: Capabilities, facts: Facts) -> bool:
    """Whether what we do by ourselves hangs on rights, version or message."""
    names = {column, "settle"} if column == "reports" else {column}
    return way_of(column, can) is Way.API and bool(names & facts.depends)


def mark_of(column: str, can: Capabilities, facts: Facts) -> str:
    """A column's mark in letters: ✓ we do it, ✓° that depends, ↗ a person finishes it, – not there."""
    letters = {Way.API: "✓", Way.HANDOFF: "↗", Way.NO: "–"}[way_of(column, can)]
    return letters + "°" if hangs(column, can, facts) else letters
