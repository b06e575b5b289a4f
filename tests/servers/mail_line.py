"""A line to a mail server that fails on command: `Proxy` for what isn't HTTP.

Every IMAP command, every SMTP command and every mail that is handed over is a `Request`: its `method` is APPEND or SEND
where something changes, GET else; its `target` is the command as it was sent. The faults are those of `Proxy`; an answer
of HTTP's becomes what a mail server says instead: 429 that it is too much, 5xx that it goes down, anything else garbage.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from functools import partial
from types import TracebackType
from typing import Self

from tests.servers.proxy import PATIENCE_S, Fault, Kind, Orders, Request, Where

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_LIMIT = 2**27


class Cut(Exception):
    """The line is cut here."""


class MailLine(Orders):
    """Listens twice on the loopback: `url` for IMAP, `smtp_url` for SMTP; both without TLS."""

    def __init__(self, imap_port: int, smtp_port: int) -> None:
        super().__init__()
        self._ports = imap_port, smtp_port
        self._sockets = [socket.create_server(("127.0.0.1", 0)) for _ in self._ports]
        ports = [one.getsockname()[1] for one in self._sockets]
        self.url, self.smtp_url = f"imap://127.0.0.1:{ports[0]}", f"smtp://127.0.0.1:{ports[1]}"
        self._lines: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail line", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()

        async def begin() -> list[asyncio.Server]:
            kinds = zip((_Imap, _Smtp), self._ports, self._sockets, strict=True)
            return [
                await asyncio.start_server(partial(self._take, kind, to), sock=at, limit=_LIMIT)
                for kind, to, at in kinds
            ]

        self._servers = asyncio.run_coroutine_threadsafe(begin(), self._loop).result(PATIENCE_S)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            mine = asyncio.current_task()
            others = [task for task in asyncio.all_tasks() if task is not mine]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(PATIENCE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def _take(self, kind: type[_Line], port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(kind(self, reader, writer).serve(port))
        self._lines.add(task)
        task.add_done_callback(self._lines.discard)

    def met(self, request: Request) -> Fault | None:
        self.requests.append(request)
        return self._fault_for(request)


class _Line:
    """One connection: a client on one side, the server on the other."""

    def __init__(self, orders: MailLine, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._orders = orders
        self._client, self._to_client = reader, writer

    async def serve(self, port: int) -> None:
        self._to_server: asyncio.StreamWriter | None = None
        try:
            self._server, self._to_server = await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)
            await self._talk()
        except (OSError, Cut, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # one of the sides went away: that is what this line is for
        finally:
            self._to_client.transport.abort()
            if self._to_server is not None:
                self._to_server.transport.abort()

    async def _talk(self) -> None: ...

    async def _say(self, data: bytes) -> None:
        self._to_client.write(data)
        await self._to_client.drain()

    async def _pass(self, data: bytes) -> None:
        assert self._to_server is not None
        self._to_server.write(data)
        await self._to_server.drain()

    async def _line_of(self, reader: asyncio.StreamReader) -> bytes:
        line = await reader.readuntil(b"\n")
        return bytes(line)


class _Smtp(_Line):
    """Strictly in turns: a command, its answer."""

    async def _talk(self) -> None:
        await self._say(await self._answer())
        while True:
            command = await self._line_of(self._client)
            if not await self._did(Request("GET", command.decode("latin-1").strip(), {}, b""), command):
                continue
            if command.strip().upper() == b"DATA":
                mail = await self._client.readuntil(b"\r\n.\r\n")
                await self._did(Request("SEND", "mail", {}, mail), mail)

    async def _did(self, request: Request, data: bytes) -> bool:
        """Whether the server had it, and the client its answer."""
        fault = self._orders.met(request)
        if fault is None:
            await self._pass(data)
            request.forwarded = True
            answer = await self._answer()
            await self._say(answer)
            return answer[:1] in b"23"
        fault.count()
        match fault.kind.where:
            case Where.BEFORE:
                raise Cut
            case Where.DURING:
                await self._pass(data[: len(data) // 2])
                raise Cut
            case Where.AFTER:
                await self._done(data)
                raise Cut
            case Where.HALF_ANSWER:
                await self._say((await self._done(data))[:5])
                raise Cut
            case Where.LATE:
                if fault.kind.cut:
                    self._to_client.transport.abort()
                await fault.until_released()
                answer = await self._done(data)
                fault.count(finished=True)
                await self._say(answer)
                return answer[:1] in b"23"
            case Where.AFTERWARDS:
                await self._done(data)
        await self._say(_smtp_says(fault.kind))
        if fault.kind.status >= 500:
            raise Cut
        return False

    async def _done(self, data: bytes) -> bytes:
        await self._pass(data)
        return await self._answer()

    async def _answer(self) -> bytes:
        told = b""
        while True:
            line = await self._line_of(self._server)
            told += line
            if line[3:4] != b"-":
                return told


def _smtp_says(kind: Kind) -> bytes:
    if kind.status == 429:
        return b"451 4.7.0 too much, try later\r\n"
    return b"421 4.3.2 shutting down\r\n" if kind.status >= 500 else kind.body.replace(b"\n", b" ") + b"\r\n"


class _Imap(_Line):
    """The server may speak at any time: what it says is passed on, but for the answer that a fault is about."""

    async def _talk(self) -> None:
        self._spoilt: tuple[bytes, Fault] | None = None
        self._gone = asyncio.Event()
        hearing = asyncio.create_task(self._hear())
        hearing.add_done_callback(lambda done: done.cancelled() or done.exception())
        hearing.add_done_callback(lambda done: self._to_client.transport.abort())
        try:
            while True:
                await self._command(await self._line_of(self._client))
        finally:
            hearing.cancel()

    async def _command(self, line: bytes) -> None:
        data, body = line, b""
        while (literal := _LITERAL.search(data)) is not None:
            if not literal.group(2):
                await self._say(b"+ go on\r\n")
            size = int(literal.group(1))
            body = await self._client.readexactly(size)
            data = data[: literal.start()] + b"{%d+}\r\n" % size + body + await self._line_of(self._client)
        tag, _, rest = line.strip().partition(b" ")
        request = Request("APPEND" if rest.startswith(b"APPEND") else "GET", rest.decode("latin-1"), {}, body)
        fault = self._orders.met(request) if rest else None  # DONE belongs to the command before
        if fault is None:
            await self._pass(data)
            request.forwarded = True
            return
        fault.count()
        match fault.kind.where:
            case Where.BEFORE:
                raise Cut
            case Where.DURING:
                await self._pass(data[: len(data) // 2])
                raise Cut
            case Where.LATE:
                if fault.kind.cut:
                    self._to_client.transport.abort()
                await fault.until_released()
                self._spoilt = tag, fault
                await self._pass(data)
            case Where.INSTEAD:
                await self._say(_imap_says(fault.kind, tag, first=rest.startswith(b"CAPABILITY")))
                if fault.kind.status >= 500 or rest.startswith(b"CAPABILITY"):
                    raise Cut
            case _:
                self._spoilt = tag, fault
                await self._pass(data)

    async def _hear(self) -> None:
        held = b""
        while True:
            line = await self._line_of(self._server)
            if self._spoilt is None:
                await self._say(line)
                continue
            tag, fault = self._spoilt
            held += line
            if not line.startswith(tag + b" "):
                continue
            self._spoilt = None
            match fault.kind.where:
                case Where.LATE:
                    fault.count(finished=True)
                    await self._say(held)
                case Where.AFTERWARDS:
                    await self._say(_imap_says(fault.kind, tag))
                    if fault.kind.status >= 500:
                        raise Cut
                case Where.HALF_ANSWER:
                    await self._say(held[: max(1, len(held) - max(20, len(held) // 4))])
                    raise Cut
                case _:
                    raise Cut
            held = b""


def _imap_says(kind: Kind, tag: bytes, *, first: bool = False) -> bytes:
    if kind.status == 429:
        return b"* BYE [LIMIT] too many connections\r\n" if first else tag + b" NO [LIMIT] too much, try later\r\n"
    if kind.status >= 500:
        return b"* BYE [UNAVAILABLE] going down\r\n"
    return kind.body.replace(b"\n", b" ").replace(b"{tag}", tag) + b"\r\n"
