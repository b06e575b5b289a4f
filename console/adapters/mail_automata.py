"""Mail that no person wrote: answers of machines, news to many, and what comes back undelivered."""

from __future__ import annotations

import re

from console.adapters.mail_headers import Headers, first

_ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|noreply[-_+.].*|.*[-_.+]bounces?|bounces?[-_+].*|bounce)@",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\s*(?:(?:re|antw|aw)\s*:\s*)?(?:automatisch antwoord|automatic reply|auto(?:matic)?[- ]?reply|out of (?:the )?office"
    r"|afwezig(?:heid)?|abwesen|absence du bureau|réponse automatique|automatische antwort|undeliver(?:ed|able)"
    r"|delivery status notification|mail delivery (?:failed|failure))",
    re.IGNORECASE,
)


def is_automatic(headers: Headers, content_type: str) -> bool:
    """Whether nobody waits for an answer to this mail. A mailing list on which people write is not automatic."""
    by_people = headers.has("List-Post") and not headers.get("List-Post").strip().lower().startswith("no")
    return (
        headers.get("Auto-Submitted").lower().partition(";")[0].strip() not in ("", "no")
        or any(headers.has(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or headers.get("Return-Path") == "<>"
        or _ROBOTS.match(first(headers.addresses("From")).address) is not None
        or content_type == "multipart/report"
        or _AWAY.match(headers.get("Subject")) is not None
        or (headers.get("Precedence").lower() in ("bulk", "junk", "auto_reply") and not by_people)
        or (headers.has("List-Unsubscribe") and not by_people)
    )


def wants_to_know_it_was_read(content_type: str, report_type: str) -> bool:
    """Whether this is a receipt that somebody opened a mail: it says nothing to anybody."""
    return content_type == "multipart/report" and report_type.lower() == "disposition-notification"
