"""Looking whether an address is a homeserver we can work with, and signing in there.

Signing in is the one thing a check changes: it makes a token, for a device that is always the same. Codes of the errors
raised: those of `line_errors`, `transport` and `matrix_api`, and "bad_url", "not_matrix", "redirect", "proxy_page",
"wrong_password", "no_password_login", "no_secret".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from console.adapters.contract import Config, Tools
from console.adapters.matrix_api import ADMIN, C3, Api, part
from console.adapters.matrix_reading import Keys, Place, events_in, text_in
from console.adapters.matrix_rooms import Rooms
from console.adapters.transport import Answer, Bearer, Http, error_for, is_loopback
from console.adapters.typed_address import refuse_an_open_line, typed_address
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    CheckLine,
    CheckResult,
    Forbidden,
    NotFound,
    Rejected,
)

DEVICE_NAME = "Luisterpost"
_ASKS_PASSWORD = re.compile(r"<input[^<>]{1,2000}type\s{0,9}=\s{0,9}[\"']?password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who we are there. `device` is "" for a token that belongs to none."""

    user: str
    token: str
    device: str


def with_scheme(url: str, user: str = "") -> str:
    """What a person typed as an address, or the server of their user id. Raises Rejected "bad_url"."""
    parts = typed_address(url.strip() or user.strip().partition(":")[2])
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


