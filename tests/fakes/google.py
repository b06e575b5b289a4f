"""The sign-in pages and the tokens of a Google that behaves, over https."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.fakes.entra import FakeEntra, Grant, challenge, told
from tests.fakes.loopback import Told

CLIENT, SECRET = "1234-abcd.apps.googleusercontent.com", "GOCSPX-van-de-app"
MAIL = "https://mail.google.com/"


class FakeGoogle(FakeEntra):
    """As `FakeEntra`, whose people and tokens it has; `scope` is what somebody ticks on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.scope = MAIL

    def settings(self) -> dict[str, str]:
        return {"authority": self.url, "tokens": self.url, "client_id": CLIENT, "client_secret": SECRET}

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told:
        parts = urlsplit(target)
        form = dict(parse_qsl(content.decode() or parts.query))
        if parts.path == "/o/oauth2/v2/auth":
            return self._page(form)
        if (method, parts.path) == ("POST", "/token"):
            self.asked.append(form.get("grant_type", ""))
            return self.world.fault or self._given(form)
        return told(404, {"error": "not_found"})

    def _page(self, form: dict[str, str]) -> Told:
        wanted = {
            "client_id": CLIENT,
            "scope": MAIL,
            "access_type": "offline",
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        if {name: form.get(name) for name in wanted} != wanted:
            return 400, "text/html", b"<p>Error 400: invalid_request</p>"
        back = {"state": form["state"]}
        if form.get("agrees") == "no":
            back["error"] = "access_denied"
        else:
            code = self._secret()
            self.codes[code] = Grant(form["person"], [MAIL], redirect=form["redirect_uri"], challenge=form["code_challenge"],
                                     until_s=self.world.now_s() + 600)  # fmt: skip
            back |= {"code": code, "scope": self.scope}
        return 302, "text/html", f"{form['redirect_uri']}/?{urlencode(back)}".encode()

    def _given(self, form: dict[str, str]) -> Told:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return _no("invalid_client", 401)
        if form["grant_type"] == "refresh_token":
            grant = self.refreshing.get(form["refresh_token"])
            return self._answer(grant, again=True) if grant else _no("invalid_grant")
        grant = self.codes.pop(form["code"], None)
        if (
            grant is None
            or grant.redirect != form["redirect_uri"]
            or grant.challenge != challenge(form["code_verifier"])
        ):
            return _no("invalid_grant")
        return self._answer(grant, again=False)

    def _answer(self, grant: Grant, *, again: bool) -> Told:
        access, refresh = self._secret(), self._secret()
        self.access[access] = grant, self.world.now_s() + self.world.lasts_s
        facts: dict[str, Any] = {
            "access_token": access,
            "expires_in": self.world.lasts_s,
            "scope": self.scope,
            "token_type": "Bearer",
        }
        if not again:  # only the first time
            self.refreshing[refresh] = grant
            facts["refresh_token"] = refresh
        return told(200, facts)


def _no(error: str, status: int = 400) -> Told:
    return told(status, {"error": error, "error_description": "No."})
