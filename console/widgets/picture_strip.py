"""Pictures below a message: a place for each, filled when it is here, and a click away from its full size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from console.domain.care import Look
from console.widgets.icons import pixmap
from console.widgets.plain_text import tip
from console.widgets.theme import colour, elided, font, px, text_width
from console.words import _

WIDE, HIGH = 320, 180  # the most that one takes of a conversation
LOW = 48  # a line of words, where no picture is shown
ACROSS = 2


@dataclass(frozen=True, slots=True)
class PictureShown:
    """A picture of a message: its name in the store, its file's name and size in words.

    covered   it waits until somebody asks to see it
    look      how it begins
    """

    key: str
    message: str
    name: str
    size: str
    covered: bool
    look: Look = Look.PLAIN


class PictureCell(QPushButton):
    """One picture or the place for it. `asked`: somebody wants to see it, or to see it larger."""

    asked = Signal(str)

    def __init__(self, shown: PictureShown) -> None:
        super().__init__()
        self.shown = shown
        self._picture: QPixmap | None = None
        self._words = ""
        self.look = Look.PLAIN
        self._high = 0  # the style sheet has heights of its own for buttons
        self._covered = shown.covered
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._clicked)
        if self._covered:
            self._settle(_("Show picture"), LOW)
        else:
            self.wait()

    def _clicked(self) -> None:
        self.asked.emit(self.shown.key)

    @property
    def words(self) -> str:
        """What stands in the place of the picture, "" where it is shown."""
        return self._words

    def wait(self) -> None:
        """The picture isn't here; it has been asked for."""
        self._covered = False
        self._settle(_("This picture isn't here yet."), HIGH)

    def say(self, words: str) -> None:
        """Why it can't be shown."""
        self._settle(words, LOW)

    def show_picture(self, image: QImage, look: Look = Look.PLAIN) -> None:
        """The picture as it is to be seen; `look` is what was done to it."""
        self._picture, self.look = QPixmap.fromImage(image), look
        self._settle("", 0)

    def _settle(self, words: str, height: int) -> None:
        self._words = words
        if self._picture is not None and not words:
            size = self._picture.deviceIndependentSize().toSize()
            self._high = size.height()
            self.setMaximumWidth(size.width())
        else:
            self._picture = None
            self._high = px(height)
            self.setMaximumWidth(px(WIDE))
        named = _("Picture: {name}").format(name=self.shown.name)
        softened = "" if self._picture is None or self.look is Look.PLAIN else _look_said(self.look)
        self.setAccessibleName(". ".join(filter(None, (named, words, softened))))
        self.setToolTip(tip(self.shown.name))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.maximumWidth(), self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), self._high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(self.rect())
        if self._picture is None:
            self._paint_place(painter, whole)
        else:
            size = self._picture.deviceIndependentSize()
            least = min(1.0, whole.width() / max(1.0, size.width()))
            painter.drawPixmap(
                QRectF(0, 0, size.width() * least, size.height() * least), self._picture, QRectF(self._picture.rect())
            )
            if self.look is not Look.PLAIN:
                self._paint_look(painter, size.height() * least)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus.ring"), px(2)))
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), px(6), px(6))
        painter.end()

    def _paint_look(self, painter: QPainter, high: float) -> None:
        """What was done to it, in its corner."""
        said = _look_said(self.look)
        box = QRectF(px(6), high - px(28), min(self.width() - px(12), text_width("small", said) + px(34)), px(22))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("bg.surface"))
        painter.drawRoundedRect(box, px(4), px(4))
        sign = pixmap("eye-slash", "text.secondary", px(14), self.devicePixelRatioF())
        painter.drawPixmap(round(box.left()) + px(6), round(box.top()) + px(4), sign)
        painter.setFont(font("small"))
        painter.setPen(colour("text.primary"))
        room = box.adjusted(px(25), 0, -px(6), 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided("small", said, room.width()))

    def _paint_place(self, painter: QPainter, whole: QRectF) -> None:
        painter.setPen(QPen(colour("border.default"), 1))
        painter.setBrush(colour("bg.hover" if self.underMouse() else "bg.sunken"))
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
        top = (whole.height() - px(LOW)) / 2
        sign = "eye-slash" if self._covered else "image"
        painter.drawPixmap(
            px(12), round(top) + px(16), pixmap(sign, "text.secondary", px(16), self.devicePixelRatioF())
        )
        left, room = px(38), whole.width() - px(48)
        named = f"{self.shown.name}  {self.shown.size}".strip()
        for kind, ink, text, at in (("strong", "text.primary", self._words, 6), ("small", "text.tertiary", named, 25)):
            painter.setFont(font(kind))
            painter.setPen(colour(ink))
            place = QRectF(left, top + px(at), room, px(18))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided(kind, text, room))


def _look_said(look: Look) -> str:
    return {
        Look.GREY: _("Grey; click to see"), Look.BLURRED: _("Blurred; click to see"),
        Look.BLURRED_GREY: _("Blurred, grey; click to see"),
    }[look]  # fmt: skip


class PictureStrip(QWidget):
    """The pictures of one message, two beside each other."""

    def __init__(self, shown: Sequence[PictureShown]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, px(4), 0, px(4))
        grid.setSpacing(px(8))
        grid.setColumnStretch(ACROSS, 1)
        for number, one in enumerate(shown):
            grid.addWidget(PictureCell(one), number // ACROSS, number % ACROSS, Qt.AlignmentFlag.AlignTop)
