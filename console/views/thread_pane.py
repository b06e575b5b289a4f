"""One conversation: tools above, messages, and writing below. It shows and asks; the desk decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from console.desk import drafts
from console.domain.conversation import MessageKey
from console.domain.platform import Capabilities, Way
from console.sentences.care import limit_line
from console.sentences.shown import kind_verb
from console.store.read import connections, thread
from console.store.read.queue import QueueRow
from console.store.read.thread import ShownMessage
from console.views.not_here import with_beginning
from console.views.pictures import Pictures, pictures_of
from console.views.services import Services
from console.views.shown import card_shown, composer_shown
from console.widgets.composer import Composer
from console.widgets.empty_state import EmptyState
from console.widgets.icons import icon
from console.widgets.keyed import OneStop, ToolButton
from console.widgets.message_card import CardShown, plain_label
from console.widgets.painting import Painted
from console.widgets.picture_dialog import PictureDialog
from console.widgets.strip import Strip
from console.widgets.theme import measured, px, theme
from console.widgets.thread_view import ThreadView
from console.words import _, ngettext

READ_AFTER_MS = 1000


@dataclass(frozen=True, slots=True)
class Tool:
    """A command as a button: its name, icon and key, and whether it is shown for this thread."""

    name: str
    text: str
    icon: str
    key: str
    run: Callable[[], None]


class ThreadPane(QWidget):
    """`sent` tells that a reply went to the outbox, and whether the thread is done with it."""

    send = Signal(str, bool)
    take_back = Signal(str)
    cursor_moved = Signal()
    versions_asked = Signal(str)
    settle_asked = Signal(str)
    link_asked = Signal(str)
    left = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.setObjectName("thread")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._services = services
        self.row: QueueRow | None = None
        self._opened: set[str] = set()  # heavy messages of this thread whose words somebody opened
        self._kept = ""  # the draft of this thread as this window knows it
        self.messages: list[ShownMessage] = []
        self.can = Capabilities()
        self._tools: dict[str, ToolButton] = {}
        self._tool_icons: dict[str, str] = {}
        self._tools_fitted: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = QFrame()
        self._bar.setObjectName("paneHeader")
        measured(self._bar, setFixedHeight=48)
        self._bar_row = QHBoxLayout(self._bar)
        self._bar_row.setContentsMargins(px(12), 0, px(12), 0)
        self._bar_row.setSpacing(px(2))
        column.addWidget(self._bar)
        self.strip = Strip()
        column.addWidget(self.strip)
        self._pages = QStackedWidget()
        column.addWidget(self._pages, 1)
        self._empty = EmptyState("chat-circle-dots")
        self._empty.say(_("Choose a conversation, or press J."))
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._conversation())
        self._read_soon = QTimer(self, interval=READ_AFTER_MS, singleShot=True)
        self._read_soon.timeout.connect(self._mark_read)
        self._countdown = QTimer(self, interval=1000)
        self._countdown.timeout.connect(self.reload)

    def add_tools(self, tools: list[Tool], all_commands: QMenu) -> None:
        """Buttons, ours first; what the platform has stands right of the line."""
        for tool in tools:
            if tool.name == "|":
                line = QFrame()
                line.setObjectName("line")
                measured(line, setFixedHeight=20, setFixedWidth=1)
                self._bar_row.addWidget(line)
                continue
            button = ToolButton(tool.text, tool.key)
            button.clicked.connect(tool.run)
            self._tools[tool.name], self._tool_icons[tool.name] = button, tool.icon
            self._bar_row.addWidget(button)
        self._bar_row.addStretch(1)
        self._more = ToolButton("", "")
        self._more.setAccessibleName(_("All commands"))
        self._more.setToolTip(_("All commands"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(all_commands)
        self._bar_row.addWidget(self._more)
        self._stop = OneStop(self._bar, [*self._tools.values(), self._more])
        theme.changed.connect(self._icons)

    def _conversation(self) -> QWidget:
        page = QWidget()
        page.setObjectName("thread")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(px(20), px(14), px(20), px(10))
        head.setSpacing(px(4))
        self._subject = plain_label("", "subject")
        self._subject.setWordWrap(True)
        head.addWidget(self._subject)
        line = QHBoxLayout()
        line.setSpacing(px(6))
        self._tile = Painted("tile", "", 20)
        self._where = plain_label("", "strong")
        self._counted = plain_label("", "small", "tertiary")
        self._tags = plain_label("", "small", "secondary")
        line.addWidget(self._tile)
        line.addWidget(self._where)
        line.addWidget(self._counted, 1)
        line.addWidget(self._tags)
        head.addLayout(line)
        column.addLayout(head)
        self.view = ThreadView()
        self.view.setAccessibleName(_("Messages"))
        self.view.cursor_moved.connect(self._cursor_moved)
        self.view.take_back.connect(self.take_back)
        self.view.versions_asked.connect(self.versions_asked)
        self.view.settle_asked.connect(self.settle_asked)
        self.view.link_asked.connect(self.link_asked)
        self.view.open_asked.connect(self.open_covered)
        self._pictures = Pictures(self._services)
        self._pictures.opened.connect(self._show_larger)
        self.view.rebuilt.connect(self._fill_pictures)
        column.addWidget(self.view, 1)
        self.composer = Composer()
        self.composer.send.connect(self._send)
        self.composer.keep.connect(self._keep)
        self.composer.left.connect(self.left)
        around = QVBoxLayout()
        around.setContentsMargins(px(14), px(8), px(14), px(12))
        around.addWidget(self.composer)
        column.addLayout(around)
        return page

    # --- showing

    def show_thread(self, row: QueueRow | None) -> None:
        """Show another thread; the cursor lands on the message of its first reason, else on the newest."""
        self.composer.flush()
        same = self.row is not None and row is not None and self.row.key == row.key
        if not same:
            self.strip.hide()
            self._read_soon.stop()
            self._opened.clear()
            self._pictures.forget()
        self.row = row
        self._pages.setCurrentIndex(0 if row is None else 1)
        for button in self._tools.values():
            button.setEnabled(row is not None)
        if row is None:
            return
        self._fill(row, same=same)
        if not same:
            if row.unread:
                self._read_soon.start()
            self._show_composer()
        self._show_tools()

    def reload(self) -> None:
        """Read the thread again: something of it changed."""
        if self.row is not None:
            self._fill(self.row, same=True)
            self._show_tools()

    def _fill(self, row: QueueRow, *, same: bool) -> None:
        store = self._services.store
        now_ms = store.now_ms()
        self.messages = thread.messages(store, row.thread_id)
        self.can = connections.capabilities(store, row.space)
        self._subject.setText(self._covered_title(row) or row.title or row.snippet[:120])
        self._tile.show_value(row.platform)
        self._where.setText(row.space_title + (" ≈" if row.approximate else ""))
        people = len({message.author_key or message.author for message in self.messages})
        count = ngettext("{n} message", "{n} messages", row.messages).format(n=row.messages)
        self._counted.setText(f"{count}, " + ngettext("{n} person", "{n} people", people).format(n=people))
        self._tags.setText("  ".join(f"#{tag}" for tag in row.tags))
        cursor = self.view.cursor_key if same else _first_message(row, self.messages)
        self.view.show_messages(self._cards(row, self.messages), cursor, same_thread=same)
        waits = any(message.pending and message.not_before_ms > now_ms for message in self.messages)
        if waits != self._countdown.isActive():
            self._countdown.start() if waits else self._countdown.stop()

    def prepare(self, row: QueueRow) -> None:
        """Lay a thread out that is probably shown next."""
        messages = thread.messages(self._services.store, row.thread_id)
        self.view.prepare(self._cards(row, messages), _first_message(row, messages))

    def _cards(self, row: QueueRow, messages: Sequence[ShownMessage]) -> list[CardShown]:
        store = self._services.store
        now_ms = store.now_ms()
        mode, can = self._services.settings["pictures"], connections.capabilities(store, row.space)
        if mode != "never" and any(message.attachments for message in messages):
            mode = mode if can.way("files_in") is Way.API else "never"
        settles, starts = can.way("settle") is not Way.NO, self._services.care.starts
        cards = [
            card_shown(
                store, message, row.platform, now_ms, pictures_of(message, row.connection, mode, starts), settles=settles,
                covered=self._covered(message, row.space_title),
            )
            for message in messages
        ]  # fmt: skip
        return with_beginning(store, messages, cards)

    def _show_composer(self) -> None:
        assert self.row is not None
        desk = self._services.desk
        draft = drafts.reply_draft(desk, self.row.key)
        about = self.current_message()
        us = next((c.us for c in connections.connections(desk.store) if c.key == self.row.connection), "")
        members = connections.members(desk.store, self.row.space)
        answers = about.author if about is not None else self.row.author
        shown = composer_shown(desk, self.row, self.can, answers, us, members)
        self._kept = draft.text if draft else ""
        self.composer.show_for(shown, self._kept)
        if drafts.set_aside(desk, self.row.key):
            self.strip.say(_("Another answer was begun here, in another window or before. It is kept."),
                           [(_("Go on with that one"), self._take_up), (_("Close"), self.strip.hide)])  # fmt: skip

    def show_draft(self, thread: str) -> None:
        """Words came back to a thread's draft, or left it: if it is this one, they show."""
        if self.row is not None and self.row.key == thread:
            self.composer.flush()
            self._show_composer()

    def _take_up(self) -> None:
        self.composer.flush()
        self.strip.hide()
        if self.row is not None:
            drafts.take_up(self._services.desk, self.row.key)
            self._show_composer()

    def _show_tools(self) -> None:
        """What the platform of this thread has; what it has not is absent, not grey."""
        message = self.current_message()
        held = any(found.state == "held" for found in self.messages)
        row = self.row
        for name, button in self._tools.items():
            if name in ("approve", "hide", "delete"):
                way = self.can.way(name)
                shown = way is not Way.NO and (name != "approve" or held)
                button.setVisible(shown)
                by_hand = " ↗" if way is Way.HANDOFF else ""
                button.say(kind_verb(name, row.platform if row else "") + by_hand)
                button.setEnabled(message is not None and bool(message.public_id))
        self._fit_tools()

    def _fit_tools(self) -> None:
        """Where there is no room the tools lose their words, from the middle outwards and what is ours last."""
        shown = {name: button for name, button in self._tools.items() if not button.isHidden()}
        fitted = (self.width(), theme.scale, *(f"{name} {button.words}" for name, button in shown.items()))
        if fitted == self._tools_fitted or not shown:
            return
        self._tools_fitted = fitted
        for button in shown.values():
            button.show_words(True)
        room = self.width() - px(24) - px(2) * (len(shown) + 1) - self._more.sizeHint().width()
        middle = (len(shown) - 1) / 2
        inner_first = sorted(enumerate(shown.values()), key=lambda pair: (abs(pair[0] - middle), -pair[0]))
        for _place, button in inner_first:
            if sum(found.sizeHint().width() for found in shown.values()) <= room:
                break
            button.show_words(False)
        self._stop.settle()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self._fit_tools()

    def _icons(self) -> None:
        for name, button in self._tools.items():
            button.setIcon(icon(self._tool_icons[name]))
            button.setIconSize(QSize(px(16), px(16)))
        self._more.setIcon(icon("dots-three"))
        self._more.setIconSize(QSize(px(16), px(16)))
        self._tools_fitted = ()
        self._fit_tools()

    def rest(self) -> None:
        """Keep what was written and let no timer run on: the window closes."""
        self.composer.flush()
        self._read_soon.stop()
        self._countdown.stop()
        self._pictures.close()

    # --- what begins covered

    def _covered(self, message: ShownMessage, space: str) -> str:
        return "" if message.key in self._opened else self._services.heavies.line(message, space)

    def _covered_title(self, row: QueueRow) -> str:
        if row.key in self._opened:
            return ""
        return self._services.heavies.titles([row.key]).get(row.key, "")

    def open_covered(self, key: str) -> None:
        """The words of a heavy message, on purpose; where they are open already its pictures, as they are."""
        message = next((found for found in self.messages if found.key == key), None)
        if message is None or self.row is None:
            return
        if self._covered(message, self.row.space_title):
            self._opened.add(key)
            opened = self._services.heavy_count.add()
            self.reload()
            if opened == self._services.care.limit:
                self.strip.say(limit_line(opened))
        else:
            self._pictures.show_plainly()

    def _fill_pictures(self) -> None:
        self._pictures.fill(self.view.picture_cells())

    def _show_larger(self, image: QImage, name: str) -> None:
        PictureDialog(image, name, self).open()

    # --- what is chosen

    def current_message(self) -> ShownMessage | None:
        return next((message for message in self.messages if message.key == self.view.cursor_key), None)

    def current_key(self) -> MessageKey | None:
        """The platform message under the cursor; None for a reply that is still on its way."""
        message = self.current_message()
        return message.key if message is not None and message.public_id else None

    def _cursor_moved(self, key: str) -> None:
        self._show_tools()
        if self.row is not None and not self.composer.text.toPlainText():
            self._show_composer()
        self.cursor_moved.emit()

    def _send(self, text: str, done: bool) -> None:
        self._keep(text)  # what is sent is what is kept: other words, of another window, stay when it has left
        self.send.emit(text, done)

    def _keep(self, text: str) -> None:
        if self.row is not None and text != self._kept:
            drafts.keep_reply(self._services.desk, self.row.key, text, self.current_key(), over=self._kept)
            self._kept = text

    def _mark_read(self) -> None:
        if self.row is not None and self.messages:
            drafts.mark_read(self._services.desk, self.row.key, self.messages[-1].posted_at_ms, self.messages[-1].key)


def _first_message(row: QueueRow, messages: Sequence[ShownMessage]) -> str:
    keys = {message.key for message in messages}
    for reason in row.reasons:
        if reason.message in keys:
            return reason.message
    return messages[-1].key if messages else ""
