"""The window's composition root: the only module that knows everybody."""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QProcess, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMessageBox

from console.desk import connections
from console.desk.seat import Desk
from console.domain.gallery import Address, Facts, connectable, facts_of
from console.domain.pasting import Pasted
from console.first_window import FirstWindow
from console.house_texts import HouseTexts
from console.sentences.gallery import about, asked_for, where_found
from console.settings import Settings, load, save
from console.store import backup, care
from console.store.connection import Store
from console.store.files import LEDGER
from console.store.preparing import prepare
from console.store.read.connections import ConnectionRow, servers
from console.store.read.connections import connections as stored_connections
from console.views.main_window import MainWindow
from console.views.services import FieldShown, PlatformShown, Services, SignInShown
from console.views.system_notice import SystemNotice
from console.widgets.theme import learn_tiles
from console.words import _

if TYPE_CHECKING:
    from console.adapters.contract import Adapter

RESTART_MS = 2_000
OFTEN = 5  # restarts after which it is no accident
FRAME_MS = 10  # for what was painted to reach the screen


class CollectorProcess(QObject):
    """Starts the collector, hears its nudges, starts another when it ends, and ends it with the window."""

    nudged = Signal()
    told = Signal(str)

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._profile = profile
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self._process.readyReadStandardOutput.connect(self._heard)
        self._process.readyReadStandardError.connect(self._process.readAllStandardError)
        self._process.finished.connect(self._ended)
        self._wanted = False
        self._restarts = 0

    def start(self) -> None:
        self._wanted = True
        program, arguments = collector_command(self._profile)
        self._process.start(program, arguments)

    def tell(self, said: Mapping[str, Any]) -> None:
        """One line to its stdin: the way secrets go, and no other."""
        self._process.write((json.dumps(dict(said)) + "\n").encode())

    def stop(self) -> None:
        """Close its stdin and wait until it has ended well."""
        self._wanted = False
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(5_000):
                self._process.kill()
                self._process.waitForFinished(2_000)

    def _heard(self) -> None:
        for line in bytes(self._process.readAllStandardOutput().data()).splitlines():
            if line.startswith(b'{"restored"'):
                self.told.emit(json.loads(line)["restored"])
        self.nudged.emit()

    def _ended(self) -> None:
        if self._wanted:
            QTimer.singleShot(RESTART_MS, self._start_again)

    def _start_again(self) -> None:
        if not self._wanted:
            return
        self.start()
        self._restarts += 1
        if self._restarts == 1:
            self.told.emit(_("The part that collects and sends stopped, and was started again. Nothing is lost."))
        elif self._restarts == OFTEN:
            self.told.emit(_("The part that collects and sends keeps stopping. What you decide is kept; run ‘luisterpost doctor’."))  # fmt: skip


class FirstPaint(QObject):
    """`done` once something was painted: what people don't wait for begins after what they do wait for."""

    done = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and watched.isWidgetType():
            self._app.removeEventFilter(self)
            QTimer.singleShot(FRAME_MS, self.done.emit)
        return False


def own_command() -> tuple[str, list[str]]:
    """How this program starts itself once more; when it is frozen that is the terminal's program beside it."""
    if getattr(sys, "frozen", False):
        own = Path(sys.executable)
        return str(own.with_name("luisterpost" + own.suffix)), []
    return sys.executable, ["-m", "console"]


def collector_command(profile: Path) -> tuple[str, list[str]]:
    """How this program starts its own collector."""
    program, arguments = own_command()
    asked = ["--home", str(profile.parent), "--profile", profile.name, "sync", "--watch", "--stand-by"]
    return program, [*arguments, *asked]


def application(settings: Settings) -> QApplication:
    """The program as the desktop knows it, by the name of its file there, in the look that is set."""
    from console.widgets.theme import theme

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Luisterpost")
    app.setDesktopFileName("luisterpost")
    theme.apply(app, settings.theme, settings.text_percent)
    return app


