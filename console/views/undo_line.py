"""What U takes back, as the line at the bottom says it."""

from __future__ import annotations

from console.desk.undo import Undoable, undoable
from console.domain.characters import one_line
from console.sentences.shown import what_happened
from console.store.connection import Store
from console.views.services import Services
from console.words import ngettext, number

TITLE = 30  # letters of it


class UndoLine:
    """A decision about many says how many: they are counted once, for as long as it is the last one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._counted = ("", 0)

    def now(self) -> str:
        """ "" where there is nothing to take back."""
        last = undoable(self._services.desk)
        if last is None:
            return ""
        many = self.count(last)
        if many > 1:
            about = ngettext("{n} conversation", "{n} conversations", many).format(n=number(many))
        else:
            titles = self._services.heavies.titles([last.event.thread])
            about = one_line(titles.get(last.event.thread, last.title), TITLE)
        return f"‘{what_happened(last.event)}’" + (f" · {about}" if about else "")

    def count(self, last: Undoable) -> int:
        """How many conversations are taken back with it."""
        mark = str(last.event.payload.get("together", ""))
        if not mark:
            return 1
        if self._counted[0] != last.event.key:
            self._counted = last.event.key, _together(self._services.store, mark)
        return self._counted[1]


def _together(store: Store, mark: str) -> int:
    rows = store.read(
        "SELECT count(DISTINCT thread) AS n FROM ledger.event WHERE json_extract(payload, '$.together') = :mark"
        " AND json_extract(payload, '$.together') IS NOT NULL",
        {"mark": mark},
    )
    return int(rows[0]["n"])
