"""Texts of people where Qt would read more in them than is written: tooltips, captions of buttons, the clipboard.

Labels have `plain_label`; everything else that shows text to people shows it as it is.
"""

from __future__ import annotations

import html

from PySide6.QtGui import QClipboard, QGuiApplication

from console.domain.characters import honest

MAX_TIP_CHARS = 1_000


def tip(text: str) -> str:
    """A tooltip's text. Qt guesses whether a tooltip is HTML; what it could take for it is spelled out."""
    text = text if len(text) <= MAX_TIP_CHARS else text[: MAX_TIP_CHARS - 1] + "…"
    if "<" not in text and "&" not in text:
        return text
    return "<p>" + html.escape(text, quote=False).replace("\n", "<br>") + "</p>"


def caption(text: str) -> str:
    """The text of a button or of an item in a menu, in which `&` is no key."""
    return text.replace("&", "&&")


def apart(text: str) -> str:
    """A text of somebody else on one line, kept apart, so that the direction of its letters turns nothing around it."""
    return f"\u2068{' '.join(text.split())}\u2069"


def hand_over(text: str) -> None:
    """Have what Python just put on the clipboard held by Qt alone: the clipboard ends after Python, and falls over it."""
    clipboard = QGuiApplication.clipboard()
    modes = [QClipboard.Mode.Clipboard, *([QClipboard.Mode.Selection] if clipboard.supportsSelection() else [])]
    for mode in modes:
        if clipboard.text(mode) == text:
            clipboard.setText(text, mode)


def copy(text: str) -> None:
    """Put plain text on the clipboard, as it reads."""
    QGuiApplication.clipboard().setText(honest(text))


def copied() -> tuple[str, str]:
    """What somebody copied, as text and as HTML, each "" where there is none; of files and pictures nothing. Both are hostile."""
    held = QGuiApplication.clipboard().mimeData()
    if held.hasUrls():
        return "", ""
    return held.text() if held.hasText() else "", held.html() if held.hasHtml() else ""
