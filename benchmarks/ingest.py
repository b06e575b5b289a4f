"""A collector process at full speed, for benchmarks that decide meanwhile: `python -m benchmarks.ingest FOLDER`.

It applies pages as the collector's engine does (at most 100 changes in one transaction, 2 ms between them), folds
decisions as the collector does, says "ready" after its first page and ends when its stdin closes.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from benchmarks.big_store import now_ms, opened
from benchmarks.community import Community
from console.domain.platform import Page
from console.store.write import folding, pages
from console.sync.engine import PAUSE_S

ENDLESS = 50_000_000
SEED = 11  # other conversations than those of the big store, with names of their own


def main(folder: Path) -> None:
    stop = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    store = opened(folder)
    told = 0
    for number, (connection, changes, count) in enumerate(Community(ENDLESS, now_ms(), SEED, "new").pages()):
        if stop.wait(PAUSE_S):
            break
        pages.apply(store, connection, "feed", Page(changes, {"page": number}))
        folding.fold_new(store)
        told += count
        if number == 0:
            print("ready", flush=True)
    print(told, flush=True)
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
