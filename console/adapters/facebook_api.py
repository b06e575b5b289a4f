"""The Graph API of Facebook for one Page: lists by cursors, what the usage headers tell, and errors in our family.

Nothing but this one host ever gets our token, and the address of a next page, which holds it, is never used or kept.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from console.adapters.contract import Config, Tools
from console.adapters.facebook_reading import node_of
from console.adapters.markup import plain
from console.adapters.rows import Row, number, told
from console.adapters.transport import SPEAKS_FOR_ITSELF, Answer, Bearer, Http, error_for
from console.adapters.typed_address import refuse_an_open_line, typed_address
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
)

ROOT = "https://graph.facebook.com"
VERSION = "v25.0"  # the newest these modules were written after; Facebook keeps each for about two years
MAX_PAGE_BYTES = 20 * 1024 * 1024
BLOCKED_S = 3600.0  # after Facebook stopped what a Page says for a while, it is not asked again before
GONE = 33  # subcode: what is asked for is there no more, or we may not see it
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_LIMITS = frozenset({4, 17, 32, 341, 613})
_SIGNED_OUT: Mapping[int, str] = {458: "facebook_app_removed", 460: "facebook_password", 463: "token_ended"}
_WRITTEN_ALREADY, _NO_PRIVATE = frozenset({10900}), frozenset({10901, 10903})


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, as it came. A page may be short, even empty, with more behind it.

    after  where the next page begins, "" at the end of the list
    total  how many there are in all, None where that wasn't told
    """

    rows: list[Any]
    after: str
    total: int | None


def root_of(config: Config) -> str:
    """The server that is asked, without a slash at its end. Raises Rejected "bad_url", "no_tls"."""
    parts = typed_address(config.settings.get("root") or ROOT)
    root = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    refuse_an_open_line(root)
    return root


def version_of(config: Config) -> str:
    """The version of the interface that is asked for. Raises Rejected "page_bad_version"."""
    version = config.settings.get("version") or VERSION
    if not re.fullmatch(r"v[0-9]{1,3}\.[0-9]{1,2}", version):
        raise Rejected(version, code="page_bad_version")
    return version


