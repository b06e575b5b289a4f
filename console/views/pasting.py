"""Ctrl+V on the list: what was copied becomes a message of the group it belongs to, once a person looked at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDateTime, QTimer, Signal
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from console.desk import pasting
from console.desk.seat import Decision, Refused
from console.domain.pasting import MOST_LINK_CHARS, MOST_NAME_CHARS, MOST_TEXT_CHARS, Pasted
from console.sentences.shown import moment, platform_title
from console.sentences.troubles import failed_sentence
from console.store.errors import StoreError
from console.store.read import queue
from console.views.bare_window import BareWindow
from console.views.services import Services
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.widgets.announcing import announce
from console.widgets.asking_dialog import AskingDialog
from console.widgets.fields import ChoiceField, Labelled
from console.widgets.message_card import plain_label
from console.widgets.plain_text import copied
from console.widgets.theme import measured, px
from console.words import _

LOOK_MS, LOOKS = 100, 100  # for the message that the collector reads


class Pasting:
    """The command, and what becomes of it."""

    def __init__(self, window: BareWindow, showing: Showing, back: TakingBack) -> None:
        self._window, self._showing, self._back = window, showing, back
        self._timer = QTimer(interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._awaited, self._looks = "", 0
        window.closing.connect(self._timer.stop)

    def paste(self) -> None:
        """Show what was copied as the message it would be; where it is here already, open that."""
        pasted = self._window.services.looked_at(*copied())
        if not (pasted.text or pasted.link):
            self._window.status.say(_("There is no text to paste. Copy a message and its link first."))
            return
        thread = pasting.held(self._window.services.desk, pasted) if pasted.message else None
        if thread is not None:
            self._showing.open_thread(thread)
            self._window.status.say(_("That is here already, with the same words. Nothing has changed."))
            return
        dialog = PasteDialog(self._window.services, pasted, self._window)
        dialog.kept.connect(self._kept)
        dialog.open()

    def _kept(self, decision: Decision) -> None:
        self._showing.look()
        said = _("Kept. It comes into the list.")
        self._back.offer(said, decision.event)
        announce(self._window.list.view, said)
        self._awaited, self._looks = decision.thread, 0
        self._timer.start()

    def _look(self) -> None:
        """Open it as soon as it was read."""
        self._looks += 1
        row = queue.row(self._window.services.store, self._awaited)
        if row is not None and row.messages:
            self._showing.open_thread(self._awaited)
        if (row is not None and row.messages) or self._looks >= LOOKS:
            self._timer.stop()


class PasteDialog(AskingDialog):
    """`kept` carries the decision. What was pasted can be put right before."""

    kept = Signal(object)

    def __init__(self, services: Services, pasted: Pasted, over: QWidget | None) -> None:
        super().__init__(over, 560, _("Paste a message"))
        self._services = services
        self._pasted = pasted
        self._zone = ZoneInfo(services.store.policy.hours.timezone)
        self._about = plain_label("", "body", "secondary")
        self._about.setWordWrap(True)
        self.body.addWidget(self._about)
        self._group = ChoiceField()
        self._group.setEditable(True)
        self._group.setInsertPolicy(ChoiceField.InsertPolicy.NoInsert)
        typed = QLineEdit()
        typed.setMaxLength(MOST_NAME_CHARS)
        self._group.setLineEdit(typed)
        for group in pasting.groups(services.desk):
            self._group.addItem(f"{group.title} · {platform_title(group.platform)}", (group.space, group.title))
        self._group.setCurrentIndex(-1)
        self._author = QLineEdit(pasted.author)
        self._author.setMaxLength(MOST_NAME_CHARS)
        self._when = QDateTimeEdit(_shown_moment(services))
        self._when.setDisplayFormat("dd-MM-yyyy HH:mm")
        self._when.lineEdit().setTextMargins(px(8), 0, px(8), 0)  # the style sheet gives it none
        self._when.setMaximumDateTime(_shown_moment(services))
        self._text = QPlainTextEdit(pasted.text)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("kind", "field")
        measured(self._text, setMinimumHeight=80, setMaximumHeight=160)
        self._link = QLineEdit(pasted.link)
        self._link.setMaxLength(MOST_LINK_CHARS)
        self._link.editingFinished.connect(self._link_changed)
        self.body.addWidget(Labelled(_("Group"), self._group))
        line = QHBoxLayout()
        line.setSpacing(px(12))
        line.addWidget(Labelled(_("Who wrote it"), self._author), 2)
        line.addWidget(Labelled(_("When"), self._when), 1)
        self.body.addLayout(line)
        self.body.addWidget(Labelled(_("What it says"), self._text))
        self.body.addWidget(Labelled(_("Where it stands"), self._link))
        self.end(_("Keep the message"), self.keep)
        self._show_place()
        (self._author if not self._group.isEnabled() or self._group.currentText() else self._group).setFocus()

    def _link_changed(self) -> None:
        if self._link.text().strip() != self._pasted.link:
            found = self._services.looked_at(self._link.text(), "")
            self._pasted = replace(found, text=self._pasted.text, link=found.link or self._link.text().strip())
            self._link.setText(self._pasted.link)
            self._show_place()

    def _show_place(self) -> None:
        """Whether the link tells the group; then nobody has to."""
        told, title = bool(self._pasted.space), pasting.title_of(self._services.desk, self._pasted.space)
        platform = platform_title(self._pasted.platform) if self._pasted.platform not in ("", "files") else ""
        self._group.setEnabled(not (told and title))
        if told and title:
            self._group.setEditText(title)
            text = _("The link leads to this group on {platform}.").format(platform=platform)
        elif told:
            text = _("The link leads to a group on {platform} that isn't here yet. Give it a name; its own replaces that once it is known.").format(platform=platform)  # fmt: skip
        elif platform:
            text = _("The link leads to {platform}, but doesn't tell to which group. Choose one, or type its name.").format(platform=platform)  # fmt: skip
        else:
            text = _("No link that we understand: choose the group, or type its name.")
        self._about.setText(text)

    def pasted(self) -> Pasted:
        """As it stands in the fields, with its keys."""
        index = self._group.currentIndex()
        chosen = index >= 0 and self._group.currentText() == self._group.itemText(index)
        space, title = self._group.itemData(index) if chosen else ("", self._group.currentText())
        at = self._when.dateTime().toPython()
        assert isinstance(at, datetime)
        at_ms = int(at.replace(tzinfo=self._zone).timestamp() * 1000)
        return self._services.named(
            replace(
                self._pasted, text=self._text.toPlainText()[:MOST_TEXT_CHARS], link=self._link.text().strip(),
                author=self._author.text(), group=title, space=self._pasted.space or space, message="", thread="",
                posted_at_ms=max(0, min(at_ms, self._services.store.now_ms())),
            )
        )  # fmt: skip

    def keep(self) -> None:
        """Keep it, or say what is missing; nothing that was typed is lost."""
        pasted = self.pasted()
        lacking = pasted.lacking()
        if lacking:
            words, field = {
                "text": (_("There is no text yet."), self._text), "author": (_("Say who wrote it."), self._author),
                "group": (_("Say which group it belongs to."), self._group),
            }[lacking[0]]  # fmt: skip
            self.say_wrong(words)
            field.setFocus()
            return
        try:
            decision = pasting.keep(self._services.desk, pasted, _("Pasted"))
        except (Refused, StoreError) as error:
            self.say_wrong(failed_sentence(error))
        else:
            self.kept.emit(decision)
            self.accept()


def _shown_moment(services: Services) -> QDateTime:
    now = moment(services.store.now_ms(), services.store.policy.hours.timezone)
    return QDateTime(now.year, now.month, now.day, now.hour, now.minute, 0)
