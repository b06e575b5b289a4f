"""The spaces of a connection, to follow or to ignore: a list with check boxes that narrows as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.widgets.icons import pixmap
from console.widgets.message_card import plain_label
from console.widgets.painting import fill, run
from console.widgets.plain_text import tip
from console.widgets.theme import colour, measured, px, text_width, theme
from console.words import _, ngettext, number

_SPACE = Qt.ItemDataRole.UserRole + 1
LINE, TWO_LINES = 32, 48


@dataclass(frozen=True, slots=True)
class SpaceShown:
    """One space. `counted` says how much there is of it, `standing` what is out of the ordinary; both may be empty."""

    key: str
    title: str
    followed: bool
    counted: str = ""
    standing: str = ""


class SpaceList(QWidget):
    """`chosen` carries what a person changed: key -> whether it is followed now.

    The arrows go along the spaces, Space follows or ignores, letters typed in the field above narrow the list.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        self._typed = QLineEdit()
        self._typed.setPlaceholderText(_("Find a space"))
        self._typed.setAccessibleName(_("Find a space"))
        self._typed.setClearButtonEnabled(True)
        self._typed.textChanged.connect(self._narrow)
        column.addWidget(self._typed)
        self._list = _Spaces()
        self._list.setItemDelegate(_Row(self._list))
        self._list.flipped.connect(self._flip)
        column.addWidget(self._list, 1)
        self.setFocusProxy(self._list)
        row = QHBoxLayout()
        row.setSpacing(px(12))
        self._count = plain_label("", "small", "tertiary")
        row.addWidget(self._count, 1)
        self._all, self._none = QPushButton(_("Follow all")), QPushButton(_("Ignore all"))
        for button, followed in ((self._all, True), (self._none, False)):
            button.setProperty("kind", "link")
            button.setAutoDefault(False)
            measured(button, "small", setMinimumHeight=24)
            button.clicked.connect(lambda checked=False, followed=followed: self._set_shown(followed))
            row.addWidget(button)
        column.addLayout(row)
        theme.changed.connect(self._list.scheduleDelayedItemsLayout)

    def show_spaces(self, spaces: Sequence[SpaceShown]) -> None:
        """Show these. Where they are the same ones, nothing moves: neither the cursor nor what was typed."""
        if [self._at(n).key for n in range(self._list.count())] == [space.key for space in spaces]:
            for place, space in enumerate(spaces):
                if self._at(place) != space:
                    self._put(self._list.item(place), space)
        else:
            current = self._list.currentRow()
            self._list.clear()
            for space in spaces:
                item = QListWidgetItem()
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                self._put(item, space)
                self._list.addItem(item)
            self._list.setCurrentRow(min(max(current, 0), self._list.count() - 1))
        self._narrow()

    def _at(self, place: int) -> SpaceShown:
        space: SpaceShown = self._list.item(place).data(_SPACE)
        return space

    def _put(self, item: QListWidgetItem, space: SpaceShown) -> None:
        item.setData(_SPACE, space)
        item.setCheckState(Qt.CheckState.Checked if space.followed else Qt.CheckState.Unchecked)
        said = [space.title, _("followed") if space.followed else _("ignored"), space.counted]
        name = ", ".join(part for part in said if part) + (f". {space.standing}" if space.standing else "")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
        item.setToolTip(tip("\n".join(part for part in (space.title, space.counted, space.standing) if part)))

    def _flip(self, place: int) -> None:
        self._set([place], not self._at(place).followed)

    def _set_shown(self, followed: bool) -> None:
        self._set([n for n in range(self._list.count()) if not self._list.item(n).isHidden()], followed)

    def _set(self, places: Sequence[int], followed: bool) -> None:
        changed = {}
        for place in places:
            space = self._at(place)
            if space.followed is not followed:
                changed[space.key] = followed
                self._put(
                    self._list.item(place),
                    SpaceShown(space.key, space.title, followed, space.counted, space.standing),
                )
        self._say_count()
        if changed:
            self.chosen.emit(changed)

    def _narrow(self) -> None:
        wanted = self._typed.text().strip().casefold()
        for place in range(self._list.count()):
            self._list.item(place).setHidden(wanted not in self._at(place).title.casefold())
        current = self._list.currentItem()
        if current is None or current.isHidden():
            first = next((n for n in range(self._list.count()) if not self._list.item(n).isHidden()), -1)
            self._list.setCurrentRow(first)
        self._say_count()

    def _say_count(self) -> None:
        spaces = [self._at(n) for n in range(self._list.count())]
        followed = sum(space.followed for space in spaces)
        self._count.setText(
            ngettext("{n} of {total} space followed", "{n} of {total} spaces followed", len(spaces)).format(
                n=number(followed), total=number(len(spaces))
            )
        )
        shown = [space for n, space in enumerate(spaces) if not self._list.item(n).isHidden()]
        self._all.setEnabled(any(not space.followed for space in shown))
        self._none.setEnabled(any(space.followed for space in shown))
        if spaces and not shown:
            self._count.setText(_("No space is called that."))


class _Spaces(QListWidget):
    """`flipped` says at which place a person wants it otherwise."""

    flipped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("spaces")
        self.setAccessibleName(_("Spaces"))
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(lambda item: self.flipped.emit(self.row(item)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.flipped.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        rows = sum(self.sizeHintForRow(n) for n in range(min(self.count(), 8)))
        return QSize(px(320), max(px(2 * LINE), rows + 2))


class _Row(QStyledItemDelegate):
    """Paints one space: a box, its title, how much there is of it, and below what is out of the ordinary."""

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:  # fmt: skip
        return False  # the whole row is the box: the list flips it

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        space: SpaceShown = index.data(_SPACE)
        return QSize(0, px(TWO_LINES if space.standing else LINE))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        space: SpaceShown = index.data(_SPACE)
        rect, state = QRectF(option.rect), option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_MouseOver:
            fill(painter, rect, colour("bg.hover"), px(4))
        line, left = px(LINE), rect.x() + px(10)
        box = QRectF(left, rect.y() + (line - px(16)) / 2, px(16), px(16))
        if space.followed:
            fill(painter, box, colour("accent"), px(4))
            inset = px(2)
            painter.drawPixmap(box.adjusted(inset, inset, 0, 0).topLeft(), pixmap("check", "text.onAccent", 12))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("border.strong"), 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        right, text_left = rect.right() - px(10), left + px(26)
        if space.counted:
            begin = right - text_width("age", space.counted)
            run(painter, "age", "text.tertiary", begin, rect.y(), right + 2, space.counted, line)
            right = begin - px(12)
        ink = "text.primary" if space.followed else "text.secondary"
        run(painter, "body", ink, text_left, rect.y(), right, space.title, line)
        if space.standing:
            run(painter, "small", "text.tertiary", text_left, rect.y() + line - px(6), rect.right() - px(10), space.standing,
                rect.height() - line)  # fmt: skip
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), px(4), px(4))
        painter.restore()
