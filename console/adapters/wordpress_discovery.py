"""Looking whether a WordPress is a blog we can work with, without changing anything there."""

from __future__ import annotations

from collections.abc import Mapping

from console.adapters.contract import Config, Tools
from console.adapters.transport import Http
from console.adapters.typed_address import server_of
from console.adapters.wordpress_api import Api
from console.adapters.wordpress_reading import Keys
from console.adapters.wp_site import look, name_of, signed_in_line, who, with_scheme
from console.domain.conversation import Space, key_of
from console.domain.platform import CheckLine, CheckResult

RIGHTS = ("moderate_comments", "edit_others_posts", "list_users")


async def check(config: Config, password: str, http: Http, tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    site, lines = await look(config.url, http, tools)
    api = Api(http, site.root, tools.now_ms)
    me = await who(api, site, config.user, password, http)
    server = server_of(site.home or with_scheme(config.url))
    held = me.get("capabilities")
    rights = [name for name in RIGHTS if isinstance(held, Mapping) and held.get(name) is True]
    lines.append(signed_in_line(me, config.user))
    if "moderate_comments" in rights:
        lines.append(CheckLine("rights", True))
        lines.append(CheckLine("counts", True, await _counts(api)))
    else:
        lines.append(CheckLine("cannot_moderate", False))
    url, title = str(site.index.get("url") or site.home or config.url), site.name or server
    return CheckResult(
        lines=tuple(lines),
        server=server,
        account=key_of("wordpress", server, "user", str(me.get("id"))),
        us=name_of(me, config.user),
        settings={
            "root": site.root,
            "site_url": url,
            "title": title,
            "rights": ",".join(rights),
            "leadership": config.settings.get("leadership", "yes"),
        },
        spaces=(Space(Keys(server).space, "1", title, url),),
    )


async def _counts(api: Api) -> dict[str, object]:
    counted = {
        "posts": await api.count("posts", {"status": "publish"}),
        "comments": await api.count("comments", {"status": "all"}),
        "waiting": await api.count("comments", {"status": "hold"}),
    }
    return {name: count for name, count in counted.items() if count is not None}
