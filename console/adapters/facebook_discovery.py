"""Looking which Page a token speaks for, what it may do there and when it ends, without changing anything.

Codes of the errors raised: those of `transport` and `facebook_api`, and "no_secret", "page_which",
"page_none".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.contract import Config, Tools
from console.adapters.facebook_api import Api, root_of, version_of
from console.adapters.facebook_reading import PAGE_FIELDS, SERVER, node_of, person_key, read_space
from console.adapters.markup import plain
from console.adapters.rows import Row, told
from console.adapters.token_end import SETTING, end_line
from console.domain.platform import AuthExpired, CheckLine, CheckResult, Forbidden, NotFound, Rejected

MOST_PAGES = 20  # of the list of Pages
# What each part of the work needs: permissions of the token, and what the person who made it may do on the Page.
READING = ("pages_read_engagement", "pages_read_user_content")
NEEDS: Mapping[str, tuple[str, str]] = {
    "engage": ("pages_manage_engagement", "MODERATE"),
    "message": ("pages_messaging", "MESSAGING"),
}


async def check(config: Config, secrets: Mapping[str, str], tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    root, version = root_of(config), version_of(config)
    typed = secrets.get("token", "").strip()
    if not typed:
        raise AuthExpired(code="no_secret")
    api = Api(root, version, typed, tools)
    try:
        token, page, tasks = await _page(api, typed, config.settings.get("page", ""))
    finally:
        await api.close()
    api = Api(root, version, token, tools)
    try:
        row, answered = await api.version(page, fields=PAGE_FIELDS)
        space = read_space(row, page)
        debugged = await _debugged(api, token)
        scopes = _words(told(debugged, "scopes"))
        lines = [CheckLine("page_found", True, {"name": space.title})]
        lacks = [name for name in READING if scopes is not None and name not in scopes]
        if lacks:
            lines.append(CheckLine("page_unread", False, {"names": ", ".join(lacks)}))
        else:
            await api.listing(f"{page}/feed", fields="id", limit=1)
        may = [part for part in NEEDS if _may(part, scopes, tasks)]
        lines += _lines(may, scopes, tasks)
        ends_ms = _ends_ms(debugged)
        lines.append(end_line(ends_ms, tools.now_ms()))
        if answered and answered != version:
            lines.append(CheckLine("page_version", True, {"name": version, "other": answered}, limited=True))
    finally:
        await api.close()
    settings = {"page": page, "may": ",".join(may), SETTING: str(ends_ms or "")}
    return CheckResult(
        lines=tuple(lines), server=SERVER, account=person_key(page), us=space.title, settings=settings,
        secrets={"token": token}, spaces=(space,),
    )  # fmt: skip


async def _page(api: Api, token: str, wanted: str) -> tuple[str, str, frozenset[str] | None]:
    """The token of the Page itself, the Page, and what its maker may do there, None where nothing tells."""
    try:
        listing = await api.listing("me/accounts", fields="id,name,link,access_token,tasks", limit=100)
    except Rejected:  # a Page has no such list: the token is a Page's own
        page = node_of(await api.one("me", fields="id,name"))
        if not page:
            raise
        return token, page, None
    rows = listing.rows
    for _ in range(MOST_PAGES):
        if not listing.after:
            break
        listing = await api.listing(
            "me/accounts", fields="id,name,link,access_token,tasks", limit=100, after=listing.after
        )
        rows += listing.rows
    ours = [row for row in rows if node_of(row) and isinstance(told(row, "access_token"), str)]
    chosen = [row for row in ours if _is_page(row, wanted)] if wanted else ours
    names = ", ".join(plain(str(told(row, "name") or "")) for row in ours)
    if not ours:
        raise Forbidden(code="page_none")
    if len(chosen) != 1:
        raise Rejected(names, code="page_which")
    return str(told(chosen[0], "access_token")), node_of(chosen[0]), _words(told(chosen[0], "tasks"))


def _is_page(row: object, wanted: str) -> bool:
    """Whether this is the Page that somebody means by its number, its name or its address."""
    asked = wanted.strip().rstrip("/").casefold()
    name, link = (str(told(row, part) or "").rstrip("/").casefold() for part in ("name", "link"))
    return asked in (node_of(row), name) or (bool(link) and link.rpartition("/")[2] == asked.rpartition("/")[2])


async def _debugged(api: Api, token: str) -> Row:
    """What Facebook says of the token itself; nothing where it doesn't."""
    try:
        found = told(await api.told("debug_token", input_token=token), "data")
    except (Rejected, Forbidden, NotFound):
        return {}
    return found if isinstance(found, Mapping) else {}


def _words(found: Any) -> frozenset[str] | None:
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else None


def _may(part: str, scopes: frozenset[str] | None, tasks: frozenset[str] | None) -> bool:
    """Whether nothing that we know stands in the way."""
    scope, task = NEEDS[part]
    return (scopes is None or scope in scopes) and (tasks is None or task in tasks or "MANAGE" in tasks)


def _lines(may: list[str], scopes: frozenset[str] | None, tasks: frozenset[str] | None) -> list[CheckLine]:
    """What the Page's role and the permissions allow, and what they don't."""
    if scopes is None:
        return [CheckLine("page_untold", True, limited=True)]
    if tasks is not None and not _may("engage", None, tasks):
        return [CheckLine("page_role", True, limited=True)]
    lacks = [scope for part, (scope, _task) in NEEDS.items() if part not in may and scope not in scopes]
    if "engage" not in may:
        return [CheckLine("page_reads_only", True, {"names": ", ".join(lacks)}, limited=True)]
    lines = [CheckLine("page_moderates", True)]
    if "message" not in may:
        lines.append(CheckLine("facebook_not_private", True, {"names": "pages_messaging"}, limited=True))
    return lines


def _ends_ms(debugged: Row) -> int | None:
    """When the token ends: 0 for never, None where nothing tells. Its sight of people's data may end before."""
    ends = [debugged.get(name) for name in ("expires_at", "data_access_expires_at")]
    if type(ends[0]) is not int:
        return None
    return min((one * 1000 for one in ends if type(one) is int and one > 0), default=0)
