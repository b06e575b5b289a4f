"""Yammer's REST API, version 1: pages of messages, lists of people and groups, and errors in our family.

There are two budgets, for messages and for all else, each as Microsoft publishes it. Nothing but this one host ever
gets our token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from console.adapters.budgets import Budget
from console.adapters.contract import Tools
from console.adapters.rows import Row, number, told
from console.adapters.transport import Answer, Http, error_for
from console.adapters.yammer_reading import Refs, truth
from console.domain.platform import AuthExpired, BadResponse, NotFound, PlatformError, RateLimited, Rejected

MAX_PAGE_BYTES = 20 * 1024 * 1024
PER_PAGE = 20  # messages; more is not given, whatever is asked
GROUPS_A_PAGE = 50
MAX_GROUP_PAGES = 40
MESSAGES = "messages"  # the budget of everything below messages/
BUDGETS: Mapping[str, Budget] = {MESSAGES: Budget(10, 30.0), "": Budget(10, 30.0)}
EXTENDED: Mapping[str, str] = {"threaded": "extended"}
_HEADERS = {"accept": "application/json", "yammer-capabilities": "external-messaging,external-groups"}
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_DEACTIVATED, _NO_TOKEN, _LIMITS = 4, 16, frozenset({32, 33})
_LIMIT_S = 30.0  # when nobody says for how long: the window of the published limit


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of messages, as they came.

    replies  of each thread the two newest answers, where threads were asked for
    older    whether there is more behind it
    liked    the messages of the page that we like, None where nothing tells
    poll_s   how long the network asks us to wait before we look again, 0 when it doesn't
    """

    rows: list[Any]
    replies: Mapping[int, list[Any]]
    refs: Refs
    older: bool
    liked: frozenset[int] | None
    poll_s: float

    @property
    def numbers(self) -> list[int]:
        return [found for row in self.rows if (found := number(told(row, "id")))]

    @property
    def oldest(self) -> int:
        return min(self.numbers, default=0)


class Api:
    """`root` is the address that ends in `/api/v1`."""

    def __init__(self, http: Http, root: str, tools: Tools) -> None:
        self._http = http
        self._root = root
        self._tools = tools

    async def send(
        self,
        method: str,
        route: str,
        params: Mapping[str, str | int] | None = None,
        form: Mapping[str, str] | None = None,
        max_bytes: int = MAX_PAGE_BYTES,
    ) -> Answer:
        """One request and its answer, which is a success. Raises PlatformError."""
        answer = await self._http.request(
            method, f"{self._root}/{route}", params=params, form=urlencode(form).encode() if form else None,
            headers=_HEADERS | (_FORM if form else {}), max_bytes=max_bytes, budget=MESSAGES if route.startswith(MESSAGES) else "",
        )  # fmt: skip
        if answer.status >= 300 or _fails(answer):
            error = yammer_error(answer, self._tools.now_ms())
            if isinstance(error, RateLimited) and answer.wait_s is None:  # only the body says so
                error.retry_after_s = self._http.allowance.refused(answer.retry_after_s(self._tools.now_ms()))
            raise error
        return answer

    async def feed(self, route: str, params: Mapping[str, str | int] | None = None, *, sure: bool = False) -> Feed:
        """One page of messages, newest first.

        sure  there should be something on it: an empty page, which comes by mistake now and then, is asked for again
        """
        found = await self._page(route, params)
        if sure and not found.rows:
            found = await self._page(route, params)
        return found

    async def _page(self, route: str, params: Mapping[str, str | int] | None) -> Feed:
        return feed_in(await self.send("GET", f"messages/{route}.json" if route else "messages.json", params))

    async def message(self, number_: int) -> tuple[Row, Refs]:
        """One message as it is now, with what its page names. Raises NotFound when it is gone."""
        answer = await self.send("GET", f"messages/{number_}.json")
        found = answer.json()
        if isinstance(found, Mapping) and isinstance(found.get("messages"), list):  # some networks wrap it in a page
            page = feed_in(answer)
            row, refs = next((row for row in page.rows if number(told(row, "id")) == number_), None), page.refs
        else:
            row, refs = found, Refs.of(told(found, "references"))
        if not isinstance(row, Mapping) or number(row.get("id")) != number_:
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return row, refs

    async def one(self, route: str) -> Row:
        """One thing that is no message. Raises PlatformError."""
        answer = await self.send("GET", route)
        found = answer.json()
        if not isinstance(found, Mapping) or not number(found.get("id")):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return found

    async def file(self, route: str, max_bytes: int) -> bytes:
        """A file by its address below the API. Raises PlatformError: BadResponse "redirect" where it lies elsewhere."""
        answer = await self._http.request("GET", f"{self._root}/{route}", follow=True, max_bytes=max_bytes)
        if answer.status >= 300:
            raise yammer_error(answer, self._tools.now_ms())
        return answer.body

    async def groups(self) -> list[Any]:
        """The communities that we are a member of."""
        found: list[Any] = []
        for page in range(1, MAX_GROUP_PAGES + 1):
            answer = await self.send("GET", "groups.json", {"mine": 1, "page": page})
            rows = answer.json()
            if not isinstance(rows, list):
                raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
            found += rows
            if len(rows) < GROUPS_A_PAGE:
                break
        return found


