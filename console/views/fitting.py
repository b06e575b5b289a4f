"""How the window's panes share the width there is: side by side, one at a time, the sidebar as a rail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from console.widgets.theme import metric, px, theme

if TYPE_CHECKING:
    from console.views.main_window import MainWindow

RAIL_BELOW = 1180
CONTEXT_FROM = 1400
ONE_PANE_BELOW = 960


class Fitting:
    """Collapses by the width there effectively is: 200 % text at 1440 behaves like 720."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._context_wanted: bool | None = None

    def _width(self) -> float:
        return self._window.width() / theme.scale

    def toggle_context(self) -> None:
        """Show or leave out who the conversation is with, whatever the width would choose."""
        self._context_wanted = not self._window.context.isVisible()
        self.fit()

    def fit(self) -> None:
        """Lay the panes out for the width of now."""
        w, width = self._window, self._width()
        w.reviewing.fit()
        rail = width < RAIL_BELOW
        w.sidebar_delegate.rail = rail
        w.sidebar.setFixedWidth(metric("sidebarRail") if rail else metric("sidebar"))
        w.brand.show_narrow(rail)
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if rail else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        w.items.setVerticalScrollBarPolicy(policy)
        w.items.scheduleDelayedItemsLayout()
        wide_enough = width >= CONTEXT_FROM
        one_pane = width < ONE_PANE_BELOW
        shown = wide_enough if self._context_wanted is None else self._context_wanted
        w.context.setVisible(shown and not one_pane)
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
