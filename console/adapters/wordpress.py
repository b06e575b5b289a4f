"""WordPress: the CEO's blog and its comments, over the REST API that every WordPress since 5.7 has.

The blog is one space, a post or page that takes comments a thread, its text the opening message, a comment a message.
What stands where: the blog as it is now is `wordpress_blog`, following it `wordpress_pulling`, the sweep
`wordpress_sweeping`, doing and finding `wordpress_sending`, the first look `wordpress_discovery`, requests and errors
`wordpress_api`, pure parsing `wordpress_reading`; what it shares with other parts of a WordPress are the modules `wp_*`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters import wordpress_discovery, wordpress_pictures
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.transport import Basic, Http
from console.adapters.typed_address import server_of
from console.adapters.wordpress_api import Api
from console.adapters.wordpress_blog import Blog
from console.adapters.wordpress_pulling import Reader, streams
from console.adapters.wordpress_reading import Keys
from console.adapters.wordpress_sending import MAX_BYTES, Sender
from console.adapters.wp_rows import id_of, number_in
from console.adapters.wp_site import APPLICATION_PASSWORD, root_of, with_scheme
from console.domain.conversation import Space
from console.domain.gallery import News
from console.domain.outbox import Intent
from console.domain.platform import (
    Capabilities,
    CheckResult,
    Cursor,
    Found,
    Page,
    Performed,
    Stream,
    Way,
)

SETTLE_S = 90.0  # a PHP that runs out of time is ended well before

_IN = ("read", "threads_in", "files_in")
_ON_COMMENTS = ("reply", "edit", "approve", "hold", "hide", "unhide", "spam", "unspam", "delete", "restore")
_ON_POSTS = ("lock", "unlock", "pin", "unpin")


def _able(*names: str) -> Capabilities:
    return Capabilities(dict.fromkeys(names, Way.API), max_bytes=MAX_BYTES)


class WordPress:
    key: ClassVar[str] = "wordpress"
    title: ClassVar[str] = "WordPress"
    tile: ClassVar[str] = "Wp"
    fields: ClassVar[Sequence[Field]] = (
        Field("user", "User name or e-mail address"),
        Field("password", "Application password", secret=True, where=APPLICATION_PASSWORD),
    )
    about: ClassVar[str] = "Posts of a blog and the comments below them"
    news: ClassVar[News] = News.MINUTE
    default_capabilities: ClassVar[Capabilities] = _able(*_IN, *_ON_COMMENTS, *_ON_POSTS)
    certain_mark: ClassVar[bool] = True  # the intent's id travels in the user agent and comes back with the comment

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._tools = tools
        self._password = secrets.get("password", "")
        self._http = Http(Basic(config.user, self._password), timeout_s=tools.timeout_s, allowance=tools.allowance)
        self._made: tuple[Reader, Sender, Blog] | None = None

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By the rights that the check found; all there is when nobody looked yet."""
        rights = self._config.settings.get("rights")
        if rights is None:
            return self.default_capabilities
        held = set(rights.split(","))
        on_comments = (*_IN, *_ON_COMMENTS) if "moderate_comments" in held else ()
        return _able(*on_comments, *(_ON_POSTS if "edit_others_posts" in held else ()))

    async def check(self) -> CheckResult:
        return await wordpress_discovery.check(self._config, self._password, self._http, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        settings = self._config.settings
        space = Space(
            key=self._keys().space,
            remote_id="1",
            title=settings.get("title", self._server()),
            url=settings.get("site_url", self._config.url),
            leadership=settings.get("leadership", "yes") == "yes",
        )
        return (space,)

    def streams(self) -> Sequence[Stream]:
        return streams(self._config.settings)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        return await (await self._parts())[0].pull(stream, cursor)

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        return await (await self._parts())[2].thread(number_in(lacking.thread, "post"), most)

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        return await wordpress_pictures.fetch_file(self._http, url, self._server(), max_bytes, self._tools.now_ms())

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await (await self._parts())[1].perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await (await self._parts())[1].find(intent, matched)

    async def close(self) -> None:
        await self._http.close()

    # -- what they are made of -------------------------------------------------------------------------------------------

    def _server(self) -> str:
        return self._config.server or server_of(with_scheme(self._config.url))

    def _keys(self) -> Keys:
        return Keys(self._server())

    async def _parts(self) -> tuple[Reader, Sender, Blog]:
        """Reader, sender and the blog they are about, made when first needed. Raises PlatformError when the API must still be found and isn't."""
        if self._made is None:
            root = self._config.settings.get("root") or await root_of(self._config.url, self._http, self._tools)
            api = Api(self._http, root, self._tools.now_ms)
            me = number_in(self._config.account, "user") or await self._who_we_are(root)
            site_url = self._config.settings.get("site_url", self._config.url)
            blog = Blog(api, self._keys(), me, self._config, self._tools)
            sender = Sender(api, self._keys(), me, site_url, blog)
            self._made = Reader(blog, self._config, self._tools), sender, blog
        return self._made

    async def _who_we_are(self, root: str) -> int:
        """Our own number, for a connection whose check nobody stored."""
        row = await Api(self._http, root, self._tools.now_ms).one("users/me")
        return id_of(row)
