"""What the blog serves is what the store holds, comment by comment, whatever happened on the way in."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from console.desk import drafts, triage
from console.store.read import queue, thread
from console.store.write import folding
from tests.servers import proxy
from tests.servers.proxy import to
from tests.servers.test_exactly_once import FAULTS, ROOT, Blog, blog, until

__all__ = ["blog"]
LISTED = to("/wp/v2/comments", "GET")
SHOWN = {"approved": "visible", "hold": "held", "spam": "spam", "trash": "deleted"}


def seed(blog: Blog, comments: int, text: str) -> None:
    """Many comments of the last hour."""
    first = datetime.now(UTC) - timedelta(hours=1)
    blog.server.seed(blog.post, comments, text=text, first_gmt=f"{first:%Y-%m-%d %H:%M:%S}", every_s=2)


def held(blog: Blog) -> dict[int, tuple[str, str]]:
    """Comment number -> state and plain text, as the store has them for this post."""
    rows = blog.store.read(
        "SELECT m.key, m.state, m.text FROM message AS m JOIN thread AS t ON t.id = m.thread_id"
        " WHERE t.key = :thread AND m.key <> t.key",
        {"thread": blog.thread},
    )
    return {int(row["key"].rsplit(":", 1)[1]): (row["state"], row["text"].strip()) for row in rows}


def served(blog: Blog) -> dict[int, tuple[str, str]]:
    """The same, as the blog's own database has them."""
    return {c.id: (SHOWN[c.status], c.content.strip()) for c in blog.server.comments(blog.post)}


def pull(blog: Blog, rounds: int = 1) -> None:
    for _round in range(rounds):
        asyncio.run(blog.collector().once())


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in ("cut during", "500 after", "garbage after")])
def test_a_fault_while_pulling_loses_nothing(blog: Blog, fault: str) -> None:
    seed(blog, 150, "Reactie {n}")
    blog.server.comment("joris", blog.post, "Wacht nog even", held=True)
    struck = blog.line.next(FAULTS[fault], LISTED, times=4)
    pull(blog)
    assert struck.happened >= 1, "the fault was really there"
    blog.line.clear()
    pull(blog, 2)
    assert held(blog) == served(blog)


def test_a_collector_killed_while_pulling_goes_on_where_it_was(blog: Blog) -> None:
    seed(blog, 350, "Stem {n}")
    struck = blog.line.next(proxy.LATE, to("page=2", "GET"), times=1)
    other = blog.line.next(proxy.LATE, to("offset=", "GET"), times=1)
    collecting = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(blog.profile.parent), "--profile", "blog", "sync", "--once"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    asyncio.run(until(lambda: struck.happened + other.happened > 0))
    collecting.kill()
    collecting.wait()
    struck.release()
    other.release()
    blog.line.clear()
    pull(blog, 2)
    assert held(blog) == served(blog)


def test_edits_and_removals_elsewhere_are_seen(blog: Blog) -> None:
    numbers = [blog.server.comment("joris", blog.post, f"Tekst {n}") for n in range(3)]
    pull(blog)
    blog.server.edit(numbers[0], "Andere woorden")
    blog.server.delete(numbers[1])
    blog.server.set_status(numbers[2], "spam")
    pull(blog, 2)
    now = held(blog)
    assert now[numbers[0]] == ("visible", "Andere woorden")
    assert now[numbers[1]][0] == "deleted"
    assert now[numbers[2]][0] == "spam"
    message = next(m for m in thread.messages(blog.store, _row(blog).thread_id) if m.key.endswith(f":{numbers[1]}"))
    assert [version.text.strip() for version in thread.versions(blog.store, message.key)] == ["Tekst 1"]


def _row(blog: Blog) -> queue.QueueRow:
    row = queue.row(blog.store, blog.thread)
    assert row is not None
    return row


def test_with_the_copy_thrown_away_every_decision_and_word_is_where_it_was(blog: Blog) -> None:
    number = blog.server.comment("joris", blog.post, "De eerste versie")
    pull(blog)
    blog.server.edit(number, "De tweede versie")
    pull(blog, 2)
    triage.tag(blog.desk, [blog.thread], ["blog"])
    triage.note(blog.desk, blog.thread, "Bel Joris")
    triage.assign(blog.desk, [blog.thread], "Karin")
    drafts.keep_reply(blog.desk, blog.thread, "Half af", blog.message)
    before = _row(blog)
    blog.store.close()
    for file in blog.profile.glob("cache.db*"):
        file.unlink()
    blog.store.prepare()
    assert queue.row(blog.store, blog.thread) is None, "it is really gone"
    pull(blog, 2)
    folding.catch_up(blog.store)
    after = _row(blog)
    assert (after.tags, after.assignee, after.state, after.messages) == (("blog",), "Karin", "open", before.messages)
    assert after.level == before.level
    assert [note.text for note in thread.notes(blog.store, blog.thread)] == ["Bel Joris"]
    draft = drafts.reply_draft(blog.desk, blog.thread)
    assert draft is not None
    assert draft.text == "Half af"
    key = next(m.key for m in thread.messages(blog.store, after.thread_id) if m.key.endswith(f":{number}"))
    assert [version.text.strip() for version in thread.versions(blog.store, key)] == ["De eerste versie"]
