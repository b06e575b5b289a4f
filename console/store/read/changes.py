"""Which threads changed since the last look, in either file: cheap enough to ask ten times a second."""

from __future__ import annotations

from console.store.connection import Store


def data_versions(store: Store) -> tuple[int, int]:
    """Two numbers, each another one once anybody, we too, wrote to that file; they belong to the reader of now."""
    reader = store.reader
    return (
        int(reader.execute("PRAGMA main.data_version").fetchone()[0]),
        int(reader.execute("PRAGMA ledger.data_version").fetchone()[0]),
    )


class Changes:
    """The reader's place in the rings of both files.

    `other` tells after a poll whether anything at all was written, a connection's health for one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._versions = data_versions(store)
        self._cache_seq, self._ledger_seq = self._ends()
        self.other = False

    def poll(self) -> frozenset[int] | None:
        """Ids of the threads whose rows changed; empty when none; None when too much happened to say."""
        versions = data_versions(self._store)
        self.other = versions != self._versions
        if not self.other:
            return frozenset()
        self._versions = versions
        # Before the rows: what is written while we read is read now and once more, and never passed over.
        cache_seq, ledger_seq = self._ends()
        found = self._store.read(
            "SELECT (SELECT min(seq) FROM changed) AS cache_first, (SELECT min(seq) FROM ledger.changed) AS ledger_first"
        )[0]
        overrun = (
            (found["cache_first"] or 0) > self._cache_seq + 1
            or (found["ledger_first"] or 0) > self._ledger_seq + 1
            or cache_seq < self._cache_seq  # another file stands there, with a ring of its own
            or ledger_seq < self._ledger_seq
        )
        rows = self._store.read(
            "SELECT thread_id FROM changed WHERE seq > :cache UNION"
            " SELECT t.id FROM ledger.changed AS c JOIN thread AS t ON t.key = c.thread WHERE c.seq > :ledger",
            {"cache": self._cache_seq, "ledger": self._ledger_seq},
        )
        self._cache_seq, self._ledger_seq = cache_seq, ledger_seq
        return None if overrun else frozenset(row["thread_id"] for row in rows)

    def _ends(self) -> tuple[int, int]:
        row = self._store.read(
            "SELECT coalesce((SELECT max(seq) FROM changed), 0) AS cache,"
            " coalesce((SELECT max(seq) FROM ledger.changed), 0) AS ledger"
        )[0]
        return int(row["cache"]), int(row["ledger"])
