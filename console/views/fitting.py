"""How the window's panes share the width there is: side by side, one at a time, the sidebar as a rail."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame

from console.views.bare_window import BareWindow
from console.widgets.theme import metric, px, theme

RAIL_BELOW = 1180
CONTEXT_FROM = 1400
ONE_PANE_BELOW = 960


class Fitting(QObject):
    """Collapses by the width there effectively is: 200 % text at 1440 behaves like 720.

    Who the conversation is with stands beside it where there is room, else it lies over it while it is asked for.
    """

    def __init__(self, window: BareWindow) -> None:
        super().__init__(window)
        self._window = window
        self._beside, self._over = True, False
        window.conversation.installEventFilter(self)
        window.conversation.left.connect(lambda: self.focus_pane("list"))

    def _width(self) -> float:
        return self._window.width() / theme.scale

    def toggle_context(self) -> None:
        """Show or leave out who the conversation is with."""
        if self._width() >= CONTEXT_FROM:
            self._beside = not self._beside
        else:
            self._over = not self._over
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies over the conversation stays at its edge, whatever makes it larger or smaller."""
        if event.type() is QEvent.Type.Resize:
            self._place_over()
        return False

    def _fit_context(self, *, beside: bool) -> None:
        w = self._window
        held = w.context.isAncestorOf(QApplication.focusWidget() or w)
        if beside and w.desk.indexOf(w.context) < 0:
            w.desk.addWidget(w.context)
            w.context.setFrameShape(QFrame.Shape.NoFrame)
            w.context.setProperty("over", "false")
            w.context.style().polish(w.context)
            self._over = False
        elif not beside and w.desk.indexOf(w.context) >= 0:
            w.context.setParent(w.conversation)
            w.context.setFrameShape(QFrame.Shape.StyledPanel)
            w.context.setProperty("over", "true")  # the theme gives it an edge
            w.context.style().polish(w.context)
        w.context.setVisible(self._beside if beside else self._over)
        self._place_over()
        if held and not w.context.isVisible():
            w.conversation.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place_over(self) -> None:
        over, below = self._window.context, self._window.conversation
        if over.parentWidget() is below:
            width = min(over.minimumWidth(), below.width())
            over.setGeometry(below.width() - width, 0, width, below.height())
            over.raise_()

    def fit(self) -> None:
        """Lay the panes out for the width of now."""
        w, width = self._window, self._width()
        rail = width < RAIL_BELOW
        w.sidebar_delegate.rail = rail
        w.sidebar.setFixedWidth(metric("sidebarRail") if rail else metric("sidebar"))
        w.brand.show_narrow(rail)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if rail else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        w.items.setVerticalScrollBarPolicy(policy)
        w.items.scheduleDelayedItemsLayout()
        wide_enough = width >= CONTEXT_FROM
        one_pane = width < ONE_PANE_BELOW
        self._fit_context(beside=wide_enough)
        reading = w.conversation.row is not None and not w.list.view.hasFocus() and not w.list.search.hasFocus()
        w.list.setVisible(not one_pane or not reading)
        w.conversation.setVisible(not one_pane or reading)
        if not one_pane:
            list_width = px(420) if wide_enough else px(380)
            w.desk.setSizes([list_width, max(320, w.desk.width() - list_width), metric("context")])

    def focus_pane(self, pane: str) -> None:
        """Go to the list or the conversation; where only one fits, show that one."""
        w = self._window
        if self._width() < ONE_PANE_BELOW:
            w.list.setVisible(pane == "list")
            w.conversation.setVisible(pane != "list")
        if pane == "list":
            w.list.take_focus()
        else:
            w.conversation.view.setFocus(Qt.FocusReason.TabFocusReason)

    def focus_search(self) -> None:
        self.focus_pane("list")
        self._window.list.search.setFocus()

    def focus_composer(self) -> None:
        self.focus_pane("thread")
        self._window.conversation.composer.text.setFocus()
