"""LinkedIn's tokens: one that somebody pasted, or one that is renewed with the customer's own app, and when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from console.adapters.contract import Config, Tools
from console.adapters.rows import Row, told
from console.adapters.transport import Answer, Bearer, Http, error_for
from console.adapters.typed_address import refuse_an_open_line, typed_address
from console.domain.platform import AuthExpired, BadResponse, PlatformError, Rejected

OAUTH = "https://www.linkedin.com/oauth/v2"
LASTS_MS = 60 * 86_400_000  # as long as LinkedIn's tokens last at most
_FORM = {"content-type": "application/x-www-form-urlencoded"}


class Pasted:
    """What signs in: the token, and the app's own id and secret where the customer gave them. Closed by whoever made it."""

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        parts = typed_address(config.settings.get("oauth") or OAUTH)
        self._root = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
        refuse_an_open_line(self._root)
        self._token = secrets.get("token", "").strip()
        self._refresh = secrets.get("refresh_token", "").strip()
        self._app = {
            "client_id": config.settings.get("client_id", "").strip(),
            "client_secret": secrets.get("client_secret", "").strip(),
        }
        self._tools = tools
        self._http = Http(timeout_s=tools.timeout_s, allowance=tools.allowance)
        self._renewing = asyncio.Lock()
        if not self._token and not self.renews:
            raise AuthExpired(code="no_secret")

    @property
    def renews(self) -> bool:
        return bool(self._refresh and self._is_app)

    @property
    def _is_app(self) -> bool:
        return all(self._app.values())

    async def close(self) -> None:
        await self._http.close()

    async def header(self, refused: str = "") -> str:
        """What to say; a token that was refused is renewed where that can be done. Raises PlatformError."""
        async with self._renewing:
            if self.renews and (not self._token or refused == Bearer(self._token).header()):
                await self._renew()
        return Bearer(self._token).header()

    async def _renew(self) -> None:
        row = await self._asked("accessToken", {"grant_type": "refresh_token", "refresh_token": self._refresh})
        token, refresh = told(row, "access_token"), told(row, "refresh_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise BadResponse(code="not_expected", maybe_sent=False)
        self._token = token
        self._refresh = refresh if isinstance(refresh, str) and refresh.isascii() else self._refresh
        await asyncio.to_thread(self._tools.keep, {"token": self._token, "refresh_token": self._refresh})

    async def ends_ms(self) -> int | None:
        """When the token ends, as LinkedIn tells the app that made it; None where it doesn't, or nobody gave the app."""
        if not self._is_app or not self._token:
            return None
        try:
            found = await self._asked("introspectToken", {"token": self._token})
        except (Rejected, AuthExpired):
            return None
        ends_s = told(found, "expires_at")
        return ends_s * 1000 if type(ends_s) is int and ends_s > 0 else None

    async def _asked(self, route: str, form: Mapping[str, str]) -> Row:
        content = urlencode({**form, **self._app}).encode()
        answer = await self._http.request("POST", f"{self._root}/{route}", form=content, headers=_FORM)
        if answer.status >= 300:
            raise _error(answer, self._tools.now_ms())
        found = answer.json()
        if not isinstance(found, Mapping):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return found


def _error(answer: Answer, now_ms: int) -> PlatformError:
    """Why a token isn't renewed: it ended too, or the app isn't right."""
    said = told(answer.json(), "error") if answer.is_json else None
    if answer.status in (400, 401) and isinstance(said, str):
        return AuthExpired(said, code="linkedin_app" if "client" in said else "token_ended")
    return error_for(answer, now_ms)
