"""Where a link leads, and where its words say it leads."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import idna

SCHEMES = frozenset({"http", "https", "mailto"})
MAX_URL_CHARS = 4096
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]", re.IGNORECASE)
_CLAIM = re.compile(
    r"(?:^|(?<=[\s(<\[\"'/@]))(?:https?://)?(?:[^\s/@]{0,200}@)?(" + _HOST.pattern + r")(?=$|[\s/:?#)>\]\"',.;])",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"https?://([^\s/@]+)@", re.IGNORECASE)
_SEPARATORS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\u2024": ".", "\u2044": "/", "\u2215": "/"})
_NO_HOST = re.compile(r"[\s\x00-\x20<>\"'\\^`{|}%]")
# Words with a point in them that are the name of a file and no address.
_FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|txt|csv|zip|mp[34]|html?|php|odt|ods)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """host: to compare with a claimed one. words: to show a person. suspect: to be shown whatever its words say."""

    host: str
    words: str
    suspect: bool


def clean_url(url: str) -> str:
    """The address if it is one that may be followed (http, https with a host, mailto), else ""."""
    url = re.sub(r"[\t\r\n]", "", url).strip()
    if not url or len(url) > MAX_URL_CHARS or "\\" in url.split("?")[0]:
        return ""
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        if scheme not in SCHEMES:
            return ""
        if scheme == "mailto":
            to = unquote(parts.path)
            good = "@" in to and to.isprintable()  # a line end in it would begin another header
            return "mailto:" + quote(to, safe="@.,+-_!$&'*=~") if good else ""
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    if not host or _NO_HOST.search(host):
        return ""
    ascii_host = _ascii(host)
    if not ascii_host:
        return ""
    # Who logs in through a link (user:password@) is never a colleague's business: the host is what counts.
    shown = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    return urlunsplit((scheme, shown + port, _quoted(parts.path), _quoted(parts.query), _quoted(parts.fragment)))


def _quoted(part: str) -> str:
    return quote(part, safe="%/?#[]@!$&'()*+,;=:~-._|")


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return ""


def shown_address(url: str) -> Address | None:
    """Where a cleaned address really leads."""
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        address = unquote(parts.path)
        return Address(_bare(address.rsplit("@", 1)[-1]), address, suspect=False)
    host = parts.hostname or ""
    # An address in letters beyond ASCII may look like another one: it is shown as computers write it.
    return (
        Address(_bare(host), host, suspect=any(label.startswith("xn--") for label in host.split("."))) if host else None
    )


def claimed_host(words: str) -> str:
    """The host that the words of a link name, "" when they name none."""
    words = unicodedata.normalize("NFKC", words.translate(_SEPARATORS)).strip()
    match = _CLAIM.search(words)
    if match is None or (_FILES.search(match.group(1)) and "/" not in words[: match.start(1)]):
        return ""
    login = _LOGIN.match(match.group())
    if login:
        return login.group(1).lower()  # "https://intranet.example@…": what is read first is not where it leads
    host = match.group(1).lower().strip("[]")
    if match.group() == match.group(1) and not all(len(label) > 1 for label in host.split(".")[-2:]):
        return ""  # "J.Jansen": a name, not an address
    return _bare(_ascii(host) or host)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")
