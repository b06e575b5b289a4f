"""Where a link leads behind the wrappers that mail programs, filters and platforms put around it. Pure; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_URL_CHARS = 8_192
_MOST_WRAPPERS = 5
_MOST_PARAMETERS = 60


@dataclass(frozen=True, slots=True)
class Link:
    """A link taken apart: host in lower case without port, path and query decoded, the first of each parameter.

    bare  the first parameter where it has a name alone: Facebook's mails put the path there
    """

    host: str
    path: str
    query: dict[str, str]
    fragment: str
    bare: str = ""


def unwrapped(url: str) -> Link | None:
    """The innermost link of the web, None for what isn't one."""
    for _ in range(_MOST_WRAPPERS):
        link = _taken_apart(url)
        if link is None:
            return None
        inner = _inside(link, url)
        if not inner:
            return link
        url = inner
    return None


def _taken_apart(url: str) -> Link | None:
    url = url.strip().replace("&amp;", "&")
    if len(url) > MAX_URL_CHARS:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="replace")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    query: dict[str, str] = {}
    for name, value in pairs:
        query.setdefault(name, value)
    bare = pairs[0][0] if pairs and not pairs[0][1] else ""
    return Link(host, unquote(parts.path, errors="replace"), query, unquote(parts.fragment, errors="replace"), bare)


def _inside(link: Link, url: str) -> str:
    """The link that this one is wrapped around, "" where it is none of the wrappers we know."""
    for host, read in _WRAPPERS:
        if link.host == host or link.host.endswith(f".{host}"):
            found = read(link, url)
            if found.startswith(("http://", "https://")):
                return found
    return ""


def _parameter(*names: str) -> Callable[[Link, str], str]:
    return lambda link, url: next((link.query[name] for name in names if link.query.get(name)), "")


def _of_facebook(link: Link, _url: str) -> str:
    if link.path in ("/l.php", "/flx/warn/"):
        return link.query.get("u", "")
    return link.query.get("next", "") if link.path.startswith("/login") else ""


def _of_linkedin(link: Link, _url: str) -> str:
    if link.path in ("/redir/redirect", "/safety/go", "/comm/redir/redirect", "/slink"):
        return link.query.get("url", "")
    return link.query.get("session_redirect", "") or link.query.get("sessionRedirect", "")


def _of_proofpoint(link: Link, url: str) -> str:
    third = re.search(r"/v3/__(https?:/{1,2}.*?)__;", url)
    if third:
        return re.sub(r"^(https?:)/(?!/)", r"\1//", third.group(1))
    if link.path.startswith(("/v1/url", "/v2/url")):
        coded = link.query.get("u", "")
        return unquote(coded.replace("-", "%").replace("_", "/"), errors="replace") if "/v2/" in link.path else coded
    return ""


def _of_cisco(link: Link, _url: str) -> str:
    return next((link.path[at:] for scheme in ("/https:", "/http:") if (at := link.path.find(scheme) + 1)), "")


_WRAPPERS: tuple[tuple[str, Callable[[Link, str], str]], ...] = (
    ("safelinks.protection.outlook.com", _parameter("url")),
    ("urldefense.com", _of_proofpoint),
    ("urldefense.proofpoint.com", _of_proofpoint),
    ("secure-web.cisco.com", _of_cisco),
    ("linkprotect.cudasvc.com", _parameter("a")),
    ("www.google.com", _parameter("q", "url")),
    ("facebook.com", _of_facebook),
    ("workplace.com", _of_facebook),
    ("linkedin.com", _of_linkedin),
)
