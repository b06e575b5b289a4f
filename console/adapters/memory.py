"""The shortest full adapter: it serves a small platform of its own, with any platform's capabilities.

The demo shows six platforms with it, tests break it on purpose, and a newcomer reads it first. Settings:
`world` (the file), `shows` (the platform it plays), `us` (our handle there).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.markup import from_plain, reduce
from console.adapters.memory_shows import SHOWS, TELLS
from console.adapters.memory_world import MemoryWorld
from console.domain.conversation import (
    Attachment,
    Change,
    Message,
    MessageGone,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Report,
    ReportKey,
    ReportState,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)
from console.domain.gallery import Address
from console.domain.outbox import Intent, Kind
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Capabilities,
    CheckLine,
    CheckResult,
    Cursor,
    Forbidden,
    Found,
    NotFound,
    Page,
    Performed,
    RateLimited,
    Rejected,
    Sighting,
    Stream,
    Unreachable,
    Way,
)

PAGE = 100
LISTEN_S, LOOK_S = 25.0, 0.1
_STATES = {
    Kind.APPROVE: "visible", Kind.HOLD: "held", Kind.HIDE: "hidden", Kind.UNHIDE: "visible", Kind.SPAM: "spam",
    Kind.UNSPAM: "visible", Kind.DELETE: "deleted", Kind.RESTORE: "visible",
}  # fmt: skip


class Memory:
    key: ClassVar[str] = "memory"
    title: ClassVar[str] = "Luisterpost"
    tile: ClassVar[str] = "Lp"
    fields: ClassVar[Sequence[Field]] = ()
    address: ClassVar[Address] = Address.NONE
    default_capabilities: ClassVar[Capabilities] = SHOWS["memory"]
    certain_mark: ClassVar[bool] = True

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._shows = config.settings.get("shows", "memory")
        self._us = config.settings.get("us", "us")
        self._server = config.server or "demo"
        self._world = MemoryWorld(config.settings.get("world", ":memory:"))

    @property
    def settle_s(self) -> float:
        return 2.0 * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        return SHOWS[self._shows]

    # --- in

    async def check(self) -> CheckResult:
        self._answering()
        spaces = self._world.spaces(self._shows)
        name = str(self._world.person(self._us)["name"])
        lines = (CheckLine("signed_in", True, {"name": name}), CheckLine("spaces", True, {"count": len(spaces)}))
        return CheckResult(lines, self._server, self._person_key(self._us), name, spaces=tuple(await self.spaces()))

    async def spaces(self) -> Sequence[Space]:
        self._answering()
        return [self._space(facts) for facts in self._world.spaces(self._shows)]

    def streams(self) -> Sequence[Stream]:
        live = self.capabilities().way("live") is Way.API
        return (Stream("feed", every_s=float(self._config.settings.get("poll_s", "5")), live=live),)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        self._answering()
        self._world.advance(self._tools.now_ms())
        after = int(str((cursor or {}).get("seq", 0)))
        rows = self._world.feed(self._shows, after, PAGE)
        changes = [change for row in rows for change in self._changes(row["kind"], row["id"])]
        return Page(tuple(changes), {"seq": rows[-1]["seq"] if rows else after}, more=len(rows) == PAGE)

    async def listen(self, stream: Stream, cursor: Cursor) -> Page:
        """A world in a file tells nobody of news: so it is looked at all the time."""
        page = await self.pull(stream, cursor)
        for _look in range(int(min(LISTEN_S, self._tools.timeout_s) / LOOK_S)):
            if page.changes:
                break
            await asyncio.sleep(LOOK_S)
            page = await self.pull(stream, cursor)
        return page

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        self._answering()
        data = self._world.file(url.removeprefix(self._url("files/")))
        if data is None:
            raise NotFound
        if len(data) > max_bytes:
            raise BadResponse(code="too_big", maybe_sent=False)
        return data

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        self._answering()
        posts = self._world.thread(_name(lacking.thread))
        if not posts:
            raise NotFound
        changes = tuple(change for post in posts[:most] for change in self._seen(post))
        return FetchedThread(changes, whole=len(posts) <= most)

    # --- back

    async def perform(self, intent: Intent) -> Performed:
        self._answering()
        if self.capabilities(intent.space).way(intent.kind.value) is not Way.API:
            raise Forbidden(code="not_here")
        if intent.kind is Kind.REPLY:
            return self._reply(intent)
        if intent.kind is Kind.SETTLE:
            return self._settle(intent)
        post = self._post(intent.message if intent.kind in _STATES or intent.kind is Kind.EDIT else intent.thread)
        match intent.kind:
            case Kind.EDIT:
                self._sendable(intent)
                self._world.edit(post["id"], intent.text, self._tools.now_ms())
            case Kind.LOCK | Kind.UNLOCK:
                self._world.change(post["id"], locked=int(intent.kind is Kind.LOCK))
            case Kind.PIN | Kind.UNPIN:
                self._world.change(post["id"], pinned=int(intent.kind is Kind.PIN))
            case Kind.DELETE:
                self._delete(intent, post)
            case _:
                self._world.change(post["id"], state=_STATES[intent.kind])
        return Performed(self._key("message", post["id"]), tuple(self._seen(post["id"])))

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        self._answering()
        if intent.kind is Kind.SETTLE:
            settled = all(self._world.report(_name(key))["state"] != "pending" for key in self._pending(intent))
            return Found(Sighting.SEEN if settled else Sighting.ABSENT, intent.message or "" if settled else "")
        if intent.kind is not Kind.REPLY:
            column, value = _brings_about(intent)
            post = self._post(intent.thread if column in ("locked", "pinned") else intent.message)
            there = post[column] == value
            return Found(Sighting.SEEN if there else Sighting.ABSENT, self._key("message", post["id"]) if there else "")
        for post_id in self._world.marked(intent.id):
            if self._key("message", post_id) not in matched:
                return Found(Sighting.SEEN, self._key("message", post_id))
        return Found(Sighting.ABSENT)

    async def close(self) -> None:
        self._world.close()

    def _reply(self, intent: Intent) -> Performed:
        self._sendable(intent)
        about = self._post(intent.message or intent.thread)
        opening = self._post(self._key("message", about["root"]))
        if opening["locked"]:
            raise Rejected(code="locked")
        now_ms = self._tools.now_ms()
        name = f"ours-{intent.id}-{len(self._world.marked(intent.id))}"
        self._world.say(name, about["space"], self._us, now_ms, intent.text, answers=about["id"], mark=intent.id)
        self._world.we_replied(about["root"], now_ms)
        return Performed(self._key("message", name), tuple(self._seen(name)))

    def _sendable(self, intent: Intent) -> None:
        """Raises Rejected "empty" or "too_long"."""
        most = self.capabilities(intent.space).max_bytes
        if not intent.text.strip():
            raise Rejected(code="empty")
        if most is not None and len(intent.text.encode("utf-8", "replace")) > most:
            raise Rejected(code="too_long")

    def _delete(self, intent: Intent, post: Any) -> None:
        """Two requests for what was edited: its earlier words can be read as long as only the message is removed."""
        if post["edited_ms"] is not None and "earlier words" not in intent.steps:
            self._world.forget_earlier_words(post["id"])
            self._tools.confirmed(intent.id, "earlier words")
        self._world.change(post["id"], state=_STATES[intent.kind])

    def _settle(self, intent: Intent) -> Performed:
        for key in self._pending(intent):
            self._world.settle_report(_name(key))
        return Performed(intent.message or "")

    def _pending(self, intent: Intent) -> Sequence[ReportKey]:
        return self._tools.pending_reports(intent.message) if intent.message else ()

    def _answering(self) -> None:
        """A world may have a bad day: then it answers as a platform would. Raises PlatformError."""
        match self._world.fault(self._shows):
            case "offline":
                raise Unreachable(maybe_sent=False)
            case "expired":
                raise AuthExpired
            case "limited":
                raise RateLimited(30)
            case _:
                return

    def _post(self, key: str | None) -> Any:
        try:
            post = self._world.post(_name(key or ""))
        except KeyError:
            raise NotFound from None
        if post["state"] == "gone":
            raise NotFound
        return post

    # --- parsing

    def _key(self, kind: str, remote_id: str) -> str:
        return key_of(self._shows, self._server, kind, remote_id)

    def _person_key(self, handle: str) -> PersonKey:
        return PersonKey(self._key("user", handle))

    def _space(self, facts: Mapping[str, Any]) -> Space:
        return Space(SpaceKey(self._key("space", facts["id"])), facts["id"], facts["title"],
                     self._url(facts["id"]), facts["members"] or None,
                     facts["leadership"])  # fmt: skip

    def _changes(self, kind: str, what: str) -> list[Change]:
        match kind:
            case "space":
                return [self._space(facts) for facts in self._world.spaces(self._shows) if facts["id"] == what]
            case "said":
                post, body, state = json.loads(what)
                return self._seen(post, body=body, state=state, edited_ms=None)
            case "edit":
                post, body, at_ms = json.loads(what)
                return self._seen(post, body=body, edited_ms=at_ms)
            case "gone":
                post, at_ms = json.loads(what)
                return [MessageGone(MessageKey(self._key("message", post)), at_ms, True)]
            case "report":
                return [self._report(self._world.report(what))]
            case _:
                return self._seen(what)

    def _seen(self, post_id: str, **now: Any) -> list[Change]:
        """A post with its author and, if it opens one, its thread, as it is now or as `now` says it was."""
        post = dict(self._world.post(post_id))
        author = self._world.person(post["author"])
        body = now.get("body", post["body"])
        reduced = reduce(body) if post["html"] else from_plain(body)
        state = now.get("state", "visible" if post["state"] == "gone" else post["state"])
        url = self._url(f"{post['root']}#{post_id}")
        space = SpaceKey(self._key("space", post["space"]))
        tells = TELLS.get(self._shows, frozenset())
        changes: list[Change] = [
            Person(
                self._person_key(author["handle"]),
                author["name"],
                author["handle"],
                author.get("title", ""),
                author.get("joined_ms"),
                bool(author.get("leadership")),
                mail=author.get("mail", "") if "mail" in tells else "",
                mail_verified="mail" in tells,
                department=author.get("department", "") if "department" in tells else "",
            )
        ]
        if post["root"] == post_id:
            key = ThreadKey(self._key("message", post_id))
            changes.append(Thread(key, space, post["title"], url, bool(post["locked"]), bool(post["pinned"])))
        changes.append(
            Message(
                key=MessageKey(self._key("message", post_id)),
                space=space,
                author=self._person_key(post["author"]),
                posted_at_ms=post["at_ms"],
                html=reduced.html,
                text=reduced.text,
                root=ThreadKey(self._key("message", post["root"])),
                parent=MessageKey(self._key("message", post["parent"])) if post["parent"] else None,
                state=MessageState(state),
                edited_at_ms=now.get("edited_ms", post["edited_ms"]),
                title=post["title"],
                attachments=tuple(self._attachment(*part) for part in json.loads(post["attachments"])),
                reactions=tuple((emoji, count) for emoji, count in json.loads(post["reactions"])),
                url=url,
                mark=post["mark"],
            )
        )
        return changes

    def _attachment(self, name: str, mime: str, size_bytes: int) -> Attachment:
        return Attachment(name, mime, size_bytes, self._url(f"files/{name}") if self._world.has_file(name) else "")

    def _url(self, place: str) -> str:
        return f"https://{self._shows}.waterland.example/{place}"

    def _report(self, facts: Mapping[str, Any]) -> Report:
        return Report(
            ReportKey(self._key("report", facts["id"])), MessageKey(self._key("message", facts["post"])),
            facts["at_ms"], facts["reason"], facts["text"], str(self._world.person(facts["by"])["name"]),
            self._shows, ReportState(facts["state"]),
        )  # fmt: skip


def _name(key: str) -> str:
    """The world's own name for what has this key."""
    return key.split(":", 3)[-1]


def _brings_about(intent: Intent) -> tuple[str, str | int]:
    """What an action changes about a post: the column, and what it holds afterwards."""
    match intent.kind:
        case Kind.EDIT:
            return "body", intent.text
        case Kind.LOCK | Kind.UNLOCK:
            return "locked", int(intent.kind is Kind.LOCK)
        case Kind.PIN | Kind.UNPIN:
            return "pinned", int(intent.kind is Kind.PIN)
        case _:
            return "state", _STATES[intent.kind]
