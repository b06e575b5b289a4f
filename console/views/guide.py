"""The guide in the window: the same pages as in docs/, read from this computer. Nothing is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _, language, resources

FIRST_PAGES = {"nl": "beginnen.md", "en": "start.md"}
READING_WIDTH = 680


def guide_folder() -> Path:
    """Where the pages stand: among the resources when installed, in docs/ in a checkout."""
    inside = resources() / "guide"
    return inside if inside.is_dir() else resources().parent / "docs"


def pages(language: str) -> list[tuple[str, Path]]:
    """(title, file) of every page in a language, the first one first."""
    files = sorted(
        (guide_folder() / language).glob("*.md"), key=lambda file: (file.name != FIRST_PAGES[language], file.name)
    )
    return [(file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# "), file) for file in files]


class Pages(QTextBrowser):
    """One page. It shows pictures of the guide's own folder and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setAccessibleName(_("The guide"))
        self.file = Path()
        self.anchorClicked.connect(self._follow)

    def show_page(self, file: Path) -> None:
        self.file = file
        self.document().setMarkdown(file.read_text(encoding="utf-8"))
        self.document().setDocumentMargin(px(16))
        block = self.document().begin()
        while block.isValid():  # Markdown says what a heading is, not how much air it has
            around = block.blockFormat()
            around.setTopMargin(px(18 if around.headingLevel() > 1 else 4))
            around.setBottomMargin(px(4))
            QTextCursor(block).setBlockFormat(around)
            block = block.next()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        place = self._inside(QUrl(name))
        if kind != QTextDocument.ResourceType.ImageResource.value or place is None:
            return None
        picture = QImage(str(place))
        width = px(READING_WIDTH)
        return (
            picture
            if picture.width() <= width
            else picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        )

    def _follow(self, link: QUrl) -> None:
        """Another page of the guide; what leads elsewhere is left alone."""
        place = self._inside(link)
        if place is not None and place.suffix == ".md":
            self.show_page(place)

    def _inside(self, link: QUrl) -> Path | None:
        """The file of the guide that a relative link means, None for everything else."""
        if link.scheme() or link.host() or not link.path():
            return None
        place = (self.file.parent / link.path()).resolve()
        return place if place.is_relative_to(guide_folder().resolve()) and place.is_file() else None


class Guide(QDialog):
    """All pages on the left, one of them beside it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setWindowTitle(_("The guide"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(px(1020), px(720))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(16), px(16), px(16))
        row.setSpacing(px(16))
        side = QVBoxLayout()
        side.addWidget(plain_label(_("The guide"), "heading"))
        self.titles = QListWidget()
        self.titles.setAccessibleName(_("Pages"))
        self.titles.setFixedWidth(px(220))
        side.addWidget(self.titles)
        row.addLayout(side)
        self.page = Pages()
        row.addWidget(self.page, 1)
        self._pages = pages(language())
        self.titles.addItems([title for title, _file in self._pages])
        self.titles.currentRowChanged.connect(lambda at: self.page.show_page(self._pages[at][1]))
        self.titles.setCurrentRow(0)


def show_guide(over: QWidget) -> None:
    """Open the guide over the window; the window goes on."""
    Guide(over).open()
