"""Short lists to choose from: the tags in use, the people who decide."""

from __future__ import annotations

import json

from console.domain.conversation import ThreadKey
from console.store.connection import Store


def tags(store: Store, limit: int = 200) -> list[str]:
    """Tags in use, the most used first."""
    found = store.read(
        "SELECT json_extract(payload, '$.tag') AS tag, count(*) AS n FROM ledger.event WHERE what = 'tag'"
        " GROUP BY tag ORDER BY n DESC, tag LIMIT :limit",
        {"limit": limit},
    )
    return [row["tag"] for row in found if row["tag"]]


def topics(store: Store, thread: ThreadKey) -> list[str]:
    """What the platform files a thread under."""
    found = store.read("SELECT topics FROM thread WHERE key = :thread", {"thread": thread})
    return [str(topic) for topic in json.loads(found[0]["topics"])] if found else []


def people_who_decide(store: Store) -> frozenset[str]:
    """Names of those who decided something, were assigned something, or are listed as moderators."""
    found = store.read(
        "SELECT DISTINCT \"by\" AS name FROM ledger.event WHERE what <> 'answer'"
        " AND (what <> 'done' OR json_extract(payload, '$.answers') IS NULL) UNION"
        " SELECT DISTINCT json_extract(payload, '$.to') FROM ledger.event WHERE what IN ('assign', 'escalate')"
    )
    return frozenset(row["name"] for row in found if row["name"]) | store.policy.us_names
