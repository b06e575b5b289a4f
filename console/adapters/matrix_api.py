"""The client-server API of one homeserver: its addresses, its questions, and its errors in our family.

Codes of its own: "room_moved", "not_in_room", "signed_out", "soft_logout", "suspended", "too_long", "no_token".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from console.adapters.markup import plain
from console.adapters.matrix_reading import Event, events_in, id_of, text_in
from console.adapters.transport import (
    MAX_RETRY_AFTER_S,
    MIN_RETRY_AFTER_S,
    Answer,
    Http,
    error_for,
)
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
)

C3, C1, ADMIN = "/_matrix/client/v3", "/_matrix/client/v1", "/_synapse/admin/v1"
PER_PAGE = 100
MAX_CHILDREN = 1000  # reactions or edits of one message that are looked at
_KINDS: Mapping[str, tuple[type[AuthExpired | Forbidden | NotFound | Rejected], str]] = {
    "M_MISSING_TOKEN": (AuthExpired, "no_token"),
    "M_UNKNOWN_TOKEN": (AuthExpired, "signed_out"),
    "M_FORBIDDEN": (Forbidden, "M_FORBIDDEN"),
    "M_USER_SUSPENDED": (Forbidden, "suspended"),
    "M_USER_LOCKED": (Forbidden, "suspended"),
    "M_USER_DEACTIVATED": (AuthExpired, "signed_out"),
    "M_RESOURCE_LIMIT_EXCEEDED": (Forbidden, "M_RESOURCE_LIMIT_EXCEEDED"),
    "M_NOT_FOUND": (NotFound, "M_NOT_FOUND"),
    "M_UNRECOGNIZED": (NotFound, "M_UNRECOGNIZED"),
    "M_BAD_JSON": (Rejected, "M_BAD_JSON"),
    "M_NOT_JSON": (Rejected, "M_NOT_JSON"),
    "M_INVALID_PARAM": (Rejected, "M_INVALID_PARAM"),
    "M_UNKNOWN": (Rejected, "M_UNKNOWN"),
    "M_DUPLICATE_ANNOTATION": (Rejected, "M_DUPLICATE_ANNOTATION"),
    "M_TOO_LARGE": (Rejected, "too_long"),
}


def part(value: str) -> str:
    """A room, event or user id as one part of an address."""
    return quote(value, safe="")


class Api:
    """`base` is the address of the homeserver: `https://matrix.intra.test`."""

    def __init__(self, http: Http, base: str, now_ms: Callable[[], int]) -> None:
        self._http = http
        self._base = base.rstrip("/")
        self.now_ms = now_ms

    async def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """One question and its answer, a mapping. Raises PlatformError."""
        answer = await self._http.request(method, self._base + path, params=params, body=body, follow=method == "GET")
        if answer.status >= 300:
            raise matrix_error(answer, self.now_ms())
        told = answer.json()
        if not isinstance(told, Mapping):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
        return told

    async def sync(self, filter: str, since: str, timeout_ms: int) -> Mapping[str, Any]:
        """Everything since a token ("" for the beginning). Raises PlatformError; BadResponse without a token in it."""
        params: dict[str, str | int] = {"filter": filter, "timeout": timeout_ms}
        told = await self.ask("GET", f"{C3}/sync", {**params, "since": since} if since else params)
        if not text_in(told, "next_batch"):
            raise BadResponse(code="not_expected", maybe_sent=False)
        return told

    async def messages(
        self, room: str, begin: str, end: str, filter: str, *, forwards: bool = False
    ) -> Mapping[str, Any]:
        """A page of a room's history from a token on ("" for the newest), newest first unless `forwards`."""
        params: dict[str, str | int] = {"dir": "f" if forwards else "b", "limit": PER_PAGE, "filter": filter}
        told = await self.ask(
            "GET",
            f"{C3}/rooms/{part(room)}/messages",
            params | ({"from": begin} if begin else {}) | ({"to": end} if end else {}),
        )
        if not isinstance(told.get("chunk"), list):
            raise BadResponse(code="not_expected", maybe_sent=False)
        return told

    async def event(self, room: str, event: str) -> Event:
        """One event as it is now. Raises PlatformError, NotFound when we can't see it."""
        told = await self.ask("GET", f"{C3}/rooms/{part(room)}/event/{part(event)}")
        if id_of(told) != event:
            raise BadResponse(code="not_expected", maybe_sent=False)
        return told

    async def children(self, room: str, event: str, relation: str) -> list[Event]:
        """The events that relate to another in this way ("m.annotation", "m.replace"); none when it is gone."""
        path = f"{C1}/rooms/{part(room)}/relations/{part(event)}/{relation}"
        found: list[Event] = []
        params: dict[str, str | int] = {"limit": PER_PAGE}
        while len(found) < MAX_CHILDREN:
            try:
                told = await self.ask("GET", path, params)
            except NotFound:
                return found
            found += events_in(told, "chunk")
            if not text_in(told, "next_batch"):
                break
            params["from"] = text_in(told, "next_batch")
        return found

    async def state(self, room: str, kind: str, key: str = "") -> Mapping[str, Any]:
        """The content of one piece of a room's state. Raises PlatformError, NotFound when it has none."""
        return await self.ask("GET", f"{C3}/rooms/{part(room)}/state/{kind}/{part(key)}")

    async def send(self, room: str, kind: str, content: Mapping[str, Any], txn: str) -> str:
        """Say something; the same `txn` says it once. Returns the event's id. Raises PlatformError."""
        return self._made(await self.ask("PUT", f"{C3}/rooms/{part(room)}/send/{part(kind)}/{part(txn)}", body=content))

    async def redact(self, room: str, event: str, reason: str, txn: str) -> str:
        """Take an event's words away. Raises PlatformError."""
        body = {"reason": reason} if reason else {}
        path = f"{C3}/rooms/{part(room)}/redact/{part(event)}/{part(txn)}"
        return self._made(await self.ask("PUT", path, body=body))

    async def set_state(self, room: str, kind: str, content: Mapping[str, Any]) -> None:
        await self.ask("PUT", f"{C3}/rooms/{part(room)}/state/{kind}/", body=content)

    def _made(self, told: Mapping[str, Any]) -> str:
        if not id_of(told):
            raise BadResponse(code="not_expected", maybe_sent=True)
        return id_of(told)

    async def download(self, url: str, max_bytes: int) -> bytes:
        """A file that somebody laid in, by its mxc:// address. Raises PlatformError; BadResponse "too_big"."""
        server, _, media = url.removeprefix("mxc://").partition("/")
        if not url.startswith("mxc://") or not server or not media or "/" in media:
            raise Rejected(url, code="bad_url")
        path = f"{self._base}{C1}/media/download/{part(server)}/{part(media)}"
        answer = await self._http.request("GET", path, follow=True, max_bytes=max_bytes)
        if answer.status >= 300:
            raise matrix_error(answer, self.now_ms())
        return answer.body


