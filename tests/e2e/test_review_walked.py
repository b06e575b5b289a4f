"""The real window walked through reported messages with the keyboard alone, as the benchmark does with three hundred."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reviewing import MOST_COVERED, MOST_KEYS, reviewed, walk
from console import words
from console.store.read import judged


def test_three_keys_at_most_from_a_revealed_message_to_the_next(tmp_path: Path, qapp: object) -> None:
    """Kept, hidden, removed, passed on, passed over and taken back, on five platforms, covered and revealed."""
    words.use("en")
    with reviewed(tmp_path / "profile", 30) as window:
        waits = len(judged.waiting(window.services.store))
        walked = walk(window, 30)
        assert set(walked.keys) == {"keep", "hide", "delete", "escalate", "skip"}
        assert walked.undone > 0
        assert waits == 30
        assert max(walked.counted) <= MOST_KEYS
        assert max(walked.covered) <= MOST_COVERED
        skipped = sum(item.outcome == "skipped" for item in window.reviewing.page.round.items)
        assert len(judged.waiting(window.services.store)) == skipped + sum(
            item.outcome is None for item in window.reviewing.page.round.items
        )
