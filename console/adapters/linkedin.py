"""LinkedIn: one Page of an organisation, over the Community Management API. Closed groups have no interface for us.

What stands where: what all Pages have in common `one_page`, what is new `linkedin_pulling`, history and silent changes
`linkedin_sweeping`, doing and finding `linkedin_sending`, the first look `linkedin_discovery`, tokens `linkedin_tokens`,
requests and errors `linkedin_api`, pure parsing `linkedin_reading` and `linkedin_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from console.adapters import linkedin_discovery, linkedin_sweeping
from console.adapters.contract import Field
from console.adapters.linkedin_api import Api, root_of, version_of
from console.adapters.linkedin_pulling import Reader
from console.adapters.linkedin_reading import Home
from console.adapters.linkedin_sending import MAX_BYTES, Sender
from console.adapters.linkedin_tokens import Pasted
from console.adapters.one_page import OnePage, Parts
from console.domain.gallery import News
from console.domain.platform import Capabilities, CheckResult, Way

_ENGAGE = ("reply", "edit", "delete")
_BY_HAND = ("hide", "unhide", "lock", "unlock", "pin", "unpin", "react", "unreact")


def _able(may: Sequence[str]) -> Capabilities:
    ways = dict.fromkeys(_ENGAGE, Way.API if "engage" in may else Way.HANDOFF) | {
        "read": Way.API,
        "threads_in": Way.API,
    }
    return Capabilities(ways | dict.fromkeys(_BY_HAND, Way.HANDOFF), max_bytes=MAX_BYTES)


class LinkedIn(OnePage):
    key: ClassVar[str] = "linkedin"
    title: ClassVar[str] = "LinkedIn"
    tile: ClassVar[str] = "Li"
    fields: ClassVar[Sequence[Field]] = (
        Field("token", "Access token", secret=True,
              where="Your administrator makes it in LinkedIn's developer portal, with your own app; the guide says how."),
        Field("page", "Page, where the token knows several", required=False, hint="linkedin.com/company/ons-bedrijf"),
        Field("client_id", "Client ID of your own app", required=False),
        Field("client_secret", "Client secret of your own app", secret=True, required=False,
              where="With both Luisterpost sees when the token ends."),
        Field("refresh_token", "Refresh token", secret=True, required=False,
              where="Only where LinkedIn gives your app one: then the token is renewed by itself."),
    )  # fmt: skip
    about: ClassVar[str] = "Comments on your organisation's Page; closed groups come by mail, export or paste"
    news: ClassVar[News] = News.ROUNDS
    depends: ClassVar[Sequence[str]] = _ENGAGE
    default_capabilities: ClassVar[Capabilities] = _able(("engage",))
    poll_s: ClassVar[float] = 900.0  # what an app in LinkedIn's first tier may ask in a day allows no more

    async def check(self) -> CheckResult:
        return await linkedin_discovery.check(self._config, self._secrets, self._tools)

    def _able(self, may: Sequence[str]) -> Capabilities:
        return _able(may)

    def _space(self) -> str:
        page = self._config.settings.get("page", "")
        return Home(page).space if page.isdecimal() else ""

    async def _make(self) -> Parts:
        settings = self._config.settings
        if not settings.get("page", "").isdecimal() or not self._config.account:
            settings = {**settings, **(await self.check()).settings}
        auth = Pasted(self._config, self._secrets, self._tools)
        api = Api(root_of(self._config), version_of(self._config), auth, self._tools)
        home = Home(settings["page"], settings.get("page_name", ""))
        reader = Reader(api, home, self._tools, self._config.since_ms)

        async def close() -> None:
            await api.close()
            await auth.close()

        return Parts(reader, Sender(reader), partial(linkedin_sweeping.sweep, reader), close)
