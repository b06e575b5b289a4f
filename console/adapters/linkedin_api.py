"""LinkedIn's Community Management API for one Page: its headers and rest.li addresses, lists by offset, and errors.

LinkedIn counts what an app and a member ask of each endpoint in a day, publishes no figures, and tells of a limit only
when it is met. Nothing but its one host ever gets our token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from console.adapters.contract import Config, Tools
from console.adapters.markup import plain
from console.adapters.rows import Row, told
from console.adapters.transport import SPEAKS_FOR_ITSELF, Answer, Bearer, Http, Tokens, error_for
from console.adapters.typed_address import refuse_an_open_line, typed_address
from console.domain.platform import AuthExpired, BadResponse, NotFound, PlatformError, RateLimited, Rejected

ROOT = "https://api.linkedin.com/rest"
VERSION = "202608"  # the newest these modules were written after; LinkedIn keeps each for about a year
MAX_PAGE_BYTES = 20 * 1024 * 1024
PER_PAGE = 50
DAY_MS = 86_400_000
_ENDED: Mapping[str, str] = {"EXPIRED_ACCESS_TOKEN": "token_ended", "REVOKED_ACCESS_TOKEN": "token_withdrawn"}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list by offset.

    total  how many there are in all, None where that wasn't told
    onward where the next page begins, 0 at the end of the list
    """

    rows: list[Any]
    total: int | None
    onward: int


def root_of(config: Config) -> str:
    """The address that is asked, without a slash at its end. Raises Rejected "bad_url", "no_tls"."""
    parts = typed_address(config.settings.get("root") or ROOT)
    root = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    refuse_an_open_line(root)
    return root


def version_of(config: Config) -> str:
    """The version of the interface that is asked for. Raises Rejected "page_bad_version"."""
    version = config.settings.get("version") or VERSION
    if not re.fullmatch(r"20[0-9]{2}(0[1-9]|1[0-2])", version):
        raise Rejected(version, code="page_bad_version")
    return version


def encoded(urn: str) -> str:
    """A URN as it stands in an address: every sign of it that rest.li might take for its own is encoded."""
    return quote(urn, safe="")


def listed(urns: Sequence[str]) -> str:
    """Several of them in a query: `List(a,b)`, in which only the names are encoded."""
    return f"List({','.join(map(encoded, urns))})"


class Api:
    """What is asked in the name of one token, or of one that is renewed. `root` is the address that ends in `/rest`."""

    def __init__(self, root: str, version: str, auth: Bearer | Tokens, tools: Tools) -> None:
        self._root = root
        self._tools = tools
        self._headers = {"linkedin-version": version, "x-restli-protocol-version": "2.0.0"}
        self._http = Http(auth, timeout_s=tools.timeout_s, allowance=tools.allowance)

    async def close(self) -> None:
        await self._http.close()

    async def send(
        self, method: str, route: str, body: Mapping[str, Any] | None = None, restli: str = ""
    ) -> Answer:  # fmt: skip
        """One request and its answer, which is a success. The route is encoded already. Raises PlatformError."""
        headers = self._headers | ({"x-restli-method": restli} if restli else {})
        answer = await self._http.request(
            method, f"{self._root}/{route}", body=body, headers=headers, max_bytes=MAX_PAGE_BYTES
        )
        if answer.status >= 300:
            error = linkedin_error(answer, self._tools.now_ms())
            if isinstance(error, RateLimited) and error.code == "linkedin_day":
                error.retry_after_s = self._http.allowance.refused(error.retry_after_s)
            raise error
        return answer

    async def one(self, route: str) -> Row:
        """One thing. Raises PlatformError, NotFound when it is gone."""
        answer = await self.send("GET", route)
        found = _row(answer)
        if found.get("id") is None:
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return found

    async def listing(self, route: str, start: int = 0, restli: str = "") -> Listing:
        """One page of a list. Raises PlatformError."""
        joined = "&" if "?" in route else "?"
        answer = await self.send("GET", f"{route}{joined}start={start}&count={PER_PAGE}", restli=restli)
        found = _row(answer)
        rows = found.get("elements")
        if not isinstance(rows, list):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        paging = told(found, "paging")
        total = told(paging, "total")
        links = told(paging, "links")
        goes_on = any(told(link, "rel") == "next" for link in (links if isinstance(links, list) else ()))
        if type(total) is int and total >= 0:
            goes_on = goes_on or start + len(rows) < total
        return Listing(
            rows, total if type(total) is int and total >= 0 else None, start + len(rows) if goes_on and rows else 0
        )

    async def posts(self, author: str, start: int, order: str) -> Listing:
        """A page of the posts of an organisation, `order` is "LAST_MODIFIED" or "CREATED", newest first."""
        return await self.listing(f"posts?q=author&author={encoded(author)}&sortBy={order}", start, "FINDER")

    async def comments(self, under: str, start: int) -> Listing:
        """A page of the comments on a post, or of the answers to a comment."""
        return await self.listing(f"socialActions/{encoded(under)}/comments", start)

    async def numbers(self, posts: Sequence[str]) -> Mapping[str, Any]:
        """How many comments and reactions each of these posts has, by its URN."""
        if not posts:
            return {}
        answer = await self.send("GET", f"socialMetadata?ids={listed(posts)}", restli="BATCH_GET")
        results = _row(answer).get("results")
        if not isinstance(results, Mapping):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return results


def _row(answer: Answer) -> Row:
    found = answer.json()
    if not isinstance(found, Mapping):
        raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
    if "serviceErrorCode" in found or ("message" in found and isinstance(found.get("status"), int)):
        raise linkedin_error(answer, 0)
    return found


def linkedin_error(answer: Answer, now_ms: int) -> PlatformError:
    """The error an answer stands for. What is no error of LinkedIn's own form came from something else."""
    found = answer.json() if answer.is_json else None
    if not isinstance(found, Mapping) or not isinstance(found.get("message"), str):
        if answer.status in SPEAKS_FOR_ITSELF:
            return error_for(answer, now_ms)
        return BadResponse(answer.host, code="not_json", maybe_sent=not answer.safe)
    words, said, status = plain(found["message"]), str(found.get("code") or ""), answer.status
    if status < 300:
        return BadResponse(words or answer.host, code="not_expected", maybe_sent=not answer.safe)
    if status == 401:
        return AuthExpired(words, code=_ENDED.get(said, "token_refused"))
    if status == 426 or "VERSION" in said:
        return BadResponse(words, code="page_no_version", maybe_sent=False)
    if status == 429 and " DAY " in words and "retry-after" not in answer.headers:
        return RateLimited((DAY_MS - now_ms % DAY_MS) / 1000, words, code="linkedin_day")
    if status == 409:  # two changes met: neither was done, and it is tried again
        return BadResponse(words, code="http_409", maybe_sent=False)
    if status == 422 and "duplicate" in words.lower():
        return Rejected(words, code="page_duplicate")
    if status in (404, 410):
        return NotFound(words)
    return error_for(answer, now_ms, words)
