"""What a screen reader says by itself: a decision that was taken, what changed while somebody works."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def is_heard() -> bool:
    """Whether a screen reader is there; what is only for its ears need not be worked out without one."""
    return QAccessible.isActive()


def announce(widget: QWidget, text: str, *, at_once: bool = False) -> None:
    """Say it after what is being said now, or `at_once`. Without a screen reader this does nothing."""
    if not text or not is_heard():
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if at_once else politeness.Polite)
    QAccessible.updateAccessibility(event)
