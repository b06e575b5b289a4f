"""Where the keyboard is: F6 goes from pane to pane, Tab along everything in the order it stands on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from console.views.bare_window import BareWindow
from console.views.fitting import Fitting
from console.views.flagged.reviewing import Reviewing
from console.views.handing_off import HandingOff


class Panes:
    """Sidebar, list, conversation, composer, person and status bar; or sidebar, outbox and status bar; or review and status bar."""

    def __init__(self, window: BareWindow, fitting: Fitting, handing_off: HandingOff, reviewing: Reviewing) -> None:
        self._window, self._fitting, self._handing_off, self._reviewing = window, fitting, handing_off, reviewing

    def step(self, by: int) -> None:
        """To the next pane that is shown, or the previous one."""
        panes = list(self._panes())
        focus = QApplication.focusWidget()
        inside = [n for n, (pane, _go) in enumerate(panes) if _holds(pane, focus)]
        here = inside[-1] if inside else (-1 if by > 0 else 0)  # the composer is in the conversation's pane
        panes[(here + by) % len(panes)][1]()

    def tab(self, forwards: bool) -> bool:
        """To the next stop of the Tab key, or the previous one. False where there is none."""
        stops = [stop for pane in self._areas() for stop in _stops(pane)]
        focus = QApplication.focusWidget()
        if not stops:
            return False
        at = stops.index(focus) if focus in stops else -1
        reason = Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forwards else -1)) % len(stops)].setFocus(reason)
        return True

    def _areas(self) -> list[QWidget]:
        w = self._window
        if self._reviewing.is_open:
            return [w.sign_in, self._reviewing.page, w.status]
        if w.shows_outbox:
            return [w.sign_in, self._handing_off.strip, w.sidebar, w.outbox, w.status]
        beside = [] if w.conversation.isAncestorOf(w.context) else [w.context]  # over it, it is reached with it
        return [w.sign_in, self._handing_off.strip, w.sidebar, w.list, w.conversation, *beside, w.status]

    def _panes(self) -> Iterator[tuple[QWidget, Callable[[], None]]]:
        w = self._window
        if self._reviewing.is_open:
            yield self._reviewing.page, self._reviewing.page.setFocus
            yield w.status, w.status.focus_inside
            return
        yield w.sidebar, lambda: w.items.setFocus(Qt.FocusReason.TabFocusReason)
        if w.shows_outbox:
            yield w.outbox, w.outbox.setFocus
        else:
            yield w.list, lambda: self._fitting.focus_pane("list")
            if w.conversation.row is not None:
                yield w.conversation, lambda: self._fitting.focus_pane("thread")
                yield w.conversation.composer, self._fitting.focus_composer
            if w.context.isVisible():
                yield w.context, w.context.focus_inside
        yield w.status, w.status.focus_inside


def _holds(pane: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (pane is focus or pane.isAncestorOf(focus))


def _stops(pane: QWidget) -> Iterator[QWidget]:
    """What the Tab key stops at in a pane: children stand in the order they were put there, from top to bottom."""
    for child in pane.children():
        if not isinstance(child, QWidget) or not child.isVisible() or not child.isEnabled():
            continue
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus:
            yield child
        yield from _stops(child)
