"""Counts what arrives at a fake: the most requests that it ever saw in a window of some length."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable


class Meter:
    """`highest` by (who asked, kind of request): in any window of `per_s` seconds, both its ends in it."""

    def __init__(self, now_s: Callable[[], float], per_s: float) -> None:
        self._now_s, self._per_s = now_s, per_s
        self._seen: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.highest: dict[tuple[str, str], int] = defaultdict(int)
        self.total = 0
        self._lock = threading.Lock()

    def count(self, who: str, kind: str = "") -> int:
        """One more request; returns how many there are in the window that ends now."""
        with self._lock:  # a fake may answer several at once
            now_s, seen = self._now_s(), self._seen[who, kind]
            seen.append(now_s)
            while seen[0] < now_s - self._per_s:
                seen.popleft()
            self.highest[who, kind] = max(self.highest[who, kind], len(seen))
            self.total += 1
            return len(seen)
