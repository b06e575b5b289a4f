"""From the person panel to the desk: who is one person, who is somebody else, and all that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable

from console.desk import people
from console.desk.seat import Decision
from console.desk.undo import undoable
from console.domain.conversation import PersonKey
from console.domain.query import Field, Query, to_text
from console.sentences.shown import platform_title, what_happened
from console.store.read import people as reading
from console.store.read.people import Identity
from console.views.bare_window import BareWindow
from console.views.fitting import Fitting
from console.views.saying import Saying
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.widgets.announcing import announce
from console.widgets.picker import Picker
from console.words import _

MOST_CHOICES = 50


class Joining:
    """What can be done about the person of the conversation that is shown. Each shows in the same frame; U takes it back."""

    def __init__(
        self, window: BareWindow, showing: Showing, fitting: Fitting, saying: Saying, back: TakingBack
    ) -> None:
        self._window, self._desk = window, window.services.desk
        self._showing, self._fitting, self._saying, self._back = showing, fitting, saying, back
        panel = window.context
        panel.split_asked.connect(lambda key: self._decide(lambda: people.split(self._desk, PersonKey(key))))
        panel.one_asked.connect(self._one)
        panel.two_asked.connect(self._two)
        panel.take_back_asked.connect(back.undo)
        panel.join_asked.connect(self.choose)
        panel.all_asked.connect(self.show_all)

    def choose(self) -> None:
        """Ask with whom the person of this conversation is one: typed, or one whose name looks like theirs."""
        mine = self._here()
        if mine is not None:
            words = [word for word in mine.name.split() if len(word) > 2]
            alike = {one.key: one for word in words for one in reading.named(self._desk.store, word, MOST_CHOICES)}
            self._pick(mine, list(alike.values()))

    def show_all(self) -> None:
        """Search everything that they wrote, wherever that was."""
        mine = self._here()
        if mine is not None and mine.name:
            search = self._window.list.search
            search.setText(to_text(Query((Field("from", " ".join(mine.name.replace('"', " ").split())),))))
            self._fitting.focus_pane("list")

    def _here(self) -> Identity | None:
        row = self._window.conversation.row
        card = reading.person(self._desk.store, row.author_key) if row is not None and row.author_key else None
        return None if card is None else card.first

    def _pick(self, mine: Identity, found: list[Identity]) -> None:
        with_mine = set(reading.members(self._desk.store, mine.key))
        choices = [(_named(one), str(one.key)) for one in found if one.key not in with_mine]
        keys = {value for _shown, value in choices}

        def chosen(text: str) -> None:
            if text in keys:
                self._one(text)
            else:
                self._typed(mine, text)

        title = _("One person: {name} and …").format(name=mine.name or mine.handle)
        Picker(self._window.middle, title, choices, chosen, hint=_("A name, Enter looks for it"))

    def _typed(self, mine: Identity, text: str) -> None:
        with_mine = set(reading.members(self._desk.store, mine.key))
        found = [one for one in reading.named(self._desk.store, text, MOST_CHOICES) if one.key not in with_mine]
        if found:
            self._pick(mine, found)
        else:
            self._saying.say(_("Nobody else here is called ‘{name}’.").format(name=text))

    def _one(self, other: str) -> None:
        mine = self._here()
        if mine is not None:
            self._decide(lambda: people.join(self._desk, mine.key, PersonKey(other)))

    def _two(self, other: str) -> None:
        mine = self._here()
        if mine is not None:
            self._decide(lambda: people.keep_apart(self._desk, mine.key, PersonKey(other)))

    def _decide(self, verb: Callable[[], Decision]) -> None:
        decision = self._saying.attempt(verb)
        if decision is None:
            return
        self._showing.look()
        last = undoable(self._desk)
        if last is not None:
            said = what_happened(last.event)
            said = f"{said[:1].upper()}{said[1:]}."
            self._back.offer(said, decision.event)
            announce(self._window.context, said)


def _named(one: Identity) -> str:
    parts = (one.name or one.handle, one.department or one.title, platform_title(one.platform))
    return " · ".join(part for part in parts if part)
