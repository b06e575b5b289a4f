"""Taking the pieces of a file apart in a process beside ours, while we store what came before.

What is done there is pure: it is handed a piece and gives back what that says. It keeps nothing, asks nothing and opens
nothing, so that when it ends, for whatever reason, all there is to do is hand the same pieces out again: first the parts
of the piece that it had in hand, one at a time. A part that ends every process that works on it is left out.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from console.domain.platform import BadResponse

log = logging.getLogger(__name__)

HERE = 3  # pieces that we do ourselves: most files have no more, and a process takes a second to start
AHEAD = 2  # pieces out of our hands at once, so that memory stays bounded
TRIES = 2  # of a part alone, after it ended the process among others

_Of = TypeVar("_Of")
_Part = TypeVar("_Part")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class _Given(Generic[_Of, _Part, _Made]):
    """A piece that is out of our hands."""

    of: _Of
    parts: Sequence[_Part]
    made: Future[list[_Made]]


class Beside:
    """One process, started when there is enough to do. Close it; one thread at a time uses it."""

    def __init__(self, here: int | None = HERE, mark: Path | None = None) -> None:
        """`here`: so many pieces need no other process; None where there is to be none at all.

        mark  a file that stands there while we do a piece ourselves. Found, it says that we did not come to the end of
              one: whatever the reason was, the other process does all of them then, and the mark stays
        """
        self._mark = mark
        self._ended_here = mark is not None and mark.exists()
        self._here = 0 if self._ended_here else here
        self._refused = False
        self._pool: ProcessPoolExecutor | None = None

    def ahead(
        self, work: Callable[[_Part], _Made], pieces: Iterable[tuple[_Of, Sequence[_Part]]]
    ) -> Iterator[tuple[_Of, list[_Made | None]]]:
        """Of each piece, in its order: whose it is, and what `work`, a function of a module, makes of each of its parts.

        None stands for a part that ends every process that works on it, or raises in it. Raises BadResponse "import_reader_ended" where
        they end without any, or where there can be none and we ended ourselves before.
        """
        left = iter(pieces)
        for of, parts in islice(left, self._here):
            yield of, [*self._made_here(work, parts)]
        waiting: deque[_Given[_Of, _Part, _Made]] = deque()
        for of, parts in left:
            waiting.append(_Given(of, parts, self._begun(work, parts)))
            if len(waiting) > AHEAD:
                yield self._next(work, waiting)
        while waiting:
            yield self._next(work, waiting)

    def close(self) -> None:
        """End the process; it finishes the piece it has in hand."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next(
        self, work: Callable[[_Part], _Made], waiting: deque[_Given[_Of, _Part, _Made]]
    ) -> tuple[_Of, list[_Made | None]]:
        """What became of the piece that waits longest. Where its process ended, those behind it are handed out again."""
        one = waiting.popleft()
        try:
            return one.of, [*one.made.result()]
        except Exception:  # by which part the process ended, or ran out of memory, shows when each is alone
            self.close()
        alone = [self._made_alone(work, part) for part in one.parts]
        again = [replace(other, made=self._begun(work, other.parts)) for other in waiting]
        waiting.clear()
        waiting.extend(again)
        return one.of, alone

    def _made_alone(self, work: Callable[[_Part], _Made], part: _Part) -> _Made | None:
        for _ in range(TRIES):
            try:
                self._begun(work, ()).result()  # where a process doesn't even come up, no part is to blame
            except BrokenProcessPool as cause:
                raise BadResponse(code="import_reader_ended") from cause
            try:
                return self._begun(work, (part,)).result()[0]
            except Exception:
                log.exception("a part of a file, alone")
                self.close()
        return None

    def _begun(self, work: Callable[[_Part], _Made], parts: Sequence[_Part]) -> Future[list[_Made]]:
        done: Future[list[_Made]] = Future()
        if not self._refused:
            if self._pool is None:
                # Started afresh rather than forked: alike on the three systems, and with none of our open files.
                self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)
            try:
                return self._pool.submit(_made, work, parts)
            except BrokenProcessPool as ended:  # by a piece that waits before this one
                done.set_exception(ended)
                return done
            except OSError:  # the system starts no more processes: we do it ourselves
                self._refused = True
                self.close()
        done.set_result(self._made_here(work, parts))
        return done

    def _made_here(self, work: Callable[[_Part], _Made], parts: Sequence[_Part]) -> list[_Made]:
        if self._mark is None:
            return _made(work, parts)
        if self._ended_here:
            raise BadResponse(code="import_reader_ended")
        with suppress(OSError):  # a full disk is told of by whoever stores what was read
            self._mark.touch()
        made = _made(work, parts)
        self._mark.unlink(missing_ok=True)
        return made


def _made(work: Callable[[_Part], _Made], parts: Sequence[_Part]) -> list[_Made]:
    return [work(part) for part in parts]


def _begin() -> None:
    """In the new process: whether to stop is the other one's to decide, and without it there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):  # Linux alone asks who is to end where memory runs out: this one, and not who started it
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
