"""The mails that the server couldn't give, as the cursor keeps them: each is asked for again, ever less often."""

from __future__ import annotations

from collections.abc import Collection

FIRST_WAIT_MS = 600_000
LAST_WAIT_MS = 86_400_000  # after this long one stays unread
MOST = 100

Place = tuple[str, int, int]  # folder, generation of its numbers, number


class Unread:
    def __init__(self, stored: object) -> None:
        self._rows: dict[Place, tuple[int, int]] = {}  # when again, and how long after that
        for row in stored if isinstance(stored, list) else ():
            if isinstance(row, list) and len(row) == 5:
                self._rows[str(row[0]), int(row[1]), int(row[2])] = int(row[3]), int(row[4])

    def stored(self) -> list[list[object]]:
        return [[*place, *when] for place, when in sorted(self._rows.items())[:MOST]]

    def tried(self, folder: str, validity: int, uids: Collection[int], lost: Collection[int], now_ms: int) -> None:
        """These were asked for, and those of them are `lost` once more."""
        for uid in uids:
            place = folder, validity, uid
            _at_ms, wait_ms = self._rows.pop(place, (0, FIRST_WAIT_MS))
            if uid in lost and wait_ms <= LAST_WAIT_MS:
                self._rows[place] = now_ms + wait_ms, wait_ms * 2

    def due(self, now_ms: int) -> Place | None:
        """The one whose turn it is."""
        return min((place for place, when in self._rows.items() if when[0] <= now_ms), default=None)
