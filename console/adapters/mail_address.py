"""The servers of a mailbox as a person types them, and what the large providers call theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.adapters.transport import is_loopback
from console.domain.platform import Rejected

_TLS = {"imaps": "tls", "imap": "starttls", "smtps": "tls", "smtp": "starttls"}
_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
_SMTP_OF = {
    "outlook.office365.com": "smtp://smtp.office365.com:587",
    "imap.gmail.com": "smtps://smtp.gmail.com:465",
}
MICROSOFT = frozenset({"outlook.office365.com"})
FILES_SENT = MICROSOFT | {"imap.gmail.com"}  # what is sent through them stands in Sent by itself


@dataclass(frozen=True, slots=True)
class Server:
    """Where to call, and how: `tls` from the first byte, `starttls`, or `none` for this computer itself."""

    kind: str
    host: str
    port: int
    tls: str

    @property
    def address(self) -> str:
        """As it is kept with the connection."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}{'s' if self.tls == 'tls' else ''}://{shown}:{self.port}"


def imap_server(typed: str) -> Server:
    """The server to read from. Raises Rejected "bad_mail_url"."""
    return _server(typed, "imaps", "imap")


def smtp_servers(typed: str, imap: Server) -> list[Server]:
    """The servers to try for sending, in their order. Raises Rejected "bad_mail_url"."""
    typed = typed.strip() or _SMTP_OF.get(imap.host, "")
    if typed and ("://" in typed or re.search(r":\d+$", typed)):
        port = typed.rpartition(":")[2]
        return [_server(typed, "smtps" if port == "465" else "smtp", "smtp")]
    host = typed or re.sub(r"^imap\b", "smtp", imap.host)
    return [_server(f"{scheme}://{host}", scheme, "smtp") for scheme in ("smtps", "smtp")]


def _server(typed: str, scheme: str, kind: str) -> Server:
    typed = typed.strip()
    if "://" not in typed:
        typed = f"{scheme}://{typed}"
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in (kind, f"{kind}s") or parts.username or re.search(r"[\s\x00-\x1f]", typed):
        raise Rejected(typed, code="bad_mail_url")
    tls = _TLS[parts.scheme]
    if tls == "starttls" and is_loopback(host):
        tls = "none"
    return Server(kind, host.lower(), port or _PORTS[parts.scheme], tls)
