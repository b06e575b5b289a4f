"""The demo: a fresh profile whose six connections are all served by the memory adapter from one small world."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.adapters.community import Community, load
from console.adapters.memory_world import MemoryWorld
from console.domain.conversation import key_of
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.write.connections import NewConnection, put

WORLD = "world.db"
SERVER = "waterland.example"
MODERATOR = "Noor van der Meer"
SETTINGS: Mapping[tuple[str, str], Any] = {
    ("you", "name"): MODERATOR,
    ("you", "moderators"): ["Karin Smit", "Yara Willems"],
    ("escalate", "receivers"): [
        {"name": "Ineke Brouwer, HR", "mail": "ineke@waterland.example", "hours": "09:00-17:00"},
        {"name": "Jolanda Post, Zonnehof", "mail": "jolanda@waterland.example"},
        {"name": "Hanneke Blok, preventie", "mail": "hanneke@waterland.example", "hours": "mon-thu 09:00-16:00"},
        {"name": "Mo Achterberg, beveiliging"},
    ],
    ("duty", "people"): [
        {"name": MODERATOR, "hours": "mon-fri 08:30-17:00"},
        {"name": "Karin Smit", "mail": "karin@waterland.example", "hours": "mon-fri 17:00-23:00"},
        {"name": "Yara Willems", "mail": "yara@waterland.example", "hours": "sat, sun 09:00-21:00"},
    ],
}
DAY_MS = 86_400_000


def make(store: Store, texts: Path) -> Community:
    """Fill an empty profile: the world from its texts, and the connections to it. Raises BrokenCommunity."""
    prepare(store.folder)
    community = load(texts)
    names = {person.handle: person.name for person in community.people}
    now_ms = store.now_ms()
    path = store.folder / WORLD
    world = MemoryWorld(str(path))
    for file in sorted((texts / "pictures").iterdir()):
        world.put_file(file.name, file.read_bytes())
    world.fill(community, now_ms)
    world.close()
    for n, shown in enumerate(community.connections):
        settings = {"world": str(path), "shows": shown.platform, "us": shown.account}
        if shown.approximate:
            settings["approximate"] = "yes"
        put(
            store,
            NewConnection(
                key=key_of(shown.platform, SERVER, "connection", shown.account), name=shown.title,
                platform=shown.platform, adapter="memory", url=f"https://{shown.platform}.{SERVER}", user=shown.account,
                server=SERVER, account=key_of(shown.platform, SERVER, "user", shown.account), us=names[shown.account],
                since_ms=now_ms - 400 * DAY_MS, start_line_ms=now_ms - 7 * DAY_MS + n, settings=settings,
            ),
        )  # fmt: skip
    return community


def set_fault(folder: Path, kind: str, platform: str = "*") -> None:
    """Switch a failure of the demo's platforms on ("offline", "expired", "limited") or off ("")."""
    world = MemoryWorld(str(folder / WORLD))
    world.set_fault(platform, kind)
    world.close()


def clear(folder: Path) -> None:
    """Take an earlier demo away, so that it is always today's."""
    if (folder / WORLD).exists():
        shutil.rmtree(folder)
