"""A line that fails on command: a small proxy in front of a server, each fault of which can be seen to have happened.

with Proxy(wordpress.url) as line:
    fault = line.next(CUT_AFTER, to("/comments", "POST"))
    ...                                  # the client asks line.url
    assert fault.happened == 1
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import trustme

PATIENCE_S = 60.0


class Where(StrEnum):
    """Where the line breaks, or what happens to the request."""

    BEFORE = "before"  # cut: the server never hears of the request
    DURING = "during"  # cut: the server gets the head and half of the body
    AFTER = "after"  # cut: the server did it, its answer is lost
    HALF_ANSWER = "half answer"  # the server did it, half of its answer arrives
    LATE = "late"  # the server gets the request long after the client gave up
    INSTEAD = "instead"  # another answer, the server never hears of the request
    AFTERWARDS = "afterwards"  # the server did it, but another answer arrives
    CHANGED = "changed"  # request and answer pass, with headers changed


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault. `cut` closes the client's line at once for a LATE one, instead of waiting until it gives up."""

    where: Where
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    without: tuple[str, ...] = ()  # headers of the request that get lost, in lower case


def _headers(kind: str, more: Mapping[str, str]) -> dict[str, str]:
    return {"content-type": kind, **{name.replace("_", "-"): value for name, value in more.items()}}


