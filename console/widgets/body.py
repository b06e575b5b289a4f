"""A message's body: sanitised HTML in a document that can't fetch anything and follows no link by itself."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from console.domain.characters import honest
from console.widgets.plain_text import hand_over
from console.widgets.theme import font, hex_of, px

MOST_WIDE = 680


class Body(QTextBrowser):
    """Shows what was reduced before it was stored; grows with its text, so it never scrolls."""

    link_asked = Signal(str)

    def __init__(self, html: str, name: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self.setMaximumWidth(px(MOST_WIDE))
        # As computers write it: decoded it could turn its own letters around.
        self.anchorClicked.connect(lambda url: self.link_asked.emit(bytes(url.toEncoded().data()).decode()))
        self._html = html
        self._fitted = 0  # the width that it is as high as its text at
        self.viewport().setAutoFillBackground(False)
        self.refresh()

    def refresh(self) -> None:
        """Lay the text out again: the theme or the text size changed."""
        document = self.document()
        document.setDocumentMargin(0)
        document.setDefaultFont(font("reading"))
        document.setDefaultStyleSheet(
            f"a {{ color: {hex_of('accent.text')}; }} p {{ margin: 0 0 {px(6)}px 0; }}"
            f" blockquote {{ color: {hex_of('text.secondary')}; margin-left: {px(12)}px; }}"
            f" code, pre {{ background: {hex_of('bg.sunken')}; }}"
        )
        self.setHtml(self._html)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        block.setLineHeight(px(21), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        cursor.mergeBlockFormat(block)
        self._fitted = 0
        self.fit()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is ever fetched: no file, no network."""
        return None

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied is plain text, as it reads."""
        copied = QMimeData()
        text = honest(self.textCursor().selection().toPlainText())
        copied.setText(text)
        QTimer.singleShot(0, lambda: hand_over(text))
        return copied

    def sizeHint(self) -> QSize:
        return QSize(px(400), self.height())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # it is a QResizeEvent
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the conversation scrolls, not the message

    def fit(self) -> None:
        """As high as its text is at this width; without frame and bars the text has all of it."""
        width = self.width() if self.width() > 10 else px(400)
        if width == self._fitted:
            return
        self._fitted = width
        self.document().setTextWidth(width)
        self.setFixedHeight(round(self.document().size().height()) + 2)
