"""Pictures that stand in posts and comments: those of the blog's own host, and no others.

A picture elsewhere would tell that host who reads here and when; it stays a name in the text.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from console.adapters.markup import Body
from console.adapters.transport import Http, error_for
from console.domain.conversation import Attachment
from console.domain.platform import BadResponse, Rejected

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def own_pictures(body: Body, server: str) -> tuple[Attachment, ...]:
    """The pictures of a body that the blog itself serves. `server` is its host with port and path."""
    return tuple(
        Attachment(name, kind, None, url)
        for name, url in body.pictures
        if _is_own(url, server) and (kind := _TYPES.get(urlsplit(url).path.rpartition(".")[2].lower()))
    )


async def fetch_file(http: Http, url: str, server: str, max_bytes: int, now_ms: int) -> bytes:
    """The bytes of a picture of the blog. Raises PlatformError; Rejected "elsewhere" for another host's.

    It is asked for as anybody would: uploads are public, and a password has no business there.
    """
    if not _is_own(url, server):
        raise Rejected(url, code="elsewhere")
    answer = await http.request(
        "GET", url, headers={"accept": "image/*"}, signed_in=False, follow=True, max_bytes=max_bytes
    )
    if answer.status >= 300:
        raise error_for(answer, now_ms)
    if answer.headers.get("content-type", "").split(";")[0].strip().lower() not in _TYPES.values():
        raise BadResponse(answer.host, code="not_a_picture", maybe_sent=False)
    return answer.body


def _is_own(url: str, server: str) -> bool:
    return urlsplit(url).netloc.lower() == server.split("/")[0]
