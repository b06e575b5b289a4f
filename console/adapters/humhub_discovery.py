"""Looking whether an address is a HumHub we can work with, without changing anything there.

Codes of the errors raised: those of `transport` and `humhub_api`, and "not_humhub", "humhub_no_api" (no module, or
addresses with `index.php`), "humhub_bad_token", "humhub_bad_login", "humhub_not_enabled", "humhub_bad_zone".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from console.adapters.contract import Config, Tools
from console.adapters.humhub_api import JWT, PASSWORD, TOKEN, Api
from console.adapters.humhub_reading import Site, meta_of, read_space
from console.adapters.markup import plain
from console.adapters.rows import Row, number, told
from console.adapters.transport import Http
from console.adapters.typed_address import server_of, typed_address
from console.domain.conversation import key_of
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    CheckLine,
    CheckResult,
    Forbidden,
    NotFound,
    PlatformError,
    Rejected,
)

MAX_FRONT_BYTES = 2_000_000
LIKELY_ZONES = ("UTC", "Europe/Amsterdam", "Europe/London")
_HOURS = range(-12, 15)


def site_url(typed: str) -> str:
    """What a person typed as an address, without what belongs to its pages or the API, or a slash, at its end. Raises Rejected."""
    parts = typed_address(typed)
    path = parts.path.rstrip("/").removesuffix("/index.php").removesuffix("/api/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def zone_of(name: str) -> tzinfo:
    """A time zone by name ("Europe/Amsterdam"), or a fixed difference ("+02:00"). Raises Rejected "humhub_bad_zone"."""
    try:
        found = datetime.strptime(name, "%z").tzinfo if name[:1] in {"+", "-"} else ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError):
        found = None
    if found is None:
        raise Rejected(name, code="humhub_bad_zone")
    return found


def way_of(config: Config, secrets: Mapping[str, str]) -> str:
    """How we sign in: as the check found out, or as what was given suggests."""
    return TOKEN if secrets.get("token") else config.settings.get("sign_in", JWT)


async def check(config: Config, secrets: Mapping[str, str], tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    url = site_url(config.url)
    wanted_zone = config.settings.get("time_zone", "")
    zone_of(wanted_zone)
    api, user = await _signed_in(url, config, secrets, tools)
    try:
        server, name = server_of(url), plain(str(told(user, "display_name") or config.user))
        lines = [CheckLine("found", True, {"name": server}), CheckLine("signed_in", True, {"name": name})]
        listed = await spaces(api)
        lines.append(CheckLine("spaces", bool(listed), {"count": len(listed)}))
        roles = [await role(api, row) for row in listed]
        ours, of = sum(1 for is_admin, _members in roles if is_admin), len(listed)
        lines.append(CheckLine("humhub_moderates", True, {"count": ours, "of": of}, limited=ours < of))
        zone = wanted_zone or await _zone(api, str(told(told(user, "account"), "time_zone") or ""))
        lines.append(CheckLine("humhub_zone" if zone else "humhub_no_zone", True, {"zone": zone}, limited=not zone))
        site = Site(server, url, zone_of(zone))
        found = [read_space(row, site, members) for row, (_admin, members) in zip(listed, roles, strict=True)]
    finally:
        await api.close()
    return CheckResult(
        lines=tuple(lines),
        server=server,
        account=key_of("humhub", server, "user", str(number(told(user, "id")))),
        us=name,
        settings={
            "site": url,
            "sign_in": api.way,
            "time_zone": zone,
            "spaces": ",".join(str(number(told(row, "contentcontainer_id"))) for row in listed),
        },
        spaces=tuple(space for space in found if space is not None),
    )


async def _signed_in(url: str, config: Config, secrets: Mapping[str, str], tools: Tools) -> tuple[Api, Row]:
    """The API, signed in to in the way that works, and the account. Raises PlatformError."""
    if not secrets.get("token") and not secrets.get("password"):
        raise AuthExpired(code="no_secret")
    for way in (TOKEN,) if secrets.get("token") else (JWT, PASSWORD):
        api = Api(f"{url}/api/v1", way, config, secrets, tools)
        try:
            return api, await api.one("auth/current")
        except NotFound as error:
            await api.close()
            if error.code != "humhub_no_jwt":
                raise
        except PlatformError as error:
            await api.close()
            raise await _plainly(error, url, way, tools) from None
    raise BadResponse(urlsplit(url).netloc, code="humhub_no_api", maybe_sent=False)


async def _plainly(error: PlatformError, url: str, way: str, tools: Tools) -> PlatformError:
    """The same error, with the most helpful code there is."""
    if isinstance(error, AuthExpired) and error.code == "humhub_signed_out":
        return AuthExpired(error.words, code="humhub_bad_token" if way == TOKEN else "humhub_no_method")
    if not isinstance(error, BadResponse) or error.code not in {"humhub_no_api", "not_json", "not_expected"}:
        return error
    front = Http(timeout_s=tools.timeout_s, allowance=tools.allowance)
    try:
        page = await front.request("GET", f"{url}/", signed_in=False, follow=True, max_bytes=MAX_FRONT_BYTES)
    except PlatformError:
        return error
    finally:
        await front.close()
    if "humhub" in page.text.lower():
        return Forbidden(page.host, code="humhub_no_api")
    return BadResponse(page.host, code="not_humhub", maybe_sent=False)


async def spaces(api: Api) -> list[Any]:
    """The rows of all spaces that show us a container to read."""
    rows: dict[int, Any] = {}
    page = 0
    while True:
        page += 1
        listing = await api.listing("space", page=page)
        rows |= {container: row for row in listing.rows if (container := number(told(row, "contentcontainer_id")))}
        if page >= listing.pages or not listing.rows:
            return list(rows.values())


async def role(api: Api, space: object) -> tuple[bool, int | None]:
    """Whether we administer a space, and how many are in it: HumHub tells only to who does."""
    try:
        listing = await api.listing(f"space/{number(told(space, 'id'))}/membership", 1)
    except (Rejected, Forbidden, NotFound):
        return False, None
    return True, listing.total


# -- the server's clock --------------------------------------------------------------------------------------------------


async def _zone(api: Api, account_zone: str) -> str:
    """The time zone in which the server writes its moments, "" when nothing tells.

    It takes epoch seconds and compares them with what it wrote: the zone in which we read a moment rightly finds that
    very content back. One summer moment and one winter moment tell zones apart as far as there are both.
    """
    rows = (await api.listing("post", 100)).rows
    metas = [meta_of(told(row, "content")) for row in rows]
    points = [meta for meta in metas if _moment(meta) is not None and number(meta.get("contentcontainer_id"))]
    if not points:
        return ""
    summer_and_winter = {_moment(meta).month in range(4, 10): meta for meta in points}.values()  # type: ignore[union-attr]
    for name in dict.fromkeys((*LIKELY_ZONES[:1], account_zone, *LIKELY_ZONES[1:])):
        try:
            zone = zone_of(name)
        except Rejected:
            continue
        if name and all([await _is_found(api, meta, zone) for meta in summer_and_winter]):
            return name
    for hours in _HOURS:
        if await _is_found(api, points[0], timezone(timedelta(hours=hours))):
            return f"{'-' if hours < 0 else '+'}{abs(hours):02}:00"
    return ""


def _moment(meta: Row) -> datetime | None:
    try:
        return datetime.fromisoformat(str(meta.get("updated_at")))
    except ValueError:
        return None


async def _is_found(api: Api, meta: Row, zone: tzinfo) -> bool:
    moment = _moment(meta)
    assert moment is not None
    at_s = int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp())
    listing = await api.listing(
        f"content/find-by-container/{number(meta.get('contentcontainer_id'))}",
        1,
        dateUpdatedFrom=at_s,
        dateUpdatedTo=at_s,
    )
    return listing.total > 0


def site_of(config: Config) -> Site:
    """Where a connection leads, as its check found it. Raises Rejected for an address that is none."""
    url = config.settings.get("site") or site_url(config.url)
    return Site(config.server or server_of(url), url, zone_of(config.settings.get("time_zone", "")))
