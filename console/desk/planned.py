"""Plans of verdicts that are kept while they hold: a verdict is given as it was said, without working it out once more."""

from __future__ import annotations

from console.desk.seat import Desk
from console.desk.verdicts import Plan, plan
from console.domain.conversation import MessageKey
from console.domain.verdicts import Judgement
from console.store.read.changes import data_versions


class Plans:
    """The last one holds until anybody writes anything to either file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: tuple[object, ...] = ()
        self._made: Plan | None = None

    def plan(self, message: MessageKey, judgement: Judgement) -> Plan:
        """What giving this verdict would do now. Raises Refused as `verdicts.plan`."""
        store = self._desk.store
        asked = (store.reader, *data_versions(store), message, judgement)  # another reader counts from the beginning
        if self._made is None or asked != self._asked:
            self._made, self._asked = None, asked  # before it is read: what is written meanwhile is noticed
            self._made = plan(self._desk, message, judgement)
        return self._made
