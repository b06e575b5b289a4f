"""The guide in the window: this computer's own pages, and nothing from anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from console import words
from console.views.guide import FIRST_PAGES, Guide, Pages, guide_folder, pages
from console.views.main_window import MainWindow

PICTURE = QTextDocument.ResourceType.ImageResource.value


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_f1_opens_the_guide_in_the_windows_language(window: MainWindow, language: str) -> None:
    words.use(language)
    window.actions_by_name["guide"].trigger()
    guide = window.findChild(Guide)
    assert guide is not None
    assert guide.isVisible()
    assert guide.page.file == guide_folder() / language / FIRST_PAGES[language]
    assert [guide.titles.item(n).text() for n in range(guide.titles.count())] == [
        title for title, _f in pages(language)
    ]
    guide.close()
    words.use("en")


def test_every_page_shows_its_text_and_its_pictures(qtbot: QtBot) -> None:
    for language in words.LANGUAGES:
        words.use(language)
        guide = Guide(None)  # type: ignore[arg-type]  # over no window
        qtbot.addWidget(guide)
        for at, (title, file) in enumerate(pages(language)):
            guide.titles.setCurrentRow(at)
            shown = guide.page.toPlainText()
            assert shown.startswith(title)
            assert "<!--" not in shown
            assert file.read_text(encoding="utf-8").count("![") == shown.count("\ufffc")
    words.use("en")


def test_a_link_leads_to_another_page_of_the_guide_and_nowhere_else(qtbot: QtBot) -> None:
    page = Pages()
    qtbot.addWidget(page)
    first = guide_folder() / "en" / "start.md"
    page.show_page(first)
    for elsewhere in (
        "https://listener.example/x.md",
        "file:///etc/hostname",
        "../../README.md",
        "//listener.example/a.md",
    ):
        page.anchorClicked.emit(QUrl(elsewhere))
        assert page.file == first
    page.anchorClicked.emit(QUrl("search.md"))
    assert page.file == guide_folder() / "en" / "search.md"


def test_only_pictures_of_the_guide_are_read(qtbot: QtBot, tmp_path: Path) -> None:
    page = Pages()
    qtbot.addWidget(page)
    page.show_page(guide_folder() / "en" / "start.md")
    inside = page.loadResource(PICTURE, QUrl("../pictures/desk-en.png"))
    assert inside is not None
    assert inside.width() > 100
    copy = tmp_path / "desk.png"
    copy.write_bytes((guide_folder() / "pictures" / "desk-en.png").read_bytes())
    for elsewhere in (copy.as_uri(), str(copy), "http://127.0.0.1:9/desk.png", "../../resources/icons/luisterpost.svg"):
        assert page.loadResource(PICTURE, QUrl(elsewhere)) is None