def run(profile: Path, settings: Settings, *, picture: str = "") -> int:
    """Open the window; with `picture`, only paint it into that file. Returns the exit code."""
    from console.widgets import icons

    app = application(settings)
    noticed = [care_for_ledger(profile)]
    store = open_store(profile, settings, noticed.append)
    if picture:
        return _paint(app, make_window(profile, settings, store, None), picture)
    if not settings.name:
        settings = _first_run(profile, settings, store)
        store.close()
        store = open_store(profile, settings)
    collector = CollectorProcess(profile)
    window = make_window(profile, settings, store, collector, rows_first=True)
    window.closing.connect(collector.stop)
    window.closing.connect(app.quit)
    collector.nudged.connect(window.showing.look)
    collector.told.connect(window.status.say_long)
    if any(noticed):
        window.status.say_long(" ".join(filter(None, noticed)))
    window.resize(1440, 900)
    window.show()
    first = FirstPaint(app)
    first.done.connect(window.showing.settle)
    first.done.connect(icons.load)
    first.done.connect(collector.start)
    first.done.connect(after_the_start)
    if (profile / "secrets.enc").exists() and not os.environ.get("LUISTERPOST_PASSPHRASE_FILE"):
        QTimer.singleShot(0, lambda: _ask_passphrase(window, collector))
    code = app.exec()
    store.close()
    return code


def after_the_start() -> None:
    """What deciding needs is imported before somebody decides, and what is here to stay is never looked at again."""
    gc.freeze()
    gc.enable()
    threading.Thread(target=import_module, args=("sqlalchemy.dialects.sqlite",), name="import", daemon=True).start()


def care_for_ledger(profile: Path) -> str:
    """Make a ledger that can't be opened again, and say so; the collector looks at every page of it, in its own time."""
    ledger = profile / LEDGER
    if not ledger.exists() or not care.is_damaged(ledger):
        return ""
    from console.sentences.troubles import restored_sentence

    now_ms = int(time.time() * 1000)
    restored = backup.care_for(profile, now_ms)
    return "" if restored is None else restored_sentence(restored, now_ms)


def open_store(profile: Path, settings: Settings, tell: Callable[[str], None] = lambda said: None) -> Store:
    """The profile's store, ready to use. `tell` hears that a damaged copy of the conversations was set aside."""
    store = Store(profile, now_ms=lambda: int(time.time() * 1000), policy=settings.policy)
    if store.cache_path.exists() and care.is_damaged(store.cache_path):
        care.set_damaged_cache_aside(store)  # it is collected again; the decisions stand in the other file
        tell(_("The copy was damaged. We collect the conversations again; your decisions are still there."))
    prepare(store.folder)
    return store


def make_window(
    profile: Path, settings: Settings, store: Store, collector: CollectorProcess | None, *, rows_first: bool = False
) -> MainWindow:
    """The window with everything it needs; without a collector it only shows what is there."""
    desk = Desk(store, settings.name or _("Moderator"), int(settings.undo_s * 1000), settings.remind_min)
    learn_tiles({row.platform: row.settings.get("tile", "") for row in stored_connections(store)})
    demo = (profile / "world.db").exists()
    services = Services(
        desk=desk, settings=shown_settings(settings), platforms=platforms,
        save_settings=lambda changes: save(profile, changes),
        tell=collector.tell if collector is not None else lambda said: None,
        open_link=lambda url: _open(url), house=HouseTexts(profile), demo_fault=(lambda kind: _set_fault(profile, kind)) if demo else None,
        look_around=None if demo else lambda: _open_demo(profile), reminds=(first := FirstWindow(profile)).speaks,
        looked_at=lambda text, html: _looked_at(store, text, html), named=lambda pasted: _named(store, pasted),
    )  # fmt: skip
    window = MainWindow(services, rows_first=rows_first)
    notice = SystemNotice(window.urgent.open)
    services.notify, services.badge = notice.notify, notice.badge
    window.closing.connect(notice.close)
    window.closing.connect(first.leave)
    window.connect_asked.connect(lambda: _connect(window))
    window.sign_in_asked.connect(lambda row: _sign_in(window, row))
    window.settings_asked.connect(lambda: _settings(window, profile))
    return window


def shown_settings(settings: Settings) -> dict[str, Any]:
    policy = settings.policy
    return {
        "name": settings.name, "moderators": sorted(policy.us_names - {settings.name}),
        "mentions": list(policy.mentions), "language": settings.language, "theme": settings.theme,
        "text_percent": settings.text_percent, "single_keys": settings.single_keys, "undo_s": settings.undo_s,
        "pictures": settings.pictures, "receivers": settings.receivers, "on_duty": settings.on_duty,
        "care": settings.care, "road_view": settings.road_view, "road_mb": settings.road_mb, "away_min": settings.away_min,
    }  # fmt: skip


def platforms() -> list[PlatformShown]:
    """What can be connected; asked for when the dialog opens, because adapters take time to import."""
    from console.adapters.registry import all_adapters

    learn_tiles({kind.key: kind.tile for kind in all_adapters()})
    return [_shown(kind, facts) for kind in all_adapters() if connectable(kind.fields, facts := facts_of(kind))]


