"""What a benchmark found, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. `beside` says what it was measured against; `met` is None where it was not measured."""

    what: str
    aim: str
    found: str
    beside: str
    met: bool | None


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all stays under; the largest where there are few."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values_ms: Sequence[float]) -> str:
    """Half, 99 of 100 and the worst, in milliseconds."""
    half, most, worst = percentile(values_ms, 0.5), percentile(values_ms, 0.99), max(values_ms)
    return f"p99 {most:.1f} ms (p50 {half:.1f}, worst {worst:.1f}, n {len(values_ms)})"


def table(figures: Sequence[Figure]) -> str:
    """The figures under each other, as Markdown, so that a run can be kept as it is printed."""
    rows = [("what", "aim", "figure", "measured beside", "")]
    rows += [
        (f.what, f.aim, f.found, f.beside, "not measured" if f.met is None else "hit" if f.met else "MISS")
        for f in figures
    ]
    widths = [max(len(row[n]) for row in rows) for n in range(5)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
