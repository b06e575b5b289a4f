"""A Yammer that behaves: communities, threads and people over real HTTP on the loopback.

There is no published schema and no server to run: it answers as Microsoft's documentation and public clients say,
oddities included. Twenty messages a page, threads by activity with two answers each and a count that is wrong now and
then, a thread that is empty by mistake, flags as text, nothing at all where something was removed, and no more than ten
requests in half a minute of each kind.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.loopback import Loopback, Told
from tests.fakes.yammer_export import export_of
from tests.fakes.yammer_world import NETWORK, Group, Json, Said, User, World, moment

PER_PAGE, GROUPS_A_PAGE = 20, 50
LIMIT, WINDOW_S = 10, 30.0
TOKENS = {"Bearer redactie-token": "redactie", "Bearer sanne-token": "sanne"}
MISCOUNTED = 3  # of so many threads one has a wrong count


class Refused(Exception):
    def __init__(self, status: int, body: Any = None) -> None:
        super().__init__(str(status))
        self.status, self.body = status, body


def failed(status: int, message: str, code: int) -> Refused:
    return Refused(status, {"response": {"message": message, "code": code, "stat": "fail"}})


@dataclass
class Asked:
    """One request and what became of it."""

    method: str
    path: str
    params: Mapping[str, str]
    who: str
    status: int = 0


class Yammer(World, Loopback):
    """The network. `with Yammer() as yammer: …` serves it at `yammer.url`.

    clock       the seconds by which it counts requests; without one it counts none
    miscounts   the number of messages of a thread is wrong now and then
    hiccups     of so many pages that should hold something one is empty, 0 for none
    strings     flags and numbers in `meta` come as text
    poll_s      what `requested_poll_interval` says
    """

    retry_after = ""  # Yammer doesn't say

    def __init__(
        self,
        *,
        clock: Callable[[], float] | None = None,
        miscounts: bool = False,
        hiccups: int = 0,
        strings: bool = False,
    ) -> None:
        Loopback.__init__(self)
        World.__init__(self)
        self.clock, self.miscounts, self.hiccups, self.strings = clock, miscounts, hiccups, strings
        self.general_group: Group | None = None
        self.poll_s = 60
        self.who: Callable[[str], str] = lambda authorization: TOKENS.get(authorization, "")
        self.asked: list[Asked] = []
        self.highest: Counter[tuple[str, str]] = Counter()  # requests in one window, by who asked and kind
        self._window: dict[tuple[str, str], deque[float]] = {}
        self.instead: Callable[[Asked], Told | None] = lambda asked: None
        self.spoilt: set[int] = set()
        self.loses = 0  # so many answers to requests that changed something get lost
        self.file_bytes = b"\x89PNG of the fake"
        self.files_at = ""  # another address that files lie at
        self.exported = b""  # instead of what the export would hold
        self._emptied = 0

    def counts_on(self, clock: Callable[[], float]) -> None:
        """Requests count from now on, on this clock."""
        self.clock = clock
        self._window.clear()

    @contextmanager
    def during(self, status: int, body: bytes, kind: str = "application/json", when: str = "") -> Iterator[None]:
        """Every request whose path holds `when` gets this answer while the block lasts."""
        self.instead = lambda asked: (status, kind, body) if when in asked.path else None
        try:
            yield
        finally:
            self.instead = lambda asked: None

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told | None:
        parts = urlsplit(target)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        if method == "POST":
            params |= dict(parse_qsl(content.decode(), keep_blank_values=True))
        path = parts.path.removeprefix("/api/v1/")
        asked = Asked(method, path, params, self.who(authorization))
        self.asked.append(asked)
        told = self.instead(asked) or self._told(asked)
        asked.status = told[0]
        if method != "GET" and told[0] < 300 and self.loses:
            self.loses -= 1
            return None
        return told

    def _told(self, asked: Asked) -> Told:
        try:
            self._count(asked)
            answer = self._answer(asked)
        except Refused as refused:
            body = b"" if refused.body is None else json.dumps(refused.body).encode()
            return refused.status, "application/json; charset=utf-8", body
        if isinstance(answer, tuple):
            return answer
        status = 201 if asked.method == "POST" else 200
        return status, "application/json; charset=utf-8", b"" if answer is None else json.dumps(answer).encode()

    def _count(self, asked: Asked) -> None:
        kind = asked.path.split("/")[0].split(".")[0]
        kind = kind if kind in {"messages", "notifications", "autocomplete"} else "other"
        if self.clock is None:
            return
        now_s, seen = self.clock(), self._window.setdefault((asked.who, kind), deque())
        seen.append(now_s)
        while seen[0] < now_s - WINDOW_S:
            seen.popleft()
        self.highest[asked.who, kind] = max(self.highest[asked.who, kind], len(seen))
        if len(seen) > LIMIT:
            raise failed(429, "Rate limited due to excessive requests.", 33)

    def _answer(self, asked: Asked) -> Any:
        me = self.users.get(asked.who)
        if me is None:
            raise failed(401, "Token not found.", 16)
        for pattern, method, answer in _ROUTES:
            match = re.fullmatch(pattern, asked.path)
            if match and method == asked.method:
                return answer(self, me, asked, *(int(part) for part in match.groups()))
        raise Refused(404)

    # -- who and where ---------------------------------------------------------------------------------------------------

    def current(self, me: User, asked: Asked) -> Json:
        return {**self.user_row(me), "admin": "false", "verified_admin": "true" if me.verified else "false",
                "network_name": "Voorbeeld", "email": f"{me.name}@voorbeeld.example"}  # fmt: skip

    def user_row(self, user: User) -> Json:
        return {"type": user.kind, "id": user.id, "network_id": NETWORK, "full_name": user.full_name, "name": user.name,
                "job_title": "", "state": "active", "web_url": f"https://www.yammer.com/voorbeeld.example/users/{user.id}",
                "activated_at": "2024/01/08 09:00:00 +0000"}  # fmt: skip

    def group_row(self, group: Group) -> Json:
        return {"type": "group", "id": group.id, "full_name": group.name, "name": group.name.lower().replace(" ", ""),
                "privacy": "public" if group.public else "private", "stats": {"members": len(group.members)},
                "web_url": f"https://www.yammer.com/voorbeeld.example/groups/{group.id}"}  # fmt: skip

    def list_groups(self, me: User, asked: Asked) -> list[Json]:
        mine = [one for one in self.groups.values() if one.there and me.name in one.members]
        page = int(asked.params.get("page", 1))
        return [self.group_row(one) for one in mine[(page - 1) * GROUPS_A_PAGE : page * GROUPS_A_PAGE]]

    def sees(self, me: User, one: Said) -> bool:
        if one.direct_to:
            return me.name in one.direct_to
        group = self.groups.get(one.group or 0)
        return group is None or (group.there and (group.public or me.name in group.members))

    # -- messages --------------------------------------------------------------------------------------------------------

    def row(self, one: Said) -> Json:
        if one.id in self.spoilt:
            return {"id": one.id, "thread_id": one.thread, "sender_id": one.sender.id, "group_id": one.group, "body": 7}
        likes = [{"full_name": user.full_name, "permalink": user.name, "user_id": user.id} for user in one.likes]
        text = self.body(one.text)
        return {
            "id": one.id, "sender_id": one.sender.id, "replied_to_id": one.replied_to, "created_at": moment(one.at_s),
            "network_id": NETWORK, "message_type": one.kind, "sender_type": one.sender.kind, "title": one.title,
            "web_url": f"https://www.yammer.com/voorbeeld.example/messages/{one.id}", "group_id": one.group, "body": text,
            "thread_id": one.thread, "system_message": one.system, "direct_message": bool(one.direct_to),
            "attachments": one.attachments, "liked_by": {"count": len(likes), "names": likes[:4]},
            "content_excerpt": text["plain"][:100], "privacy": "public",
        }  # fmt: skip

    def updates(self, thread: int, count: int) -> int:
        """How many messages a thread is said to have, of which there are so many."""
        return max(1, count - 3) if self.miscounts and (thread // 1_001) % MISCOUNTED == 0 else count

    def topic_numbers(self, said: Sequence[Said]) -> list[int]:
        return [number for number, name in enumerate(self.topics, 1) if any(name in one.topics for one in said)]

    def envelope(
        self, me: User, page: Sequence[Said], more: bool, extended: Mapping[int, Sequence[Said]] | None = None
    ) -> Json:
        shown = [*page, *(one for replies in (extended or {}).values() for one in replies)]
        people = {user.id: user for one in shown for user in (one.sender, *self.mentions(one.text))}
        groups = {one.group: self.groups[one.group] for one in shown if one.group in self.groups}
        threads = self.threads({one.thread for one in shown})
        meta: Json = {"older_available": more, "current_user_id": me.id, "requested_poll_interval": self.poll_s,
                      "liked_message_ids": [one.id for one in shown if me in one.likes]}  # fmt: skip
        if self.strings:
            meta |= {"older_available": "true" if more else "false", "requested_poll_interval": str(self.poll_s)}
        told: Json = {
            "messages": [self.row(one) for one in page],
            "references": [
                *(self.user_row(user) for user in people.values()), *(self.group_row(group) for group in groups.values()),
                *({"type": "thread", "id": thread, "thread_starter_id": thread, "topics": [
                    {"type": "topic", "id": number} for number in self.topic_numbers(said)], "stats": {
                    "updates": self.updates(thread, len(said)), "latest_reply_id": said[0].id}}
                  for thread, said in threads.items()),
                *({"type": "topic", "id": number, "name": name, "full_name": name}
                  for number, name in enumerate(self.topics, 1) if any(name in one.topics for one in shown)),
                {"type": "page", "id": 7, "name": "Van een soort die niemand kent"},
            ],
            "meta": meta,
        }  # fmt: skip
        if extended is not None:
            told["threaded_extended"] = {
                str(thread): [self.row(one) for one in extended[thread]] for thread in extended
            }
        return told

    def feed(self, me: User, asked: Asked, found: Sequence[Said]) -> Json:
        """One page of messages, newest first, or of threads by their last activity."""
        limit = min(int(asked.params.get("limit", PER_PAGE)), PER_PAGE)
        older, newer = int(asked.params.get("older_than", 0)), int(asked.params.get("newer_than", 0))
        if found and self._hiccups():
            return self.envelope(me, [], False)
        if asked.params.get("threaded") == "extended":
            talks = self.threads({one.thread for one in found})
            latest = {thread: said[0].id for thread, said in talks.items()}
            threads = sorted((t for t in latest if not older or latest[t] < older), key=lambda t: -latest[t])
            page = [self.said[thread] for thread in threads[:limit]]
            extended = {one.id: [each for each in talks[one.id] if each.id != one.id][:2] for one in page}
            return self.envelope(
                me, page, len(threads) > limit, {t: replies for t, replies in extended.items() if replies}
            )
        rows = sorted(
            (one for one in found if (not older or one.id < older) and one.id > newer), key=lambda one: -one.id
        )
        return self.envelope(me, rows[:limit], len(rows) > limit)

    def _hiccups(self) -> bool:
        if not self.hiccups:
            return False
        self._emptied = (self._emptied + 1) % self.hiccups
        return self._emptied == 0

    def everything(self, me: User, asked: Asked) -> Json:
        return self.feed(me, asked, [one for one in self.said.values() if self.sees(me, one) and not one.direct_to])

    def general(self, me: User, asked: Asked) -> Json:
        where = self.general_group.id if self.general_group else None
        return self.feed(me, asked, [one for one in self.said.values() if one.group == where and not one.direct_to])

    def private(self, me: User, asked: Asked) -> Json:
        return self.feed(me, asked, [one for one in self.said.values() if me.name in one.direct_to])

    def sent(self, me: User, asked: Asked) -> Json:
        return self.feed(me, asked, [one for one in self.said.values() if one.sender is me])

    def in_group(self, me: User, asked: Asked, number: int) -> Json:
        group = self.groups.get(number)
        if group is None or not group.there:
            raise Refused(404)
        if not group.public and me.name not in group.members:
            raise failed(403, "You are not a member of this group.", 0)
        return self.feed(me, asked, [one for one in self.said.values() if one.group == number])

    def thread(self, me: User, asked: Asked, number: int) -> Json:
        found = [one for one in self.in_thread(number) if self.sees(me, one)]
        if not found:
            raise Refused(404)
        return self.feed(me, asked, found)

    def one(self, number: int, me: User) -> Said:
        found = self.said.get(number)
        if found is None or not self.sees(me, found):
            raise Refused(404)
        return found

    def single(self, me: User, asked: Asked, number: int) -> Json:
        found = self.one(number, me)
        return {**self.row(found), "references": [self.user_row(found.sender)]}

    # -- what is done ----------------------------------------------------------------------------------------------------

    def say(self, me: User, asked: Asked) -> Json:
        to = int(asked.params.get("replied_to_id", 0))
        if to not in self.said or not self.sees(me, self.said[to]):
            raise Refused(400, {"base": [f"Cannot reply to deleted message: {to}"]})
        if not asked.params.get("body", "").strip():
            raise Refused(400, {"base": ["Body can't be blank"]})
        made = self.answer(me.name, to, asked.params["body"])
        made.replied_to = made.thread  # the newer client has one level of answers
        return self.envelope(me, [made], False)

    def delete(self, me: User, asked: Asked, number: int) -> None:
        found = self.one(number, me)
        group = self.groups.get(found.group or 0)
        if found.sender is not me and (group is None or me.name not in group.admins):
            raise Refused(404)
        self.drop(number)

    def like(self, me: User, asked: Asked) -> None:
        found = self.one(int(asked.params["message_id"]), me)
        if me not in found.likes:
            found.likes.append(me)

    def unlike(self, me: User, asked: Asked) -> None:
        found = self.one(int(asked.params["message_id"]), me)
        if me in found.likes:
            found.likes.remove(me)

    def export(self, me: User, asked: Asked) -> Told:
        if not me.verified:
            raise failed(403, "You must be a verified administrator.", 0)
        return 200, "application/zip", self.exported or export_of(self, asked.params["since"], asked.params["until"])

    def file(self, me: User, asked: Asked, number: int) -> Told:
        if self.files_at:
            return 302, "text/html", f"{self.files_at}/{number}".encode()
        return 200, "image/png", self.file_bytes


_ROUTES: Sequence[tuple[str, str, Callable[..., Any]]] = (
    (r"users/current\.json", "GET", Yammer.current),
    (r"groups\.json", "GET", Yammer.list_groups),
    (r"messages\.json", "GET", Yammer.everything),
    (r"messages/general\.json", "GET", Yammer.general),
    (r"messages/private\.json", "GET", Yammer.private),
    (r"messages/sent\.json", "GET", Yammer.sent),
    (r"messages/in_group/(\d+)\.json", "GET", Yammer.in_group),
    (r"messages/in_thread/(\d+)\.json", "GET", Yammer.thread),
    (r"messages/(\d+)\.json", "GET", Yammer.single),
    (r"messages\.json", "POST", Yammer.say),
    (r"messages/(\d+)(?:\.json)?", "DELETE", Yammer.delete),
    (r"messages/liked_by/current\.json", "POST", Yammer.like),
    (r"messages/liked_by/current\.json", "DELETE", Yammer.unlike),
    (r"export", "GET", Yammer.export),
    (r"uploaded_files/(\d+)/download", "GET", Yammer.file),
)
