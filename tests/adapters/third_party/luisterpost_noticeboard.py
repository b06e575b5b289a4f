"""The noticeboard in the canteen: an adapter as somebody else would make it, in a package of its own.

The board tells what happened on it as rows, oldest first, each with a number that grows; an edited note comes again. It
keeps a mark of ours with a note and takes a note with the same mark only once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from console.adapters.contract import Config, Field, Tools
from console.adapters.markup import from_plain, plain
from console.adapters.transport import Answer, Bearer, Http, error_for
from console.adapters.typed_address import typed_address
from console.domain.conversation import (
    Change,
    Message,
    MessageGone,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
    text_hash,
)
from console.domain.outbox import Intent, Kind
from console.domain.platform import (
    BadResponse,
    Capabilities,
    CheckLine,
    CheckResult,
    Cursor,
    Found,
    NotFound,
    Page,
    Performed,
    Rejected,
    Sighting,
    Stream,
    capabilities,
)

MAX_BYTES = 4_000
POLL_S = 60.0


class Noticeboard:
    key: ClassVar[str] = "noticeboard"
    title: ClassVar[str] = "Noticeboard"
    tile: ClassVar[str] = "Nb"
    fields: ClassVar[Sequence[Field]] = (Field("token", "Token of the noticeboard", secret=True),)
    default_capabilities: ClassVar[Capabilities] = capabilities(read="api", reply="api", max_bytes=MAX_BYTES)
    certain_mark: ClassVar[bool] = True

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._poll_s = float(config.settings.get("poll_s") or POLL_S)
        self._tools = tools
        self._url = typed_address(config.url).geturl().rstrip("/")
        self._server = config.server or typed_address(config.url).netloc.lower()
        self._http = Http(Bearer(secrets.get("token", "")), timeout_s=tools.timeout_s, allowance=tools.allowance)

    @property
    def settle_s(self) -> float:
        return 30.0 * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        return self.default_capabilities

    async def check(self) -> CheckResult:
        me = await self._send("GET", "me")
        name = plain(str(me.get("name")))
        return CheckResult(
            (CheckLine("signed_in", True, {"name": name}),), self._server, self._key("person", me.get("id")), name
        )

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        return (Space(SpaceKey(self._key("board", 1)), "1", "Noticeboard", self._url),)

    def streams(self) -> Sequence[Stream]:
        return (Stream("feed", self._poll_s),)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        after = int(str((cursor or {}).get("after", 0)))
        told = await self._send("GET", "feed", {"after": after})
        rows = told.get("rows")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadResponse(self._server, code="not_expected", maybe_sent=False)
        numbers = [row["seq"] for row in rows if isinstance(row.get("seq"), int)]
        changes = tuple(change for row in rows for change in self.read(row))
        return Page(changes, {"after": max([after, *numbers])}, more=told.get("more") is True and bool(numbers))

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is not Kind.REPLY:
            raise Rejected(code="not_possible")
        text = intent.text.strip()
        if not text or len(text.encode()) > MAX_BYTES:
            raise Rejected(code="too_long" if text else "empty")
        root, parent = (_number(key) for key in (intent.thread, intent.message or intent.thread))
        note = {"root": root, "parent": parent, "text": text, "mark": intent.id}
        row = await self._send("POST", "notes", body=note)
        changes = self.read(row)
        return Performed(next(str(one.key) for one in changes if isinstance(one, Message)), tuple(changes))

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        if intent.kind is not Kind.REPLY:
            return Found(Sighting.ABSENT)
        try:
            row = await self._send("GET", "notes", {"mark": intent.id})
        except NotFound:
            return Found(Sighting.ABSENT)
        key = self._key("note", row.get("id"))
        return Found(Sighting.SEEN, key) if key not in matched else Found(Sighting.ABSENT)

    async def close(self) -> None:
        await self._http.close()

    # -- reading, without I/O --------------------------------------------------------------------------------------------

    def read(self, row: Mapping[str, Any]) -> list[Change]:
        """What one row of the feed means; what can't be read is kept as it came."""
        space = SpaceKey(self._key("board", 1))
        key = MessageKey(self._key("note", row.get("id")))
        try:
            if row["gone"]:
                return [MessageGone(key, int(row["at_ms"]))]
            root = ThreadKey(self._key("note", row["root"]))
            author = Person(PersonKey(self._key("person", row["by"]["id"])), plain(row["by"]["name"]))
            body = from_plain(row["text"])
            parent = MessageKey(self._key("note", row["parent"])) if row["parent"] else None
            message = Message(
                key,
                space,
                author.key,
                int(row["at_ms"]),
                body.html,
                body.text,
                root,
                parent,
                mark=str(row["mark"] or ""),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            raw = repr(dict(row))[:20_000]
            if not row.get("id"):
                key = MessageKey(self._key("unread", text_hash(raw)))
            at_ms = row["at_ms"] if isinstance(row.get("at_ms"), int) else 0
            root = ThreadKey(self._key("note", row["root"])) if row.get("root") else None
            nobody = PersonKey(self._key("person", ""))
            return [Message(key, space, nobody, at_ms, "", "", root, state=MessageState.UNREADABLE, raw=raw)]
        head = [Thread(root, space, body.text.partition("\n")[0][:80], self._url)] if parent is None else []
        return [author, *head, message]

    def _key(self, kind: str, number: object) -> str:
        return key_of(self.key, self._server, kind, str(number))

    async def _send(
        self,
        method: str,
        route: str,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """One request. Raises PlatformError."""
        answer: Answer = await self._http.request(method, f"{self._url}/{route}", params=params, body=body)
        if answer.status >= 300:
            raise error_for(answer, self._tools.now_ms())
        told = answer.json()
        if not isinstance(told, Mapping):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
        return told


def _number(key: str) -> int:
    last = key.rpartition(":")[2]
    if not last.isdecimal():
        raise NotFound(code="no_thread")
    return int(last)
