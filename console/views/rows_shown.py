"""The rows of the list as they are painted: read when they come into sight."""

from __future__ import annotations

from collections.abc import Sequence

from console.store.read import queue
from console.views.services import Services
from console.views.shown import row_shown
from console.widgets.queue_row import RowShown


def rows_shown(services: Services, thread_ids: Sequence[int]) -> list[RowShown]:
    """Of these threads; what is heavy in their titles is covered."""
    now_ms, rows = services.store.now_ms(), queue.rows(services.store, thread_ids)
    covered = services.heavies.titles(row.key for row in rows)
    return [row_shown(row, now_ms, covered.get(row.key, "")) for row in rows]
