"""Writing an answer: grows with its text, counts what the platform counts, keeps every word as a draft."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from console.widgets.keyed import KeyButton
from console.widgets.message_card import Elided, plain_label
from console.widgets.painting import Painted
from console.widgets.theme import measured, px, theme
from console.words import _, number

KEEP_AFTER_MS = 400
SEND_KEY = "\tCtrl ↵"
FEWEST_LINES, MOST_LINES = 3, 12


@dataclass(frozen=True, slots=True)
class ComposerShown:
    """Whom we write as and to. `refused` is why nothing can be written here, "" when it can."""

    platform: str
    write_as: str
    answers: str
    readers: str = ""
    max_bytes: int | None = None
    by_hand: bool = False
    refused: str = ""


class Writing(QPlainTextEdit):
    """The text itself; the keys that send and leave are told."""

    send = Signal(bool)
    leave = Signal()
    focused = Signal(bool)
    rewrapped = Signal()

    def lines(self, most: int) -> int:
        """How many lines the text takes at this width; counting stops at `most`."""
        block, found, layout = self.document().firstBlock(), 0, self.document().documentLayout()
        while block.isValid() and found < most:
            layout.blockBoundingRect(block)  # lays it out, if it was not yet
            found += max(1, block.layout().lineCount())
            block = block.next()
        return min(found, most)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.rewrapped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.send.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)


class Composer(QFrame):
    """`send` carries the text and whether the thread is done with it; `keep` the words to keep as a draft."""

    send = Signal(str, bool)
    keep = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("composer")
        self._shown = ComposerShown("", "", "")
        self._placeholder = _("Write an answer")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(8), px(10), px(8))
        column.setSpacing(px(6))
        head = QHBoxLayout()
        head.setSpacing(px(6))
        self._as = Elided("small", "text.secondary")
        self._tile = Painted("tile", "", 20)
        self._readers = plain_label("", "small", "tertiary")
        head.addWidget(Painted("icon", "arrow-bend-up-left", 16))
        head.addWidget(self._as, 1)
        head.addWidget(self._tile)
        head.addWidget(self._readers)
        column.addLayout(head)
        line = QFrame()
        line.setObjectName("line")
        measured(line, setFixedHeight=1)
        column.addWidget(line)
        self.text = Writing()
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setTabChangesFocus(True)
        measured(self.text, "reading")
        self.text.setPlaceholderText(self._placeholder)
        self.text.setAccessibleName(_("Your answer"))
        column.addWidget(self.text)
        foot = QHBoxLayout()
        self._hint = Elided("small", "text.tertiary")
        self._count = plain_label("", "small", "tertiary")
        self.button = KeyButton(_("Send") + SEND_KEY, "primary")
        self.button.setToolTip("Ctrl+Enter")
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._count)
        foot.addWidget(self.button)
        column.addLayout(foot)
        self._keep_soon = QTimer(self, interval=KEEP_AFTER_MS, singleShot=True)
        self._keep_soon.timeout.connect(lambda: self.keep.emit(self.text.toPlainText()))
        self.text.textChanged.connect(self._changed)
        self.text.send.connect(self._send)
        self.text.leave.connect(self._leave)
        self.text.focused.connect(self._focus_shown)
        self.button.clicked.connect(lambda: self._send(False))
        self.text.rewrapped.connect(self._fit)
        theme.changed.connect(self._measure)
        self._changed()

    def show_for(self, shown: ComposerShown, text: str) -> None:
        """Write here from now on, beginning with the words kept before."""
        self._shown = shown
        self._as.setText(shown.refused or _("Reply as {name} to {who}").format(name=shown.write_as, who=shown.answers))
        self._tile.show_value(shown.platform)
        self._tile.setVisible(not shown.refused)
        self._readers.setText("" if shown.refused else shown.readers)
        self._placeholder = "" if shown.refused else _("Write an answer")
        self.text.setPlaceholderText(self._placeholder)
        self.button.say((_("Copy and open") if shown.by_hand else _("Send")) + SEND_KEY)
        self._hint.setText(_("You finish this: we copy the text and open the browser.") if shown.by_hand else "")
        self.text.setEnabled(not shown.refused)
        self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.text.blockSignals(False)
        self._keep_soon.stop()
        self._changed(keep=False)

    def _fit(self) -> None:
        """As high as the text, from three lines (one while nothing is written) to twelve."""
        fewest = FEWEST_LINES if self.text.hasFocus() or self.text.toPlainText() else 1
        height = px(21) * max(fewest, self.text.lines(MOST_LINES)) + px(8)
        if height != self.text.height():
            self.text.setFixedHeight(height)

    def _measure(self) -> None:
        self.text.setPlaceholderText("")  # Qt keeps it as it was laid out in the font before
        self.text.setPlaceholderText(self._placeholder)
        self._fit()

    def flush(self) -> None:
        """Keep the words now: the thread is about to change."""
        if self._keep_soon.isActive():
            self._keep_soon.stop()
            self.keep.emit(self.text.toPlainText())

    def _changed(self, *, keep: bool = True) -> None:
        text = self.text.toPlainText()
        size, most = len(text.encode()), self._shown.max_bytes
        over = most is not None and size > most
        if most is None or (not text and not over):
            self._count.setText("")
        elif over:
            self._count.setText(_("{n} too many").format(n=number(size - most)))
        else:
            self._count.setText(f"{number(size)} / {number(most)}")
        tone = "danger" if over else "warn" if most is not None and size > most * 0.9 else "tertiary"
        self._count.setProperty("tone", tone)
        self._count.style().unpolish(self._count)
        self._count.style().polish(self._count)
        self.button.setEnabled(bool(text.strip()) and not over and not self._shown.refused)
        self._fit()
        if keep:
            self._keep_soon.start()

    def _send(self, done: bool) -> None:
        if self.button.isEnabled():
            self._keep_soon.stop()
            text = self.text.toPlainText()
            self.text.blockSignals(True)
            self.text.clear()
            self.text.blockSignals(False)
            self._changed(keep=False)
            self.send.emit(text, done)

    def _leave(self) -> None:
        self._keep_soon.stop()
        self.keep.emit(self.text.toPlainText())
        self.left.emit()

    def _focus_shown(self, on: bool) -> None:
        self.setProperty("focused", "true" if on else "false")
        self.style().unpolish(self)
        self.style().polish(self)
        self._changed(keep=False)
