"""What a window shows of a hostile body calls nobody; the same body shown as it came does."""

from __future__ import annotations

import contextlib
import urllib.request
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, QUrl
from PySide6.QtGui import QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication

from console.adapters.markup import reduce
from tests.adapters.hostile_bodies import bodies
from tests.servers.proxy import Listener

# A layout of ten thousand nested frames as they came takes Qt minutes: the control needs only one that calls.
TOO_MUCH_FOR_QT = {"many-pictures", "many-openings", "many-breaks", "many-entities", "long-attribute", "quoted-lines"}


class Fetching(QTextDocument):
    """A document without any manners: what a body names, it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def loadResource(self, kind: int, url: QUrl) -> object:
        self.asked.append(url.toString())
        if url.scheme() in {"http", "https"} or (not url.scheme() and url.host()):
            url.setScheme("http")
            # An error must not travel through Qt, and what came of the call is the listener's to say.
            with contextlib.suppress(OSError, ValueError):
                self._direct.open(bytes(url.toEncoded().data()).decode(), timeout=5).read()
        return None


def show(body: str) -> list[str]:
    """Lays a body out and paints it, as a window does; returns what it asked for."""
    document = Fetching()
    document.setHtml(body)
    document.setTextWidth(600)
    picture = QImage(600, 400, QImage.Format.Format_ARGB32)
    painter = QPainter(picture)
    document.drawContents(painter, QRectF(0, 0, 600, 400))
    painter.end()
    return document.asked


@pytest.fixture
def listener(qapp: QApplication) -> Iterator[Listener]:
    with Listener() as listening:
        yield listening


def test_a_body_as_it_came_calls_whoever_it_names(listener: Listener) -> None:
    for name, body in bodies(listener.address).items():
        if not name.startswith("nested-") and name not in TOO_MUCH_FOR_QT:
            show(body)
    assert len(set(listener.calls)) >= 20


def test_a_reduced_body_asks_for_nothing_and_calls_nobody(listener: Listener) -> None:
    asked = {name: show(reduce(body).html) for name, body in bodies(listener.address).items()}
    assert len(asked) >= 150
    assert {name: what for name, what in asked.items() if what} == {}
    assert listener.calls == []
