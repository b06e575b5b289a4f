"""Looking whether we can work in a network, without changing anything there.

Codes of the errors raised: those of `transport` and `yammer_api`, and "not_yammer", "yammer_elsewhere" (an address that
is not Yammer's own: our token goes nowhere else).
"""

from __future__ import annotations

from collections.abc import Mapping

from console.adapters.contract import Config, Tools
from console.adapters.entra import Entra, EntraTokens
from console.adapters.markup import plain
from console.adapters.rows import Row, number, told
from console.adapters.transport import Bearer, Http, is_loopback
from console.adapters.typed_address import typed_address
from console.adapters.yammer_api import BUDGETS, Api
from console.adapters.yammer_reading import GENERAL, PRIVATE, Site, read_group, truth
from console.domain.conversation import Space
from console.domain.platform import (
    BadResponse,
    CheckLine,
    CheckResult,
    Forbidden,
    NotFound,
    Rejected,
)
from console.words import _

HOME = "https://www.yammer.com"
# Which name the permission goes by changed over the years; `.default` asks for what the administrator agreed to.
SIGN_IN = Entra(("https://api.yammer.com/.default",), needs=(("access_as_user", "user_impersonation"),))
_DOORS = ("yammer.com", "engage.cloud.microsoft")  # where people read it; programs go to HOME


def auth_of(config: Config, secrets: Mapping[str, str], tools: Tools) -> Bearer | EntraTokens:
    """How we sign in: a pasted token goes before signing in through the browser."""
    token = secrets.get("token", "")
    return Bearer(token) if token else EntraTokens(SIGN_IN, config, secrets, tools)


def line(auth: Bearer | EntraTokens, tools: Tools, patience: float = 1.0) -> Http:
    """A line to Yammer; all of them share the budgets of the account. `patience` multiplies how long an answer may take."""
    return Http(auth, timeout_s=tools.timeout_s * patience, budgets=BUDGETS, allowance=tools.allowance)


def site_url(typed: str) -> str:
    """Where the API is, by the address that a person knows, or none. Raises Rejected "bad_url" or "yammer_elsewhere"."""
    if not typed.strip():
        return HOME
    parts = typed_address(typed)
    host = (parts.hostname or "").lower()
    if is_loopback(host):
        return f"{parts.scheme}://{parts.netloc}"
    if any(host == door or host.endswith(f".{door}") for door in _DOORS):
        return HOME
    raise Rejected(host, code="yammer_elsewhere")


def site_of(config: Config) -> Site:
    """Where a connection leads, as its check found it. Raises Rejected for an address that is none of Yammer's."""
    return Site(config.server, site_url(config.url))


async def check(config: Config, http: Http, tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    url = site_url(config.url)
    api = Api(http, f"{url}/api/v1", tools)
    try:
        user = await api.one("users/current.json")
    except (NotFound, BadResponse) as error:
        if isinstance(error, BadResponse) and error.code not in {"not_json", "not_expected"}:
            raise
        raise BadResponse(error.words, code="not_yammer", maybe_sent=False) from None
    network, me = number(user.get("network_id")), number(user.get("id"))
    if not network:
        raise BadResponse(code="not_yammer", maybe_sent=False)
    site = Site(f"{url.partition('://')[2].lower()}/{network}", url)
    name = plain(str(told(user, "full_name", "name") or ""))
    settings = {**config.settings, "general": await _general(api)}
    listed = await spaces(api, site, settings)
    return CheckResult(
        lines=(
            CheckLine("found", True, {"name": plain(str(told(user, "network_name") or "")) or "Yammer"}),
            CheckLine("signed_in", True, {"name": name}),
            CheckLine("spaces", bool(listed), {"count": len(listed)}),
            *_limits(user, config.settings),
        ),
        server=site.server,
        account=site.person(str(me)),
        us=name,
        settings={
            "general": settings["general"],
            "spaces": ",".join(listed),
            "administers": "yes" if truth(told(user, "verified_admin")) else "no",
        },
        spaces=tuple(listed.values()),
    )


def _limits(user: Row, settings: Mapping[str, str]) -> list[CheckLine]:
    """What does not come through the API here, and what would help."""
    lines = [CheckLine("yammer_reports", True, limited=True)]
    if truth(told(user, "verified_admin")):
        lines.append(CheckLine("yammer_export" if settings.get("export") == "yes" else "yammer_may_export", True))
    elif settings.get("export") == "yes":
        lines.append(CheckLine("yammer_no_export", True, limited=True))
    if settings.get("messages") == "yes":
        lines.append(CheckLine("yammer_messages", True))
    return lines


async def _general(api: Api) -> str:
    """What the whole company's feed is: the number of a group, as in newer networks, GENERAL, or "" where there is none."""
    try:
        feed = await api.feed(GENERAL, {"limit": 1})
    except (NotFound, Forbidden):
        return ""
    group = next((found for row in feed.rows if (found := number(told(row, "group_id")))), 0)
    return str(group) if group else GENERAL


async def spaces(api: Api, site: Site, settings: Mapping[str, str]) -> dict[str, Space]:
    """The spaces by name: the communities we are in, the whole company, and private messages where they are wanted."""
    found = {}
    for row in await api.groups():
        space = read_group(row, site)
        if space is not None:
            found[space.remote_id] = space
    general = settings.get("general", GENERAL)
    if general and general not in found:
        found[general] = Space(site.space(general), general, _("The whole company"), f"{site.url}/main/feed")
    if settings.get("messages") == "yes":
        found[PRIVATE] = Space(site.space(PRIVATE), PRIVATE, _("Private messages"), f"{site.url}/main/inbox")
    return found
