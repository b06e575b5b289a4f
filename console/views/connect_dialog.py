"""Adding a connection: choose a platform, sign in, see what the check says, then keep it."""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from console.desk import connections as desk_connections
from console.domain.platform import CheckLine
from console.sentences import check_line, error_sentence, kind_verb
from console.store.read.connections import ConnectionRow
from console.views.services import PlatformShown, Services
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _

SHOWN_KINDS = ("reply", "edit", "approve", "hide", "delete", "lock", "pin", "spam")
LOOK_MS = 100


class ConnectDialog(QDialog):
    """The check is done by the collector; the secret goes to it alone and is never stored here."""

    connected = Signal(str)

    def __init__(self, services: Services, over: QWidget, again: ConnectionRow | None = None) -> None:
        """`again`: sign an existing connection in again, with what is known of it filled in."""
        super().__init__(over)
        self._services = services
        self._request, self._ref, self._keeping = "", f"check-{uuid.uuid4()}", False
        self._platform: PlatformShown | None = None
        self._fields: dict[str, QLineEdit] = {}
        self.setWindowTitle(_("Add a connection"))
        self.resize(px(820), px(520))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._list = QListWidget()
        self._list.setFixedWidth(px(240))
        self._list.setAccessibleName(_("Platforms"))
        row.addWidget(self._list)
        right = QVBoxLayout()
        right.setContentsMargins(px(24), px(20), px(24), px(20))
        right.setSpacing(px(10))
        row.addLayout(right, 1)
        self._title = plain_label("", "title")
        right.addWidget(self._title)
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        right.addLayout(self._form)
        self._kept = plain_label(_("Kept in the keyring of this computer, nowhere else."), "small", "tertiary")
        right.addWidget(self._kept)
        self._findings = QVBoxLayout()
        right.addLayout(self._findings)
        self._ways = plain_label("", "small", "secondary")
        self._ways.setWordWrap(True)
        right.addWidget(self._ways)
        right.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = QPushButton(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self._check = QPushButton(_("Check"))
        self._check.clicked.connect(lambda: self._ask(keep=False))
        self._connect = QPushButton(_("Connect"))
        self._connect.setProperty("kind", "primary")
        self._connect.setDefault(True)
        self._connect.clicked.connect(lambda: self._ask(keep=True))
        for button in (cancel, self._check, self._connect):
            buttons.addWidget(button)
        right.addLayout(buttons)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_for_answer)
        for platform in services.platforms():
            item = QListWidgetItem(platform.title)
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
        for name, value in (("name", row.name), ("url", row.url), ("user", row.user)):
            if name in self._fields:
                self._fields[name].setText(value)

    def _show(self, platform: PlatformShown) -> None:
        self._platform = platform
        self._title.setText(platform.title)
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields = {}
        self._add_field("name", _("Name in Luisterpost"), platform.title)
        for field in platform.fields:
            self._add_field(field.name, field.label, "", secret=field.secret, hint=field.hint)
        self._days = QSpinBox()
        self._days.setRange(0, 3650)
        self._days.setValue(90)
        self._days.setSuffix(" " + _("days"))
        self._days.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._form.addRow(_("How far back"), self._days)
        self._passphrase = QLineEdit()
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._form.addRow(_("Passphrase of the encrypted file, asked once per start"), self._passphrase)
        self._form.setRowVisible(self._passphrase, False)
        self._kept.setVisible(any(field.secret for field in platform.fields))
        can = [kind_verb(kind, platform.key) + (" ↗" if platform.ways.get(kind) == "handoff" else "")
               for kind in SHOWN_KINDS if platform.ways.get(kind, "no") != "no"]  # fmt: skip
        self._ways.setText(
            _("What you can do there: {list}. With ↗ you finish it in the browser.").format(list=", ".join(can))
        )
        self._tell([])

    def _add_field(self, name: str, label: str, value: str, *, secret: bool = False, hint: str = "") -> None:
        edit = QLineEdit(value)
        edit.setPlaceholderText(hint)
        edit.setAccessibleName(label)
        if secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields[name] = edit
        self._form.addRow(label, edit)

    def _ask(self, *, keep: bool) -> None:
        platform = self._platform
        assert platform is not None
        values = {name: edit.text().strip() for name, edit in self._fields.items()}
        missing = [field.label for field in platform.fields if field.required and not values[field.name]]
        if missing:
            self._tell([(False, _("Fill in first: {names}.").format(names=", ".join(missing)))])
            return
        if self._passphrase.text():
            self._services.tell({"passphrase": self._passphrase.text()})
        secrets = {field.name: values.pop(field.name) for field in platform.fields if field.secret}
        self._services.tell({"secret": {"ref": self._ref, "values": secrets}})
        args = {"adapter": platform.key, "name": values.pop("name"), "url": values.pop("url", ""),
                "user": values.pop("user", ""), "settings": values, "since_days": self._days.value(),
                "ref": self._ref}  # fmt: skip
        self._keeping = keep
        self._request = desk_connections.ask(self._services.desk, "connect" if keep else "check", args)
        self._busy(True)
        self._tell([(True, _("Looking …"))])
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
                [(False, error_sentence(error, platform, str(facts.get("words", "")), str(facts.get("code", ""))))]
            )
            return
        self._tell(
            [
                (line["ok"], check_line(CheckLine(line["code"], line["ok"], line["facts"]), platform))
                for line in facts["lines"]
            ]
        )
        if self._keeping and facts["works"]:
            self.connected.emit(str(facts["key"]))
            self.accept()

    def _ask_passphrase(self, error: str) -> None:
        """Without a keyring secrets go into an encrypted file: it needs a passphrase."""
        self._form.setRowVisible(self._passphrase, True)
        self._passphrase.setFocus()
        if error == "WrongPassphrase":
            self._tell([(False, error_sentence(error, ""))])
        else:
            self._tell(
                [
                    (
                        False,
                        _(
                            "This computer has no keyring. We keep secrets in an encrypted file; choose a passphrase, we ask it once per start."
                        ),
                    )
                ]
            )

    def _busy(self, busy: bool) -> None:
        self._check.setEnabled(not busy)
        self._connect.setEnabled(not busy)

    def _tell(self, findings: list[tuple[bool, str]]) -> None:
        while (item := self._findings.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for ok, text in findings:
            label = plain_label(("✓  " if ok else "✗  ") + text, "body", "ok" if ok else "danger")
            label.setWordWrap(True)
            self._findings.addWidget(label)
