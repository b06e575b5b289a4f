"""A decision as the history tells it: what it was, and what became of it since."""

from __future__ import annotations

from console.sentences.shown import what_happened
from console.store.read.thread import HistoryRow
from console.words import _


def decision_said(row: HistoryRow) -> str:
    said = what_happened(row.event)
    if row.undone:
        return _("{what} (taken back)").format(what=said)
    if row.superseded:
        return _("{what} (waited for its maker, and is superseded by a newer verdict)").format(what=said)
    return said
