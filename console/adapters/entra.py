"""Signing in with Microsoft Entra, for every platform that stands behind it: in the browser, with a code, and silently.

msal speaks the protocol and holds the tokens; it works in a thread of its own and reaches the network only through our
own line, so that patience, limits and errors are those of every other request. Only https is spoken, with the one server
that `authority` names.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from console.adapters.budgets import Allowance
from console.adapters.contract import Config, DeviceCode, Field, Tools
from console.adapters.entra_errors import refused
from console.adapters.entra_line import Line
from console.adapters.renewed_tokens import EARLY_MS, SECRET, RenewedTokens
from console.adapters.sign_in_place import page_server
from console.adapters.transport import Http
from console.domain.platform import AuthExpired, BadResponse, Forbidden, PlatformError, Rejected
from console.domain.sign_in_pages import stands_on

if TYPE_CHECKING:
    import msal

AUTHORITY, TENANT = "https://login.microsoftonline.com", "organizations"
_REGISTERED = "Your administrator registers an app for Luisterpost at Microsoft Entra; the guide says how. Both stand on its page."
FIELDS = (
    Field("client_id", "Application (client) ID", hint="00000000-0000-0000-0000-000000000000", where=_REGISTERED),
    Field("tenant", "Directory (tenant) ID or domain", required=False, hint=TENANT),
)
OWN_SCOPES = frozenset({"openid", "profile", "offline_access"})  # msal asks for these by itself
MAX_CODE, MAX_ADDRESS = 40, 200

Asked = dict[str, Any] | None
Work = Callable[["msal.PublicClientApplication"], Asked]
# The browser brings the answer in the address, because a form sent from https to this computer makes browsers warn.
warnings.filterwarnings("ignore", message="response_mode=", category=UserWarning)
logging.getLogger("msal").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Entra:
    """What an adapter names as its `sign_in`.

    scopes   what is asked for, unless the connection's setting "scope" says otherwise
    needs    the permissions that it can't do without: of each all names it goes by, the first is the one people are told
    """

    scopes: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...] = ()
    provider: ClassVar[str] = "Microsoft"

    def place(self, settings: Mapping[str, str]) -> str:
        """The server of all sign-in pages. Raises Rejected "bad_url", "no_tls"."""
        return page_server(settings.get("authority") or AUTHORITY)

    def begin(self, config: Config, tools: Tools) -> Attempt:
        return Attempt(_App(self, config, tools), config.user)


class EntraTokens(RenewedTokens):
    """What to say to a platform behind Entra."""

    def __init__(self, entra: Entra, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(_App(entra, config, tools, secrets.get(SECRET, "")), tools)


class Attempt:
    """One attempt of a person to sign in."""

    def __init__(self, app: _App, user: str) -> None:
        self._app = app
        self._user = user
        self._flow: dict[str, Any] = {}

    async def address(self, redirect: str) -> str:
        """The page to open. Raises PlatformError; BadResponse "bad_page" for a page on another server."""
        hint = {"login_hint": self._user} if self._user else {"prompt": "select_account"}
        self._flow = await self._app.ask(
            lambda app: app.initiate_auth_code_flow(self._app.scopes, redirect_uri=redirect, **hint)
        )
        address = str(self._flow.get("auth_uri", ""))
        if not stands_on(address, self._app.place):
            raise BadResponse(urlsplit(address).netloc, code="bad_page", maybe_sent=False)
        return address

    def is_ours(self, query: Mapping[str, str]) -> bool:
        return bool(self._flow) and query.get("state") == self._flow["state"] and ("code" in query or "error" in query)

    async def answered(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """Raises Forbidden "declined" or "no_consent" with the permission; Rejected; Unreachable; BadResponse."""
        flow, self._flow = self._flow, {}
        return await self._app.signed(lambda app: app.acquire_token_by_auth_code_flow(flow, dict(query)))

    async def code(self) -> DeviceCode:
        self._flow = await self._app.ask(lambda app: app.initiate_device_flow(self._app.scopes))
        code, address = str(self._flow.get("user_code", "")), str(self._flow.get("verification_uri", ""))
        if not 0 < len(code) <= MAX_CODE or not stands_on(address, address) or len(address) > MAX_ADDRESS:
            raise BadResponse(self._app.host, code="bad_code", maybe_sent=False)
        return DeviceCode(code, address, float(self._flow["expires_in"]))

    async def look(self) -> Mapping[str, str] | float:
        """Raises Forbidden "declined"; AuthExpired "code_expired"; as `answered`."""

        def once(app: msal.PublicClientApplication) -> Asked:
            got: Asked = app.acquire_token_by_device_flow(self._flow, exit_condition=lambda flow: True)
            return None if got and got.get("error") in ("authorization_pending", "slow_down") else got

        if not self._flow.get("latest_attempt_at"):
            self._flow["latest_attempt_at"] = 1.0  # the first look comes one interval after the code
            return float(self._flow["interval"])
        return await self._app.signed(once) or float(self._flow["interval"])


class _App:
    """msal, as it is used for one connection."""

    def __init__(self, entra: Entra, config: Config, tools: Tools, kept: str = "") -> None:
        settings = config.settings
        self.place = entra.place(settings)
        self.host = urlsplit(self.place).netloc
        self.scopes = [name for name in settings.get("scope", "").split() or entra.scopes if name not in OWN_SCOPES]
        self._needs = entra.needs
        self._client_id = settings.get("client_id", "").strip()
        self._tenant = settings.get("tenant", "").strip() or TENANT
        self._timeout_s, self._now_ms = tools.timeout_s, tools.now_ms
        self._kept = kept

    @property
    def signed_in(self) -> bool:
        return bool(self._kept)

    async def ask(self, work: Work) -> dict[str, Any]:
        """What msal answers, {} for nothing. Raises PlatformError."""
        return (await self._in_a_thread(work))[0]

    async def signed(self, work: Work) -> Mapping[str, str]:
        """The secrets that a sign-in gives, {} where it isn't done yet. Raises PlatformError."""
        got, kept = await self._in_a_thread(lambda app: _with_a_token(work(app)))
        if not got:
            return {}
        self._look_at_permissions(got)
        return {SECRET: kept}

    async def silently(self, *, force: bool, keep: Callable[[str], None]) -> dict[str, Any]:
        """A token without anybody's doing. What was renewed is kept before it is used. Raises PlatformError."""

        def work(app: msal.PublicClientApplication) -> Asked:
            found: list[Asked] = [
                app.acquire_token_silent_with_error(self.scopes, account, force_refresh=True)
                for account in app.get_accounts()
            ]
            renewable = any(app.token_cache.search("RefreshToken"))
            return _with_a_token(found[0] or {}) if found and renewable else None

        got, self._kept = await self._in_a_thread(work, keep, held=not force)
        if not got:
            raise AuthExpired(code="sign_in_first")
        self._look_at_permissions(got)
        return got

    def _held(self, cache: msal.TokenCache) -> Asked:
        """A token of an earlier run that is still good. All were given for what we ask, whatever the answer called it."""
        lasts_s, token = max(
            ((int(entry["expires_on"]) - self._now_ms() // 1000, entry["secret"])
             for entry in cache.search("AccessToken")), default=(0, ""),
        )  # fmt: skip
        return {"access_token": token, "expires_in": lasts_s} if lasts_s > EARLY_MS // 1000 else None

    async def _in_a_thread(
        self, work: Work, keep: Callable[[str], None] = lambda kept: None, *, held: bool = False
    ) -> tuple[dict[str, Any], str]:
        if not self._client_id:
            raise Rejected(code="entra_no_client")
        if set(self._client_id + self._tenant) & set("/?#\\ "):
            raise Rejected(self._client_id, code="entra_no_app")
        http = Http(timeout_s=self._timeout_s, allowance=Allowance())  # Microsoft's, not the platform's
        line = Line(http, self.host, self._now_ms)
        try:
            return await asyncio.to_thread(self._done, work, keep, line, held)
        finally:
            await http.close()

    def _done(self, work: Work, keep: Callable[[str], None], line: Line, held: bool) -> tuple[dict[str, Any], str]:
        import msal

        cache = msal.SerializableTokenCache()
        try:
            cache.deserialize(self._kept or None)
            found = self._held(cache) if held else None
        except (ValueError, KeyError, TypeError, AttributeError) as cause:  # what was kept can't be read
            raise AuthExpired(code="sign_in_first") from cause
        if found:
            return found, self._kept
        try:
            app = msal.PublicClientApplication(
                self._client_id, authority=f"{self.place}/{self._tenant}", http_client=line, token_cache=cache,
                instance_discovery=False, app_name="Luisterpost",
            )  # fmt: skip
            got = work(app) or {}
        except PlatformError:
            raise
        except ValueError as cause:  # what it says of an answer without the fields that it needs, or of no such tenant
            raise (line.trouble or BadResponse(self.host, code="entra_odd", maybe_sent=False)) from cause
        except (RuntimeError, KeyError, TypeError, AttributeError) as cause:
            raise BadResponse(self.host, code="entra_odd", maybe_sent=False) from cause
        if "error" in got:
            raise refused(got, self._permissions(), self._client_id)
        changed = cache.has_state_changed  # until it is written down
        kept = cache.serialize()
        if changed:
            keep(kept)
        return got, kept

    def _permissions(self) -> str:
        return ", ".join(names[0] for names in self._needs) or " ".join(self.scopes)

    def _look_at_permissions(self, got: Mapping[str, Any]) -> None:
        """Raises Forbidden "no_consent" with those that are missing, where the answer says what was given."""
        given = {scope.rpartition("/")[2].lower() for scope in str(got.get("scope") or "").split()} - OWN_SCOPES
        given -= {".default", "email"}
        missing = [names[0] for names in self._needs if given and not given & {name.lower() for name in names}]
        if missing:
            raise Forbidden(", ".join(missing), code="no_consent")


def _with_a_token(got: Asked) -> Asked:
    """Raises KeyError for an answer that says neither why not nor gives a token."""
    if got is not None and "error" not in got:
        got["access_token"]
    return got
