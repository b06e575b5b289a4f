"""The window before anything happens in it: its panes and where they stand. Every room of the window is given this."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.store.read import connections
from console.views.connections.sign_in_strip import SignInStrip
from console.views.list_pane import ListPane
from console.views.models.queue_model import QueueModel
from console.views.models.sidebar_model import SidebarModel
from console.views.outbox_page import OutboxPage
from console.views.rows_shown import rows_shown
from console.views.services import Services
from console.views.thread_pane import ThreadPane
from console.widgets.brand import Brand
from console.widgets.context_panel import ContextPanel
from console.widgets.sidebar import SidebarDelegate, SidebarList
from console.widgets.status_bar import StatusBar
from console.widgets.strip import Strip
from console.widgets.theme import measured, px
from console.words import _


class BareWindow(QMainWindow):
    """It knows none of its rooms. `connect_asked`, `sign_in_asked` (a ConnectionRow), `settings_asked`: dialogs that the
    composition root opens. `closing`: whatever goes on by itself ends.
    """

    connect_asked = Signal()
    sign_in_asked = Signal(object)
    settings_asked = Signal()
    closing = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.setWindowTitle("Luisterpost")
        self.setMinimumSize(640, 420)
        self.model = QueueModel(partial(rows_shown, services))
        self.list = ListPane(self.model)
        self.conversation = ThreadPane(services)
        self.context = ContextPanel()
        self.outbox = OutboxPage(services)
        self.status = StatusBar()
        self.sign_in = SignInStrip()
        self.sidebar_model = SidebarModel()
        self.sidebar_delegate = SidebarDelegate()
        self.sidebar = self._make_sidebar()
        self._lay_out()
        self.list.connect_asked.connect(self.connect_asked)
        self.model.waiting_changed.connect(self.list.say_waiting)
        self.sign_in.sign_in_asked.connect(self.sign_in_asked)
        self.outbox.sign_in_asked.connect(self._sign_in)

    @property
    def shows_desk(self) -> bool:
        """Whether list and conversation are what is shown."""
        return self.pages.currentWidget() is self.desk

    @property
    def shows_outbox(self) -> bool:
        return self.pages.currentWidget() is self.outbox

    def add_strip(self, strip: Strip) -> None:
        """A strip above everything, below those that are there."""
        self._above.addWidget(strip)

    def _make_sidebar(self) -> QWidget:
        pane = QWidget()
        pane.setObjectName("sidebar")
        pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, px(8))
        column.setSpacing(px(4))
        self.brand = Brand("Luisterpost", self.services.desk.moderator)
        column.addWidget(self.brand)
        self.items = SidebarList()
        self.items.setModel(self.sidebar_model)
        self.items.setItemDelegate(self.sidebar_delegate)
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.items.setMouseTracking(True)
        self.items.setAccessibleName(_("Views and connections"))
        column.addWidget(self.items, 1)
        return pane

    def _lay_out(self) -> None:
        self.desk = QSplitter()
        self.desk.setHandleWidth(1)
        self.desk.setChildrenCollapsible(False)
        for pane in (self.list, self.conversation, self.context):
            self.desk.addWidget(pane)
        self.desk.setStretchFactor(1, 1)
        self.list.setMinimumWidth(300)
        self.conversation.setMinimumWidth(320)
        measured(self.context, setFixedWidth=280)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.desk)
        self.pages.addWidget(self.outbox)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.sidebar)
        across.addWidget(self.pages, 1)
        self._above = QVBoxLayout()
        self._above.setSpacing(0)
        self._above.addWidget(self.sign_in)
        self.middle = QWidget()
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._above)
        column.addLayout(across, 1)
        column.addWidget(self.status)
        self.setCentralWidget(self.middle)

    def _sign_in(self, key: str) -> None:
        row = next((row for row in connections.connections(self.services.store) if row.key == key), None)
        if row is not None:
            self.sign_in_asked.emit(row)
