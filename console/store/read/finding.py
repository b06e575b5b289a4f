"""Threads in which words were said, newest first: what a list shows while somebody types.

The index's row ids are moments, so the newest come without sorting, and whoever wants two hundred reads no more.
"""

from __future__ import annotations

import json
import sys
from itertools import islice

from console.domain.query import Phrase, Query, Word
from console.store.connection import Store
from console.store.errors import translated
from console.store.read.order import Order
from console.store.read.queue import View, order, where_of
from console.store.read.search_terms import match_of

LOOKED_AT_ONCE = 250
MOST = 5_000


def has_words(view: View) -> bool:
    """Whether a view asks for words, so that `newest` finds it faster than `queue.order` does."""
    return view.query is not None and any(
        isinstance(term, Word | Phrase) and match_of(term) for term in view.query.terms
    )


def has_more(view: View, held: Order) -> bool:
    """Whether a search may match more than the newest, which are held."""
    return has_words(view) and not view.everything and len(held.ids) >= MOST


def newest(store: Store, view: View, limit: int = -1, patience: int = 100_000) -> Order:
    """At most so many threads, those with the newest message that holds all the words first.

    Without words: the view in its own order, all of it where `limit` is -1. With words 5,000 are enough to look through.

    patience  how many threads with the words are looked at for the other terms of the query
    """
    if not has_words(view) or view.query is None:
        return order(store, view, limit)
    if view.everything:
        limit = patience = sys.maxsize
    most = MOST if limit < 0 else limit
    words = [term for term in view.query.terms if isinstance(term, Word | Phrase)]
    rest = tuple(term for term in view.query.terms if not isinstance(term, Word | Phrase))
    where, values = where_of(
        store, View(view.name, view.connection, view.space, Query(rest) if rest else None, view.moderator)
    )
    match = " AND ".join(f"({expression})" for word in words if (expression := match_of(word)) is not None)
    found: list[int] = []
    with translated(store.cache_path):
        said = store.reader.execute(
            "SELECT m.thread_id FROM (SELECT rowid AS found FROM message_index WHERE message_index MATCH :match"
            " ORDER BY rowid DESC) AS x JOIN message AS m ON m.search_id = x.found",
            {"match": match},
        )
        try:
            seen: dict[int, None] = {}
            while len(found) < most and len(seen) < patience:
                fresh: dict[int, None] = {}
                for (thread_id,) in said:
                    if thread_id not in seen:
                        seen[thread_id] = fresh[thread_id] = None
                        if len(fresh) >= min(LOOKED_AT_ONCE, most):
                            break
                if not fresh:
                    break
                rows = store.read(
                    f"SELECT id FROM thread_shown WHERE id IN (SELECT value FROM json_each(:listed)) AND {where}",
                    values | {"listed": json.dumps(list(fresh))},
                )
                held = {row["id"] for row in rows}
                found += islice((thread_id for thread_id in fresh if thread_id in held), most - len(found))
        finally:
            said.close()
    return Order.flat(found)
