"""The platform behind the memory adapter: a small community of its own, kept in one file.

It has what real platforms have: people, threads, edits, removals, reports, a feed of changes, rights, and days on
which it doesn't answer. Every process that opens the file sees the same community.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from console.adapters.community import Arrival, Community, MessageText

_TABLES = """
CREATE TABLE IF NOT EXISTS fault (platform TEXT PRIMARY KEY, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person (handle TEXT PRIMARY KEY, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS space (id TEXT PRIMARY KEY, platform TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS post (
    id TEXT PRIMARY KEY, platform TEXT NOT NULL, space TEXT NOT NULL, root TEXT NOT NULL, parent TEXT NOT NULL,
    author TEXT NOT NULL, at_ms INTEGER NOT NULL, edited_ms INTEGER, title TEXT NOT NULL, body TEXT NOT NULL,
    html INTEGER NOT NULL, state TEXT NOT NULL, locked INTEGER NOT NULL DEFAULT 0, pinned INTEGER NOT NULL DEFAULT 0,
    attachments TEXT NOT NULL, reactions TEXT NOT NULL, mark TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS report (id TEXT PRIMARY KEY, platform TEXT NOT NULL, post TEXT NOT NULL, facts TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS feed (seq INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS arrival (id INTEGER PRIMARY KEY, due_ms INTEGER NOT NULL, facts TEXT NOT NULL,
    waits_for TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, bytes BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS feed_platform ON feed(platform, seq);
CREATE INDEX IF NOT EXISTS post_root ON post(root);
CREATE INDEX IF NOT EXISTS post_mark ON post(mark) WHERE mark <> '';
"""


class MemoryWorld:
    """One community. `path` ":memory:" makes one that ends with the process."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        if path != ":memory:":
            self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    # --- making it

    def fill(self, community: Community, now_ms: int) -> None:
        """Bring a written community to life, its ages counted back from now."""
        with self.together():
            for person in community.people:
                joined = None if person.joined_ago_ms is None else now_ms - person.joined_ago_ms
                self.put_person(person.handle, person.name, person.title, joined, person.leadership,
                                department=person.department, mail=person.mail)  # fmt: skip
            posts: list[tuple[int, MessageText, str, str, str, str, bool, bool]] = []
            for space in community.spaces:
                space_id = f"{space.platform}/{space.slug}"
                self.put_space(space_id, space.platform, space.title, space.members, space.leadership)
                for thread in space.threads:
                    root = thread.messages[0].name
                    posts += [
                        (
                            now_ms - m.ago_ms,
                            m,
                            space_id,
                            space.platform,
                            root,
                            thread.title,
                            thread.locked,
                            thread.pinned,
                        )
                        for m in thread.messages
                    ]
            for at_ms, message, space_id, platform, root, title, locked, pinned in sorted(posts, key=lambda p: p[0]):
                opening = message.name == root
                self._written(message, at_ms, space_id, platform, root, title if opening else "", now_ms)
                if opening:
                    self._db.execute("UPDATE post SET locked = ?, pinned = ? WHERE id = ?", (locked, pinned, root))
            for n, arrival in enumerate(community.arrivals):
                self._plan(n, arrival, now_ms)

    def _written(
        self, message: MessageText, at_ms: int, space: str, platform: str, root: str, title: str, now_ms: int
    ) -> None:
        first = message.before or message.body
        self._insert(message.name, platform, space, root, message.answers, message.by, at_ms, first, message.html,
                     title=title, state=message.state, attachments=message.attachments,
                     reactions=message.reactions)  # fmt: skip
        for n, report in enumerate(message.reports):
            self.put_report(f"{message.name}/r{n}", message.name, report.by, now_ms - report.ago_ms, report.reason,
                            report.text, state=report.state)  # fmt: skip
        if message.edited_ago_ms is not None:
            self._log(platform, "edit", json.dumps([message.name, message.body, now_ms - message.edited_ago_ms]))
        if message.deleted_ago_ms is not None:
            self._log(platform, "gone", json.dumps([message.name, now_ms - message.deleted_ago_ms]))
            self._db.execute("UPDATE post SET state = 'gone' WHERE id = ?", (message.name,))

    def _plan(self, n: int, arrival: Arrival, now_ms: int) -> None:
        root = self._root(arrival.answers) if arrival.to_us else ""
        facts = {"what": arrival.what, "by": arrival.by, "answers": arrival.answers, "text": arrival.text,
                 "title": arrival.title, "held": arrival.held, "after_ms": arrival.after_ms}  # fmt: skip
        self._db.execute(
            "INSERT INTO arrival(id, due_ms, facts, waits_for) VALUES (?, ?, ?, ?)",
            (n, now_ms + arrival.after_ms, json.dumps(facts), root),
        )

    # --- what colleagues do

    def put_person(self, handle: str, name: str, title: str = "", joined_ms: int | None = None,
                   leadership: bool = False, *, department: str = "", mail: str = "") -> None:  # fmt: skip
        facts = {"handle": handle, "name": name, "title": title, "joined_ms": joined_ms, "leadership": leadership,
                 "department": department, "mail": mail}  # fmt: skip
        self._db.execute("INSERT OR REPLACE INTO person VALUES (?, ?)", (handle, json.dumps(facts)))

    def put_space(self, space: str, platform: str, title: str, members: int = 0, leadership: bool = False) -> None:
        facts = {"id": space, "title": title, "members": members, "leadership": leadership}
        self._db.execute("INSERT OR REPLACE INTO space VALUES (?, ?, ?)", (space, platform, json.dumps(facts)))
        self._log(platform, "space", space)

    def put_file(self, name: str, data: bytes) -> None:
        """A file that messages can name; also a world's own pictures."""
        self._db.execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (name, data))

    def say(self, name: str, space: str, by: str, at_ms: int, body: str, *, answers: str = "", title: str = "",
            state: str = "visible", html: bool = False, mark: str = "", root: str = "",
            attachments: Sequence[tuple[str, str, int]] = ()) -> str:  # fmt: skip
        """Somebody says something; without `answers` it opens a thread. Returns the message's id."""
        platform = self._db.execute("SELECT platform FROM space WHERE id = ?", (space,)).fetchone()["platform"]
        with self.together():
            self._insert(name, platform, space, root or (self._root(answers) if answers else name), answers, by, at_ms,
                         body, html, title=title, state=state, mark=mark, attachments=attachments)  # fmt: skip
        return name

    def edit(self, post: str, body: str, at_ms: int) -> None:
        with self.together():
            self._db.execute("UPDATE post SET body = ?, edited_ms = ? WHERE id = ?", (body, at_ms, post))
            self._log_post(post)

    def remove(self, post: str, at_ms: int) -> None:
        with self.together():
            self._db.execute("UPDATE post SET state = 'gone' WHERE id = ?", (post,))
            self._log(self.post(post)["platform"], "gone", json.dumps([post, at_ms]))

    def change(self, post: str, **columns: Any) -> None:
        """Set state, locked, pinned or reactions of a post."""
        with self.together():
            for name, value in columns.items():
                self._db.execute(f"UPDATE post SET {name} = ? WHERE id = ?", (value, post))
            self._log_post(post)

    def put_report(self, report: str, post: str, by: str, at_ms: int, reason: str, text: str = "", *,
                   state: str = "pending") -> None:  # fmt: skip
        platform = self.post(post)["platform"]
        facts = {"id": report, "post": post, "by": by, "at_ms": at_ms, "reason": reason, "text": text,
                 "state": state}  # fmt: skip
        self._db.execute(
            "INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?)", (report, platform, post, json.dumps(facts))
        )
        self._log(platform, "report", report)

    def settle_report(self, report: str) -> None:
        """Somebody looked at a report and let the message stand."""
        facts = self.report(report) | {"state": "dismissed"}
        with self.together():
            self._db.execute("UPDATE report SET facts = ? WHERE id = ?", (json.dumps(facts), report))
            self._log(self.post(facts["post"])["platform"], "report", report)

    def forget_earlier_words(self, post: str) -> None:
        """The feed no longer holds what a post said before it was edited."""
        with self.together():
            self._db.execute(
                "UPDATE feed SET id = json_set(id, '$[1]', '') WHERE kind IN ('said', 'edit')"
                " AND json_extract(id, '$[0]') = ?",
                (post,),
            )

    def advance(self, now_ms: int) -> None:
        """Let happen what was to happen by now."""
        with self.together():
            due = self._db.execute(
                "SELECT id, facts FROM arrival WHERE waits_for = '' AND due_ms <= ? ORDER BY due_ms, id", (now_ms,)
            ).fetchall()
            for row in due:
                self._db.execute("DELETE FROM arrival WHERE id = ?", (row["id"],))
                self._happen(f"arrival-{row['id']}", json.loads(row["facts"]), now_ms)

    def we_replied(self, root: str, now_ms: int) -> None:
        """A reply of ours: the next colleague who was waiting for one in this thread answers after their delay."""
        row = self._db.execute(
            "SELECT id, facts FROM arrival WHERE waits_for = ? ORDER BY id LIMIT 1", (root,)
        ).fetchone()
        if row is not None:
            due_ms = now_ms + json.loads(row["facts"])["after_ms"]
            self._db.execute("UPDATE arrival SET waits_for = '', due_ms = ? WHERE id = ?", (due_ms, row["id"]))

    def _happen(self, name: str, facts: dict[str, Any], now_ms: int) -> None:
        about = facts["answers"]
        match facts["what"]:
            case "start":
                platform = self._db.execute("SELECT platform FROM space WHERE id = ?", (about,)).fetchone()["platform"]
                self._insert(name, platform, about, name, "", facts["by"], now_ms, facts["text"], False,
                             title=facts["title"])  # fmt: skip
            case "report":
                self.put_report(name, about, facts["by"], now_ms, facts["title"], facts["text"])
            case "edit":
                self._db.execute("UPDATE post SET body = ?, edited_ms = ? WHERE id = ?", (facts["text"], now_ms, about))
                self._log_post(about)
            case "remove":
                self._db.execute("UPDATE post SET state = 'gone' WHERE id = ?", (about,))
                self._log(self.post(about)["platform"], "gone", json.dumps([about, now_ms]))
            case "like":
                reactions = dict(json.loads(self.post(about)["reactions"]))
                reactions[facts["text"]] = reactions.get(facts["text"], 0) + 1
                self._db.execute(
                    "UPDATE post SET reactions = ? WHERE id = ?", (json.dumps(list(reactions.items())), about)
                )
                self._log_post(about)
            case _:
                post = self.post(about)
                self._insert(name, post["platform"], post["space"], post["root"], about, facts["by"], now_ms,
                             facts["text"], False, state="held" if facts["held"] else "visible")  # fmt: skip

    # --- what an adapter asks

    def fault(self, platform: str) -> str:
        """What is wrong with a platform now: "", offline, expired or limited; "*" stands for all of them."""
        row = self._db.execute(
            "SELECT kind FROM fault WHERE platform IN (?, '*') ORDER BY platform DESC LIMIT 1", (platform,)
        ).fetchone()
        return "" if row is None else str(row["kind"])

    def set_fault(self, platform: str, kind: str) -> None:
        with self.together():
            self._db.execute("DELETE FROM fault WHERE platform = ?", (platform,))
            if kind:
                self._db.execute("INSERT INTO fault VALUES (?, ?)", (platform, kind))

    def spaces(self, platform: str) -> list[dict[str, Any]]:
        found = self._db.execute("SELECT facts FROM space WHERE platform = ? ORDER BY id", (platform,))
        return [json.loads(row["facts"]) for row in found]

    def person(self, handle: str) -> dict[str, Any]:
        row = self._db.execute("SELECT facts FROM person WHERE handle = ?", (handle,)).fetchone()
        facts: dict[str, Any] = json.loads(row["facts"]) if row else {"handle": handle, "name": handle}
        return facts

    def post(self, post: str) -> sqlite3.Row:
        """One post, also a removed one (state "gone"). Raises KeyError."""
        row = self._db.execute("SELECT * FROM post WHERE id = ?", (post,)).fetchone()
        if row is None:
            raise KeyError(post)
        return row  # type: ignore[no-any-return]  # sqlite3 types it as Any

    def thread(self, root: str) -> list[str]:
        """The posts of one thread that are still there, oldest first."""
        found = self._db.execute("SELECT id FROM post WHERE root = ? AND state <> 'gone' ORDER BY at_ms, id", (root,))
        return [str(row["id"]) for row in found]

    def has_file(self, name: str) -> bool:
        return self._db.execute("SELECT 1 FROM file WHERE name = ?", (name,)).fetchone() is not None

    def file(self, name: str) -> bytes | None:
        row = self._db.execute("SELECT bytes FROM file WHERE name = ?", (name,)).fetchone()
        return None if row is None else bytes(row["bytes"])

    def report(self, report: str) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(
            self._db.execute("SELECT facts FROM report WHERE id = ?", (report,)).fetchone()["facts"]
        )
        return facts

    def feed(self, platform: str, after: int, limit: int) -> list[sqlite3.Row]:
        return self._db.execute(
            "SELECT * FROM feed WHERE platform = ? AND seq > ? ORDER BY seq LIMIT ?", (platform, after, limit)
        ).fetchall()

    def marked(self, mark: str) -> list[str]:
        return [row["id"] for row in self._db.execute("SELECT id FROM post WHERE mark = ? ORDER BY id", (mark,))]

    def posts(self, platform: str, *, removed: bool = False) -> Sequence[sqlite3.Row]:
        """Its posts, oldest first; with `removed` also those taken away (state "gone")."""
        return self._db.execute(
            "SELECT * FROM post WHERE platform = ? AND (state <> 'gone' OR ?) ORDER BY at_ms, id", (platform, removed)
        ).fetchall()

    # --- inside

    def _insert(self, post: str, platform: str, space: str, root: str, parent: str, by: str, at_ms: int, body: str,
                html: bool, *, title: str = "", state: str = "visible", mark: str = "",
                attachments: Sequence[tuple[str, str, int]] = (), reactions: Sequence[tuple[str, int]] = (),
                ) -> None:  # fmt: skip
        self._db.execute(
            "INSERT INTO post(id, platform, space, root, parent, author, at_ms, title, body, html, state, attachments,"
            " reactions, mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                post,
                platform,
                space,
                root,
                parent,
                by,
                at_ms,
                title,
                body,
                int(html),
                state,
                json.dumps(list(attachments)),
                json.dumps(list(reactions)),
                mark,
            ),
        )
        facts = json.dumps([post, body, state])
        self._log(platform, "said", facts)

    def _root(self, post: str) -> str:
        return str(self.post(post)["root"])

    def _log_post(self, post: str) -> None:
        self._log(self.post(post)["platform"], "post", post)

    def _log(self, platform: str, kind: str, what: str) -> None:
        self._db.execute("INSERT INTO feed(platform, kind, id) VALUES (?, ?, ?)", (platform, kind, what))

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that happens in this block happens at once, or not at all."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