def _shown(kind: type[Adapter], facts: Facts) -> PlatformShown:
    from console.adapters.registry import sign_in_of

    asked = [FieldShown(f.name, asked_for(f.label), f.secret, f.required, f.hint, where_found(f.where)) for f in kind.fields]  # fmt: skip
    if facts.address is not Address.NONE:
        asked.insert(0, FieldShown("url", asked_for("Address"), False, facts.address is Address.NEEDED, "https://", ""))
    pages = sign_in_of(kind)
    sign_in = SignInShown(pages.provider, pages.place) if pages is not None else None
    return PlatformShown(kind.key, kind.title, about(facts.about), asked, kind.default_capabilities, facts, sign_in)


def _looked_at(store: Store, text: str, html: str) -> Pasted:
    from console.adapters.pasting import looked_at

    return looked_at(text, html, lambda platform: servers(store, platform))


def _named(store: Store, pasted: Pasted) -> Pasted:
    from console.adapters.pasting import named

    return named(pasted, lambda platform: servers(store, platform))


def _open_demo(profile: Path) -> None:
    """The demo in a window and a program of its own; this one stays as it is."""
    program, arguments = own_command()
    QProcess.startDetached(program, [*arguments, "--home", str(profile.parent), "demo"])


def _open(url: str) -> None:
    """Only the web and mail are opened, and only in the person's own programs."""
    found = QUrl(url)
    if found.scheme() in ("http", "https", "mailto"):
        QDesktopServices.openUrl(found)


def _ask_passphrase(window: MainWindow, collector: CollectorProcess) -> None:
    """Once per start, where secrets are kept in the encrypted file; without it everything but signing in works."""
    dialog = QInputDialog(window)
    dialog.setWindowTitle("Luisterpost")
    dialog.setLabelText(_("Passphrase of the encrypted file, asked once per start"))
    dialog.setOkButtonText(_("Open the file"))
    dialog.setCancelButtonText(_("Not now"))
    dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
    dialog.textValueSelected.connect(lambda text: collector.tell({"passphrase": text}))
    dialog.open()


def _set_fault(profile: Path, kind: str) -> None:
    from console.sync.demo import set_fault

    set_fault(profile, kind)


def _connect(window: MainWindow, again: ConnectionRow | None = None) -> None:
    from console.views.connections.dialog import ConnectDialog

    dialog = ConnectDialog(window.services, window, again)
    dialog.connected.connect(lambda key: window.showing.go("inbox"))
    dialog.open()


def _sign_in(window: MainWindow, row: ConnectionRow) -> None:
    """On the demo the sign-in that was lost comes back; elsewhere the dialog asks for it."""
    if row.adapter == "memory" and window.services.demo_fault is not None:
        window.services.demo_fault("")
        connections.sync_now(window.services.desk)
    else:
        _connect(window, row)


def _settings(window: MainWindow, profile: Path) -> None:
    from console.views.settings.dialog import SettingsDialog
    from console.widgets.theme import theme

    def changed(told: Mapping[str, Any]) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        window.services.settings = shown_settings(load(profile))
        theme.apply(app, str(told["theme"]), int(told["text_percent"]))
        window.showing.show_again()
        window.reviewing.page.care.begin_again()
        window.set_keys()
        window.urgent.look()
        window.status.say(_("Kept. Names, words, language and the time without network count from the next start."))

    dialog = SettingsDialog(window.services, window)
    dialog.changed.connect(changed)
    dialog.open()


def _first_run(profile: Path, settings: Settings, store: Store) -> Settings:
    """Ask who the moderator is and which accounts are theirs, before anything else."""
    from console.views.settings.dialog import SettingsDialog
    from console.words import use

    services = Services(
        Desk(store, ""), shown_settings(settings), list, lambda changes: save(profile, changes), lambda said: None,
        lambda url: None, HouseTexts(profile),
    )  # fmt: skip
    SettingsDialog(services, None, first_run=True).exec()
    found = load(profile)
    if found.language:
        use(found.language)
    return found


def say_in_a_box(sentence: str) -> None:
    """Say why the program ends, where there is no window and no terminal to say it in."""
    owner = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Warning, "Luisterpost", "")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    box.exec()
    del box, owner  # in this order


def _paint(app: QApplication, window: MainWindow, picture: str) -> int:
    """Show the window where nobody sees it, and keep what it looks like."""
    from console.widgets import icons

    window.resize(1440, 900)
    window.show()
    icons.load()
    for _turn in range(5):
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    window.list.view.setFocus()
    app.processEvents()
    saved = window.grab().save(picture)
    window.close()
    return 0 if saved else 1
