"""When a pasted token ends: a line of the check, and what is stored with the connection so that it is said in advance."""

from __future__ import annotations

from console.domain.platform import CheckLine

SOON_MS = 14 * 86_400_000  # time enough for an administrator to make a new one
SETTING = "token_ends_ms"


def end_line(ends_ms: int | None, now_ms: int) -> CheckLine:
    """When the token ends: 0 for never, None where nothing tells. Soon asks for a new one while there is time."""
    if ends_ms is None:
        return CheckLine("token_untold", True, limited=True)
    if not ends_ms:
        return CheckLine("token_lasts", True)
    soon = ends_ms - now_ms < SOON_MS
    return CheckLine("token_ends_soon" if soon else "token_ends", True, {"at_ms": ends_ms}, limited=soon)
