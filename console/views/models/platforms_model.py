"""The platforms of the gallery in their two groups, as far as they hold what somebody looks for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from console.domain.gallery import COLUMNS, WayIn, mark_of
from console.sentences.gallery import column_words, legend, news_words, way_words
from console.views.services import PlatformShown
from console.widgets.plain_text import tip
from console.widgets.platform_rows import HEADING_ROLE, PLATFORM_ROLE, PlatformLine
from console.words import _

Index = QModelIndex | QPersistentModelIndex


class PlatformsModel(QAbstractListModel):
    """A row is a platform or the heading of a group; headings can't be chosen."""

    def __init__(self, platforms: Sequence[PlatformShown]) -> None:
        super().__init__()
        self._all = tuple(platforms)
        self._rows: list[PlatformShown | str] = []
        self.narrow("")

    def narrow(self, wanted: str) -> None:
        """Show those whose title or sentence holds these words."""
        words = wanted.casefold().split()
        found = [one for one in self._all if all(word in f"{one.title} {one.about}".casefold() for word in words)]
        self.beginResetModel()
        self._rows = []
        for direct in (True, False):
            group = [one for one in found if (one.facts.way_in is WayIn.DIRECT) is direct]
            if group:
                self._rows += [way_words(group[0].facts.way_in), *group]
        self.endResetModel()

    def platform(self, row: int) -> PlatformShown | None:
        found = self._rows[row] if 0 <= row < len(self._rows) else None
        return None if isinstance(found, str) else found

    def row_of(self, key: str) -> int:
        """The row of a platform, -1 when it isn't shown; of "" the first."""
        return next((n for n, one in enumerate(self._rows) if not isinstance(one, str) and key in ("", one.key)), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.platform(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self._rows[index.row()]
        if isinstance(found, str):
            return found if role in (HEADING_ROLE, Qt.ItemDataRole.AccessibleTextRole) else None
        match role:
            case _ if role == PLATFORM_ROLE:
                return _line(found)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _said(found)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(_said(found))
            case _:
                return None


def _line(platform: PlatformShown) -> PlatformLine:
    marks = tuple(mark_of(column, platform.can, platform.facts) for column in COLUMNS)
    news = news_words(platform.facts.news)
    return PlatformLine(platform.key, platform.title, marks, f"{news} ≈" if platform.can.approximate else news)


def _said(platform: PlatformShown) -> str:
    """The whole row in words."""
    meanings = dict(legend())
    marks = {column: mark_of(column, platform.can, platform.facts) for column in COLUMNS}
    said = [f"{column_words(column)}: {_meaning(meanings, mark)}" for column, mark in marks.items()]
    news = _("News comes {when}").format(when=news_words(platform.facts.news))
    about = f"{platform.title}. {platform.about}" if platform.about else platform.title
    approximate = [_("Approximate: we don't see edits or removals")] if platform.can.approximate else []
    return ". ".join([about, *said, news, *approximate]) + "."


def _meaning(meanings: dict[str, str], mark: str) -> str:
    own = meanings[mark[0]]
    return f"{own}, {meanings[mark]}" if len(mark) > 1 else own
