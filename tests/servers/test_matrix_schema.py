"""What holds the adapter to Matrix's published schema notices what isn't as described."""

from __future__ import annotations

import json

import pytest

from console.adapters.transport import Answer
from tests.servers.matrix_schema import SPECIFICATION, operation

pytestmark = pytest.mark.skipif(not SPECIFICATION.is_file(), reason="the published schema isn't beside the project")
BASE = "http://localhost/_matrix/client/v3"


def complaints(method: str, url: str, status: int, body: object) -> list[str]:
    known = operation(method, url)
    assert known is not None
    return list(known.answer(Answer(status, {}, json.dumps(body).encode(), url, method == "GET")))


def test_a_right_answer_is_right() -> None:
    assert complaints("PUT", f"{BASE}/rooms/!a/send/m.room.message/1", 200, {"event_id": "$x"}) == []
    assert complaints("GET", f"{BASE}/sync", 200, {"next_batch": "s1"}) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("PUT", "/rooms/!a/send/m.room.message/1", 200, {}),
        ("PUT", "/rooms/!a/send/m.room.message/1", 200, {"event_id": "x"}),
        ("GET", "/sync", 200, {"next_batch": 5}),
        ("GET", "/rooms/!a/messages", 200, {"chunk": [{"type": "m.room.message"}]}),
        ("GET", "/account/whoami", 401, {"error": "no code"}),
    ],
)
def test_a_wrong_answer_is_noticed(method: str, path: str, status: int, body: object) -> None:
    assert complaints(method, BASE + path, status, body)


def test_a_wrong_request_is_noticed() -> None:
    known = operation("GET", f"{BASE}/rooms/!a/messages")
    assert known is not None
    assert list(known.parameters("/_matrix/client/v3/rooms/!a/messages", {"dir": "b", "limit": 5})) == []
    assert list(known.parameters("/_matrix/client/v3/rooms/!a/messages", {"dir": "sideways"}))
    assert list(known.parameters("/_matrix/client/v3/rooms/!a/messages", {"limit": 5})) == ["dir is missing"]
    assert list(known.parameters("/_matrix/client/v3/rooms/!a/messages", {"dir": "b", "x": 1}))
    assert list(known.parameters("/_matrix/client/v3/rooms/a/messages", {"dir": "b"}))
    login = operation("POST", f"{BASE}/login")
    assert login is not None
    assert list(login.body(b"{}"))
