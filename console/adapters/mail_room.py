"""Whether a mailbox still takes mail. Where it doesn't, nothing new arrives, and no copy of an answer proves anything."""

from __future__ import annotations

from imapclient import IMAPClient

ROOM_BYTES = 50_000  # an ordinary mail; with less left the mailbox is full


def is_full(client: IMAPClient, needed_bytes: int = 0) -> bool:
    """Whether the mailbox can't take an ordinary mail, or one of this size. A server that doesn't say has no limit."""
    if not client.has_capability("QUOTA"):
        return False
    _roots, quotas = client.get_quota_root("INBOX")
    left = [(quota.resource.upper(), quota.limit - quota.usage) for quota in quotas]
    return any(
        (resource == "STORAGE" and free * 1024 < max(ROOM_BYTES, needed_bytes)) or (resource == "MESSAGE" and free < 1)
        for resource, free in left
    )
