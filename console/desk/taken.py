"""What taking back comes to, and the ways there are to it: one value and one object for all of a transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.desk.replies import new_intent
from console.desk.seat import Desk, Refused
from console.domain.conversation import SpaceKey
from console.domain.outbox import FILE, Intent, Kind, State
from console.domain.platform import Capabilities, Way
from console.domain.triage import TriageEvent
from console.store.read.connections import capabilities
from console.store.read.seen import Look


@dataclass(slots=True)
class Taken:
    """What there is to do: new intents, those that won't leave, what stays there, and replies that aren't sent again.

    holds  a decision that stands and says what is shown now, so that there is nothing to do
    """

    made: list[Intent] = field(default_factory=list)
    withdrawn: list[Intent] = field(default_factory=list)
    remains: list[Intent] = field(default_factory=list)
    left_out: list[Intent] = field(default_factory=list)
    waits: bool = False
    holds: TriageEvent | None = None

    def add(self, other: Taken) -> None:
        self.made += other.made
        self.withdrawn += other.withdrawn
        self.remains += other.remains
        self.left_out += other.left_out
        self.waits = self.waits or other.waits
        self.holds = self.holds or other.holds

    @property
    def nothing(self) -> bool:
        """Whether all that was done stays as it is."""
        return bool(self.remains) and not self.made and not self.withdrawn


class Ways:
    """What each space's platform can be made to do now, asked once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._can: dict[SpaceKey, Capabilities] = {}

    def way(self, space: SpaceKey, kind: Kind) -> Way:
        if space not in self._can:
            self._can[space] = capabilities(self._desk.store, space)
        return self._can[space].way(kind.value)

    def again(self, intent: Intent, seen: Look | None) -> Intent:
        """The same once more, for the decision that it was made by. Raises Refused("no_way")."""
        way = self.way(intent.space, intent.kind)
        if intent.outside:
            way = Way.HANDOFF if intent.outside == FILE else Way.API
        if seen is None or way is Way.NO:
            raise no_way(intent.space, intent.kind)
        made = new_intent(self._desk, intent.kind, seen, intent.message, intent.text, intent.decision, way)
        # It was decided on that text: edited since, it is a conflict.
        before = intent.seen
        as_judged = replace(made.seen, text_hash=before.text_hash, reports=before.reports, beside=before.beside)
        return replace(
            made, connection=intent.connection, space=intent.space, recipient=intent.recipient, outside=intent.outside,
            seen=as_judged,
        )  # fmt: skip


def no_way(key: str, kind: Kind) -> Refused:
    """Where a thread or space of that key is, it can't be done."""
    return Refused("no_way", kind=kind.value, platform=key.partition(":")[0])


def may_go(intent: Intent) -> Intent:
    """Raises Refused("say_first") for what may have been done by hand."""
    if intent.state is State.HANDOFF and intent.last_byte_at_ms is not None:
        raise Refused("say_first", intent=intent.id)
    return intent