async def check(config: Config, secrets: Mapping[str, str], tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    url = with_scheme(config.url, config.user)
    refuse_an_open_line(url)
    http = Http(timeout_s=tools.timeout_s, allowance=tools.allowance)
    try:
        base = await homeserver(url, http, tools)
        me = await _sign_in(config, secrets, base, http, tools)
    finally:
        await http.close()
    signed_in, admin = (
        Http(Bearer(me.token), timeout_s=tools.timeout_s, allowance=tools.allowance),
        secrets.get("admin_token", ""),
    )
    try:
        return await _found(config, me, base, admin, Api(signed_in, base, tools.now_ms), tools)
    finally:
        await signed_in.close()


async def _found(config: Config, me: SignedIn, base: str, admin: str, api: Api, tools: Tools) -> CheckResult:
    keys = Keys(me.user.partition(":")[2].lower())
    name = text_in(await _profile(api, me.user), "displayname").strip() or me.user
    filter = '{"room":{"timeline":{"limit":1},"include_leave":true},"presence":{"types":[]}}'
    told = await api.sync(filter, "", tools.now_ms() % 1_000_000)
    rooms = Rooms(me.user)
    rooms.take(told, whole=True)
    here = [room for room in rooms.all() if not room.folder]
    joined = sum(room.standing in ("joined", "moved") for room in here)
    lines = [
        CheckLine("found", True, {"name": keys.server, "url": base}),
        CheckLine("signed_in", True, {"name": name}),
        CheckLine("spaces", True, {"count": joined}, limited=not joined),
    ]
    counts = {
        "invited": sum(room.standing == "invited" for room in here),
        "encrypted": sum(room.encrypted for room in here if room.standing == "joined"),
        "moved": sum(room.standing == "moved" for room in here),
    }
    lines += [
        CheckLine(f"matrix_{code}", True, {"count": count}, limited=code == "encrypted")
        for code, count in counts.items()
        if count
    ]
    ignored = _ignored(told)
    if ignored:
        names = {"names": ", ".join(ignored[:5]), "count": len(ignored)}
        lines.append(CheckLine("ignores_people", True, names, limited=True))
    if not me.device:
        lines.append(CheckLine("no_device", True, limited=True))
    lines.append(await _reports(base, admin, tools) if admin else CheckLine("matrix_no_reports", True, limited=True))
    web = config.settings.get("web_client", "")
    kept = {"token": me.token, **({"admin_token": admin} if admin else {})}
    return CheckResult(
        lines=tuple(lines),
        server=keys.server,
        account=keys.user(me.user),
        us=name,
        settings={
            "base_url": base,
            "device_id": me.device or config.settings.get("device_id", ""),
            "reports": "yes" if admin else "no",
        },
        secrets={**kept, "device_id": me.device},
        spaces=tuple(room.space(Place(keys, room.id, me.user, web)) for room in here if room.standing != "left"),
    )


def _ignored(told: Mapping[str, Any]) -> list[str]:
    """Whom this account ignores: what they say never reaches us."""
    for event in events_in(told, "account_data", "events"):
        if event.get("type") == "m.ignored_user_list":
            content = event.get("content")
            people = content.get("ignored_users") if isinstance(content, Mapping) else None
            return sorted(str(one) for one in people) if isinstance(people, Mapping) else []
    return []


async def _profile(api: Api, user: str) -> Mapping[str, Any]:
    try:
        return await api.ask("GET", f"{C3}/profile/{part(user)}")
    except (NotFound, Forbidden):
        return {}


async def _reports(base: str, token: str, tools: Tools) -> CheckLine:
    """Whether the second token is an administrator's."""
    http = Http(Bearer(token), timeout_s=tools.timeout_s, allowance=tools.allowance)
    try:
        told = await Api(http, base, tools.now_ms).ask("GET", f"{ADMIN}/event_reports", {"limit": 1, "dir": "b"})
    except AuthExpired:
        return CheckLine("admin_token_dead", False)
    except (Forbidden, NotFound):
        return CheckLine("not_admin", False)
    finally:
        await http.close()
    total = told.get("total")
    return CheckLine("reports", True, {"count": total if isinstance(total, int) else 0})


# -- the homeserver --------------------------------------------------------------------------------------------------


async def homeserver(url: str, http: Http, tools: Tools) -> str:
    """The address of the API that belongs to what a person typed. Raises PlatformError; BadResponse "not_matrix"."""
    base = _named_base(await http.request("GET", f"{url}/.well-known/matrix/client", signed_in=False, follow=True), url)
    answer = await http.request("GET", f"{base}/_matrix/client/versions", signed_in=False, follow=True)
    told = answer.json() if answer.is_json else None
    if answer.status == 200 and isinstance(told, Mapping) and isinstance(told.get("versions"), list):
        return base
    if answer.status in {407, 429, 511} or answer.status >= 500:
        raise error_for(answer, tools.now_ms())
    code = "proxy_page" if _ASKS_PASSWORD.search(answer.text[:200_000]) else "not_matrix"
    raise BadResponse(answer.host, code=code, maybe_sent=False)


def _named_base(answer: Answer, url: str) -> str:
    """Where a server says its API is; the address itself where it says nothing."""
    told = answer.json() if answer.status == 200 and answer.is_json else None
    named = text_in(told.get("m.homeserver"), "base_url") if isinstance(told, Mapping) else ""
    try:
        base = with_scheme(named) if named else url
    except Rejected:
        return url
    parts, typed = urlsplit(base), urlsplit(url)
    # A server may send us elsewhere, but never off the safe line, nor from the world to this machine.
    unsafe = parts.scheme == "http" and not (is_loopback(parts.hostname or "") and is_loopback(typed.hostname or ""))
    return url if unsafe or is_loopback(typed.hostname or "") else base


async def _sign_in(config: Config, secrets: Mapping[str, str], base: str, http: Http, tools: Tools) -> SignedIn:
    """With a token that is there, else with the password and always the same device. Raises PlatformError."""
    token, password = secrets.get("token", "").strip(), secrets.get("password", "")
    if password:
        device = secrets.get("device_id") or config.settings.get("device_id") or new_device(base, config.user)
        return await _log_in(config.user.strip(), password, device, Api(http, base, tools.now_ms))
    if not token:
        raise AuthExpired(code="no_secret")
    signed_in = Http(Bearer(token), timeout_s=tools.timeout_s, allowance=tools.allowance)
    try:
        return await who_am_i(Api(signed_in, base, tools.now_ms), token)
    finally:
        await signed_in.close()


def new_device(base: str, user: str) -> str:
    """A device for this account on this computer: the same one, however often it is tried before it is stored."""
    return f"LUISTERPOST-{uuid.uuid5(uuid.NAMESPACE_URL, f'{uuid.getnode()} {base} {user.strip()}').hex}"


async def who_am_i(api: Api, token: str) -> SignedIn:
    """Whose token this is. Raises PlatformError."""
    told = await api.ask("GET", f"{C3}/account/whoami")
    if not text_in(told, "user_id"):
        raise BadResponse(code="not_expected", maybe_sent=False)
    return SignedIn(text_in(told, "user_id"), token, text_in(told, "device_id"))


async def _log_in(user: str, password: str, device: str, api: Api) -> SignedIn:
    flows = [text_in(flow, "type") for flow in events_in(await api.ask("GET", f"{C3}/login"), "flows")]
    if "m.login.password" not in flows:
        raise AuthExpired(code="no_password_login")
    body = {
        "type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": password,
        "device_id": device, "initial_device_display_name": DEVICE_NAME,
    }  # fmt: skip
    try:
        told = await api.ask("POST", f"{C3}/login", body=body)
    except Forbidden as error:
        raise AuthExpired(error.words, code="wrong_password") from None
    if not (text_in(told, "access_token") and text_in(told, "user_id")):
        raise BadResponse(code="not_expected", maybe_sent=False)
    return SignedIn(text_in(told, "user_id"), text_in(told, "access_token"), text_in(told, "device_id") or device)
