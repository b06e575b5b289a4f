"""The faulty line itself: a fault that doesn't happen proves nothing about what stands it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.servers import proxy as line_faults
from tests.servers.proxy import Proxy, to
from tests.servers.wordpress import WordPress


def ask(line: Proxy, method: str = "GET", timeout_s: float = 10.0) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=timeout_s) as client:
        return client.request(method, f"{line.url}/asked", json={"text": "x" * 40} if method == "POST" else None)


@pytest.fixture
def behind() -> Iterator[Proxy]:
    with Proxy() as server:
        server.always(line_faults.instead(200, '{"fine": true}'))
        yield server


@pytest.mark.parametrize(
    ("kind", "arrives"),
    [
        (line_faults.CUT_BEFORE, 0),
        (line_faults.CUT_DURING, 0),
        (line_faults.CUT_AFTER, 1),
        (line_faults.HALF_ANSWER, 1),
    ],
    ids=lambda value: str(getattr(value, "where", value)),
)
def test_a_cut_line_loses_what_it_says(behind: Proxy, kind: line_faults.Kind, arrives: int) -> None:
    with Proxy(behind.url) as line:
        fault = line.next(kind, to("/asked", "POST"))
        with pytest.raises(httpx.TransportError):
            ask(line, "POST")
        assert fault.happened == 1
        assert behind.count() == arrives
        assert ask(line, "POST").json() == {"fine": True}


def test_a_late_request_arrives_after_its_client_gave_up(behind: Proxy) -> None:
    with Proxy(behind.url) as line:
        fault = line.next(line_faults.LATE)
        with pytest.raises(httpx.ReadTimeout):
            ask(line, "POST", timeout_s=0.2)
        assert behind.count() == 0
        fault.release()
        fault.wait_finished()
        assert behind.count() == 1


def test_another_answer_comes_instead_of_or_after_the_servers_own(behind: Proxy) -> None:
    with Proxy(behind.url) as line:
        line.next(line_faults.LIMITED)
        limited = ask(line)
        assert (limited.status_code, limited.headers["retry-after"], behind.count()) == (429, "7", 0)
        line.next(line_faults.BROKEN_AFTER)
        assert (ask(line).status_code, behind.count()) == (500, 1)


def test_the_real_server_answers_through_a_whole_line(wordpress: WordPress) -> None:
    with Proxy(wordpress.url) as line:
        answer = httpx.get(f"{line.url}/wp-json/", trust_env=False, timeout=30)
        assert answer.json()["home"] == wordpress.url
