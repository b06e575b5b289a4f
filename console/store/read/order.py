"""Which threads a view holds, in its order: held as numbers in one piece, so that 200,000 are compared in no time."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from console.store.files import NO_LEVEL

_DIGITS = 16
_PIECE = 4096 * _DIGITS  # between two pieces another thread may have its turn
# The columns of a question for `Order.of`: one row, made without the interpreter.
COLUMNS = ", ".join(
    (
        f"coalesce(group_concat(printf('%0{_DIGITS}x', id), ''), '') AS ids",
        *(f"count(*) FILTER (WHERE level = {level}) AS level{level}" for level in range(NO_LEVEL + 1)),
    )
)


@dataclass(frozen=True, slots=True)
class Order:
    """The ids of threads, and how many there are of each level, the last those of none: the levels stand in that order.

    Where they do not, nor are to be told apart, all count for one.
    """

    ids: array[int]
    levels: tuple[int, ...]

    @classmethod
    def of(cls, row: object) -> Order:
        """What a question with COLUMNS found."""
        text: str = row["ids"]  # type: ignore[index]  # a row of the driver
        ids = array("q")
        for start in range(0, len(text), _PIECE):
            ids.frombytes(bytes.fromhex(text[start : start + _PIECE]))
        if sys.byteorder == "little":
            ids.byteswap()
        return cls(ids, tuple(row[f"level{level}"] for level in range(NO_LEVEL + 1)))  # type: ignore[index]

    @classmethod
    def flat(cls, ids: Iterable[int] = ()) -> Order:
        """Threads without levels."""
        kept = array("q", ids)
        return cls(kept, (len(kept),))

    def begins_with(self, other: Order) -> bool:
        """Whether the other is the beginning of this one, each of its threads on the same level."""
        last = max((level for level, count in enumerate(other.levels) if count), default=0)
        return (
            self.ids[: len(other.ids)] == other.ids
            and self.levels[:last] == other.levels[:last]
            and self.levels[last] >= other.levels[last]
        )

    def new_beside(self, ids: array[int]) -> int:
        """How many of these threads are not among those."""
        step = _PIECE // _DIGITS
        known: set[int] = set()
        for start in range(0, len(ids), step):
            known.update(ids[start : start + step])
        return sum(len(set(self.ids[start : start + step]) - known) for start in range(0, len(self.ids), step))
