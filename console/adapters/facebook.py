"""Facebook: one Page of a company, over the Graph API. Closed groups have no interface and come by mail, export or paste.

What stands where: what all Pages have in common `one_page`, what is new `facebook_pulling`, history and silent changes
`facebook_sweeping`, doing and finding `facebook_sending`, the first look `facebook_discovery`, requests, limits and errors
`facebook_api`, pure parsing `facebook_reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from console.adapters import facebook_discovery, facebook_sweeping
from console.adapters.contract import Field
from console.adapters.facebook_api import Api, root_of, version_of
from console.adapters.facebook_pulling import Reader
from console.adapters.facebook_reading import node, space_key
from console.adapters.facebook_sending import MAX_BYTES, Sender
from console.adapters.one_page import OnePage, Parts
from console.domain.gallery import News
from console.domain.platform import AuthExpired, Capabilities, CheckResult, Way

_ENGAGE = ("reply", "edit", "hide", "unhide", "delete", "react", "unreact")
_BY_HAND = ("approve", "lock", "unlock", "pin", "unpin")  # in Meta Business Suite


def _able(may: Sequence[str]) -> Capabilities:
    ways = dict.fromkeys(_ENGAGE, Way.API if "engage" in may else Way.HANDOFF)
    ways |= {"write": Way.API if "message" in may else Way.HANDOFF, "read": Way.API, "threads_in": Way.API}
    return Capabilities(ways | dict.fromkeys(_BY_HAND, Way.HANDOFF), max_bytes=MAX_BYTES)


class Facebook(OnePage):
    key: ClassVar[str] = "facebook"
    title: ClassVar[str] = "Facebook"
    tile: ClassVar[str] = "Fb"
    fields: ClassVar[Sequence[Field]] = (
        Field("token", "Access token", secret=True,
              where="Your administrator makes it in Meta Business Suite, for a system user of your own app; the guide says how."),
        Field("page", "Page, where the token knows several", required=False, hint="facebook.com/ons-bedrijf"),
    )  # fmt: skip
    about: ClassVar[str] = "Comments on your company's Page; closed groups come by mail, export or paste"
    news: ClassVar[News] = News.MINUTE
    depends: ClassVar[Sequence[str]] = (*_ENGAGE, "write")
    default_capabilities: ClassVar[Capabilities] = _able(("engage", "message"))
    poll_s: ClassVar[float] = 60.0

    async def check(self) -> CheckResult:
        return await facebook_discovery.check(self._config, self._secrets, self._tools)

    def _able(self, may: Sequence[str]) -> Capabilities:
        return _able(may)

    def _space(self) -> str:
        page = node(self._config.settings.get("page"))
        return space_key(page) if page else ""

    async def _make(self) -> Parts:
        token = self._secrets.get("token", "").strip()
        if not token:
            raise AuthExpired(code="no_secret")
        page = node(self._config.settings.get("page"))
        if not page or not self._config.account:
            found = await self.check()
            page, token = found.settings["page"], found.secrets["token"]
            self._config = replace(self._config.completed(found), settings={**self._config.settings, **found.settings})
        api = Api(root_of(self._config), version_of(self._config), token, self._tools)
        reader = Reader(api, page, self._tools, self._config.since_ms)
        return Parts(reader, Sender(reader), partial(facebook_sweeping.sweep, reader), api.close)
