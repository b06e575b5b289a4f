"""Signing in with Google in the browser, and silently afterwards: OAuth with PKCE, back to a door on this computer.

Google has a secret for every app, also for one on a person's own computer, where it is none: it stands among the settings.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from console.adapters.budgets import Allowance
from console.adapters.contract import Config, DeviceCode, Field, Tools
from console.adapters.renewed_tokens import EARLY_MS, SECRET, RenewedTokens
from console.adapters.sign_in_place import page_server
from console.adapters.transport import Http, error_for
from console.domain.platform import AuthExpired, BadResponse, Forbidden, PlatformError, Rejected

PAGES, TOKENS = "https://accounts.google.com", "https://oauth2.googleapis.com"
_REGISTERED = "Your administrator makes them in the Google Cloud console, for an app on people's own computers; the guide says how."
FIELDS = (
    Field("client_id", "Client ID of the app", hint="0000-xxxx.apps.googleusercontent.com", where=_REGISTERED),
    Field("client_secret", "Client secret of the app", where="It belongs to the app, not to you, and is no password."),
)
MAX_BYTES = 65_536
_NO_CONSENT = frozenset({"admin_policy_enforced", "org_internal", "disallowed_useragent", "restricted_client"})


@dataclass(frozen=True, slots=True)
class Google:
    """What an adapter names as its `sign_in`. The settings "authority" and "tokens" name other servers than Google's."""

    scope: str
    provider: ClassVar[str] = "Google"

    def place(self, settings: Mapping[str, str]) -> str:
        """The server of all sign-in pages. Raises Rejected "bad_url", "no_tls"."""
        return page_server(settings.get("authority") or PAGES)

    def begin(self, config: Config, tools: Tools) -> Attempt:
        return Attempt(_App(self, config, tools), config.user)