def matrix_error(answer: Answer, now_ms: int) -> PlatformError:
    """The error an answer stands for, by its `errcode`; `error` is in the words of the server."""
    found = answer.json() if answer.is_json else None
    errcode = text_in(found, "errcode")
    words = plain(text_in(found, "error"))
    if errcode == "M_LIMIT_EXCEEDED" or (answer.status == 429 and errcode):
        wait_ms = found.get("retry_after_ms") if isinstance(found, Mapping) else None
        told = isinstance(wait_ms, int) and not isinstance(wait_ms, bool) and wait_ms >= 0
        wait_s = wait_ms / 1000 if told else answer.retry_after_s(now_ms) or 30.0  # type: ignore[operator]
        return RateLimited(min(max(wait_s, MIN_RETRY_AFTER_S), MAX_RETRY_AFTER_S), words, code=errcode)
    if not errcode:
        # Not the homeserver's own words: something in front of it, or something else altogether.
        if answer.status in {407, 429, 502, 503, 504, 511}:
            return error_for(answer, now_ms)
        return BadResponse(answer.host, code="not_json", maybe_sent=not answer.safe)
    if errcode == "M_UNKNOWN_TOKEN" and isinstance(found, Mapping) and found.get("soft_logout") is True:
        return AuthExpired(words, code="soft_logout")
    kind, code = _KINDS.get(errcode, (None, errcode))
    return kind(words, code=code) if kind else error_for(answer, now_ms, words, code)
