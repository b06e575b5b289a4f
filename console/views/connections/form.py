"""The right side of connecting: what a platform asks for, what looking at it found, and what can be done with it."""

from __future__ import annotations

import itertools

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.platform import Capabilities, Way
from console.sentences.gallery import can_words
from console.store.read.connections import ConnectionRow
from console.views.services import FieldShown, PlatformShown
from console.widgets.check_card import CheckCard
from console.widgets.flow import Flow
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.scrolling import Scrolling
from console.widgets.secret_field import SecretField
from console.widgets.theme import measured, px
from console.words import _

HIGH = 560  # of the whole, in px of the design
CAN = ("reply", "edit", "delete", "approve", "hide", "spam", "lock", "pin", "settle", "react", "write")
LOOKS = {Way.API: ("ok", "check-bold"), Way.HANDOFF: ("warn", "arrow-square-out"), Way.NO: ("neutral", "minus")}


class ConnectForm(QWidget):
    """`changed` says that something was typed: what was found before no longer counts. `shown` carries the platform."""

    changed = Signal()
    shown = Signal(object)

    def __init__(self, before: QWidget) -> None:
        """`before`: from where Tab comes to the fields, which are others for each platform."""
        super().__init__()
        self._before_fields = before
        self._platform: PlatformShown | None = None
        self._fields: dict[str, QLineEdit] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._scroll = Scrolling()
        inner = QWidget()
        inner.setObjectName("dialogBody")
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(px(24), px(16), px(14), px(12))
        self._body.setSpacing(px(10))
        self._scroll.setWidget(inner)
        column.addWidget(self._scroll, 1)
        self.before = QHBoxLayout()  # what stands above, where only one side fits
        self._body.addLayout(self.before)
        self._head = QHBoxLayout()
        self._head.setSpacing(px(12))
        self._tile = Painted("tile", "", 35)
        self._title, self._about = plain_label("", "title"), plain_label("", "small", "secondary")
        self._about.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._about)
        self._head.addWidget(self._tile)
        self._head.addLayout(words, 1)
        self._body.addLayout(self._head)
        self._asked = QWidget()
        self._body.addWidget(self._asked)
        self.ways_in = QVBoxLayout()  # where people sign in on the platform's own pages
        self._body.addLayout(self.ways_in)
        self._locked = _Passphrase()
        self._body.addWidget(self._locked)
        self._kept = _KeptHere()
        self._body.addWidget(self._kept)
        self.card = CheckCard()
        # Once the page knows that it is longer, too.
        self.card.grew.connect(self._look_at_card, Qt.ConnectionType.QueuedConnection)
        self._body.addWidget(self.card)
        self._body.addStretch(1)
        self._can = _WhatOneCan()
        self._column = column
        self._place()

    @property
    def platform(self) -> PlatformShown:
        assert self._platform is not None
        return self._platform

    def field(self, name: str) -> QLineEdit:
        """Raises KeyError."""
        return self._fields[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """What one can stands below, or where that is dear at the end of the page."""
        below = self.height() >= px(HIGH)
        holder = self._column if below else self._body
        if holder.indexOf(self._can) < 0:
            holder.addWidget(self._can)
            self._can.stand(px(24) if below else 0)

    def show_platform(self, platform: PlatformShown) -> None:
        """Ask for what this one needs; nothing was looked at yet."""
        self._platform = platform
        self._tile.show_value(platform.key)
        self._title.setText(platform.title)
        self._about.setText(platform.about)
        self._about.setVisible(bool(platform.about))
        self._ask(platform)
        self._locked.hide()
        self._kept.setVisible(platform.sign_in is not None or any(field.secret for field in platform.fields))
        self.card.clear()
        self.show_can(platform.can)
        self.shown.emit(platform)

    def fill_in(self, row: ConnectionRow) -> None:
        """What is known of a connection."""
        for name, value in {**row.settings, "name": row.name, "url": row.url, "user": row.user}.items():
            if name in self._fields and not isinstance(self._fields[name], SecretField):
                self._fields[name].setText(value)

    def values(self) -> dict[str, str]:
        return {name: field.text().strip() for name, field in self._fields.items()}

    def missing(self) -> list[FieldShown]:
        """What must be filled in and isn't."""
        values = self.values()
        return [field for field in self.platform.fields if field.required and not values[field.name]]

    def passphrase(self) -> str:
        return self._locked.field.text()

    def ask_passphrase(self) -> None:
        """Without a keyring secrets go into an encrypted file: it needs a passphrase."""
        self._locked.show()
        self._kept.hide()  # there is no keyring
        self._locked.field.setFocus()

    def show_can(self, can: Capabilities) -> None:
        """What can be done with it, at best or as a check found out."""
        self._can.tell(self.platform.title, can)

    def _look_at_card(self) -> None:
        """What was found is in sight."""
        self._scroll.ensureWidgetVisible(self.card, 0, px(12))

    def focus_first(self) -> None:
        """The keyboard goes to the first field that is still empty."""
        empty = next((field for field in self._fields.values() if not field.text()), None)
        (empty or next(iter(self._fields.values()))).setFocus()

    def _ask(self, platform: PlatformShown) -> None:
        old, self._asked = self._asked, QWidget()
        self._body.replaceWidget(old, self._asked)
        old.hide()
        old.deleteLater()
        grid = QGridLayout(self._asked)
        grid.setContentsMargins(0, px(4), 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(10))
        self._fields = {}
        name = FieldShown("name", _("Name in Luisterpost"), False, False, "", "")
        first = [field for field in platform.fields if field.name == "url"]
        user = [field for field in platform.fields if field.name == "user"]
        by_name = user and user[0].required
        instead = [] if by_name else [*user, *(field for field in platform.fields if field.name == "password" and user)]
        rest = [field for field in platform.fields if field not in (*first, *user, *instead)]
        for row, group in enumerate(
            [first, [name, *user] if by_name else [name], *([field] for field in rest), instead]
        ):
            for place, field in enumerate(group):
                grid.addWidget(self._labelled(field), row, place, 1, 1 if len(group) > 1 else 2)
        self._fields["name"].setText(platform.title)
        self._asked.show()  # at once: the keyboard may be sent there
        stops = [self._before_fields, *(stop for asked in self._asked.findChildren(_Asked) for stop in asked.stops)]
        for one, other in itertools.pairwise(stops):
            QWidget.setTabOrder(one, other)

    def _labelled(self, field: FieldShown) -> QWidget:
        edit = SecretField() if field.secret else QLineEdit()
        edit.setPlaceholderText(field.hint)
        edit.textChanged.connect(self.changed)
        self._fields[field.name] = edit
        return _Asked(field, edit)


class _Asked(QWidget):
    """A field below its name, with where to find what it wants."""

    def __init__(self, field: FieldShown, edit: QLineEdit) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0 if field.where else px(4))
        above = QHBoxLayout()
        above.setSpacing(px(12))
        label = field.label if field.required or field.name == "name" else _("{field} (optional)").format(field=field.label)  # fmt: skip
        text = plain_label(label, "small", "secondary")
        text.setWordWrap(True)
        text.setBuddy(edit)
        edit.setAccessibleName(label)
        above.addWidget(text, 1)
        column.addLayout(above)
        column.addWidget(edit)
        column.insertStretch(0, 1)  # fields beside each other stand on one line
        self.stops: list[QWidget] = [edit, edit.eye] if isinstance(edit, SecretField) else [edit]
        if field.where:
            self._where = plain_label(field.where, "small", "secondary")
            self._where.setWordWrap(True)
            self._where.hide()
            link = QPushButton(_("Where do I find it?"))
            link.setProperty("kind", "link")
            link.setAutoDefault(False)
            link.setAccessibleDescription(label)
            measured(link, "small", setMinimumHeight=24)
            link.clicked.connect(lambda: self._where.setVisible(self._where.isHidden()))
            self.stops.append(link)
            above.addWidget(link)
            column.insertWidget(3, self._where)


