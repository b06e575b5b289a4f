"""Looking after the two files: is everything as it should be, and what to do when it isn't."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.domain.triage import chain, payload_hash
from console.store.connection import Store
from console.store.errors import StoreDamaged, translated
from console.store.opening import DRIVER, opened
from console.store.read import notices, pictures
from console.store.rows import event_of
from console.store.write.clock import CHAIN_ENDS


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `name` and `detail` are facts, the caller makes the sentence."""

    name: str
    ok: bool
    detail: str = ""


def checks(store: Store) -> Iterator[Check]:
    """Look at both files: sound, chained, folded; and how much each holds."""
    for path in (store.cache_path, store.ledger_path):
        found = _sound(path)
        yield Check(f"{path.stem}_sound", found == "ok", found if found != "ok" else f"{_size(path):,} bytes")
    broken = broken_chains(store)
    events = store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"]
    yield Check("chain", not broken, ", ".join(broken) if broken else f"{events:,} events")
    emptied = emptied_events(store)
    if emptied:
        yield Check("emptied", False, ", ".join(emptied))
    yield _pictures(store)
    orphans = store.read(
        "SELECT count(DISTINCT thread) AS n FROM ledger.event WHERE thread NOT IN (SELECT key FROM thread)"
        " AND thread NOT IN (SELECT key FROM alias) AND thread <> ''"
    )[0]["n"]
    yield Check("orphans", True, str(orphans))
    yield Check("notices", True, str(notices.count(store)))
    yield Check("encryption", True, "sqlcipher" if "sqlcipher" in DRIVER.__name__ else "none")


def _pictures(store: Store) -> Check:
    """A damaged file of pictures is no trouble: the next picture begins another."""
    try:
        count, size_bytes = pictures.held(store)
    except StoreDamaged as broken:
        return Check("pictures", True, broken.detail)
    return Check("pictures", True, f"{count:,}, {size_bytes:,} bytes")


def broken_chains(store: Store) -> list[str]:
    """Keys of events that aren't as they were written, and the numbers of those that are missing: "#12", "#3–7"."""
    broken: list[str] = []
    last: dict[str, tuple[int, str]] = {}
    for row in store.read("SELECT * FROM ledger.event ORDER BY origin, origin_seq"):
        event = event_of(row)
        seq, previous = last.get(event.origin, (0, ""))
        changed = bool(event.payload) and payload_hash(event.payload) != event.payload_hash
        if event.origin_seq > seq + 1:  # what came before it is gone, so its link can't be followed
            broken.append(f"#{seq + 1}" if event.origin_seq == seq + 2 else f"#{seq + 1}–{event.origin_seq - 1}")
        else:
            changed = changed or chain(previous, event) != event.chain
        if changed:
            broken.append(event.key)
        last[event.origin] = (event.origin_seq, event.chain)
    kept = {row["name"]: row["value"] for row in store.read("SELECT name, value FROM ledger.profile")}
    seq, _space, ends = kept.get(CHAIN_ENDS, "").partition(" ")
    found_seq, found_ends = last.get(kept.get("origin", ""), (0, ""))
    if seq and (int(seq) > found_seq or (int(seq) == found_seq and ends != found_ends)):
        broken.append(f"#{seq}")
    return broken


def emptied_events(store: Store) -> list[str]:
    """Keys of events whose words were taken out. The chain holds without them, but nothing of ours takes them out yet."""
    rows = store.read("SELECT key FROM ledger.event WHERE payload = '{}' AND payload_hash <> :none ORDER BY hlc",
                      {"none": payload_hash({})})  # fmt: skip
    return [str(row["key"]) for row in rows]


def set_damaged_cache_aside(store: Store) -> Path | None:
    """If the cache can't be read, keep it under another name so that it is pulled again; where it went, or None.

    For who holds the collector's lock. The ledger is never touched.
    """
    path = store.cache_path
    if not path.exists() or not is_damaged(path, whole=True):
        return None
    aside = path.with_suffix(f".damaged-{store.now_ms()}.db")
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def is_damaged(path: Path, *, whole: bool = False) -> bool:
    """Whether a file can't be read: by its first page, which takes no time, or by all of it."""
    try:
        if whole:
            return _sound(path) != "ok"
        with translated(path), closing(opened(path)) as file:
            file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except StoreDamaged:
        return True
    return False


def _sound(path: Path) -> str:
    with translated(path), closing(opened(path)) as file:
        return str(file.execute("PRAGMA quick_check(1)").fetchone()[0])


def _size(path: Path) -> int:
    return path.stat().st_size
