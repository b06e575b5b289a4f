"""Whether a mail comes from whom it says, by the word of the server that received it: Authentication-Results (RFC 8601).

Anybody can write that header into a mail. What counts is the one that our own receiving server put above all that came
with the mail; the name it gives itself there is a setting, and found by the check.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.adapters.mail_headers import Header

NAMELESS = "-"  # how Exchange Online signs: not at all
_LEAST_MAILS, _LEAST_PART = 3, 0.2
_OURS_AT_MOST = 4  # servers that a mail goes through once it is with us
_EXCHANGE = (".outlook.com", ".office365.com")
_BY = re.compile(r"\bby ([A-Za-z0-9][A-Za-z0-9.-]{2,250})")
_AT = re.compile(r"@([a-z0-9.-]{3,255})")
_MAX_CHARS = 4_000
_CAME_WITH_IT = frozenset({"received", "dkim-signature", "arc-seal"})
_RESULT = re.compile(r"\s*([a-z0-9_-]{1,20})\s*=\s*([a-z]{1,20})\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header\.(?:d|i|from))\s*=\s*\"?@?([^\s;\"]{1,255})", re.IGNORECASE)


class Proof(StrEnum):
    """GENUINE and FAILED are our server's word; SILENT: it says nothing of this mail; NONE: it is not known which it is."""

    GENUINE = "genuine"
    FAILED = "failed"
    SILENT = "silent"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One result of one header: "dkim", "pass", the domain it is about."""

    method: str
    result: str
    domain: str


def proof_of(headers: Sequence[Header], trusted: frozenset[str], domain: str, signers: Iterable[str]) -> Proof:
    """Whether `trusted`, our own servers, say that this mail comes from `domain`, signed by one of `signers`."""
    if not trusted:
        return Proof.NONE
    ours = False
    for name, value in headers:
        if ours and name in _CAME_WITH_IT:
            break  # what stands below came with the mail
        if name != "authentication-results":
            continue
        server, verdicts = verdicts_in(value)
        if not is_one_of(server, trusted):
            break  # written above ours, or in its place
        ours = True
        said = [one for one in verdicts if one.method in ("dkim", "dmarc")]
        if said:
            return _judged(said, domain, frozenset(signers))
    return Proof.SILENT


def _judged(said: Sequence[Verdict], domain: str, signers: frozenset[str]) -> Proof:
    if any(one.method == "dmarc" and one.result not in ("pass", "none", "bestguesspass") for one in said):
        return Proof.FAILED
    for one in said:
        wanted = frozenset({domain}) if one.method == "dmarc" else signers
        if one.result == "pass" and any(one.domain == name or one.domain.endswith(f".{name}") for name in wanted):
            return Proof.GENUINE
    return Proof.FAILED


def verdicts_in(value: str) -> tuple[str, list[Verdict]]:
    """Who speaks in such a header (NAMELESS where nobody signs), and what they say."""
    parts = [part.strip() for part in _without_comments(value[:_MAX_CHARS]).split(";")]
    server = NAMELESS
    if parts and "=" not in parts[0]:
        server = (parts[0].split() or [NAMELESS])[0].lower()
        parts = parts[1:]
    found: list[Verdict] = []
    for part in parts:
        result = _RESULT.match(part)
        if result is None:
            continue
        told = {name.lower(): host.rpartition("@")[2].lower().rstrip(".") for name, host in _PROPERTY.findall(part)}
        method = result.group(1).lower()
        names = ("header.from",) if method == "dmarc" else ("header.d", "header.i")
        domain = next((told[name] for name in names if name in told), "")
        found.append(Verdict(method, result.group(2).lower(), domain))
    return server, found


def _without_comments(value: str) -> str:
    """The value without what stands in brackets and quotes: anybody's words may stand there."""
    kept: list[str] = []
    depth = 0
    quoted = False
    escaped = False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth and not quoted:
            depth -= 1
        elif not depth and not quoted:
            kept.append(char)
    return "".join(kept)


def likely_servers(mails: Iterable[Sequence[Header]]) -> frozenset[str]:
    """Who these mails, by their headers, were received by: the first name in at least half of all that bear one.

    A mail can bring such a header with it; most mails of a mailbox can't, and the servers above all others in Received are
    our own. Nobody, where too few mails bear a name, or one that none of those servers has.
    """
    counted: Counter[str] = Counter()
    mailbox = 0
    for headers in mails:
        mailbox += 1
        value = next((value for name, value in headers if name == "authentication-results"), None)
        if value is None:
            continue
        server, verdicts = verdicts_in(value)
        if any(one.method in ("dkim", "dmarc") for one in verdicts) and _may_be_ours(server, headers):
            counted[server] += 1
    found = _most_of(counted, mailbox)
    if not found:  # a provider's many servers, each with a name of its own
        shared: Counter[str] = Counter()
        for name, count in counted.items():
            shared[_family(name)] += count
        found = _most_of(shared, mailbox)
    return found


def _may_be_ours(server: str, headers: Sequence[Header]) -> bool:
    """Whether the servers that had a mail last, or whose it is, belong together with who signs there."""
    by = [found.group(1).lower() for name, value in headers if name == "received" and (found := _BY.search(value))]
    hosts = [host for host in by[:_OURS_AT_MOST] if not host.replace(".", "").isdecimal()]
    if not hosts:
        return True
    if server == NAMELESS:
        return any(host.endswith(_EXCHANGE) for host in hosts)
    receivers = [
        host for name, value in headers if name in ("delivered-to", "to") for host in _AT.findall(value.lower())
    ]
    return _organisation(server) in {_organisation(host) for host in (*hosts, *receivers)}


def _organisation(host: str) -> str:
    labels = host.strip(".").split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:])


def _most_of(counted: Counter[str], mailbox: int) -> frozenset[str]:
    least = max(min(_LEAST_MAILS, mailbox), mailbox * _LEAST_PART, sum(counted.values()) / 2)
    return frozenset(name for name, count in counted.items() if name and count >= least)


def _family(server: str) -> str:
    """Of `mx3.provider.example` all servers of that provider, "" where that would be everybody."""
    rest = server.partition(".")[2]
    return f"*.{rest}" if rest.count(".") else ""


def is_one_of(server: str, trusted: frozenset[str]) -> bool:
    return server in trusted or _family(server) in trusted
