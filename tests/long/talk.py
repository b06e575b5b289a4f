"""A platform where very much is said, made up from a seed."""

from __future__ import annotations

import random

from benchmarks import words
from console.adapters.memory_world import MemoryWorld
from tests.houses import DAY_MS

PEOPLE = 400


def people(world: MemoryWorld, now_ms: int) -> None:
    for n in range(PEOPLE):
        name = f"{words.FIRST_NAMES[n % len(words.FIRST_NAMES)]} {words.LAST_NAMES[n % len(words.LAST_NAMES)]}"
        world.put_person(f"p{n}", name, joined_ms=now_ms - 900 * DAY_MS)


def say(world: MemoryWorld, begin: int, end: int, now_ms: int, seed: int = 4) -> None:
    """Messages number `begin` up to `end`, a fifth of them opening a thread, told in the order they were posted."""
    draw = random.Random(seed * 1_000_003 + begin)
    pool = [*words.COMMON, *words.HEADS]
    roots: list[str] = []
    with world.together():
        for n in range(begin, end):
            opens = not roots or draw.random() < 0.2
            text = " ".join(draw.choices(pool, k=draw.randint(5, 60))).capitalize()
            text += "?" if draw.random() < 0.3 else "."
            answers = "" if opens else roots[-1 - min(int(draw.expovariate(1 / 12)), len(roots) - 1)]
            world.say(f"m{n}", "plein", f"p{draw.randrange(PEOPLE)}", now_ms - 20 * DAY_MS + n * 10, text,
                      answers=answers, title=text[:40] if opens else "")  # fmt: skip
            if opens:
                roots.append(f"m{n}")
