"""The REST API of one HumHub, which its module "RESTful API" brings: signing in, lists, and errors in our family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.adapters.contract import Config, Tools
from console.adapters.markup import plain
from console.adapters.rows import Row, number
from console.adapters.transport import SPEAKS_FOR_ITSELF, Answer, Basic, Bearer, Http, error_for
from console.domain.platform import AuthExpired, BadResponse, Forbidden, NotFound, PlatformError, Rejected

PER_PAGE = 100  # more is not given, whatever is asked
MAX_PAGE_BYTES = 20 * 1024 * 1024
TOKEN, JWT, PASSWORD = "token", "jwt", "password"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. A page past the end is empty, or the last one again."""

    rows: list[Any]
    total: int
    page: int
    pages: int

    @property
    def goes_on(self) -> bool:
        return bool(self.rows) and self.page < self.pages


class Api:
    """`root` is the address that ends in `/api/v1`.

    way  how we sign in: TOKEN, PASSWORD with each request, or JWT, a token that the password is changed for
    """

    def __init__(self, root: str, way: str, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._root = root
        self.way = way
        self._tools = tools
        password = Basic(config.user, secrets.get("password", ""))
        self._password = password
        self._http = Http(
            Bearer(secrets.get("token", "")) if way == TOKEN else password,
            timeout_s=tools.timeout_s,
            allowance=tools.allowance,
        )
        self._signed: Http | None = None  # with the token that the password was changed for

    async def close(self) -> None:
        for line in (self._http, self._signed):
            if line is not None:
                await line.close()

    async def sign_in(self) -> None:
        """Change the password for a token. Raises AuthExpired; NotFound where the site has that switched off."""
        answer = await self._http.request(
            "POST",
            f"{self._root}/auth/login",
            body={"username": self._password.user, "password": self._password.password},
        )
        if answer.status in {400, 401} and answer.is_json:
            code = "humhub_bad_login" if answer.status == 400 else "humhub_not_enabled"
            raise AuthExpired(_words(answer.json()), code=code)
        if answer.status == 404:
            raise NotFound(code="humhub_no_jwt")
        if answer.status >= 300:
            raise humhub_error(answer, self._tools.now_ms())
        row = answer.json()
        token = row.get("auth_token") if isinstance(row, Mapping) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        if self._signed is not None:
            await self._signed.close()
        self._signed = Http(Bearer(token), timeout_s=self._tools.timeout_s, allowance=self._tools.allowance)

    async def send(
        self, method: str, route: str, params: Mapping[str, str | int] | None = None, body: Mapping[str, Any] | None = None,
        max_bytes: int = MAX_PAGE_BYTES,
    ) -> Answer:  # fmt: skip
        """One request. A token that ran out is asked for anew, once: what was refused with 401 was not done."""
        for again in (False, True):
            if self.way == JWT and (again or self._signed is None):
                await self.sign_in()
            line = self._signed if self.way == JWT and self._signed is not None else self._http
            answer = await line.request(method, f"{self._root}/{route}", params=params, body=body, max_bytes=max_bytes)
            if answer.status != 401 or self.way != JWT or again:
                break
        if answer.status >= 300:
            raise humhub_error(answer, self._tools.now_ms())
        return answer

    async def listing(self, route: str, limit: int = PER_PAGE, /, **params: str | int) -> Listing:
        """One page of a list. Raises PlatformError."""
        answer = await self.send("GET", route, {"limit": limit, **params})
        found = _good(answer)
        rows = found.get("results")
        if not isinstance(rows, list):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return Listing(rows, number(found.get("total")), number(found.get("page")) or 1, number(found.get("pages")))

    async def one(self, route: str) -> Row:
        """One thing. Raises PlatformError, NotFound when it is gone."""
        return self._row(await self.send("GET", route))

    async def change(self, method: str, route: str, body: Mapping[str, Any] | None = None) -> Row:
        """Make or change one; returns it as it is now."""
        return self._row(await self.send(method, route, None, body))

    async def remove(self, route: str) -> None:
        _good(await self.send("DELETE", route))

    def _row(self, answer: Answer) -> Row:
        row = _good(answer)
        if not number(row.get("id")):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
        return row


def _good(answer: Answer) -> Row:
    """What an answer holds. Raises the error that it stands for: also one that came with 200."""
    found = answer.json()
    if not isinstance(found, Mapping):
        raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
    if _status(found) >= 400:
        raise humhub_error(answer, 0)
    return found


def _status(found: Mapping[str, Any]) -> int:
    """The status that an error says itself: in HumHub's own form, or in that of its framework."""
    if "results" in found or "metadata" in found or not isinstance(found.get("message"), str):
        return 0
    said = number(found.get("status")) if "name" in found else number(found.get("code"))
    return said if 400 <= said < 600 else 0


def _words(found: object) -> str:
    """What HumHub says itself: for a refused form the reasons, which stand in the person's language."""
    if not isinstance(found, Mapping):
        return ""
    reasons = [
        text
        for form in ("comment", "post")
        if isinstance(found.get(form), Mapping)
        for field in found[form].values()
        for text in (field if isinstance(field, list) else [field])
        if isinstance(text, str)
    ]
    return plain(" ".join(reasons) or str(found.get("message") or ""))


def humhub_error(answer: Answer, now_ms: int) -> PlatformError:
    """The error an answer stands for. What is no JSON came from something else than the module."""
    found = answer.json() if answer.is_json else None
    if not isinstance(found, Mapping) or not isinstance(found.get("message"), str):
        if answer.status in SPEAKS_FOR_ITSELF:
            return error_for(answer, now_ms)
        code = "humhub_no_api" if answer.status == 404 else "not_json"
        return BadResponse(answer.host, code=code, maybe_sent=not answer.safe)
    words, status = _words(found), _status(found) if answer.status < 300 else answer.status
    match status:
        case 401:
            return AuthExpired(words, code="humhub_signed_out")
        case 403:
            return Forbidden(words)
        case 404 | 410:
            return NotFound(words)
        case 400 | 422:
            return Rejected(words)
        case _ if answer.status < 300:
            return BadResponse(words, code=f"http_{status}", maybe_sent=not answer.safe)
        case _:
            return error_for(answer, now_ms, words)