class GoogleTokens(RenewedTokens):
    """What to say to a service of Google's."""

    def __init__(self, google: Google, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(_App(google, config, tools, secrets.get(SECRET, "")), tools)


class Attempt:
    """One attempt of a person to sign in."""

    def __init__(self, app: _App, user: str) -> None:
        self._app = app
        self._user = user
        self._state, self._verifier, self._redirect = "", "", ""

    async def address(self, redirect: str) -> str:
        """The page to open. Raises Rejected "google_no_client"."""
        self._state, self._verifier, self._redirect = secrets.token_urlsafe(32), secrets.token_urlsafe(64), redirect
        digest = hashlib.sha256(self._verifier.encode()).digest()
        asked = {
            "client_id": self._app.client_id, "redirect_uri": redirect, "response_type": "code", "scope": self._app.scope,
            "state": self._state, "code_challenge_method": "S256", "access_type": "offline", "prompt": "consent",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            **({"login_hint": self._user} if self._user else {}),
        }  # fmt: skip
        return f"{self._app.place}/o/oauth2/v2/auth?{urlencode(asked)}"

    def is_ours(self, query: Mapping[str, str]) -> bool:
        state = query.get("state", "")
        return (
            bool(self._state)
            and secrets.compare_digest(state.encode(), self._state.encode())
            and ("code" in query or "error" in query)
        )

    async def answered(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """Raises Forbidden "declined", "google_no_mail", "no_consent"; Rejected; Unreachable; BadResponse."""
        self._state = ""  # good for once
        if "error" in query:
            raise _refused({"error": query["error"]}, self._app.client_id)
        kept = await self._app.asked(
            {"grant_type": "authorization_code", "code": query["code"], "code_verifier": self._verifier,
             "redirect_uri": self._redirect}
        )  # fmt: skip
        return {SECRET: kept}

    async def code(self) -> DeviceCode:
        """Raises Rejected "google_no_code": for mail Google gives none."""
        raise Rejected(code="google_no_code")

    async def look(self) -> Mapping[str, str] | float:
        raise Rejected(code="google_no_code")


class _App:
    """An app at Google's, as it is used for one connection, and the tokens that it was given."""

    def __init__(self, google: Google, config: Config, tools: Tools, kept: str = "") -> None:
        settings = config.settings
        self.place, self.scope = google.place(settings), google.scope
        self._tokens = page_server(settings.get("tokens") or TOKENS)
        self._client_id, self._secret = settings.get("client_id", "").strip(), settings.get("client_secret", "").strip()
        self._timeout_s, self._now_ms = tools.timeout_s, tools.now_ms
        self._kept = kept

    @property
    def client_id(self) -> str:
        if not self._client_id or not self._secret:
            raise Rejected(code="google_no_client")
        return self._client_id

    @property
    def signed_in(self) -> bool:
        return bool(self._kept)

    async def silently(self, *, force: bool, keep: Callable[[str], None]) -> Mapping[str, Any]:
        held = self._held()
        left_ms = int(held.get("ends_at_ms") or 0) - self._now_ms()
        if force or left_ms <= EARLY_MS:
            form = {"grant_type": "refresh_token", "refresh_token": str(held["refresh_token"])}
            self._kept = await self.asked(form, str(held["refresh_token"]))
            await asyncio.to_thread(keep, self._kept)
            held = self._held()
            left_ms = int(held["ends_at_ms"]) - self._now_ms()
        return {"access_token": held["access_token"], "expires_in": left_ms // 1000}

    def _held(self) -> Mapping[str, Any]:
        """Raises AuthExpired "sign_in_first" where what was kept can't be read."""
        try:
            held = json.loads(self._kept)
            held["refresh_token"], held["access_token"]
        except (ValueError, KeyError, TypeError) as cause:
            raise AuthExpired(code="sign_in_first") from cause
        return dict(held)

    async def asked(self, form: Mapping[str, str], refresh: str = "") -> str:
        """The tokens that this is good for, as they are kept. Raises PlatformError."""
        whole = {**form, "client_id": self.client_id, "client_secret": self._secret}
        http = Http(timeout_s=self._timeout_s, allowance=Allowance())  # Google's, not the mailbox's
        try:
            answer = await http.request(
                "POST", f"{self._tokens}/token", form=urlencode(whole).encode(), max_bytes=MAX_BYTES,
                headers={"content-type": "application/x-www-form-urlencoded"},
            )  # fmt: skip
        finally:
            await http.close()
        if answer.status >= 500 or answer.status == 429:
            raise error_for(answer, self._now_ms())
        told = answer.json()
        if not isinstance(told, dict):
            raise BadResponse(urlsplit(self._tokens).netloc, code="bad_code", maybe_sent=False)
        if "error" in told:
            raise _refused(told, self._client_id)
        if "scope" in told and self.scope not in str(told["scope"]).split():
            raise Forbidden(self.scope, code="google_no_mail")  # a box that somebody left empty
        try:
            kept = {
                "access_token": str(told["access_token"]), "refresh_token": str(told.get("refresh_token") or refresh),
                "ends_at_ms": self._now_ms() + int(told["expires_in"]) * 1000,
            }  # fmt: skip
        except (KeyError, ValueError, TypeError) as cause:
            raise BadResponse(urlsplit(self._tokens).netloc, code="bad_code", maybe_sent=False) from cause
        if not kept["refresh_token"]:
            raise BadResponse(urlsplit(self._tokens).netloc, code="bad_code", maybe_sent=False)
        return json.dumps(kept)


def _refused(told: Mapping[str, Any], client_id: str) -> PlatformError:
    """The error for an answer of OAuth with `error` in it."""
    error, words = str(told.get("error") or ""), str(told.get("error_description") or "")[:300]
    if error == "access_denied":
        return Forbidden(code="declined")
    if error in _NO_CONSENT:
        return Forbidden(error, code="no_consent")
    if error in ("invalid_client", "unauthorized_client", "deleted_client"):
        return Rejected(client_id, code="google_no_app")
    if error == "invalid_grant":
        return AuthExpired(code="signed_out")
    return Rejected(words or error)
