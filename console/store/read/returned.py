"""Back on the network: what was decided meanwhile, what others changed in it, and which of it waits for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import ConnectionKey, SpaceKey, ThreadKey
from console.domain.outbox import ENDS, STUCK, Intent, IntentId, Kind, Seen, State
from console.domain.triage import TriageEvent, What
from console.store.connection import Store
from console.store.read.outbox import of_decision
from console.store.read.since import Conflict, matters_since
from console.store.rows import event_of

# What is decided about a conversation or a message: what others do there meanwhile may matter to it.
_DECIDES = ("done", "snooze", "escalate", "act", "verdict")
# What of a verdict that has nothing left to send asks for another look; what is gone needs none.
_ASKS = frozenset({"edited", "decided", "moderated", "locked", "reported"})


@dataclass(frozen=True, slots=True)
class Item:
    """One decision that was made without network.

    changed  what others did meanwhile, None where nothing that matters
    asks     it waits for a person; `left`: who said that it can wait
    """

    event: TriageEvent
    title: str
    platform: str
    intents: tuple[Intent, ...]
    changed: Conflict | None
    asks: bool
    left: bool

    @property
    def stuck(self) -> list[Intent]:
        """What of it can't go on by itself."""
        return [one for one in self.intents if one.state in STUCK or (one.state is State.UNCERTAIN and one.asks)]

    @property
    def can_be_mine(self) -> bool:
        """Whether it can still be done: not where what was judged is gone."""
        gone = self.changed is not None and self.changed.what == "removed"
        return not (gone and self.event.what is What.VERDICT)


@dataclass(frozen=True, slots=True)
class Returned:
    """`items`: every decision of that time that still stands, the oldest first; on_its_way: how many of them are still leaving."""

    left_ms: int
    back_ms: int
    items: tuple[Item, ...]

    @property
    def waiting(self) -> list[Item]:
        return [item for item in self.items if item.asks and not item.left]

    @property
    def changed(self) -> list[Item]:
        """Those in which others changed something, that wait for nobody."""
        return [item for item in self.items if item.changed is not None and not item.asks]

    @property
    def on_its_way(self) -> int:
        return sum(not item.asks and any(one.state not in ENDS for one in item.intents) for item in self.items)


_MADE = f"""
  SELECT e.*, coalesce(nullif(t.title, ''), t.snippet, '') AS title, t.connection,
         coalesce(nullif(s.platform, ''), c.platform, '') AS platform, t.key AS thread_now, s.key AS space
    FROM ledger.event AS e
    JOIN thread AS t ON t.key = e.thread OR t.id = (SELECT thread_id FROM alias WHERE key = e.thread)
    JOIN space AS s ON s.id = t.space_id
    LEFT JOIN ledger.connection AS c ON c.key = t.connection
   WHERE e."by" = :by AND e.at_ms BETWEEN :left AND :back AND t.connection = :connection
     AND e.what IN ({", ".join(f"'{what}'" for what in _DECIDES)})
     AND NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key)
     AND NOT EXISTS (SELECT 1 FROM ledger.event AS n WHERE n.message = e.message AND n.what = 'verdict' AND e.what = 'verdict'
                        AND n."by" = e."by" AND n.hlc > e.hlc
                        AND NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = n.key))
ORDER BY e.hlc
"""


def absence(store: Store) -> Mapping[str, Any]:
    """The last time without network as `write.away` keeps it, {} where there is none to tell of."""
    kept = store.read("SELECT value FROM ledger.profile WHERE name = 'away'")
    return dict(json.loads(kept[0]["value"])) if kept and kept[0]["value"] else {}


def returned(store: Store, by: str) -> Returned | None:
    """For who decides under this name; None while there is nothing to tell: never long without network, or read already."""
    away = absence(store)
    if not away:
        return None
    items = []
    for connection, (left_ms, back_ms) in away["lines"].items():
        rows = store.read(_MADE, {"by": by, "left": left_ms, "back": back_ms, "connection": connection})
        items += [_item(store, row, frozenset(away["left"])) for row in rows]
    spans = away["lines"].values()
    items.sort(key=lambda item: item.event.hlc)
    return Returned(min(span[0] for span in spans), max(span[1] for span in spans), tuple(items))


def _item(store: Store, row: Any, left: frozenset[str]) -> Item:
    event = event_of(row)
    intents = tuple(of_decision(store, event.key))
    changed = _changed(store, row, event, intents)
    stuck = any(one.state in STUCK or (one.state is State.UNCERTAIN and one.asks) for one in intents)
    # A verdict of which nothing had to leave is only ours: what others changed under it, it has to be looked at again.
    alone = event.what is What.VERDICT and not any(one.state in ENDS for one in intents)
    asks = stuck or (alone and changed is not None and changed.what in _ASKS)
    return Item(event, row["title"], row["platform"], intents, changed, asks, event.key in left)


def _changed(store: Store, row: Any, event: TriageEvent, intents: tuple[Intent, ...]) -> Conflict | None:
    for one in intents:
        if one.state is State.CONFLICT:
            return Conflict(one.error, one.error_words)
    if any(one.state is State.FAILED for one in intents):
        return None  # the platform refused it: nobody changed anything
    return matters_since(store, as_intent(row, event))


def as_intent(row: Any, event: TriageEvent) -> Intent:
    """A decision as what would be sent for it, to ask what matters to it since: an answer is what everything matters to."""
    return Intent(
        IntentId(""), Kind.REPLY, ConnectionKey(row["connection"]), SpaceKey(row["space"]), ThreadKey(row["thread_now"]),
        event.message, "", State.QUEUED, event.by, event.at_ms, 0, decision=event.key, seen=seen_of(event), attempts=1,
    )  # fmt: skip


def seen_of(event: TriageEvent) -> Seen:
    """What its maker saw, as the event keeps it."""
    seen: Mapping[str, Any] = event.payload.get("seen") or {}
    last_at_ms, last = seen.get("last") or (0, "")
    about = event.message is not None and seen.get("message") == event.message
    return Seen(
        last_at_ms=last_at_ms, last=last, text_hash=str(seen.get("text_hash", "")) if about else "",
        message_state=str(seen.get("state", "")), locked=bool(seen.get("locked")), version=event.seen_version,
        reports=tuple(seen.get("reports", ())), verdict=str(seen.get("verdict", "")),
    )  # fmt: skip
