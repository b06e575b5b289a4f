"""Looking which Page a token speaks for, what its role may do there and when it ends, without changing anything.

Codes of the errors raised: those of `transport` and `linkedin_api`, and "no_secret", "page_which", "page_none".
"""

from __future__ import annotations

from collections.abc import Mapping

from console.adapters.contract import Config, Tools
from console.adapters.linkedin_api import Api, root_of, version_of
from console.adapters.linkedin_reading import SERVER, Home, person_key, read_space
from console.adapters.linkedin_tokens import LASTS_MS, Pasted
from console.adapters.rows import told
from console.adapters.token_end import SETTING, end_line
from console.domain.conversation import Space
from console.domain.platform import CheckLine, CheckResult, Forbidden, NotFound, Rejected

MOST_PAGES = 20  # whose names are asked for
WRITES = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"})
_ORGANIZATION = "urn:li:organization:"


async def check(config: Config, secrets: Mapping[str, str], tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    root, version = root_of(config), version_of(config)
    auth = Pasted(config, secrets, tools)
    api = Api(root, version, auth, tools)
    try:
        space, roles = await _page(api, config.settings.get("page", ""))
        listing = await api.posts(Home(space.remote_id).urn, 0, "LAST_MODIFIED")
        await api.numbers([str(told(row, "id")) for row in listing.rows[:1] if told(row, "id")])
        ends_ms = await auth.ends_ms()
    finally:
        await api.close()
        await auth.close()
    may = "engage" if roles & WRITES else ""
    lines = [
        CheckLine("page_found", True, {"name": space.title}),
        CheckLine("page_moderates", True) if may else CheckLine("page_role", True, limited=True),
    ]
    latest_ms = tools.now_ms() + LASTS_MS
    if auth.renews:
        lines.append(CheckLine("token_renews", True))
        latest_ms = 0
    elif ends_ms is not None:
        lines.append(end_line(ends_ms, tools.now_ms()))
        latest_ms = ends_ms
    else:
        lines.append(CheckLine("token_ends_by", True, {"at_ms": latest_ms}))
    settings = {"page": space.remote_id, "page_name": space.title, "may": may, SETTING: str(latest_ms or "")}
    return CheckResult(
        lines=tuple(lines), server=SERVER, account=person_key(Home(space.remote_id).urn), us=space.title, settings=settings,
        spaces=(space,),
    )  # fmt: skip


async def _page(api: Api, wanted: str) -> tuple[Space, frozenset[str]]:
    """The Page that is meant, and the roles there of who made the token."""
    rows = (await api.listing("organizationAcls?q=roleAssignee&state=APPROVED", restli="FINDER")).rows
    roles: dict[str, set[str]] = {}
    for row in rows:
        urn, role = told(row, "organization", "organizationTarget"), told(row, "role")
        if isinstance(urn, str) and urn.startswith(_ORGANIZATION) and urn.removeprefix(_ORGANIZATION).isdecimal():
            roles.setdefault(urn.removeprefix(_ORGANIZATION), set()).add(str(role))
    if not roles:
        raise Forbidden(code="page_none")
    spaces = [space for page in list(roles)[:MOST_PAGES] if (space := await _space(api, page)) is not None]
    chosen = [space for space in spaces if _is_page(space, wanted)] if wanted else spaces
    if len(chosen) != 1:
        raise Rejected(", ".join(space.title for space in spaces), code="page_which")
    return chosen[0], frozenset(roles[chosen[0].remote_id])


async def _space(api: Api, page: str) -> Space | None:
    """None for one that was taken away meanwhile."""
    try:
        return read_space(await api.one(f"organizations/{page}"), page)
    except NotFound:
        return None


def _is_page(space: Space, wanted: str) -> bool:
    """Whether this is the Page that somebody means by its number, its name or its address."""
    asked = wanted.strip().rstrip("/").casefold()
    vanity = space.url.rstrip("/").rpartition("/")[2].casefold()
    return asked in (space.remote_id, space.title.casefold()) or asked.rpartition("/")[2] == vanity
