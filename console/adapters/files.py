"""Files: what an export or a mailbox says, read from the copy that the profile keeps of it.

A connection is one import: its copy lies in a folder of its own and never changes, so that it can be read again from
the beginning at any time, or from behind any page. Nothing is written back: answering is done by hand where a message
has an address. Which kind of file it is, `imports.recognising` sees by its content; each format is a module there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from console.adapters.by_hand import ELSEWHERE, by_hand
from console.adapters.contract import Config, Field, Tools
from console.adapters.imports.beside import Beside
from console.adapters.imports.entry import READ_ONLY, ZONE, Format, HeldOf, Options
from console.adapters.imports.reading import Reading
from console.adapters.imports.recognising import format_named, looks_like, note_others, recognise
from console.adapters.imports.source import Source
from console.adapters.notices import trusted_in
from console.adapters.notices.bringing import Servers
from console.domain.conversation import Space
from console.domain.gallery import Address, News, WayIn
from console.domain.imported import ADAPTER, FILES, READING, SKIPPED, STREAM
from console.domain.outbox import Intent
from console.domain.platform import (
    Capabilities,
    CheckLine,
    CheckResult,
    Cursor,
    Found,
    Page,
    Performed,
    Rejected,
    Sighting,
    Stream,
)

EVERY_S = 600.0
_Of = TypeVar("_Of")
_Told = TypeVar("_Told")


class Files:
    key: ClassVar[str] = ADAPTER
    title: ClassVar[str] = "Files"
    tile: ClassVar[str] = "Im"
    fields: ClassVar[Sequence[Field]] = ()
    about: ClassVar[str] = "Conversations from a file: an export, or a mailbox"
    way_in: ClassVar[WayIn] = WayIn.FILE
    news: ClassVar[News] = News.ONCE
    address: ClassVar[Address] = Address.NONE
    default_capabilities: ClassVar[Capabilities] = READ_ONLY
    certain_mark: ClassVar[bool] = False

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        """`config.url` names the import's own folder below `tools.imports`; settings are those of `imports.entry.Options`."""
        self._config = config
        self._tools = tools
        self._reading: Reading | None = None
        self._page_read: asyncio.Future[Page] | None = None

    @property
    def settle_s(self) -> float:
        return 0.0

    def capabilities(self, space: str | None = None) -> Capabilities:
        platform = (space or "").partition(":")[0]
        if platform in ELSEWHERE:
            return by_hand(platform)
        found = format_named(self._config.settings.get("format", ""))
        return READ_ONLY if found is None else found.capabilities

    async def check(self) -> CheckResult:
        """Which kind of file it is. Raises Rejected: import_unknown (words say what it looks like), import_not_there …"""
        return await asyncio.to_thread(self._check)

    def _check(self) -> CheckResult:
        with opened(self._folder()) as source:
            found = format_of(source, self._config.settings.get("format", ""))
            lines = (CheckLine("import_found", True, {"format": found.key}),)
        return CheckResult(
            lines, self._config.url,
            settings={"format": found.key, "approximate": "yes" if found.capabilities.approximate else "no"},
        )  # fmt: skip

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        """They are told of with what is said in them."""
        return ()

    def streams(self) -> Sequence[Stream]:
        return (Stream(STREAM, EVERY_S),)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """Reads in a thread of its own, so that nobody else waits; the store is asked where it belongs."""
        loop = asyncio.get_running_loop()
        held, servers = _asked_in(loop, self._tools.held), _asked_in(loop, self._tools.servers)
        await self._finished()
        self._page_read = asyncio.ensure_future(asyncio.to_thread(self._page, cursor, held, servers))
        return await asyncio.shield(self._page_read)

    async def _finished(self) -> None:
        """A page that nobody waits for any more is read to its end all the same."""
        if self._page_read is not None:
            await asyncio.wait({self._page_read})
            if not self._page_read.cancelled():
                self._page_read.exception()  # whoever waited for it was told, or is gone
            self._page_read = None

    def _page(self, cursor: Cursor | None, held: HeldOf, servers: Servers) -> Page:
        if self._reading is None or not self._reading.is_at(cursor):
            self._end()
            self._reading = self._begun(cursor, held, servers)
        try:
            return self._reading.page()
        except BaseException:
            self._end()  # what raised goes on no more: the next one begins at the cursor
            raise

    def _end(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def _begun(self, cursor: Cursor | None, held: HeldOf, servers: Servers) -> Reading:
        folder = self._folder()
        source = opened(folder)
        try:
            found = format_of(source, self._config.settings.get("format", ""))
            options = options_of(
                self._config.settings, self._config.since_ms, held, servers, Beside(mark=folder / READING)
            )
            return Reading(source, found, options, cursor, folder / SKIPPED)
        except BaseException:
            source.close()
            raise

    def _folder(self) -> Path:
        if self._tools.imports is None:
            raise Rejected(code="import_not_there")
        return self._tools.imports / self._config.url

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        raise Rejected(code="not_possible")

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return Found(Sighting.ABSENT)

    async def close(self) -> None:
        await self._finished()
        await asyncio.to_thread(self._end)  # it waits for what is being taken apart


def _asked_in(loop: asyncio.AbstractEventLoop, ask: Callable[[_Of], _Told]) -> Callable[[_Of], _Told]:
    """The same question, put where the loop runs by a thread that waits for the answer."""

    async def asked(of: _Of) -> _Told:
        return ask(of)

    return lambda of: asyncio.run_coroutine_threadsafe(asked(of), loop).result()


def opened(folder: Path) -> Source:
    """What an import's folder holds. Raises Rejected "import_…" where the copy is gone or can't be read."""
    files = folder / FILES
    try:
        lying = sorted(files.iterdir())
    except OSError as cause:
        raise Rejected(code="import_not_there") from cause
    return Source(lying, kept=True)


def format_of(source: Source, named: str = "") -> Format:
    """The format that was named, else the one that recognises it. Raises Rejected "import_unknown"."""
    found = (format_named(named) if named else None) or recognise(source)
    if found is None:
        raise Rejected(looks_like(source), code="import_unknown")
    note_others(source, found)
    return found


def options_of(
    settings: Mapping[str, str], since_ms: int, held: HeldOf, servers: Servers, beside: Beside
) -> Options:  # fmt: skip
    """How a file is read, by the settings that its connection keeps."""
    return Options(
        server=settings.get("server", ""), account=settings.get("account", ""), name=settings.get("name", ""),
        timezone=settings.get("timezone") or ZONE, since_ms=since_ms, until_ms=int(settings.get("imported_ms", 0)),
        private=settings.get("private") == "yes", trusted=trusted_in(settings.get("authserv", "")), held=held, servers=servers,
        beside=beside,
    )  # fmt: skip