def feed_in(answer: Answer) -> Feed:
    """The page that an answer holds. Raises BadResponse "not_json" or "not_expected"."""
    found = answer.json()
    rows = told(found, "messages")
    if not isinstance(rows, list):
        raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
    meta, extended = told(found, "meta"), told(found, "threaded_extended")
    older, liked, poll_s = (
        told(meta, "older_available"),
        told(meta, "liked_message_ids"),
        told(meta, "requested_poll_interval"),
    )
    return Feed(
        rows,
        {number(key): value for key, value in extended.items() if isinstance(value, list)}
        if isinstance(extended, Mapping)
        else {},
        Refs.of(told(found, "references")),
        bool(rows) if older is None else truth(older),
        frozenset(map(number, liked)) if isinstance(liked, list) else None,
        float(number(poll_s)),
    )


def _fails(answer: Answer) -> bool:
    """Whether an answer of success tells of an error inside."""
    if answer.body.lstrip()[:1] != b"{" or not answer.is_json:
        return False
    found = answer.json()
    return told(told(found, "response"), "stat") == "fail" or (
        "messages" not in found and isinstance(found.get("base"), list)
    )


def yammer_error(answer: Answer, now_ms: int) -> PlatformError:
    """The error that an answer stands for, by Yammer's own number where it gives one."""
    found = answer.json() if answer.is_json else None
    response = told(found, "response")
    words, code = told(response, "message"), number(told(response, "code"))
    words = words if isinstance(words, str) else ""
    if code in _LIMITS:
        return RateLimited(answer.retry_after_s(now_ms) or _LIMIT_S, words, code="http_429")
    if code in (_NO_TOKEN, _DEACTIVATED) or answer.status == 401:
        return AuthExpired(words, code="yammer_deactivated" if code == _DEACTIVATED else "yammer_signed_out")
    base = told(found, "base")
    if isinstance(base, list):
        words = " ".join(one for one in base if isinstance(one, str))
        return Rejected(words, code="parent_gone" if "deleted" in words.lower() else "")
    if answer.status < 300:
        return BadResponse(words or answer.host, code="yammer_fails", maybe_sent=not answer.safe)
    if answer.status in (404, 410):
        # An empty answer is Yammer's; a page is of somebody between us and it, who knows nothing of messages.
        if answer.body.strip() and not answer.is_json:
            return BadResponse(answer.host, code="not_json", maybe_sent=not answer.safe)
        return NotFound(words, code="http_404")
    return error_for(answer, now_ms, words)
