"""Waiting on this computer for the browser that comes back from a sign-in page.

What comes may be anything: any program and any page can speak with this door. It says one of two fixed pages, repeats
nothing of what it heard, and believes only what `is_ours` recognises.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from console.words import _, language

HOST = "127.0.0.1"
MOST_AT_ONCE = 16
MAX_HEAD_BYTES = 16_384
READ_S = 5.0
_HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Connection: close",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
)
_STYLE = "font: 16px sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 1em"


@dataclass(frozen=True, slots=True)
class Door:
    """Where a browser is sent back to, and what it brings there."""

    redirect: str
    brought: asyncio.Future[Mapping[str, str]]


@asynccontextmanager
async def door(is_ours: Callable[[Mapping[str, str]], bool]) -> AsyncIterator[Door]:
    """A door on this computer alone, open as long as the block; the first answer that `is_ours` comes through it."""
    brought: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
    speaking = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal speaking
        speaking += 1
        try:
            if speaking > MOST_AT_ONCE:
                return
            with contextlib.suppress(TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                async with asyncio.timeout(READ_S):
                    head = await reader.readuntil(b"\r\n\r\n")
                    query = _asked(head, port)
                    ours = query is not None and not brought.done() and is_ours(query)
                    writer.write(_answer(known=query is not None, ours=ours))
                    await writer.drain()
                    if ours and query is not None and not brought.done():
                        brought.set_result(query)
        finally:
            speaking -= 1
            writer.close()

    server = await asyncio.start_server(serve, HOST, 0, limit=MAX_HEAD_BYTES)
    port = int(server.sockets[0].getsockname()[1])
    try:
        yield Door(f"http://localhost:{port}", brought)
    finally:
        server.close()
        brought.cancel()


def _asked(head: bytes, port: int) -> dict[str, str] | None:
    """What a GET of our only page carries; None for anything else."""
    lines = head.decode("latin-1").split("\r\n")
    method, _space, rest = lines[0].partition(" ")
    target, _space, version = rest.partition(" ")
    hosts = [line.partition(":")[2].strip().lower() for line in lines if line.lower().startswith("host:")]
    if method != "GET" or not version.startswith("HTTP/1.") or hosts not in ([f"localhost:{port}"], [f"{HOST}:{port}"]):
        return None
    try:
        parts = urlsplit(target)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=32)
    except ValueError:
        return None
    names = [name for name, _value in pairs]
    if parts.path not in ("", "/") or parts.netloc or len(set(names)) != len(names):
        return None
    return dict(pairs)


def _answer(*, known: bool, ours: bool) -> bytes:
    if ours:
        text = _("You can close this page and go back to Luisterpost. It says whether signing in worked.")
    else:
        text = _("This is not the sign-in that Luisterpost waits for. Go back to Luisterpost and begin there.")
    page = (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8"><title>Luisterpost</title></head>'
        f'<body style="{_STYLE}"><h1>Luisterpost</h1><p>{html.escape(text)}</p></body></html>'
    ).encode()
    status = "200 OK" if ours else "400 Bad Request" if known else "404 Not Found"
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(page)}", *_HEADERS, "", ""))
    return head.encode() + page
