"""Care for whoever reviews: what begins covered, how it opens, how many heavy ones it were, and whose turn it is next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from console.desk import triage
from console.desk.seat import Refused
from console.domain.care import Heavy
from console.domain.conversation import MessageKey
from console.sentences.care import limit_line
from console.sentences.troubles import refusal_sentence, store_sentence
from console.store.errors import StoreError
from console.store.read import lists
from console.store.read.judged import Waiting
from console.views.flagged.round import FlaggedRound
from console.views.flagged.shown import Begins
from console.views.flagged.sight import How
from console.views.models.review_round import Item
from console.views.pictures import Pictures
from console.views.services import Services
from console.widgets.picker import Picker
from console.widgets.picture_dialog import PictureDialog
from console.widgets.picture_strip import PictureCell
from console.words import _, ngettext


class FlaggedCare(QObject):
    """`switched` when care was turned on or off. Which messages were opened stays in this object and ends with it.

    begun_again  what begins covered was set otherwise, and the message before the reviewer begins anew
    handed_on    it is somebody else's now, and how that is said
    """

    switched = Signal()
    begun_again = Signal()
    handed_on = Signal(str)

    def __init__(self, page: FlaggedRound, services: Services) -> None:
        super().__init__(page)
        self._page, self._services = page, services
        self.heavy: Heavy | None = None
        self._opened: set[str] = set()
        self._in_a_row = 0
        self._cells: list[PictureCell] = []
        self._pictures = Pictures(services)
        self._pictures.opened.connect(self._show_larger)
        self.keys: dict[str, Callable[[], None]] = {"P": self.show_pictures, "H": self.hand_on}
        page.head.care_asked.connect(self.switch)
        page.panel.hand_on_asked.connect(self.hand_on)
        self.show_state()

    # --- what begins covered

    def look_at(self, item: Item | None) -> None:
        """Another message, or the same once more: is it heavy now?"""
        message = None if item is None else item.waiting.message
        self.heavy = None if message is None else self._services.heavies.among([message]).get(message)

    def begin(self) -> bool:
        """It has just come: whether its words are shown at once."""
        self._pictures.forget()
        return not self._services.care.covers(heavy=self.heavy is not None)

    def how_next(self, how: How, message: MessageKey) -> How:
        """As this message will come."""
        heavy = message in self._services.heavies.among([message])
        return how.of_next(revealed=not self._services.care.covers(heavy=heavy))

    @property
    def key(self) -> str:
        """What shows the message, as people call it."""
        return "⇧" + _("Space") if self.heavy is not None else _("Space")

    @property
    def begins(self) -> Begins:
        return Begins(self._services.care, self._services.heavies, self._services.settings["pictures"])

    def may_open(self, *, on_purpose: bool) -> bool:
        """Whether this key opens it; a heavy message says which one does."""
        if self.heavy is None or on_purpose or self._page.revealed:
            return True
        self._page.strip.say(_("This message may be heavy to read: Shift+Space shows it."))
        return False

    def opened(self) -> None:
        """The words of the message are on the screen: a heavy one counts, once."""
        about, care = self._page.about, self._services.care
        if about is None or self.heavy is None or about.message in self._opened:
            return
        self._opened.add(about.message)
        opened = self._services.heavy_count.add()
        self.show_state()
        if opened == care.limit:
            self._page.strip.say(
                limit_line(opened),
                [(_("A lighter one next"), self._lighter), (_("Take a break"), self._page.left.emit)],
            )

    def fill(self) -> None:
        """The pictures of what is shown now."""
        cells = self._page.middle.picture_cells()
        if cells != self._cells:
            self._cells = cells
            self._pictures.fill(cells)

    def show_pictures(self) -> None:
        self._pictures.show_plainly()

    def _show_larger(self, image: QImage, name: str) -> None:
        PictureDialog(image, name, self._page).open()

    def close(self) -> None:
        self._pictures.close()

    # --- what comes next

    def turn(self) -> None:
        """This one is decided: after so many heavy ones in a row a light one comes, where that is set."""
        self._in_a_row = self._in_a_row + 1 if self.heavy is not None else 0
        after = self._services.care.lighter_after
        if after and self._in_a_row >= after:
            self._bring_lighter()

    def said(self, waiting: Waiting) -> str:
        """The next one, for a screen reader: nothing of its words."""
        covered = self._services.heavies.titles([waiting.thread])
        return covered.get(waiting.thread, waiting.space)

    def _bring_lighter(self) -> bool:
        page_round = self._page.round
        rest = [item.waiting.message for item in page_round.items[page_round.at + 1 :] if item.outcome is None]
        heavy = self._services.heavies.among(rest)
        light = next((message for message in rest if message not in heavy), None)
        if light is not None:
            page_round.bring_forward([light])
        return light is not None

    def _lighter(self) -> None:
        found = self._bring_lighter()
        self._page.show_list()
        self._page.strip.say(_("A lighter one comes next.") if found else _("Nothing lighter waits."))
        self._page.setFocus()

    # --- somebody else's

    def hand_on(self) -> None:
        """Somebody else judges this one: their name, then the next is there."""
        if self._page.about is None:
            return
        names = sorted(lists.people_who_decide(self._services.store) - {self._services.desk.moderator})
        Picker(self._page, _("Hand on to"), [(name, name) for name in names], self._handed, hint=_("A name"))

    def _handed(self, name: str) -> None:
        about, to = self._page.about, name.strip()
        self._page.setFocus()
        if about is None or not to:
            return
        try:
            triage.hand_on(self._services.desk, about.thread, about.message, to)
        except Refused as refused:
            yourself = _("That is you. Skip it with J, or choose a colleague.")
            said = yourself if refused.code == "to_yourself" else refusal_sentence(refused)
            self._page.strip.say(said, tone="warn")
        except StoreError as error:
            self._page.strip.say(store_sentence(error), tone="danger")
        else:
            self.handed_on.emit(_("handed on to {name}").format(name=to))

    # --- on and off

    def begin_again(self) -> None:
        """What begins covered was set otherwise; what is chosen stays."""
        self._services.heavies.read_again()
        self.show_state()
        if self._page.about is not None and self._page.isVisible():
            self.look_at(self._page.round.current)
            self.begun_again.emit()

    def switch(self) -> None:
        """All of it off or on, here and now."""
        on = not self._services.care.on
        self._services.settings = {**self._services.settings, "care": replace(self._services.care, on=on)}
        self._page.strip.hide()
        try:
            self._services.save_settings({("care", "on"): on})
        except OSError:
            self._page.strip.say(
                _("This holds until you close the window: the settings could not be written."), tone="warn"
            )
        self.begin_again()
        self.switched.emit()

    def show_state(self) -> None:
        """How it stands, in the head of the review; the count is for the eyes of who sits here."""
        if not self._services.care.on:
            self._page.head.show_care(_("Care: off"), _("Nothing is covered, blurred or counted. Click to turn it on."))
            return
        opened = self._services.heavy_count.today()
        said = (
            ngettext("Care: on, {n} heavy", "Care: on, {n} heavy", opened).format(n=opened) if opened else _("Care: on")
        )
        self._page.head.show_care(said, _("What is reported is covered, pictures begin as you set, and heavy messages are counted for you alone. Click to turn it off."))  # fmt: skip
