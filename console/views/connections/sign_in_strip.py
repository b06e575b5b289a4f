"""Above everything: which connection no longer lets us in, and the button that mends it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from console.sentences.shown import health_sentence
from console.store.read.connections import ConnectionRow
from console.widgets.announcing import announce
from console.widgets.strip import Strip
from console.words import _, ngettext


class SignInStrip(Strip):
    """Stays until somebody signs in. `sign_in_asked` carries the connection."""

    sign_in_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._said = ""

    def show_state(self, rows: Sequence[ConnectionRow], now_ms: int) -> None:
        """Say it of the first connection that waits for a sign-in, and how many more there are."""
        waiting = [row for row in rows if row.health.state == "sign_in" and not row.paused]
        if not waiting:
            self._said = ""
            self.hide()
            return
        first = waiting[0]
        said = health_sentence(first, now_ms)
        if not said.startswith(first.name):
            said = f"{first.name}: {said}"
        said += " " + _("What was here stays readable, and what you write waits.")
        if more := len(waiting) - 1:
            said += " " + ngettext("{n} more connection waits too.", "{n} more connections wait too.", more).format(
                n=more
            )
        if said != self._said:
            self._said = said
            self.say(said, [(_("Sign in again"), lambda: self.sign_in_asked.emit(first))], "danger")
            announce(self, said, at_once=True)
