"""Adding a connection: choose a platform, sign in, see what the check says, then keep it."""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.desk import connections as desk_connections
from console.domain.platform import CheckLine, Way
from console.sentences import check_line, error_sentence, kind_verb
from console.store.read.connections import ConnectionRow
from console.views.browser_sign_in import BrowserSignIn
from console.views.services import PlatformShown, Services
from console.widgets.dialog import Dialog
from console.widgets.fields import Labelled, NumberField
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted, tile_picture
from console.widgets.theme import px
from console.words import _

SHOWN_KINDS = ("reply", "edit", "approve", "hide", "delete", "lock", "pin", "spam")
LOOK_MS = 100
TONES = {"ok": "check-circle", "warn": "warning", "danger": "warning-octagon", "info": "arrows-clockwise"}
Finding = tuple[str, str]  # its tone, and what was found


class ConnectDialog(Dialog):
    """The check is done by the collector; the secret goes to it alone and is never stored here."""

    connected = Signal(str)

    def __init__(self, services: Services, over: QWidget, again: ConnectionRow | None = None) -> None:
        """`again`: sign an existing connection in again, with what is known of it filled in."""
        super().__init__(over, 820)
        self._services = services
        self._request, self._ref, self._keeping = "", f"check-{uuid.uuid4()}", False
        self._platform: PlatformShown | None = None
        self._fields: dict[str, QLineEdit] = {}
        self._over_row = again
        self._sign_in: BrowserSignIn | None = None
        self.setWindowTitle(_("Add a connection"))
        self._list = QListWidget()
        self._list.setObjectName("gallery")
        self._list.setFixedWidth(min(px(220), self.room()[0] // 3))
        self._list.setIconSize(QSize(px(20), px(16)))
        self._list.setAccessibleName(_("Platforms"))
        self.put_beside(self._list)
        right = self.body
        self._title = plain_label("", "heading")
        right.addWidget(self._title)
        self._form = QVBoxLayout()
        self._form.setSpacing(px(10))
        right.addLayout(self._form)
        self._kept = plain_label(_("Kept in the keyring of this computer, nowhere else."), "small", "tertiary")
        self._kept.setWordWrap(True)
        right.addWidget(self._kept)
        self._findings = QVBoxLayout()
        right.addLayout(self._findings)
        self._ways = plain_label("", "small", "secondary")
        self._ways.setWordWrap(True)
        right.addWidget(self._ways)
        right.addStretch(1)
        self.foot.addStretch(1)
        cancel = QPushButton(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self._check = QPushButton(_("Check"))
        self._check.clicked.connect(lambda: self._ask(keep=False))
        self._connect = QPushButton(_("Connect"))
        self._connect.setProperty("kind", "primary")
        self._connect.setDefault(True)
        self._connect.clicked.connect(lambda: self._ask(keep=True))
        for button in (cancel, self._check, self._connect):
            self.foot.addWidget(button)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_for_answer)
        for platform in services.platforms():
            item = QListWidgetItem(QIcon(tile_picture(platform.key)), platform.title)
            item.setData(Qt.ItemDataRole.UserRole, platform)
            self._list.addItem(item)
        self._list.currentItemChanged.connect(lambda item, before: self._show(item.data(Qt.ItemDataRole.UserRole)))
        self._list.setCurrentRow(0)
        if again is not None:
            self._fill_in(again)

    def _fill_in(self, row: ConnectionRow) -> None:
        self.setWindowTitle(_("Sign in again"))
        self._list.hide()
        for number in range(self._list.count()):
            if self._list.item(number).data(Qt.ItemDataRole.UserRole).key == row.adapter:
                self._list.setCurrentRow(number)
        for name, value in {**row.settings, "name": row.name, "url": row.url, "user": row.user}.items():
            if name in self._fields:
                self._fields[name].setText(value)

    def _show(self, platform: PlatformShown) -> None:
        self._platform = platform
        self._title.setText(platform.title)
        while (item := self._form.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._fields = {}
        self._add_field("name", _("Name in Luisterpost"), platform.title)
        for field in platform.fields:
            self._add_field(field.name, field.label, "", secret=field.secret, hint=field.hint)
        if self._sign_in is not None:
            self._sign_in.stop()
        self._sign_in = None
        if platform.sign_in is not None:
            self._sign_in = BrowserSignIn(self._services, platform.sign_in, self._filled_in)
            self._sign_in.signed_in.connect(lambda: self._ask(keep=False))
            self._sign_in.changed.connect(lambda: QTimer.singleShot(0, self, self.fit))
            self._form.addWidget(self._sign_in)
        self._days = NumberField(0, 3650, 90, " " + _("days"))
        self._form.addWidget(Labelled(_("How far back"), self._days))
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._locked = Labelled(_("Passphrase of the encrypted file, asked once per start"), self._passphrase)
        self._locked.hide()
        self._form.addWidget(self._locked)
        self._kept.setVisible(any(field.secret for field in platform.fields))
        can = [kind_verb(kind, platform.key) + (" ↗" if platform.can.way(kind) is Way.HANDOFF else "")
               for kind in SHOWN_KINDS if platform.can.way(kind) is not Way.NO]  # fmt: skip
        self._ways.setText(
            _("What you can do there: {list}. With ↗ you finish it in the browser.").format(list=", ".join(can))
        )
        self._tell([])

    def _add_field(self, name: str, label: str, value: str, *, secret: bool = False, hint: str = "") -> None:
        edit = QLineEdit(value)
        edit.setPlaceholderText(hint)
        if secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields[name] = edit
        self._form.addWidget(Labelled(label, edit))

    def done(self, result: int) -> None:
        if self._sign_in is not None:
            self._sign_in.stop()
        super().done(result)

    def _filled_in(self) -> dict[str, Any] | None:
        """What is asked of the collector, without secrets; None, and said so, where something is missing."""
        platform = self._platform
        assert platform is not None
        values = {name: edit.text().strip() for name, edit in self._fields.items()}
        missing = [field.label for field in platform.fields if field.required and not values[field.name]]
        if missing:
            self._tell([("warn", _("Fill in first: {names}.").format(names=", ".join(missing)))])
            return None
        for field in platform.fields:
            if field.secret:
                del values[field.name]
        args = {"adapter": platform.key, "name": values.pop("name"), "url": values.pop("url", ""),
                "user": values.pop("user", ""), "since_days": self._days.value(), "ref": self._ref}  # fmt: skip
        if self._over_row is None:
            return {**args, "settings": values}
        return {**args, "settings": {**self._over_row.settings, **values}, "again": self._over_row.key}

    def _ask(self, *, keep: bool) -> None:
        args, platform = self._filled_in(), self._platform
        if args is None or platform is None:
            return
        if self._passphrase.text():
            self._services.tell({"passphrase": self._passphrase.text()})
        secrets = {field.name: self._fields[field.name].text().strip() for field in platform.fields if field.secret}
        if secrets:
            self._services.tell({"secret": {"ref": self._ref, "values": secrets}})
        self._keeping = keep
        self._request = desk_connections.ask(self._services.desk, "connect" if keep else "check", args)
        self._busy(True)
        self._tell([("info", _("Looking …"))])
        self._look.start()

    def _look_for_answer(self) -> None:
        answer = desk_connections.answered(self._services.desk, self._request)
        if answer is None:
            return
        self._look.stop()
        self._busy(False)
        platform = self._platform.key if self._platform else ""
        facts: Any = answer.facts
        if answer.state == "failed":
            error = str(facts.get("error", ""))
            if error in ("NoKeyring", "NoPassphrase", "WrongPassphrase"):
                self._ask_passphrase(error)
                return
            self._tell(
                [("danger", error_sentence(error, platform, str(facts.get("words", "")), str(facts.get("code", ""))))]
            )
            return
        self._tell(
            [
                (
                    "ok" if line["ok"] and not line["limited"] else "warn",
                    check_line(CheckLine(**line), platform),
                )
                for line in facts["lines"]
            ]
        )
        if self._keeping and facts["works"]:
            self.connected.emit(str(facts["key"]))
            self.accept()

    def _ask_passphrase(self, error: str) -> None:
        """Without a keyring secrets go into an encrypted file: it needs a passphrase."""
        self._locked.show()
        self._kept.hide()  # there is no keyring
        self._passphrase.setFocus()
        if error == "WrongPassphrase":
            self._tell([("danger", error_sentence(error, ""))])
        else:
            self._tell([("warn", _("This computer has no keyring. We keep secrets in an encrypted file; choose a passphrase, we ask it once per start. Without it you sign in again."))])  # fmt: skip

    def _busy(self, busy: bool) -> None:
        self._check.setEnabled(not busy)
        self._connect.setEnabled(not busy)

    def _tell(self, findings: list[Finding]) -> None:
        while (item := self._findings.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for tone, text in findings:
            self._findings.addWidget(_finding(tone, text))
        QTimer.singleShot(0, self, self.fit)  # once what is new is on the screen


def _finding(tone: str, text: str) -> QWidget:
    """What the check found, with a sign that doesn't need its colour."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(8))
    row.addWidget(Painted("icon", TONES[tone], 16, tone), 0, Qt.AlignmentFlag.AlignTop)
    label = plain_label(text, "body", tone)
    label.setWordWrap(True)
    row.addWidget(label, 1)
    return line
