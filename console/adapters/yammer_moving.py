"""Which spaces there is something new in, as far as this process knows.

Requests are few: one feed of the whole network tells which spaces moved, and only those are looked at. The feed is not
sure to be complete, so each space is looked at by itself now and then as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

POLL_S = 60.0  # no more often, whatever the network asks: who asks more is shut out
ROTATION_MS = 30 * 60_000


class Moving:
    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._told: dict[str, int] = {}  # space -> newest message that the feed told of
        self._looked: dict[str, int] = {}  # space -> newest message when it was last looked at
        self._busy: set[str] = set()  # spaces with gaps
        self._looks: dict[str, int] = {}  # space -> how often the feed was read when the space was looked at
        self._feeds = 0
        self._unsure = 0  # spaces not looked at since so many feeds may have moved without being told of; -1: none
        self._feed_ms = now_ms()
        self._worked = False

    # -- the feed --------------------------------------------------------------------------------------------------------

    def feed_told(self, moved: Mapping[str, int], *, whole: bool) -> dict[str, int]:
        """What the feed told, and what is still to be looked at of it and of before.

        whole  it told of all that moved since it was asked before
        """
        self._feed_ms, self._worked = self._now_ms(), False
        self._feeds += 1
        if not whole:
            self._unsure = self._feeds
        elif self._feeds == 1:
            self._unsure = -1  # it goes on from where another process was
        for space, newest in moved.items():
            self._told[space] = max(newest, self._told.get(space, 0))
        return {space: newest for space, newest in self._told.items() if self._looked.get(space, -1) < newest}

    def makes_room(self) -> bool:
        """Whether filling gaps stops here: the feed is due, and some were filled since it was read."""
        due = not 0 <= self._now_ms() - self._feed_ms < POLL_S * 1000
        if self._worked and due:
            return True
        self._worked = True
        return False

    # -- spaces ----------------------------------------------------------------------------------------------------------

    def wants_a_look(self, space: str, newest: int, looked_ms: int) -> bool:
        """Whether there may be something new in a space, of which all up to `newest` is known."""
        resting = 0 <= self._now_ms() - looked_ms < ROTATION_MS
        told_of = self._told.get(space, 0) > max(newest, self._looked.get(space, 0))
        return told_of or not resting or self._looks.get(space, -1) < self._unsure

    def looked(self, space: str, newest: int, *, gaps: bool) -> None:
        """A space was looked at, or needed no look."""
        self._looks[space] = self._feeds
        self._looked[space] = max(newest, self._looked.get(space, 0))
        (self._busy.add if gaps else self._busy.discard)(space)

    def rests(self, space: str) -> bool:
        """Whether nothing is known that would make it worth a request."""
        looked = self._looked.get(space)
        return looked is not None and space not in self._busy and self._told.get(space, 0) <= looked

    def all_looked(self, spaces: Iterable[str]) -> bool:
        return all(space in self._looked for space in spaces)