class Api:
    """What is asked in the name of one token. `root` is the server, `version` that of its interface: `v25.0`."""

    def __init__(self, root: str, version: str, token: str, tools: Tools) -> None:
        self._root = f"{root}/{version}"
        self._tools = tools
        self._http = Http(Bearer(token), timeout_s=tools.timeout_s, allowance=tools.allowance)

    async def close(self) -> None:
        await self._http.close()

    async def send(
        self,
        method: str,
        route: str,
        params: Mapping[str, str | int] | None = None,
        form: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request and its answer, which is a success. Raises PlatformError."""
        answer = await self._http.request(
            method, f"{self._root}/{route}", params=params, form=urlencode(form).encode() if form else None, body=body,
            headers=_FORM if form else None, max_bytes=MAX_PAGE_BYTES,
        )  # fmt: skip
        share, regain_s = usage_in(answer.headers)
        self._http.allowance.used(share, regain_s)
        if answer.status >= 300 or isinstance(told(_json(answer), "error"), Mapping):
            error = facebook_error(answer, self._tools.now_ms())
            if error.code == "facebook_limit" and isinstance(error, RateLimited):  # only the body says so
                error.retry_after_s = self._http.allowance.refused(regain_s or None)
            raise error
        return answer

    async def one(self, route: str, **params: str | int) -> Row:
        """One thing, by its id. Raises PlatformError, NotFound when it is gone or not for us."""
        answer = await self.send("GET", route, params)
        found = _good(answer)
        if not node_of(found):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return found

    async def told(self, route: str, **params: str | int) -> Row:
        """What is said of something that has no id of its own."""
        return _good(await self.send("GET", route, params))

    async def listing(self, route: str, **params: str | int) -> Listing:
        """One page of a list. Raises PlatformError."""
        answer = await self.send("GET", route, {name: value for name, value in params.items() if value != ""})
        found = listing_in(_good(answer))
        if found is None:
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return found

    async def change(self, method: str, route: str, form: Mapping[str, str] | None = None, **params: str) -> Row:
        """Make, change or remove one; returns what Facebook says of it."""
        return _good(await self.send(method, route, params or None, form))

    async def version(self, route: str, **params: str | int) -> tuple[Row, str]:
        """One thing, and the version in which it was answered: an ended one is answered in another."""
        answer = await self.send("GET", route, params)
        return _good(answer), answer.headers.get("facebook-api-version", "")


def listing_in(found: object) -> Listing | None:
    """A page of a list, also one that lies inside a row. None where there is none."""
    rows = told(found, "data")
    if not isinstance(rows, list):
        return None
    paging = told(found, "paging")
    after = told(told(paging, "cursors"), "after") if told(paging, "next") else ""
    total = told(told(found, "summary"), "total_count")
    return Listing(rows, after if isinstance(after, str) else "", total if type(total) is int and total >= 0 else None)


def usage_in(headers: Mapping[str, str]) -> tuple[float, float]:
    """How much of what Facebook allows is used up, 1.0 for all of it, and for how many seconds nothing is allowed."""
    share = regain_s = 0.0
    for name in ("x-app-usage", "x-page-usage", "x-business-use-case-usage"):
        with contextlib.suppress(ValueError, RecursionError):
            for usage in _usages(json.loads(headers.get(name) or "{}")):
                percents = [_amount(usage.get(one)) for one in ("call_count", "total_time", "total_cputime")]
                share = max(share, *(one / 100 for one in percents))
                regain_s = max(regain_s, _amount(usage.get("estimated_time_to_regain_access")) * 60)
    return share, regain_s


def _usages(found: object) -> Iterator[Mapping[str, Any]]:
    """The usages in a header: itself, or one list for each Page and app."""
    if isinstance(found, Mapping):
        yield found
        for value in found.values():
            for one in value if isinstance(value, list) else ():
                if isinstance(one, Mapping):
                    yield one


def _amount(value: object) -> float:
    is_one = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 100_000
    return float(value) if is_one else 0.0  # type: ignore[arg-type]


def _json(answer: Answer) -> object:
    return answer.json() if answer.is_json else None


def _good(answer: Answer) -> Row:
    found = answer.json()
    if not isinstance(found, Mapping):
        raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
    kept: Row = _without_addresses(found)
    return kept


def _without_addresses(found: Any) -> Any:
    """The same without the addresses of other pages, which hold our token: that there is a next one is all we need."""
    if isinstance(found, list):
        return [_without_addresses(one) for one in found]
    if not isinstance(found, Mapping):
        return found
    row = {name: _without_addresses(value) for name, value in found.items()}
    if isinstance(paging := row.get("paging"), dict):
        row["paging"] = {"cursors": paging.get("cursors"), "next": bool(paging.get("next"))}
    return row


def facebook_error(answer: Answer, now_ms: int) -> PlatformError:
    """The error an answer stands for. What is no error of Facebook's own form came from something else."""
    error = told(_json(answer), "error")
    if not isinstance(error, Mapping) or answer.status == 429:
        if answer.status in SPEAKS_FOR_ITSELF:
            return error_for(answer, now_ms)
        return BadResponse(answer.host, code="not_json", maybe_sent=not answer.safe)
    code, subcode = number(error.get("code")), number(error.get("error_subcode"))
    said = str(error.get("message") or "")
    words = plain(str(error.get("error_user_msg") or said))
    if code in (102, 190):
        return AuthExpired(words, code=_SIGNED_OUT.get(subcode, "token_refused"))
    if code in _LIMITS or 80000 <= code <= 80014:
        return RateLimited(answer.retry_after_s(now_ms) or 30.0, words, code="facebook_limit")
    if code == 368:
        return RateLimited(BLOCKED_S, words, code="facebook_blocked")
    if code == 100 and subcode == GONE:
        return NotFound(words)
    if "appsecret_proof" in said:
        return Forbidden(words, code="facebook_needs_proof")
    if code == 2635 or (code == 2500 and re.search(r"/v[0-9]+\.[0-9]+", said)):
        return BadResponse(words, code="page_no_version", maybe_sent=False)
    if code in (3, 10) or 200 <= code < 300:
        return Forbidden(words)
    if code == 506:
        return Rejected(words, code="page_duplicate")
    if code in _WRITTEN_ALREADY or code in _NO_PRIVATE:
        return Rejected(words, code="facebook_written" if code in _WRITTEN_ALREADY else "facebook_no_private")
    if code == 1 and "reduce the amount" in said:
        return BadResponse(words, code="facebook_too_much", maybe_sent=False)
    if code in (1, 2) or answer.status >= 500 or answer.status < 300:
        return BadResponse(words or answer.host, code=f"http_{answer.status}", maybe_sent=not answer.safe)
    return Rejected(words)
