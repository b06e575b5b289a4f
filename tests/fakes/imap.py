"""An IMAP server that behaves, but for what a test tells it to do otherwise: what no real server can be made to do.

One mailbox with an inbox; every user and password is let in. `instead` answers before the server itself does.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

GREETING = b"* OK hello\r\n"


@dataclass(slots=True)
class Call:
    """One command: its tag, its name ("FETCH", also for a UID FETCH), and what follows."""

    tag: bytes
    name: str
    rest: str
    writer: asyncio.StreamWriter

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self.writer.write(line + b"\r\n")

    def done(self, told: bytes = b"OK done") -> None:
        self.say(self.tag + b" " + told)


Instead = Callable[[Call], Awaitable[bool]]


@dataclass(slots=True)
class OddImap:
    """`async with OddImap([mail, …]) as server: …` listens at `server.url`.

    mails      those in the inbox, by their UID from 1
    instead    what answers a command of that name; the server does where it says False
    calls      the names of all commands so far, in their order
    """

    mails: list[bytes] = field(default_factory=list)
    capabilities: str = "IMAP4rev1 IDLE"
    greeting: bytes = GREETING
    folders: list[bytes] = field(default_factory=lambda: [b'(\\HasNoChildren) "/" INBOX'])
    instead: dict[str, Instead] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    port: int = 0
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"imap://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        for line in self._lines:
            line.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        try:
            writer.write(self.greeting)
            waiting = b""  # the tag of an IDLE: DONE bears none
            while line := await reader.readline():
                if line.strip().upper() == b"DONE":
                    line = waiting + b" DONE"
                waiting = line.partition(b" ")[0]
                await self._answer(line, writer)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(writer)
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        tag, _, rest = line.strip().decode("latin-1").partition(" ")
        name, _, rest = rest.removeprefix("UID ").partition(" ")
        call = Call(tag.encode(), name.upper(), rest, writer)
        self.calls.append(call.name)
        odd = self.instead.get(call.name)
        if odd is None or not await odd(call):
            self._behave(call)

    def _behave(self, call: Call) -> None:
        match call.name:
            case "CAPABILITY":
                call.say(f"* CAPABILITY {self.capabilities}".encode())
            case "LIST":
                call.say(*(b"* LIST " + one for one in self.folders))
            case "STATUS":
                call.say(b"* STATUS INBOX (MESSAGES %d UIDNEXT %d)" % (len(self.mails), len(self.mails) + 1))
            case "EXAMINE" | "SELECT":
                call.say(b"* %d EXISTS" % len(self.mails), b"* OK [UIDVALIDITY 7]",
                         b"* OK [UIDNEXT %d]" % (len(self.mails) + 1))  # fmt: skip
            case "SEARCH":
                call.say(b"* SEARCH " + " ".join(map(str, self._found(call.rest))).encode())
            case "FETCH":
                for uid in _numbers(call.rest.partition(" ")[0], len(self.mails)):
                    call.say(self.fetched(uid, call.rest.partition(" ")[2]))
            case "IDLE":
                call.say(b"+ idling")
                return
        call.done()

    def _found(self, asked: str) -> list[int]:
        named = re.match(r"UID (\S+)", asked)
        return _numbers(named.group(1), len(self.mails)) if named else list(range(1, len(self.mails) + 1))

    def fetched(self, uid: int, asked: str, mail: bytes | None = None) -> bytes:
        """What a FETCH of these items says of one mail."""
        mail = self.mails[uid - 1] if mail is None else mail
        head, _, text = mail.partition(b"\r\n\r\n")
        told = [b"UID %d" % uid]
        for item in re.findall(r"BODYSTRUCTURE|INTERNALDATE|RFC822\.SIZE|BODY\.PEEK\[[^\]]*\](?:<0\.\d+>)?", asked):
            match item:
                case "INTERNALDATE":
                    told.append(b'INTERNALDATE "25-Nov-2026 09:00:00 +0000"')
                case "RFC822.SIZE":
                    told.append(b"RFC822.SIZE %d" % len(mail))
                case "BODYSTRUCTURE":
                    told.append(b'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" %d 1)' % len(text))
                case _:
                    told.append(_part(item, mail, head, text))
        return b"* %d FETCH (" % uid + b" ".join(told) + b")"


def _part(item: str, mail: bytes, head: bytes, text: bytes) -> bytes:
    section = item[item.index("[") + 1 : item.index("]")]
    held = mail if not section else text if section == "TEXT" else head + b"\r\n\r\n"
    cut = re.search(r"<0\.(\d+)>", item)
    data = held[: int(cut.group(1))] if cut else held
    name = f"BODY[{section}]" + ("<0>" if cut else "")
    return name.encode() + b" {%d}\r\n" % len(data) + data


def _numbers(asked: str, top: int) -> list[int]:
    found: set[int] = set()
    for part in asked.split(","):
        begin, _, end = part.partition(":")
        first = top if begin == "*" else int(begin)
        last = first if not end else top if end == "*" else int(end)
        found.update(range(min(first, last), max(first, last) + 1))
    return sorted(uid for uid in found if 1 <= uid <= top)
