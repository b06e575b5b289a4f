"""The pictures of the conversation on the screen: read and scaled on a thread of their own, asked for where missing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader

from console.desk import pictures as looking
from console.desk.connections import answered
from console.domain.care import Look
from console.domain.conversation import ConnectionKey, MessageKey
from console.domain.pictures import picture_key, pictures_in
from console.sentences.troubles import picture_sentence
from console.store.read.heavy import COUNTS
from console.store.read.pictures import PASSING, picture, states
from console.store.read.thread import ShownMessage
from console.views.services import Services
from console.views.shown import size_words
from console.widgets.picture_strip import HIGH, WIDE, PictureCell, PictureShown
from console.widgets.softened import softened
from console.widgets.theme import px

POLL_MS = 100  # while a picture was asked for
MOST_HELD = 60  # pictures as they stand in a conversation, some 20 MB
USED_MS = 86_400_000  # a picture shown after longer counts as looked at again
_HARM = frozenset({"held", "hidden", "spam"})


def pictures_of(message: ShownMessage, connection: ConnectionKey, mode: str, starts: Look) -> dict[str, PictureShown]:
    """The pictures to show below a message, by address. `mode` is that of the settings.

    starts  how those of what was reported or set apart begin: harm is shown on request
    """
    if mode == "never":
        return {}
    harm = message.state in _HARM or any(report.state in COUNTS for report in message.reports)
    look = starts if harm else Look.PLAIN
    files = {url: (name, size_words(size)) for name, _mime, size, url in message.attachments}
    return {
        url: PictureShown(picture_key(connection, url), message.key, *files[url], mode == "ask", look)
        for url in pictures_in(message.attachments)
    }


@dataclass(frozen=True, slots=True)
class Seen:
    """What the thread found: the picture, or None with why it isn't here. `old`: nobody looked at it for a day."""

    key: str
    look: Look
    image: QImage | None
    error: str
    old: bool


