"""The sidebar: views with their counts, connections with their health, spaces. Narrow, it is a rail of icons."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.widgets.icons import pixmap
from console.widgets.painting import fill, run, tile
from console.widgets.theme import colour, metric, px, text_width

ITEM_ROLE = Qt.ItemDataRole.UserRole + 1

VIEW_ICONS = {
    "inbox": "tray", "flagged": "flag", "unanswered": "chat-circle-dots", "newcomers": "hand-waving",
    "leadership": "megaphone-simple", "mine": "user-circle", "snoozed": "clock", "escalated": "arrow-bend-up-right",
    "done": "check-circle", "outbox": "paper-plane-tilt",
}  # fmt: skip
HEALTH = {
    "ok": ("ok", ""), "new": ("text.tertiary", "circle"), "unreachable": ("warn", "wifi-slash"),
    "sign_in": ("danger", "key-fill"), "limited": ("warn", "hourglass-medium"), "forbidden": ("danger", "warning-octagon"),
    "bad": ("warn", "warning-fill"), "paused": ("text.tertiary", "pause"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SidebarItem:
    """kind: header, add (a header with a +), view, connection, space or gap; `key` says which.

    platform  that of a connection, or of a space that another is called like; `health` is that of a connection
    """

    kind: str
    key: str
    title: str
    count: int = 0
    counted: str = ""
    alarm: bool = False
    platform: str = ""
    health: str = ""
    tip: str = ""


class SidebarDelegate(QStyledItemDelegate):
    """Paints one item; in a rail only its icon and a count."""

    rail = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        item: SidebarItem = index.data(ITEM_ROLE)
        if item.kind == "gap":
            return QSize(0, px(12))
        if self.rail:
            return QSize(0, 0 if item.kind in ("header", "space") else px(36))
        return QSize(0, px(30) if item.kind in ("header", "add") else metric("sidebarItem"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item: SidebarItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        if item.kind == "gap" or (self.rail and item.kind in ("header", "space")):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if item.kind == "header" or (item.kind == "add" and not self.rail):
            run(painter, "smallStrong", "text.secondary", rect.x() + px(16), rect.y() + px(4), rect.right(), item.title,
                rect.height() - px(4))  # fmt: skip
            if item.kind == "add":
                painter.drawPixmap(QPointF(rect.right() - px(31), rect.y() + px(9)), pixmap("plus", _ink(state), 16))
        else:
            self._paint_item(painter, rect, item, state)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.drawRoundedRect(rect.adjusted(px(4), 1, -px(4), -1), px(6), px(6))
        painter.restore()

    def _paint_item(self, painter: QPainter, rect: QRectF, item: SidebarItem, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        inner = rect.adjusted(px(8), 1, -px(8), -1)
        if selected:
            fill(painter, inner, colour("bg.selected"), px(6))
        elif state & QStyle.StateFlag.State_MouseOver:
            fill(painter, inner, colour("bg.hover"), px(6))
        ink = "accent.text" if selected else "text.secondary"
        middle = rect.center().y()
        left = rect.center().x() - px(9) if self.rail else rect.x() + px(16)
        if item.platform:
            tile(painter, QRectF(left - px(1), middle - px(8), px(20), px(16)), item.platform)
        else:
            icon = {"space": "hash", "add": "plus"}.get(item.kind) or VIEW_ICONS[item.key]
            size = 18 if self.rail else 16
            painter.drawPixmap(QPointF(left, middle - px(size) / 2), pixmap(icon, ink, size))
        if self.rail:
            if item.count and item.alarm:
                count = str(min(item.count, 99))
                badge = QRectF(left + px(10), middle - px(16), px(18), px(13))
                fill(painter, badge, colour("danger"), px(6))
                begin = badge.center().x() - text_width("tile", count) / 2
                run(painter, "tile", "bg.surface", begin, badge.y(), rect.right(), count, px(13))
            return
        right = rect.right() - px(16)
        if item.kind == "connection":
            right = _paint_health(painter, right, middle, item.health)
        elif item.count:
            text = item.counted
            right -= text_width("age", text)
            run(
                painter,
                "age",
                "danger" if item.alarm else "text.tertiary",
                right,
                rect.y(),
                rect.right(),
                text,
                rect.height(),
            )
        kind = "strong" if selected else "body"
        run(painter, kind, "text.primary", left + px(26), rect.y(), right - px(6), item.title, rect.height())


def _ink(state: QStyle.StateFlag) -> str:
    return "accent.text" if state & QStyle.StateFlag.State_MouseOver else "text.tertiary"


def _paint_health(painter: QPainter, right: float, middle: float, health: str) -> float:
    tone, icon = HEALTH[health]
    if not icon:
        fill(painter, QRectF(right - px(8), middle - px(4), px(8), px(8)), colour(tone), px(4))
        return right - px(8)
    painter.drawPixmap(QPointF(right - px(14), middle - px(7)), pixmap(icon, tone, 14))
    return right - px(14)


class SidebarList(QListView):
    """Its arrows and Enter are its own while it has the keyboard; letters are commands.

    `mark_clicked` is a click on the mark that says how a connection is doing.
    """

    mark_clicked = Signal(QModelIndex)

    OWN = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and event.key() in self.OWN:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._mark_at(event)
        if index is None:
            super().mousePressEvent(event)
        else:
            self.mark_clicked.emit(index)

    def _mark_at(self, event: QMouseEvent) -> QModelIndex | None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        item = index.data(ITEM_ROLE) if index.isValid() else None
        wide = self.viewport().width() > px(100)  # a rail shows no marks
        if not isinstance(item, SidebarItem) or item.kind != "connection" or not wide:
            return None
        on_it = event.button() == Qt.MouseButton.LeftButton and at.x() > self.visualRect(index).right() - px(36)
        return index if on_it else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self.OWN[2:] and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        return


__all__ = ["ITEM_ROLE", "VIEW_ICONS", "SidebarDelegate", "SidebarItem", "SidebarList"]
