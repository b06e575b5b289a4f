"""A Microsoft Entra that behaves: people, consents, codes, tokens that end, are renewed and taken away; over https.

Whoever signs in does so as in a browser: `Browser` opens the page and follows it back to where it leads.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import trustme

from tests.fakes.loopback import Loopback, Told

CLIENT = "11111111-2222-3333-4444-555555555555"
TENANT = "contoso.example"
RESOURCE = "https://api.yammer.com"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Grant:
    """What somebody agreed to, and the tokens that came of it."""

    person: str
    scopes: list[str]
    nonce: str = ""
    redirect: str = ""
    challenge: str = ""
    state: str = "open"
    code: str = ""
    asked_s: float = 0.0
    interval_s: float = 5.0
    until_s: float = 0.0


@dataclass
class World:
    """What tests set. `now_s` is Entra's clock, `fault` what answers instead of the token endpoint."""

    people: dict[str, str] = field(
        default_factory=lambda: {"noor": "noor@contoso.example", "sam": "sam@contoso.example"}
    )
    permissions: set[str] = field(default_factory=lambda: {"access_as_user"})
    consent: bool = True
    public: bool = True
    single_use: bool = False
    lasts_s: int = 3600
    offset_s: float = 0.0
    fault: Told | None = None
    interval_s: int = 5

    def now_s(self) -> float:
        return time.time() + self.offset_s


