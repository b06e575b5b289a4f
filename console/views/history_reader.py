"""The history, read on a thread of its own with a store of its own: words are looked for in every decision there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from PySide6.QtCore import QObject, Signal

from console.sentences.troubles import store_sentence
from console.store.connection import Store, StoreError
from console.store.read.history import Asked, deciders, page
from console.views.background import LOOKS_UP

PAGE = 100


class HistoryReader(QObject):
    """`ready` carries the number of the question, the rows and the `next` of a page; `failed` a number and a sentence;
    `named` who ever decided something."""

    ready = Signal(int, object, object)
    failed = Signal(int, str)
    named = Signal(object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._like = store
        self._own: Store | None = None
        self._turn = Lock()
        self._newest = 0
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._threads.submit(self._names)

    def ask(self, asked: Asked, after: str | None) -> int:
        """The number of this question; one that is still being answered is given up."""
        number = self.nothing()
        self._threads.submit(self._answer, number, asked, after)
        return number

    def nothing(self) -> int:
        """Nothing is asked any more: what is still being answered is given up. The number that no answer has."""
        with self._turn:
            self._newest += 1
            return self._newest

    def close(self) -> None:
        with self._turn:
            self._newest = -1
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._own is not None:
            self._own.close()

    def _store(self) -> Store:
        if self._own is None:
            self._own = Store(self._like.folder, now_ms=self._like.now_ms, policy=self._like.policy)
        return self._own

    def _names(self) -> None:
        try:
            with self._store().as_long_as(lambda: self._newest >= 0, LOOKS_UP):
                self.named.emit(deciders(self._store()))
        except StoreError:
            return  # the first page meets the same error and says it

    def _answer(self, number: int, asked: Asked, after: str | None) -> None:
        if number != self._newest:
            return
        try:
            with self._store().as_long_as(lambda: number == self._newest, LOOKS_UP):
                rows, following = page(self._store(), asked, PAGE, after)
        except StoreError as error:
            if number == self._newest:
                self.failed.emit(number, store_sentence(error))
            return
        self.ready.emit(number, rows, following)
