"""A review as tests walk it: where it stands, what it says, and the keys that are typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from console.domain.conversation import MessageKey
from console.views.flagged.page import FlaggedPage

KEY = Qt.Key


def at(page: FlaggedPage, name: str) -> str:
    """Go to the message whose thread's title begins so; returns its text."""
    item = next(one for one in page.round.items if one.waiting.title.startswith(name))
    page.round.go(item.waiting.message)
    page.reload()
    page.show_item()
    found = page._desk.store.read("SELECT text FROM message WHERE key = :key", {"key": item.waiting.message})
    return str(found[0]["text"])


def everything_said(page: QWidget) -> str:
    """All that stands anywhere on the page, also for a screen reader."""
    parts = [widget.accessibleName() for widget in page.findChildren(QWidget)]
    parts += [label.text() for label in page.findChildren(QLabel)]
    parts += [body.toPlainText() for body in page.findChildren(QTextBrowser)]
    parts += [widget.toolTip() for widget in page.findChildren(QWidget)]
    return "\n".join(parts)


def type_keys(page: FlaggedPage, qtbot: QtBot, *keys: str | Qt.Key) -> None:
    for key in keys:
        if isinstance(key, str):
            qtbot.keyClicks(page, key)
        else:
            qtbot.keyClick(page, key)


def on(page: FlaggedPage, platform: str) -> MessageKey:
    """Go to a message that waits on this platform."""
    item = next(one for one in page.round.items if one.waiting.platform == platform)
    page.round.go(item.waiting.message)
    page.show_item()
    return item.waiting.message
