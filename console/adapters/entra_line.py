"""The line that msal speaks over: our one HTTP client, from the thread in which msal works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from console.adapters.transport import Http, error_for
from console.domain.platform import BadResponse, PlatformError, Rejected, Unreachable

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, as msal reads one: JSON, and no failure of the server."""

    status_code: int
    text: str
    headers: Mapping[str, str]

    def raise_for_status(self) -> None:
        """Servers' failures never come so far."""


class Line:
    """What msal calls an `http_client`. It speaks with one server only; what it raises are errors of our family."""

    def __init__(self, http: Http, host: str, now_ms: Callable[[], int]) -> None:
        """Made on the loop that does the speaking."""
        self._http = http
        self._host = host
        self._now_ms = now_ms
        self._loop = asyncio.get_running_loop()
        self.trouble: PlatformError | None = None  # what msal will only know as a refusal

    def get(self, url: str, params: Any = None, headers: Any = None, **_rest: Any) -> Told:
        return self._speak("GET", url, params, headers, None)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_rest: Any) -> Told:
        form = (data if isinstance(data, str) else urlencode(data or {})).encode()
        return self._speak(
            "POST", url, params, {**(headers or {}), "content-type": "application/x-www-form-urlencoded"}, form
        )

    def close(self) -> None:
        """The line is closed by whoever made it."""

    def _speak(self, method: str, url: str, params: Any, headers: Any, form: bytes | None) -> Told:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != ("https", self._host):
            raise BadResponse(parts.netloc, code="bad_page", maybe_sent=False)
        work = self._http.request(method, url, params=params, form=form, headers=headers, max_bytes=MAX_BYTES)
        try:
            answer = asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except CancelledError as cause:  # the collector ends
            raise Unreachable(self._host, maybe_sent=False, code="ended") from cause
        if answer.status >= 500 or answer.status == 429 or answer.status == 407:
            raise error_for(answer, self._now_ms())
        answer.json()
        if answer.status >= 400 and method == "GET":
            self.trouble = Rejected(code="entra_no_tenant")  # nothing is known under this tenant's name
        return Told(answer.status, answer.text, answer.headers)
