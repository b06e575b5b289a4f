"""The policies and the letters of the house, to be read and changed here: the files themselves, as anybody may edit them."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTabWidget, QWidget

from console.house_texts import BrokenHouseText, HouseText, HouseTexts
from console.sentences.troubles import house_text_sentence
from console.widgets.dialog import Dialog
from console.widgets.message_card import plain_label
from console.widgets.strip import Strip
from console.widgets.theme import measured
from console.words import _


class HouseTextsDialog(Dialog):
    """What can't be read as policies or letters isn't kept: it says at which line, and what was written stays here."""

    def __init__(self, house: HouseTexts, over: QWidget) -> None:
        super().__init__(over, 720)
        self._house, self._warned = house, False
        self.setWindowTitle(_("Policies and letters"))
        self.body.addWidget(plain_label(_("Policies and letters"), "heading"))
        said = plain_label(
            _("A verdict refers to the policies by number. Changed ones count from the next verdict; verdicts that were "
              "given keep the name a policy had then. Take all text out to get ours back."),
            "body", "secondary",
        )  # fmt: skip
        said.setWordWrap(True)
        self.body.addWidget(said)
        self.strip = Strip()
        self.body.addWidget(self.strip)
        self.tabs = QTabWidget()
        self.texts = {which: QPlainTextEdit() for which in HouseText}
        titles = {HouseText.POLICIES: _("Policies"), HouseText.LETTERS: _("Letters")}
        for which, text in self.texts.items():
            text.setAccessibleName(titles[which])
            text.textChanged.connect(self._changed)
            measured(text, "reading", setMinimumHeight=320)
            self.tabs.addTab(text, titles[which])
            self._read(which)
        self.body.addWidget(self.tabs, 1)
        cancel = QPushButton(_("Cancel"))
        cancel.clicked.connect(self.reject)
        keep = QPushButton(_("Save"))
        keep.setProperty("kind", "primary")
        keep.clicked.connect(self.save)
        self.foot.addStretch(1)
        self.foot.addWidget(cancel)
        self.foot.addWidget(keep)

    def _read(self, which: HouseText) -> None:
        try:
            self.texts[which].setPlainText(self._house.text(which))
        except BrokenHouseText as broken:
            self.strip.say(house_text_sentence(broken), tone="danger")
        self.texts[which].document().setModified(False)

    def _changed(self) -> None:
        self._warned = False

    def reject(self) -> None:
        """What was changed is thrown away at the second time only."""
        changed = any(text.document().isModified() for text in self.texts.values())
        if changed and not self._warned:
            self._warned = True
            self.strip.say(_("What you changed isn't saved yet. Leave once more to throw it away."), tone="warn")
            return
        super().reject()

    def save(self) -> None:
        """Keep what was changed. What is wrong is shown, with its tab, and the dialog stays."""
        for place, (which, text) in enumerate(self.texts.items()):
            if not text.document().isModified():
                continue
            try:
                self._house.save(which, text.toPlainText())
            except BrokenHouseText as broken:
                self.tabs.setCurrentIndex(place)
                self.strip.say(house_text_sentence(broken), tone="warn")
                return
            except OSError:
                self.strip.say(
                    _(
                        "It couldn't be written: the disk is full, or the folder can't be written in. What you wrote is still here."
                    ),
                    tone="danger",
                )
                return
            text.document().setModified(False)
        self.accept()