class _Passphrase(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        label = _("Passphrase of the encrypted file, asked once per start")
        text = plain_label(label, "small", "secondary")
        text.setWordWrap(True)
        self.field = SecretField()
        self.field.setAccessibleName(label)
        text.setBuddy(self.field)
        column.addWidget(text)
        column.addWidget(self.field)


class _KeptHere(QWidget):
    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        row.addWidget(Painted("icon", "lock-simple", 14, "ok"), 0, Qt.AlignmentFlag.AlignTop)
        text = plain_label(_("Kept in the keyring of this computer, nowhere else."), "small", "secondary")
        text.setWordWrap(True)
        row.addWidget(text, 1)


class _WhatOneCan(QFrame):
    """A chip for each thing that can be done: by us, by a person, or not."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("whatOneCan")
        self._inside = column = QVBoxLayout(self)
        column.setSpacing(px(6))
        self._title = plain_label("", "smallStrong", "secondary")
        column.addWidget(self._title)
        self._chips = QWidget()
        column.addWidget(self._chips)

    def stand(self, edge: int) -> None:
        """So far from the left and the right, in px of the screen."""
        self._inside.setContentsMargins(edge, px(9), edge, px(11))

    def tell(self, title: str, can: Capabilities) -> None:
        self._title.setText(_("What you can do with {platform}").format(platform=title))
        old, self._chips = self._chips, QWidget()
        flow = Flow(6)
        self._chips.setLayout(flow)
        for way, (tone, sign) in LOOKS.items():
            for name in CAN:
                if can.way(name) is way:
                    flow.addWidget(Painted("chip", can_words(name), tone=tone, icon=sign))
        said = {way: ", ".join(can_words(name) for name in CAN if can.way(name) is way) for way in LOOKS}
        self._chips.setAccessibleName(
            _("We do: {api}. You finish: {handoff}. Not there: {no}.").format(
                api=said[Way.API] or "–", handoff=said[Way.HANDOFF] or "–", no=said[Way.NO] or "–"
            )
        )
        self._inside.replaceWidget(old, self._chips)
        old.hide()
        old.deleteLater()