class Pictures(QObject):
    """Fills the cells of one conversation. `opened`: a picture in full, with its name."""

    opened = Signal(QImage, str)
    _seen = Signal(Seen)
    _whole = Signal(QImage, str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._closed = False
        self._cells: list[PictureCell] = []
        self._revealed: set[str] = set()
        self._plain: set[str] = set()  # those that somebody asked to see as they are
        self._held: OrderedDict[tuple[str, int, Look], QImage] = OrderedDict()
        self._waiting: dict[str, str] = {}  # request -> message
        self._answered: set[str] = set()  # messages whose answer came while this conversation is shown
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
        self._seen.connect(self._show)
        self._whole.connect(self.opened)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._look)

    def fill(self, cells: Sequence[PictureCell]) -> None:
        """Show what these cells stand for. They were made just now; earlier ones are gone."""
        if self._closed:
            return
        self._cells = list(cells)
        messages = {cell.shown.message for cell in cells}
        self._answered &= messages  # whoever comes back to a conversation may find more
        self._waiting = {request: message for request, message in self._waiting.items() if message in messages}
        for cell in cells:
            cell.asked.connect(self._asked)
        self._load([cell for cell in cells if not _waits(cell, self._revealed)])

    def show_plainly(self) -> None:
        """All of them as they are, or as they began where they are all plain already."""
        keys = {cell.shown.key for cell in self._cells}
        if all(self._look_of(cell) is Look.PLAIN and not _waits(cell, self._revealed) for cell in self._cells):
            self._plain -= keys
        else:
            self._plain |= keys
            self._revealed |= keys
        self._load(self._cells)

    def forget(self) -> None:
        """Another message: its pictures begin as they are set to, also those that were seen before."""
        self._plain.clear()
        self._revealed.clear()

    def _look_of(self, cell: PictureCell) -> Look:
        return Look.PLAIN if cell.shown.key in self._plain else cell.shown.look

    def close(self) -> None:
        self._closed = True  # a window that goes may be painted once more
        self._poll.stop()
        self._cells = []
        self._thread.shutdown(wait=True, cancel_futures=True)

    # --- from the store

    def _load(self, cells: Sequence[PictureCell]) -> None:
        room = self._room()
        missing = []
        for cell in cells:
            look = self._look_of(cell)
            image = self._held.get((cell.shown.key, room.width(), look))
            if image is None:
                missing.append((cell.shown.key, look))
            else:
                cell.show_picture(image, look)
        if missing:
            ratio = self._cells[0].devicePixelRatioF()
            self._thread.submit(self._find, missing, room, ratio)

    def _room(self) -> QSize:
        return QSize(px(WIDE), px(HIGH))

    def _find(self, wanted: Sequence[tuple[str, Look]], room: QSize, ratio: float) -> None:
        """On the thread: read, decode, scale, and soften as they are to begin."""
        store = self._services.store
        known = states(store, [key for key, _look in wanted])
        for key, look in wanted:
            state = known.get(key)
            error = "" if state is None else state.error
            data = None if state is None or error else picture(store, key)
            image = None if data is None else decoded(data, room, ratio)
            if data is not None and image is None:
                error = "damaged"
            old = state is not None and state.last_used_ms < store.now_ms() - USED_MS
            self._seen.emit(Seen(key, look, None if image is None else softened(image, look), error, old))

    def _show(self, seen: Seen) -> None:
        if seen.image is not None:
            self._held[seen.key, self._room().width(), seen.look] = seen.image
            while len(self._held) > MOST_HELD:
                self._held.popitem(last=False)
        missing = seen.image is None and (not seen.error or seen.error in PASSING)
        for cell in [one for one in self._cells if one.shown.key == seen.key and self._look_of(one) is seen.look]:
            asked = cell.shown.message in self._answered
            if seen.image is not None:
                cell.show_picture(seen.image, seen.look)
            elif missing and not asked:
                cell.wait()
            else:
                cell.say(picture_sentence(seen.error))
            if (missing or seen.old) and not asked:
                self._ask(cell.shown.message)

    # --- of the collector

    def _ask(self, message: str, *, again: bool = False) -> None:
        desk = self._services.desk
        if not any(found == message and answered(desk, asked) is None for asked, found in self._waiting.items()):
            # One that was answered, which nobody noticed yet, is no reason to ask nothing.
            self._waiting = {asked: found for asked, found in self._waiting.items() if found != message}
            self._waiting[looking.look_at(desk, MessageKey(message), again=again)] = message
            self._poll.start()

    def _look(self) -> None:
        """Was something answered?"""
        for request, message in list(self._waiting.items()):
            if answered(self._services.desk, request) is not None:
                del self._waiting[request]
                self._answered.add(message)
                self._load([cell for cell in self._cells if cell.shown.message == message and cell.words])
        if not self._waiting:
            self._poll.stop()

    # --- on request

    def _asked(self, key: str) -> None:
        """Somebody clicked: uncover it, show it plainly, try again, or show it in full."""
        cell = next(cell for cell in self._cells if cell.shown.key == key)
        if not cell.words and cell.look is not Look.PLAIN:
            self._plain.add(key)
            self._load([one for one in self._cells if one.shown.key == key])
        elif not cell.words:
            self._thread.submit(self._open, key, cell.shown.name)
        elif _waits(cell, self._revealed):
            self._revealed.add(key)
            cell.wait()
            self._load([cell])
        else:
            self._answered.discard(cell.shown.message)
            cell.wait()
            self._ask(cell.shown.message, again=True)

    def _open(self, key: str, name: str) -> None:
        """On the thread: the whole picture."""
        data = picture(self._services.store, key)
        image = None if data is None else decoded(data, None, 1.0)
        if image is not None:
            self._whole.emit(image, name)


def _waits(cell: PictureCell, revealed: set[str]) -> bool:
    """Whether it waits until somebody asks for it."""
    return cell.shown.covered and cell.shown.key not in revealed


def decoded(data: bytes, room: QSize | None, ratio: float) -> QImage | None:
    """A picture no larger than `room` (in px, `ratio` pixels each); None where these bytes are none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if room is not None and size.isValid():
        fits = size.scaled(room * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        if fits.width() < size.width():
            reader.setScaledSize(fits.expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        return None
    image.setDevicePixelRatio(ratio)
    return image
