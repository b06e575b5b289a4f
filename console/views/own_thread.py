"""A thread of its own with a store of its own: what may take longer than a frame is done there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from console.store.connection import Store

Work = Callable[[Store], None]  # with the thread's own store


class OwnThread:
    """One piece of work at a time, in the order asked. Once it has ended it does nothing more, whoever still asks."""

    def __init__(self, like: Store, name: str) -> None:
        """`like`: the window's store; the thread opens the same profile once there is something to do."""
        self._like = like
        self._own: Store | None = None
        self._ended = False
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def do(self, work: Work) -> None:
        if not self._ended:
            self._threads.submit(self._do, work)

    def end(self) -> None:
        """Wait for what is in hand; what wasn't begun isn't done."""
        self._ended = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._close()

    def let_go(self) -> None:
        """What was asked comes to its end on its own thread: nobody waits for it."""
        if not self._ended:
            self._ended = True
            self._threads.submit(self._close)
            self._threads.shutdown(wait=False)

    def _do(self, work: Work) -> None:
        if self._own is None:
            self._own = Store(self._like.folder, now_ms=self._like.now_ms, policy=self._like.policy)
        work(self._own)

    def _close(self) -> None:
        if self._own is not None:
            self._own.close()
