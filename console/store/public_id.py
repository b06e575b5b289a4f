"""The short names people type: the same on every machine, because they come from the key alone."""

from __future__ import annotations

import hashlib


def public_id(prefix: str, key: str) -> str:
    """`t`, `m` or `p` and the first 12 hex digits of the key's hash."""
    return prefix + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
