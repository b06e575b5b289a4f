"""Looking whether an address is a BuddyPress we can work with, without changing anything there.

Codes beside those of `wp_site`: "no_buddypress". The check says "not_recognised" where WordPress knows the application
password but BuddyPress, which decided earlier who is signed in, does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.buddypress_api import Api
from console.adapters.buddypress_reading import SITE, Keys
from console.adapters.contract import Config, Tools
from console.adapters.transport import Http
from console.adapters.typed_address import server_of
from console.adapters.wp_rows import id_of
from console.adapters.wp_site import Site, look, name_of, signed_in_line, who, with_scheme
from console.domain.conversation import Space, key_of
from console.domain.platform import BadResponse, CheckLine, CheckResult, Forbidden, NotFound

GENERATIONS = ("v2", "v1")  # the newer one where a site has both
_MODERATES = ("bp_moderate", "manage_options")


async def check(config: Config, password: str, http: Http, tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    site, lines = await look(config.url, http, tools)
    generation = _generation(site)
    api = Api(http, site.root, tools.now_ms, generation)
    me = await who(api, site, config.user, password, http)
    lines.append(signed_in_line(me, config.user))
    held = me.get("capabilities")
    moderates = isinstance(held, Mapping) and any(held.get(name) is True for name in _MODERATES)
    recognised = moderates or await _recognised(api, site, generation, id_of(me))
    if not recognised:
        lines.append(CheckLine("not_recognised", True, limited=True))
    private = await _private(api, site, generation, lines) if config.settings.get("messages") == "yes" else False
    server = server_of(site.home or with_scheme(config.url))
    keys, url = Keys(server), str(site.index.get("url") or site.home or config.url)
    spaces = {SITE: Space(keys.space(SITE), "1", site.name or server, url)}
    has_groups = _has_route(site, generation, "groups/me")
    if has_groups:
        groups = (*await api.own_groups(), *await api.readable_groups(moderates))
        spaces |= {group.number: group.space(keys) for group in groups}
        lines.append(CheckLine("spaces", True, {"count": len(spaces)}))
    return CheckResult(
        lines=tuple(lines),
        server=server,
        account=key_of("buddypress", server, "user", str(id_of(me))),
        us=name_of(me, config.user),
        settings={
            "root": site.root,
            "site_url": url,
            "title": site.name or server,
            "generation": generation,
            "rights": "bp_moderate" if moderates else "",
            "recognised": "yes" if recognised else "no",
            "groups": "yes" if has_groups else "no",
            "messages": "yes" if private else "no",
        },
        spaces=tuple(spaces.values()),
    )


def _generation(site: Site) -> str:
    for generation in GENERATIONS:
        if _has_route(site, generation, "activity"):
            return generation
    raise BadResponse(site.answer.host, code="no_buddypress", maybe_sent=False)


def _has_route(site: Site, generation: str, route: str) -> bool:
    routes: Any = site.index.get("routes")
    return isinstance(routes, Mapping) and f"/buddypress/{generation}/{route}" in routes


async def _private(api: Api, site: Site, generation: str, lines: list[CheckLine]) -> bool:
    """Whether our private messages can be read and answered. They are shown by BuddyPress's own idea of who asks, also to
    administrators: to who names nobody it shows its own messages, or says that there is no such member.
    """
    if not _has_route(site, generation, "messages"):
        lines.append(CheckLine("no_private_messages", True, limited=True))
        return False
    try:
        await api.list_of("messages", {"box": "inbox", "per_page": 1})
    except (Forbidden, NotFound):
        lines.append(CheckLine("private_messages_need_file", True, limited=True))
        return False
    lines.append(CheckLine("private_messages", True))
    return True


async def _recognised(api: Api, site: Site, generation: str, me: int) -> bool:
    """Whether BuddyPress itself knows who asks; taken for granted where nothing of ours can tell.

    Our own notifications are shown to ourselves only, by BuddyPress's own idea of who that is. Without notifications
    it is our own activities: asked for as "mine" they are missing, asked for by number they are there.
    """
    if _has_route(site, generation, "notifications"):
        try:
            await api.list_of("notifications", {"user_id": me, "per_page": 1})
        except Forbidden:
            return False
        return True
    mine = await api.list_of("activity", {"scope": "just-me", "per_page": 1})
    by_number = await api.list_of("activity", {"user_id": me, "per_page": 1})
    return bool(mine.rows) or not by_number.rows
