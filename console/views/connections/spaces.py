"""The second step of connecting: which of the spaces to follow. All of them, unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.conversation import Space
from console.sentences.shown import standing_sentence
from console.widgets.message_card import plain_label
from console.widgets.space_list import SpaceList, SpaceShown
from console.widgets.theme import measured, px
from console.words import _, ngettext, number


class ConnectSpaces(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._ignored: set[str] = set()
        self._spaces: tuple[Space, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(16), px(24), px(12))
        column.setSpacing(px(10))
        self._title = plain_label("", "title")
        self._title.setWordWrap(True)
        self._words = plain_label("", "small", "secondary")
        self._words.setWordWrap(True)
        column.addWidget(self._title)
        column.addWidget(self._words)
        self.list = SpaceList()
        self.list.chosen.connect(self._chosen)
        measured(self.list, setMaximumWidth=760)
        column.addWidget(self.list, 1)
        self._rest = QWidget()
        column.addWidget(self._rest, 1)

    @property
    def ignored(self) -> list[str]:
        """The keys of those to leave alone."""
        return sorted(self._ignored)

    @property
    def offered(self) -> int:
        """How many there are to choose from."""
        return len(self._spaces)

    @property
    def followed(self) -> int:
        return len(self._spaces) - len(self._ignored)

    def show_spaces(self, platform: str, spaces: Sequence[Space]) -> None:
        """Those that a check found and that we are in. What somebody chose before stays, where it is still there."""
        ours = [space for space in spaces if space.standing != "invited"]
        self._spaces = tuple(sorted(ours, key=lambda space: space.title.casefold()))
        self._ignored &= {space.key for space in self._spaces}
        self.list.show_spaces([self._shown(space) for space in self._spaces])
        told = bool(self._spaces)
        self.list.setVisible(told)
        self._rest.setVisible(not told)
        self._title.setText(
            _("What do you want to follow?")
            if told
            else _("{platform} tells its spaces once it is connected.").format(platform=platform)
        )
        self._words.setText(
            _("What you leave out isn't collected and shows nowhere. You can change this at any time; new spaces are followed by themselves.")
            if told
            else _("All of them are followed then; afterwards you can leave some out.")
        )  # fmt: skip

    def focus_first(self) -> None:
        self.list.setFocus()

    def _shown(self, space: Space) -> SpaceShown:
        people = "" if space.members is None else ngettext("{n} member", "{n} members", space.members).format(n=number(space.members))  # fmt: skip
        standing = standing_sentence(space.standing, encrypted=space.encrypted)
        return SpaceShown(space.key, space.title, space.key not in self._ignored, people, standing)

    def _chosen(self, changed: Mapping[str, bool]) -> None:
        for key, followed in changed.items():
            (self._ignored.discard if followed else self._ignored.add)(key)
