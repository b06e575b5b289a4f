"""What others changed meanwhile, read on a thread of its own with a store of its own: each decision is looked at for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from PySide6.QtCore import QObject, Signal

from console.sentences.troubles import store_sentence
from console.store.connection import Store, StoreError
from console.store.read.returned import returned
from console.views.background import LOOKS_UP


class ReturnReader(QObject):
    """`ready` carries the `Returned` of whoever decides under this name, None where there is nothing to tell; `failed` a sentence.

    Only the newest question is answered.
    """

    ready = Signal(object)
    failed = Signal(str)

    def __init__(self, store: Store, moderator: str) -> None:
        super().__init__()
        self._like, self._moderator = store, moderator
        self._own: Store | None = None
        self._turn = Lock()
        self._newest = 0
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="return")

    def ask(self) -> None:
        with self._turn:
            self._newest += 1
            number = self._newest
        self._threads.submit(self._answer, number)

    def close(self) -> None:
        with self._turn:
            self._newest = -1
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._own is not None:
            self._own.close()

    def _answer(self, number: int) -> None:
        if number != self._newest:
            return
        if self._own is None:
            self._own = Store(self._like.folder, now_ms=self._like.now_ms, policy=self._like.policy)
        try:
            with self._own.as_long_as(lambda: number == self._newest, LOOKS_UP):
                told = returned(self._own, self._moderator)
        except StoreError as error:
            if number == self._newest:
                self.failed.emit(store_sentence(error))
            return
        if number == self._newest:
            self.ready.emit(told)
