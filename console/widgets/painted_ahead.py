"""A picture of a widget that was laid out before anybody sees it: its first frame is painted from that, in one go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QWidget

from console.widgets.theme import colour

MOST_DOTS = 4_000_000  # 16 MB; of what is larger only the part in sight is painted anyway


class Picture(QWidget):
    """Lies over the widget that it shows, and gives way when that gets another width. The mouse goes through it."""

    def __init__(self, of: QWidget, ground: str) -> None:
        """`ground`: the colour behind it. Its children must be where they will be, and not shown for the first time."""
        super().__init__(of)
        self._of = of
        self.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies below isn't painted
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        ratio = of.devicePixelRatioF()
        self._picture = QPixmap(of.size() * ratio)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(colour(ground))
        of.render(self._picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        self.resize(of.size())

    def cover(self) -> None:
        """From now on, until it is hidden."""
        if self._of.width() == self.width():
            self._of.installEventFilter(self)
            self.raise_()
            self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and self._of.width() != self.width():
            self.hide()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(QPointF(0, 0), self._picture)
        painter.end()


def picture_of(of: QWidget, ground: str) -> Picture | None:
    """None where there is nothing to see, or where it would take too much."""
    dots = of.width() * of.height() * of.devicePixelRatioF() ** 2
    return Picture(of, ground) if 0 < dots <= MOST_DOTS else None
