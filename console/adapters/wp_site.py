"""Finding a WordPress at an address, and who we are there, without changing anything. Shared by its adapters.

Codes of the errors raised: those of `line_errors` and `transport`, and "bad_url", "not_wordpress", "no_rest",
"proxy_page", "redirect", "clock_off", "bad_password", "ordinary_password", "no_app_passwords",
"password_not_received". `words` of a redirect are the address it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from xml.sax.saxutils import escape as xml_escape

from console.adapters.contract import Tools
from console.adapters.markup import plain
from console.adapters.transport import Answer, Http, error_for
from console.adapters.typed_address import refuse_an_open_line, typed_address
from console.adapters.wp_rest import Rest
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    CheckLine,
    Forbidden,
    NotFound,
    PlatformError,
    Unreachable,
)

APPLICATION_PASSWORD = "In WordPress: your profile, Application Passwords. Your ordinary password doesn't work."
CLOCK_OFF_MS = 5 * 60_000  # further apart than this, moments are not told right
CLOCK_WRONG_MS = 60 * 60_000  # further than this nothing else can be trusted
# Over what a stranger's server says: what may be anything is bounded, so that no page takes time by the square.
_LINK = re.compile(r"<([^<>]{1,2000})>\s*;[^,<]{0,200}\brel=\"?https://api\.w\.org/\"?")
_LINK_ELEMENT = re.compile(r"<link[^<>]{1,2000}?rel=[\"']https://api\.w\.org/[\"'][^<>]{0,2000}>", re.IGNORECASE)
_HREF = re.compile(r"href=[\"']([^\"']+)[\"']", re.IGNORECASE)
_ASKS_PASSWORD = re.compile(r"<input[^<>]{1,2000}type\s{0,9}=\s{0,9}[\"']?password", re.IGNORECASE)
_TRACES = re.compile(
    r"/wp-(?:content|includes|admin|login)|<meta[^<>]{1,200}generator[^<>]{1,200}wordpress", re.IGNORECASE
)
_APPLICATION_PASSWORD = re.compile(r"[A-Za-z0-9]{24}\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """A WordPress that was found: the address of its API, and what its index says."""

    root: str
    index: Mapping[str, Any]
    answer: Answer

    @property
    def name(self) -> str:
        return plain(str(self.index.get("name") or ""))

    @property
    def home(self) -> str:
        return str(self.index.get("home") or self.index.get("url") or "")


def with_scheme(url: str) -> str:
    """What a person typed as an address: https where nothing else is said. Raises Rejected "bad_url"."""
    parts = typed_address(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


async def look(url: str, http: Http, tools: Tools) -> tuple[Site, list[CheckLine]]:
    """The site at an address that a person typed, and what there is to say about it. Raises PlatformError."""
    url = with_scheme(url)
    refuse_an_open_line(url)
    site = await found(url, http, tools)
    lines = [CheckLine("found", True, {"name": site.name, "url": site.home})]
    off_ms = _off_ms(site.answer, tools.now_ms())
    if off_ms > CLOCK_OFF_MS:
        minutes = {"minutes": round(off_ms / 60_000)}
        lines.append(CheckLine("clock_off", off_ms < CLOCK_WRONG_MS, minutes, limited=True))
    return site, lines


def signed_in_line(me: Mapping[str, Any], user: str) -> CheckLine:
    """That we are let in, under which name and with which roles."""
    roles = me.get("roles")
    return CheckLine(
        "signed_in", True, {"name": name_of(me, user), "roles": ", ".join(roles) if isinstance(roles, list) else ""}
    )


def name_of(me: Mapping[str, Any], user: str) -> str:
    """The shown name of the account, or what it signs in with."""
    return plain(str(me.get("name") or user))


def _off_ms(answer: Answer, now_ms: int) -> int:
    return abs(answer.date_ms - now_ms) if answer.date_ms is not None else 0


# -- finding the API -------------------------------------------------------------------------------------------------


async def root_of(url: str, http: Http, tools: Tools) -> str:
    """The address of the API, for a connection whose check nobody stored. Raises PlatformError."""
    return (await found(with_scheme(url), http, tools)).root


async def found(url: str, http: Http, tools: Tools) -> Site:
    try:
        page = await http.request("GET", url, signed_in=False, follow=True)
    except Unreachable as error:
        if error.code in {"cert_not_yet", "cert_expired"}:
            await _blame_the_clock(url, tools)
        raise
    if page.status in {407, 511}:
        raise error_for(page, tools.now_ms())
    named = _named_root(page)
    if named:
        here, there = urlsplit(page.url), urlsplit(named)
        if there.hostname != here.hostname:
            raise BadResponse(named, code="redirect", maybe_sent=False)
        # The site's own idea of scheme and port is wrong behind many a server that speaks TLS for it.
        root = urlunsplit((here.scheme, here.netloc, there.path, there.query, ""))
        return await _index(root, page, http, tools)
    for guess in _guesses(page.url):
        answer = await http.request("GET", guess, signed_in=False, follow=True)
        if answer.status == 200 and answer.is_json:
            return await _index(guess, answer, http, tools)
    raise _no_wordpress(page, tools)


def _named_root(page: Answer) -> str:
    """The address of the API as every page of a WordPress names it, in its headers or its head."""
    match = _LINK.search(page.headers.get("link", ""))
    if match:
        return match.group(1)
    element = _LINK_ELEMENT.search(page.text[:200_000])
    href = _HREF.search(element.group()) if element else None
    return href.group(1).replace("&amp;", "&") if href else ""


def _guesses(url: str) -> list[str]:
    parts = urlsplit(url)
    base = urlunsplit((parts.scheme, parts.netloc, parts.path.rsplit("/", 1)[0] + "/", "", ""))
    return [f"{base}?rest_route=/", f"{base}wp-json/"]


async def _index(root: str, page: Answer, http: Http, tools: Tools) -> Site:
    answer = page if page.url == root else await http.request("GET", root, signed_in=False, follow=True)
    index = answer.json() if answer.is_json else None
    if answer.status in {401, 403, 404} or not isinstance(index, Mapping):
        if answer.status in {401, 403, 404}:
            raise Forbidden(answer.host, code="no_rest")
        raise _no_wordpress(answer, tools)
    if "wp/v2" not in (index.get("namespaces") or []):
        raise BadResponse(answer.host, code="no_rest" if "namespaces" in index else "not_wordpress", maybe_sent=False)
    return Site(root, index, answer)


def _no_wordpress(page: Answer, tools: Tools) -> PlatformError:
    """What else it is that answers there."""
    if page.status == 429 or page.status >= 500:
        return error_for(page, tools.now_ms())
    if _TRACES.search(page.text[:500_000]):
        return Forbidden(page.host, code="no_rest")
    code = "proxy_page" if _ASKS_PASSWORD.search(page.text[:500_000]) or page.status == 401 else "not_wordpress"
    return BadResponse(page.host, code=code, maybe_sent=False)


async def _blame_the_clock(url: str, tools: Tools) -> None:
    """A certificate that is not valid now may be so because our own "now" is wrong: ask the server for the time.

    Without a valid certificate anybody can answer, so nothing is believed but that the clock wants a look, and nothing
    of ours is sent.
    """
    blind = Http(timeout_s=tools.timeout_s, allowance=tools.allowance, verify=False)
    try:
        answer = await blind.request("HEAD", url, signed_in=False)
    except PlatformError:
        return
    finally:
        await blind.close()
    off_ms = _off_ms(answer, tools.now_ms())
    if off_ms > CLOCK_WRONG_MS:
        raise Unreachable(str(round(off_ms / 60_000)), maybe_sent=False, code="clock_off")


# -- who we are ------------------------------------------------------------------------------------------------------


async def who(api: Rest, site: Site, user: str, password: str, http: Http) -> Mapping[str, Any]:
    """The account we sign in as. Raises AuthExpired, with the most helpful code there is."""
    url, query = api.address("/wp/v2/users/me")
    answer = await http.request("GET", url, params={**query, "context": "edit"}, follow=True)
    if answer.status == 200:
        me = answer.json()
        if isinstance(me, Mapping) and isinstance(me.get("id"), int):
            return me
        raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
    error = api.error(answer)
    if isinstance(error, NotFound):
        raise Forbidden(error.words, code="no_rest")
    if not isinstance(error, AuthExpired):
        raise error
    if site.index.get("authentication") == []:
        raise AuthExpired(error.words, code="no_app_passwords")
    if not _APPLICATION_PASSWORD.match(re.sub(r"\s", "", password)):
        raise AuthExpired(error.words, code="ordinary_password")
    if error.code == "rest_not_logged_in" and await _known_elsewhere(site, user, password, http):
        raise AuthExpired(error.words, code="password_not_received")
    raise AuthExpired(error.words, code="bad_password")


async def _known_elsewhere(site: Site, user: str, password: str, http: Http) -> bool:
    """Whether the same password is right where it doesn't travel in a header that a web server may drop.

    WordPress's older interface takes application passwords in the body of the request; many sites have it closed, and
    then we can't tell.
    """
    here = urlsplit(site.root)
    path = urlsplit(str(site.index.get("url") or site.home)).path.rstrip("/")
    url = urlunsplit((here.scheme, here.netloc, quote(path) + "/xmlrpc.php", "", ""))
    values = "".join(
        f"<param><value><string>{xml_escape(value)}</string></value></param>" for value in (user, password)
    )
    call = f"<?xml version='1.0'?><methodCall><methodName>wp.getUsersBlogs</methodName><params>{values}</params></methodCall>"
    try:
        answer = await http.request(
            "POST", url, form=call.encode(), headers={"content-type": "text/xml"}, signed_in=False
        )
    except PlatformError:
        return False
    return answer.status == 200 and "<fault>" not in answer.text and "isAdmin" in answer.text
