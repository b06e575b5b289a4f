"""Taking the pieces of a file apart in a process beside ours, while we store what came before.

What is done there is pure: it is handed a piece and gives back what that says. It keeps nothing, asks nothing and opens
nothing, so that when it ends, for whatever reason, all there is to do is hand the same pieces out again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TypeVar

from console.domain.platform import BadResponse

HERE = 3  # pieces that we do ourselves: most files have no more, and a process takes a second to start
AHEAD = 2  # pieces out of our hands at once, so that memory stays bounded

_Piece = TypeVar("_Piece")
_Made = TypeVar("_Made")


class Beside:
    """One process, started when there is enough to do. Close it; one thread at a time uses it."""

    def __init__(self, here: int | None = HERE) -> None:
        """`here`: so many pieces need no other process; None where there is to be none at all."""
        self._here = here
        self._refused = False
        self._pool: ProcessPoolExecutor | None = None

    def ahead(self, work: Callable[[_Piece], _Made], pieces: Iterable[_Piece]) -> Iterator[tuple[_Piece, _Made]]:
        """Each piece in its order, with what `work`, a function of a module, makes of it.

        Raises BadResponse "import_reader_ended" where the process ended by itself.
        """
        left = iter(pieces)
        for piece in islice(left, self._here):
            yield piece, work(piece)
        waiting: deque[tuple[_Piece, Future[_Made]]] = deque()
        try:
            for piece in left:
                waiting.append((piece, self._begun(work, piece)))
                if len(waiting) > AHEAD:
                    first, made = waiting.popleft()
                    yield first, made.result()
            for last, made in waiting:
                yield last, made.result()
        except BrokenProcessPool as cause:
            raise BadResponse(code="import_reader_ended") from cause

    def close(self) -> None:
        """End the process; it finishes the piece it has in hand."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self, work: Callable[[_Piece], _Made], piece: _Piece) -> Future[_Made]:
        if not self._refused:
            if self._pool is None:
                # Started afresh rather than forked: alike on the three systems, and with none of our open files.
                self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)
            try:
                return self._pool.submit(work, piece)
            except OSError:  # the system starts no more processes: we do it ourselves
                self._refused = True
                self.close()
        done: Future[_Made] = Future()
        done.set_result(work(piece))
        return done


def _begin() -> None:
    """In the new process: whether to stop is the other one's to decide, and without it there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