def _bytes(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body


CUT_BEFORE = Kind(Where.BEFORE)
CUT_DURING = Kind(Where.DURING)
CUT_AFTER = Kind(Where.AFTER)
HALF_ANSWER = Kind(Where.HALF_ANSWER)
LATE = Kind(Where.LATE)
LATE_AND_CUT = Kind(Where.LATE, cut=True)
WITHOUT_PASSWORD = Kind(Where.CHANGED, without=("authorization",))
SIGN_IN_PAGE = b"<html><body><h1>Netwerk</h1><form action=/login><input type=password name=p></form></body></html>"


def instead(status: int, body: bytes | str = b"", kind: str = "application/json", **headers: str) -> Kind:
    """An answer the server knows nothing of; header names are written with _ for -."""
    return Kind(Where.INSTEAD, status, _headers(kind, headers), _bytes(body))


def afterwards(status: int, body: bytes | str = b"", kind: str = "application/json", **headers: str) -> Kind:
    """The same, but the server did what it was asked."""
    return Kind(Where.AFTERWARDS, status, _headers(kind, headers), _bytes(body))


LIMITED = instead(429, "{}", retry_after="7")
BROKEN = instead(500, "<html><body>Error establishing a database connection</body></html>", "text/html")
AWAY = instead(503, "<html><body>Briefly unavailable</body></html>", "text/html")
GARBAGE = instead(200, b"\xff\xfe\x00{]not json\x80")
PAGE = instead(200, "<!doctype html><html><body><p>Welkom op onze site</p></body></html>", "text/html")
SIGN_IN = instead(200, SIGN_IN_PAGE, "text/html")
GARBAGE_AFTER = afterwards(200, b"\xff\xfe\x00{]not json\x80")
BROKEN_AFTER = afterwards(500, "<html><body>gateway</body></html>", "text/html")


def redirect(to: str, status: int = 302) -> Kind:
    return instead(status, "", "text/html", location=to)


def dated(at_ms: int) -> Kind:
    """The answer says it was given at that moment: the two clocks differ."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Kind(Where.CHANGED, headers={"date": moment})


@dataclass(slots=True)
class Request:
    """What a client asked. `forwarded` once the server has all of it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    forwarded: bool = False

    @property
    def path(self) -> str:
        return unquote(self.target)


Predicate = Callable[[Request], bool]


def to(part: str, *methods: str) -> Predicate:
    """Requests whose address holds this part, with one of these methods (any when none is named)."""
    return lambda request: part in request.path and (not methods or request.method in methods)


def anything(request: Request) -> bool:
    return True


class Fault:
    """A fault that waits for its request. `happened` counts how often it really struck."""

    def __init__(self, kind: Kind, when: Predicate, times: int, after_s: float | None) -> None:
        self.kind = kind
        self.when = when
        self.left = times
        self.after_s = after_s
        self.happened = 0
        self.finished = 0  # for a late one: how often the server has done it by now
        self._released = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._changed = threading.Condition()

    def release(self) -> None:
        """Lets a late request reach the server now."""
        self._released = True
        for loop, let_go in self._waiting:
            loop.call_soon_threadsafe(let_go.set)

    def count(self, *, finished: bool = False) -> None:
        with self._changed:
            if finished:
                self.finished += 1
            else:
                self.happened += 1
            self._changed.notify_all()

    def wait(self, times: int = 1, timeout_s: float = PATIENCE_S) -> None:
        """Until it struck so often; raises AssertionError when it doesn't."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.happened >= times, timeout_s), f"{self.kind} never happened"

    def wait_finished(self, times: int = 1, timeout_s: float = PATIENCE_S) -> None:
        """Until the server has done a late request."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.finished >= times, timeout_s), f"{self.kind} was never done"

    async def until_released(self) -> None:
        """Until `release` is called, or `after_s` have passed."""
        loop, let_go = asyncio.get_running_loop(), asyncio.Event()
        self._waiting.append((loop, let_go))
        if not self._released:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(let_go.wait(), PATIENCE_S if self.after_s is None else self.after_s)


class Tls(StrEnum):
    """The certificate the line shows."""

    GOOD = "good"
    EXPIRED = "expired"
    NOT_YET = "not yet"
    WRONG_HOST = "wrong host"


class Orders:
    """The faults that wait for their request, whatever kind of line they wait on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self.requests: list[Request] = []

    def next(self, kind: Kind, when: Predicate = anything, *, times: int = 1, after_s: float | None = None) -> Fault:
        """The next request (or so many) for which `when` holds meets this fault."""
        fault = Fault(kind, when, times, after_s)
        with self._lock:
            self._faults.append(fault)
        return fault

    def always(self, kind: Kind, when: Predicate = anything) -> Fault:
        return self.next(kind, when, times=1_000_000_000)

    def clear(self) -> None:
        """The line is whole again."""
        with self._lock:
            self._faults.clear()

    @contextlib.contextmanager
    def during(self, kind: Kind, when: Predicate = anything) -> Iterator[Fault]:
        """Every such request meets the fault while the block lasts."""
        fault = self.always(kind, when)
        try:
            yield fault
        finally:
            with self._lock:
                self._faults.remove(fault)

    def count(self, when: Predicate = anything) -> int:
        """How many requests came in for which this holds."""
        return sum(1 for request in list(self.requests) if when(request))

    def _fault_for(self, request: Request) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.left > 0 and fault.when(request):
                    fault.left -= 1
                    return fault
        return None


class Proxy(Orders):
    """Listens on the loopback and passes each request to `upstream` ("" when there is no server behind it).

    With `tls` it speaks TLS; `authority` is the CA that issued its certificate, for whoever should trust it.
    """

    def __init__(self, upstream: str = "", *, tls: Tls | None = None, host: str = "127.0.0.1") -> None:
        super().__init__()
        self._upstream = urlsplit(upstream)
        self._host = host
        self.authority = trustme.CA()
        self._ssl = self._certificate(tls) if tls else None
        self._answering: set[asyncio.Task[None]] = set()  # nobody else holds on to one whose client went away
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def _certificate(self, tls: Tls) -> ssl.SSLContext:
        now = datetime.now(UTC)
        span = {
            Tls.EXPIRED: (now - timedelta(days=30), now - timedelta(days=1)),
            Tls.NOT_YET: (now + timedelta(hours=12), now + timedelta(days=30)),
        }.get(tls, (now - timedelta(days=1), now + timedelta(days=30)))
        name = "elsewhere.example" if tls == Tls.WRONG_HOST else self._host
        issued = self.authority.issue_cert(name, not_before=span[0], not_after=span[1])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        return context

    def trust(self, folder: Path) -> Path:
        """Writes the authority's certificate for SSL_CERT_FILE."""
        path = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(path))
        return path

    # -- the line ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.start_server(self._take, self._host, 0, ssl=self._ssl, limit=2**20)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(PATIENCE_S)
        self.port = int(self._server.sockets[0].getsockname()[1])
        shown = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"{'https' if self._ssl else 'http'}://{shown}:{self.port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        async def end() -> None:
            self._server.close()
            mine = asyncio.current_task()
            others = [task for task in asyncio.all_tasks() if task is not mine]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(PATIENCE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._serve(reader, writer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await self._read(reader, writer)
            if request is not None:
                await self._answer(request, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            pass  # one of the two sides went away: that is what this line is for
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
        begin = await reader.readexactly(1)
        if begin == b"\x16":  # somebody speaks TLS to a server that doesn't
            await _write(writer, Kind(Where.INSTEAD, 400))
            return None
        head = (begin + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target, _version = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(method, target, headers, body)
        self.requests.append(request)
        return request

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        fault = self._fault_for(request)
        if fault is None:
            writer.write(await self._forward(request))
            await writer.drain()
            return
        kind = fault.kind
        fault.count()
        match kind.where:
            case Where.BEFORE:
                _cut(writer)
            case Where.DURING:
                await self._forward(request, half=True)
                _cut(writer)
            case Where.AFTER:
                await self._forward(request)
                _cut(writer)
            case Where.HALF_ANSWER:
                answer = await self._forward(request)
                writer.write(answer[: max(1, len(answer) - max(20, len(answer) // 4))])
                await writer.drain()
                _cut(writer)
            case Where.LATE:
                if kind.cut:
                    _cut(writer)
                await fault.until_released()
                answer = await self._forward(request)
                fault.count(finished=True)
                writer.write(answer)
            case Where.INSTEAD:
                await _write(writer, kind)
            case Where.AFTERWARDS:
                await self._forward(request)
                await _write(writer, kind)
            case Where.CHANGED:
                for name in kind.without:
                    request.headers.pop(name, None)
                answer = await self._forward(request)
                writer.write(_with_headers(answer, kind.headers))
                await writer.drain()

    async def _forward(self, request: Request, half: bool = False) -> bytes:
        if not self._upstream.hostname:
            return b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        reader, writer = await asyncio.open_connection(self._upstream.hostname, self._upstream.port or 80)
        try:
            # The server knows itself by its own address only, and closes so that its answer has an end.
            headers = {**request.headers, "host": self._upstream.netloc, "connection": "close"}
            head = f"{request.method} {request.target} HTTP/1.1\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
            whole = head.encode("latin-1") + request.body
            writer.write(whole[: len(whole) - max(1, len(request.body) // 2)] if half else whole)
            await writer.drain()
            if half:
                return b""
            request.forwarded = True
            return await reader.read(-1)
        finally:
            writer.close()


def _cut(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _write(writer: asyncio.StreamWriter, kind: Kind) -> None:
    head = f"HTTP/1.1 {kind.status} X\r\ncontent-length: {len(kind.body)}\r\nconnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in kind.headers.items()) + "\r\n"
    writer.write(head.encode("latin-1") + kind.body)
    await writer.drain()


def _with_headers(answer: bytes, headers: Mapping[str, str]) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if line.split(b":")[0].decode("latin-1").lower() not in headers]
    added = [f"{name}: {value}".encode("latin-1") for name, value in headers.items()]
    return b"\r\n".join([*kept, *added]) + b"\r\n\r\n" + body


class Listener(contextlib.AbstractContextManager["Listener"]):
    """Counts who calls: an address that must never be asked for anything."""

    def __init__(self) -> None:
        self._proxy = Proxy()

    def __enter__(self) -> Self:
        self._proxy.__enter__()
        self.address = f"127.0.0.1:{self._proxy.port}"
        return self

    def __exit__(self, *exc: object) -> None:
        self._proxy.__exit__(None, None, None)

    @property
    def calls(self) -> list[str]:
        return [request.target for request in list(self._proxy.requests)]
