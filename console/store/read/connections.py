"""The connections, how each is doing, what it offers and what it can do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from console.domain.conversation import ConnectionKey, SpaceKey
from console.domain.platform import Capabilities, Way
from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection is doing, by the collector's last round.

    state  new, ok, unreachable, sign_in, limited, forbidden, bad · error is the code of the platform error
    """

    state: str = "new"
    since_ms: int = 0
    last_ok_ms: int | None = None
    retry_at_ms: int | None = None
    error: str = ""
    words: str = ""
    pages: int = 0
    messages: int = 0
    working: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    key: ConnectionKey
    name: str
    platform: str
    adapter: str
    url: str
    user: str
    server: str
    account: str
    us: str
    since_ms: int
    start_line_ms: int
    settings: Mapping[str, str]
    paused: bool
    approximate: bool
    health: Health = field(default_factory=Health)


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A space as it is offered; `standing`, `encrypted` and `platform` as in domain.conversation.Space."""

    key: SpaceKey
    title: str
    url: str
    members: int | None
    followed: bool
    messages: int
    capabilities: Capabilities
    standing: str = "joined"
    encrypted: bool = False
    platform: str = ""


def connections(store: Store) -> list[ConnectionRow]:
    """The connections that are not removed, in the order they were made."""
    found = store.read(
        "SELECT c.*, h.state, h.since_ms AS health_since_ms, h.last_ok_ms, h.retry_at_ms, h.error, h.words, h.pages,"
        " h.messages, h.working FROM ledger.connection AS c LEFT JOIN health AS h ON h.connection = c.key"
        " WHERE c.removed_at_ms IS NULL ORDER BY c.created_at_ms, c.rowid"
    )
    return [
        ConnectionRow(
            ConnectionKey(row["key"]),
            row["name"],
            row["platform"],
            row["adapter"],
            row["url"],
            row["user"],
            row["server"],
            row["account"],
            row["us"],
            row["since_ms"],
            row["start_line_ms"],
            json.loads(row["settings"]),
            bool(row["paused"]),
            json.loads(row["settings"]).get("approximate") == "yes",
            Health()
            if row["state"] is None
            else Health(
                row["state"],
                row["health_since_ms"],
                row["last_ok_ms"],
                row["retry_at_ms"],
                row["error"],
                row["words"],
                row["pages"],
                row["messages"],
                bool(row["working"]),
            ),
        )
        for row in found
    ]


def by_name(store: Store, name: str) -> ConnectionRow | None:
    """A connection by its name or key; names are matched without regard to case."""
    return next((row for row in connections(store) if name.lower() in (row.name.lower(), row.key.lower())), None)


def members(store: Store, space: SpaceKey) -> int | None:
    """How many people a space has, where the platform tells."""
    found = store.read("SELECT members FROM space WHERE key = :key", {"key": space})
    return found[0]["members"] if found else None


def title(store: Store, space: str) -> str:
    """What a space is called, with its connection where another has that title too; "" for one that is not there."""
    found = store.read(
        "SELECT s.title, c.name, (SELECT count(*) FROM space WHERE title = s.title) AS called_so"
        " FROM space AS s LEFT JOIN ledger.connection AS c ON c.key = s.connection WHERE s.key = :key",
        {"key": space},
    )
    if not found:
        return ""
    row = found[0]
    return told_apart(row["title"], row["name"]) if row["called_so"] > 1 and row["name"] else str(row["title"])


def told_apart(title: str, connection: str) -> str:
    """The title of a space that another space has too."""
    return f"{title} · {connection}"


def spaces(store: Store, connection: ConnectionKey) -> list[SpaceRow]:
    """What a connection offers, with what is collected of it."""
    found = store.read(
        "SELECT s.*, coalesce(f.followed, 1) AS followed,"
        " (SELECT count(*) FROM message AS m WHERE m.space_id = s.id) AS messages"
        " FROM space AS s LEFT JOIN ledger.space_choice AS f ON f.space = s.key"
        " WHERE s.connection = :connection ORDER BY s.title COLLATE NOCASE, s.key",
        {"connection": connection},
    )
    return [
        SpaceRow(
            SpaceKey(row["key"]),
            row["title"],
            row["url"],
            row["members"],
            bool(row["followed"]),
            row["messages"],
            capabilities_of(row["capabilities"]),
            row["standing"],
            bool(row["encrypted"]),
            row["platform"],
        )
        for row in found
    ]


def unusual(store: Store, connection: ConnectionKey) -> list[SpaceRow]:
    """The spaces that are not simply ours to read and write, without what is collected of them."""
    found = store.read(
        "SELECT key, title, url, members, standing, encrypted FROM space WHERE connection = :connection"
        " AND (standing <> 'joined' OR encrypted) ORDER BY title COLLATE NOCASE, key",
        {"connection": connection},
    )
    return [
        SpaceRow(SpaceKey(row["key"]), row["title"], row["url"], row["members"], True, 0, Capabilities(), row["standing"],
                 bool(row["encrypted"]))
        for row in found
    ]  # fmt: skip


def standing(store: Store, space: SpaceKey) -> str:
    """What we are in a space: "joined" also for one that no collector described yet."""
    found = store.read("SELECT standing FROM space WHERE key = :key", {"key": space})
    return str(found[0]["standing"]) if found else "joined"


def titles(store: Store, connection: ConnectionKey) -> list[tuple[SpaceKey, str]]:
    """Keys and titles of a connection's spaces: cheaper than `spaces` where nothing is counted."""
    found = store.read("SELECT key, title FROM space WHERE connection = :connection", {"connection": connection})
    return [(SpaceKey(row["key"]), row["title"]) for row in found]


def capabilities(store: Store, space: SpaceKey) -> Capabilities:
    """What can be done in a space; nothing as long as no collector has asked."""
    found = store.read("SELECT capabilities FROM space WHERE key = :key", {"key": space})
    return capabilities_of(found[0]["capabilities"] if found else "")


def capabilities_of(stored: str) -> Capabilities:
    if not stored:
        return Capabilities()
    parts = json.loads(stored)
    return Capabilities(
        {name: Way(way) for name, way in parts["ways"].items()}, parts["approximate"], parts["max_bytes"]
    )


def is_offline(store: Store) -> bool:
    """Offline is what the collector's last round says: none of the connections that were tried answered."""
    states = [row.health.state for row in connections(store) if not row.paused and row.health.state != "new"]
    return bool(states) and all(state == "unreachable" for state in states)


def servers(store: Store, platform: str) -> list[str]:
    """The servers that connections of this profile have on a platform; a file's is none."""
    found = store.read(
        "SELECT DISTINCT server FROM ledger.connection WHERE platform = :platform AND server <> ''"
        " AND removed_at_ms IS NULL AND adapter <> 'files' ORDER BY server",
        {"platform": platform},
    )
    return [str(one["server"]) for one in found]