class FakeEntra(Loopback):
    """`with FakeEntra() as entra: …`; `entra.trust(folder)` is for SSL_CERT_FILE of whoever speaks with it."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.authority = trustme.CA()
        self.codes: dict[str, Grant] = {}
        self.devices: dict[str, Grant] = {}
        self.refreshing: dict[str, Grant] = {}
        self.access: dict[str, tuple[Grant, float]] = {}
        self.asked: list[str] = []  # what each token request was: its kind of grant
        self.elsewhere = ""  # a server that is named instead of this one
        self.held, self.let_go = threading.Event(), threading.Event()
        self.let_go.set()
        self.given: set[str] = set()  # every secret that ever left, to look for where it may not be

    @property
    def url(self) -> str:
        return super().url.replace("http://", "https://")

    def __enter__(self) -> Self:
        super().__enter__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        # Each handler shakes hands in its own thread.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        return self

    def trust(self, folder: Path) -> Path:
        file = folder / "entra.pem"
        self.authority.cert_pem.write_to_path(str(file))
        return file

    def settings(self) -> dict[str, str]:
        """What a connection is told to find us."""
        return {"authority": self.url, "client_id": CLIENT, "tenant": TENANT}

    def revoke(self) -> None:
        """An administrator signs everybody out."""
        with self.lock:
            self.refreshing.clear()
            self.access.clear()

    def end_access(self) -> None:
        """All access tokens end now; who may renew them still may."""
        with self.lock:
            self.access.clear()

    def lets_in(self, authorization: str) -> bool:
        """What a platform behind it asks: is this a token of ours that has not ended?"""
        with self.lock:
            _grant, until_s = self.access.get(authorization.removeprefix("Bearer "), (None, 0.0))
            return until_s > self.world.now_s()

    def person_of(self, authorization: str) -> str:
        with self.lock:
            return self.access[authorization.removeprefix("Bearer ")][0].person

    def type_code(self, code: str, *, yes: bool = True) -> None:
        """Somebody types a code on another device, and agrees or not."""
        with self.lock:
            grant = next(grant for grant in self.devices.values() if grant.code == code)
            grant.state = "yes" if yes else "no"

    # -- pages -----------------------------------------------------------------------------------------------------------

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told:
        parts = urlsplit(target)
        tenant, _slash, page = parts.path.lstrip("/").partition("/")
        form = dict(parse_qsl(content.decode() or parts.query))
        if tenant not in (TENANT, "organizations"):
            return told(400, {"error": "invalid_tenant", "error_description": "AADSTS90002: Tenant not found."})
        match page:
            case "v2.0/.well-known/openid-configuration":
                return told(200, self._pages(tenant))
            case "oauth2/v2.0/authorize":
                return self._authorize(form)
            case "oauth2/v2.0/devicecode":
                return self._device(form)
            case "oauth2/v2.0/token":
                answer = self.world.fault or self._token(form)
                if not self.let_go.is_set():  # what was given out is on its way, for as long as the test wants
                    self.held.set()
                    self.let_go.wait(60)
                return answer
        return told(404, {"error": "not_found"})

    def _pages(self, tenant: str) -> dict[str, str]:
        at = f"{self.elsewhere or self.url}/{tenant}/oauth2/v2.0"
        return {"issuer": f"{self.url}/{tenant}/v2.0", "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token", "device_authorization_endpoint": f"{at}/devicecode"}  # fmt: skip

    def _authorize(self, form: dict[str, str]) -> Told:
        """What is left after the pages on which a person says who they are: `person` and `agrees`, as Browser adds them."""
        redirect = urlsplit(form["redirect_uri"])
        if form["client_id"] != CLIENT or (redirect.scheme, redirect.hostname) != ("http", "localhost"):
            return 400, "text/html", b"<p>AADSTS50011: The redirect URI does not match.</p>"
        assert form["code_challenge_method"] == "S256"
        back = {"state": form["state"]}
        if form.get("agrees") == "no":
            back |= {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}
        elif not self.world.consent:
            back |= {"error": "consent_required", "error_description": "AADSTS90094: An administrator must consent."}
        else:
            code = self._secret()
            self.codes[code] = Grant(form["person"], form["scope"].split(), form["nonce"], form["redirect_uri"],
                                     form["code_challenge"], until_s=self.world.now_s() + 600)  # fmt: skip
            back |= {"code": code, "session_state": "s"}
        return 302, "text/html", f"{form['redirect_uri']}/?{urlencode(back)}".replace("//?", "/?").encode()

    def _device(self, form: dict[str, str]) -> Told:
        if not self.world.public:
            return refusal("invalid_client", 7000218)
        device, code = self._secret(), secrets.token_hex(4).upper()
        self.devices[device] = Grant("noor", form["scope"].split(), code=code, interval_s=self.world.interval_s,
                                     until_s=self.world.now_s() + 900)  # fmt: skip
        return told(200, {"device_code": device, "user_code": code, "verification_uri": f"{self.url}/device",
                          "expires_in": 900, "interval": self.world.interval_s, "message": "…"})  # fmt: skip

    def _token(self, form: dict[str, str]) -> Told:
        kind = form.get("grant_type", "")
        self.asked.append(kind)
        if form.get("client_id") != CLIENT:
            return refusal("unauthorized_client", 700016)
        match kind:
            case "authorization_code":
                return self._redeem(form)
            case "refresh_token":
                grant = self.refreshing.get(form["refresh_token"])
                if grant is None:
                    return refusal("invalid_grant", 50173)
                if not self.world.consent:
                    return refusal("invalid_grant", 65001)
                if self.world.single_use:
                    del self.refreshing[form["refresh_token"]]
                return self._tokens(grant)
            case value if value == DEVICE:
                return self._polled(form["device_code"])
        return refusal("unsupported_grant_type", 70003)

    def _redeem(self, form: dict[str, str]) -> Told:
        grant = self.codes.pop(form["code"], None)
        if grant is None or grant.redirect != form["redirect_uri"] or grant.until_s < self.world.now_s():
            return refusal("invalid_grant", 70008)
        if challenge(form.get("code_verifier", "")) != grant.challenge:
            return refusal("invalid_grant", 501481)
        return self._tokens(grant)

    def _polled(self, device: str) -> Told:
        grant, now_s = self.devices.get(device), self.world.now_s()
        if grant is None:
            return refusal("bad_verification_code", 70018)
        early, grant.asked_s = now_s - grant.asked_s < grant.interval_s - 0.5, now_s
        if grant.until_s < now_s:
            return refusal("expired_token", 70020)
        if early:
            grant.interval_s += 5
            return refusal("slow_down", 70022)
        match grant.state:
            case "yes":
                del self.devices[device]
                return self._tokens(grant)
            case "no":
                return refusal("authorization_declined", 70019)
        return refusal("authorization_pending", 70016)

    def _tokens(self, grant: Grant) -> Told:
        access, refresh = self._secret(), self._secret()
        self.access[access] = grant, self.world.now_s() + self.world.lasts_s
        self.refreshing[refresh] = grant
        user = self.world.people[grant.person]
        claims = {"aud": CLIENT, "iss": f"{self.url}/t/v2.0", "sub": grant.person, "oid": grant.person, "tid": "t",
                  "preferred_username": user, "name": grant.person, "nonce": grant.nonce,
                  "exp": int(self.world.now_s()) + 3600, "iat": int(self.world.now_s())}  # fmt: skip
        return told(200, {
            "token_type": "Bearer", "expires_in": self.world.lasts_s, "access_token": access, "refresh_token": refresh,
            "scope": " ".join(f"{RESOURCE}/{name}" for name in sorted(self.world.permissions)),
            "id_token": ".".join((_base64({"alg": "none"}), _base64(claims), "")),
            "client_info": _base64({"uid": grant.person, "utid": "t"}),
        })  # fmt: skip

    def _secret(self) -> str:
        made = secrets.token_urlsafe(600)  # as long as the real ones
        self.given.add(made)
        return made


class Browser:
    """A person at the pages of a fake, who says who they are and whether they agree."""

    def __init__(self, trust: Path) -> None:
        self._client = httpx.Client(verify=ssl.create_default_context(cafile=str(trust)), trust_env=False, timeout=20)

    def open(self, address: str, *, person: str = "noor", agrees: bool = True) -> httpx.Response:
        """Sign in on a page, and go where it leads: the page that is there."""
        yes = "yes" if agrees else "no"
        answer = self._client.get(f"{address}&{urlencode({'person': person, 'agrees': yes})}")
        assert answer.status_code == 302, answer.text
        return self._client.get(answer.headers["location"].replace("//localhost:", "//127.0.0.1:"))

    def get(self, address: str) -> httpx.Response:
        return self._client.get(address)


def told(status: int, facts: dict[str, Any]) -> Told:
    return status, "application/json", json.dumps(facts).encode()


def refusal(error: str, number: int) -> Told:
    words = f"AADSTS{number}: That is refused. Trace ID: 0f Correlation ID: 0f Timestamp: 2026-11-25 10:00:00Z"
    return told(400, {"error": error, "error_description": words, "error_codes": [number]})


def challenge(verifier: str) -> str:
    """What whoever begins a sign-in says of the word that they end it with (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _base64(facts: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(facts).encode()).rstrip(b"=").decode()
