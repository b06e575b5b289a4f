"""What the store holds of a company's Page: its posts, and the comments under each, asked for once while a page is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.adapters.contract import Tools
from console.domain.conversation import MessageKey, SpaceKey

Named = Callable[[str | None], str]


class HeldOnPage:
    """`post_in` and `comment_in` say which post a key stands under and which comment it names, "" where none; `post_key` is
    the key of a post.
    """

    def __init__(
        self, tools: Tools, space: SpaceKey, *, post_key: Callable[[str], MessageKey], post_in: Named, comment_in: Named
    ) -> None:
        self._tools = tools
        self._space = space
        self._post_key, self._post_in, self._comment_in = post_key, post_in, comment_in
        self._since: dict[int, Mapping[MessageKey, str]] = {}
        self._under: dict[str, set[MessageKey]] | None = None

    def begin(self) -> None:
        """A page begins: what the store holds is asked anew."""
        self._since.clear()
        self._under = None

    def since(self, since_ms: int) -> Mapping[MessageKey, str]:
        """What is held, said since then, and the state of each."""
        if since_ms not in self._since:
            self._since[since_ms] = self._tools.known(self._space, since_ms)
        return self._since[since_ms]

    def under(self, post: str) -> set[MessageKey]:
        """The comments that are held under a post."""
        if self._under is None:
            self._under = {}
            for key in self.since(0):
                if self._comment_in(key):
                    self._under.setdefault(self._post_in(key), set()).add(key)
        return self._under.get(post, set())

    def posts(self, since_ms: int, until_ms: int) -> set[MessageKey]:
        """The posts that are held, made since then and, where `until_ms` says so, not after that."""
        held = {key for key in self.since(since_ms) if key == self._post_key(self._post_in(key))}
        return held - self.since(until_ms).keys() if until_ms else held
