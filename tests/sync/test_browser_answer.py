"""The door on this computer to which a browser comes back: whatever else comes, it says something plain and stays."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx
import pytest

from console import words
from console.sync.browser_answer import MOST_AT_ONCE, Door, door

OURS = {"state": "s1", "code": "c"}


def is_ours(query: Mapping[str, str]) -> bool:
    return query.get("state") == "s1" and ("code" in query or "error" in query)


def at(open_door: Door) -> str:
    return open_door.redirect.replace("localhost", "127.0.0.1")


async def get(address: str, **more: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        return await client.get(address, headers=more)


async def say(open_door: Door, text: bytes) -> bytes:
    """Raw bytes, and all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(open_door.redirect).port)
    try:
        writer.write(text)
        await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("query", [OURS, {"state": "s1", "error": "access_denied", "error_description": "<b>no</b>"}])
async def test_the_answer_to_our_question_comes_through(query: dict[str, str]) -> None:
    async with door(is_ours) as ours:
        answer = await get(f"{at(ours)}/?{httpx.QueryParams(query)}")
        assert answer.status_code == 200
        assert await ours.brought == query
    with pytest.raises(httpx.ConnectError):
        await get(at(ours))


@pytest.mark.parametrize(("language", "says"), [("en", "go back to Luisterpost"), ("nl", "teruggaan naar Luisterpost")])
async def test_the_page_says_to_go_back_and_holds_nothing_that_runs(language: str, says: str) -> None:
    words.use(language)
    try:
        async with door(is_ours) as ours:
            answer = await get(f"{at(ours)}/?state=s1&code=%3Cscript%3Ealert(1)%3C/script%3E")
    finally:
        words.use("en")
    assert says in answer.text
    assert f'lang="{language}"' in answer.text
    assert "script" not in answer.text.lower()
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/favicon.ico", 404), ("/favicon.ico?state=s1&code=c", 404), ("/", 400), ("/?state=s2&code=c", 400),
        ("/?error=access_denied", 400), ("/?state=s1", 400), ("/?state=s1&state=s1&code=c", 404),
        ("/?" + "&".join(f"a{n}=1" for n in range(200)) + "&state=s1&code=c", 404),
    ],
)  # fmt: skip
async def test_what_is_not_ours_changes_nothing(target: str, status: int) -> None:
    async with door(is_ours) as ours:
        answer = await get(at(ours) + target)
        assert answer.status_code == status
        assert "not the sign-in" in answer.text
        assert not ours.brought.done()
        await get(f"{at(ours)}/?state=s1&code=c")
        assert await ours.brought == OURS


@pytest.mark.parametrize(
    "text",
    [
        b"POST /?state=s1&code=c HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\xfc\r\n\r\n",
        b"GET /?state=s1&code=c HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"GET /?state=s1&code=c HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/?state=s1&code=c HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n",
        b"GET /?state=s1&code=c HTTP/1.1\r\nHost: localhost:{port}\r\nHost: localhost:{port}\r\n\r\n",
        b"GET //[::1?state=s1&code=c HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", b"\r\n\r\n", b"GET\r\n\r\n",
        b"GET /?state=s1&code=c SMTP/1.1\r\nHost: localhost:{port}\r\n\r\n", b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n",
    ],
)  # fmt: skip
async def test_garbage_gets_nothing_through(text: bytes) -> None:
    async with door(is_ours) as ours:
        port = str(urlsplit(ours.redirect).port).encode()
        answer = await say(ours, text.replace(b"{port}", port))
        assert not answer.startswith(b"HTTP/1.1 200")
        assert not ours.brought.done()
        await get(f"{at(ours)}/?state=s1&code=c")
        assert await ours.brought == OURS


async def test_a_crowd_that_says_nothing_does_not_keep_a_browser_out_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sync.browser_answer.READ_S", 0.3)
    async with door(is_ours) as ours:
        port = urlsplit(ours.redirect).port
        crowd = [await asyncio.open_connection("127.0.0.1", port) for _one in range(MOST_AT_ONCE + 4)]
        for reader, _writer in crowd[MOST_AT_ONCE:]:
            assert await reader.read() == b"", "so many and no more are listened to"
        for reader, _writer in crowd[:MOST_AT_ONCE]:
            assert await reader.read() == b"", "who says nothing is sent away"
        assert (await get(f"{at(ours)}/?state=s1&code=c")).status_code == 200
        for _reader, writer in crowd:
            writer.close()


async def test_only_this_computer_can_come(monkeypatch: pytest.MonkeyPatch) -> None:
    listened: list[tuple[str, int]] = []
    real = asyncio.start_server

    async def noted(serve: object, host: str, port: int, **more: int) -> object:
        listened.append((host, port))
        return await real(serve, host, port, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "start_server", noted)
    async with door(is_ours):
        assert listened == [("127.0.0.1", 0)]
