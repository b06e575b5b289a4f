"""What Entra's refusals mean, in our family."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from console.domain.platform import AuthExpired, Forbidden, PlatformError, Rejected, Unreachable

_NUMBER = re.compile(r"AADSTS(\d+)")
_CONSENT = {65001, 65005, 90008, 90093, 90094, 90095}
_NO_APP = {700016, 700038, 50058101}
_NO_TENANT = {90002, 900023}
_NOT_PUBLIC = {7000218, 700025}
_NO_SCOPE = {70011, 28000, 650053, 500011}
_DECLINED = {65004, 70016001}


def refused(told: Mapping[str, Any], permissions: str, client_id: str) -> PlatformError:
    """The error for an answer of OAuth with `error` in it.

    permissions   what was asked for, by name
    """
    error, words = str(told.get("error") or ""), str(told.get("error_description") or "")
    numbers = {int(number) for number in _NUMBER.findall(words)[:8]}
    if error == "consent_required" or told.get("suberror") == "consent_required" or numbers & _CONSENT:
        return Forbidden(permissions, code="no_consent")
    if error in ("access_denied", "authorization_declined") or numbers & _DECLINED:
        return Forbidden(code="declined")
    if error in ("expired_token", "code_expired", "bad_verification_code"):
        return AuthExpired(code="code_expired")
    if numbers & _NO_APP:
        return Rejected(client_id, code="entra_no_app")
    if numbers & _NO_TENANT:
        return Rejected(code="entra_no_tenant")
    if numbers & _NOT_PUBLIC:
        return Rejected(code="entra_not_public")
    if error == "invalid_scope" or numbers & _NO_SCOPE:
        return Rejected(permissions, code="entra_no_scope")
    if error in ("invalid_grant", "interaction_required", "login_required"):
        return AuthExpired(code="signed_out")
    if error in ("temporarily_unavailable", "server_error"):
        return Unreachable(maybe_sent=False, code=error)
    return Rejected(_first_line(words) or error)


def _first_line(words: str) -> str:
    """What it says before numbers of traces and moments, which are for its maker."""
    lines = words.splitlines() or [""]
    return lines[0].partition(" Trace ID:")[0][:300].strip()
