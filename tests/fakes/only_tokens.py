"""A mail server that lets nobody in without a token of OAuth."""

from __future__ import annotations

import asyncio
import base64
from typing import Protocol


class LetsIn(Protocol):
    def lets_in(self, authorization: str) -> bool: ...


class OnlyTokens:
    """An IMAP server that takes XOAUTH2 and nothing else, from whoever those let in who give them."""

    def __init__(self, giver: LetsIn) -> None:
        self._giver = giver
        self.users: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] hello\r\n")
        while line := (await reader.readline()).decode().split():
            tag, command = line[0], line[1].upper()
            told = "OK done"
            if command == "CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 IDLE\r\n")
            elif command == "AUTHENTICATE":
                writer.write(b"+ \r\n")
                user, auth = base64.b64decode(await reader.readline()).decode().split("\1")[:2]
                token = auth.removeprefix("auth=")
                told = "OK in" if self._giver.lets_in(token) else "NO [AUTHENTICATIONFAILED] the token is no good"
                self.users.append(user.removeprefix("user="))
            writer.write(f"{tag} {told}\r\n".encode())
        writer.close()
