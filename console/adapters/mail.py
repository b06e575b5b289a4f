"""Mail: the folders and mailing lists of one account, read over IMAP and answered over SMTP.

A folder or a mailing list is a space, what answers each other a thread, a mail a message. Nothing is hidden or deleted
for others. What stands where: reading the account is `mail_pulling`, seeing what
vanished from it `mail_sweeping`, being told of new mail `mail_listening`, answering
and looking `mail_sending`, the first look `mail_discovery`; the connections are `imap` and `smtp`; bytes become mails in
`mail_parsing`, mails what colleagues said in `mail_reading`, conversations in `mail_threading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from console.adapters import mail_discovery
from console.adapters.by_hand import ELSEWHERE, by_hand
from console.adapters.contract import Config, FetchedThread, Field, Lacking, Tools
from console.adapters.imap import Credential, Imap
from console.adapters.mail_address import imap_server, smtp_servers
from console.adapters.mail_discovery import address_of, followed, server_key
from console.adapters.mail_listening import WAIT_S, Idle
from console.adapters.mail_pulling import Reader
from console.adapters.mail_reading import Account, folder_space
from console.adapters.mail_sending import MAX_BYTES, Sender, Ways
from console.adapters.mail_sweeping import Sweep
from console.adapters.mail_threading import Keys
from console.adapters.notices import Notices, trusted_in
from console.adapters.smtp import Smtp
from console.domain.conversation import Space
from console.domain.gallery import News, WayIn
from console.domain.outbox import Intent
from console.domain.platform import (
    AuthExpired,
    Capabilities,
    CheckResult,
    Cursor,
    Found,
    NotFound,
    Page,
    Performed,
    Stream,
    Way,
)

SETTLE_S = 600.0  # mail takes its way over several servers
POLL_S, SWEEP_S = 60.0, 600.0
MOST_NAMED = 50  # mails that are looked for by their id
MAIL, SWEEP = "mail", "sweep"
ADDRESS = Field("user", "E-mail address", hint="redactie@example.org")
FOLDERS = Field("folders", "Folders to follow, the inbox if left empty", required=False, hint="INBOX; Intranet/Vragen")


def _able(*, live: bool) -> Capabilities:
    names = ("read", "reply", "mail_out", "threads_in", "files_in", *(("live",) if live else ()))
    return Capabilities(dict.fromkeys(names, Way.API), approximate=True, max_bytes=MAX_BYTES)


@dataclass(frozen=True, slots=True)
class _Parts:
    reader: Reader
    sweep: Sweep
    idle: Idle
    sender: Sender
    lines: tuple[Imap, ...]


class Mail:
    key: ClassVar[str] = "mail"
    title: ClassVar[str] = "Mail"
    tile: ClassVar[str] = "@"
    fields: ClassVar[Sequence[Field]] = (
        ADDRESS,
        Field("password", "Password", secret=True, where="For some providers it is an app password."),
        Field("smtp", "Server for sending, where it isn't the usual one", required=False, hint="smtp.example.org:587"),
        FOLDERS,
    )
    about: ClassVar[str] = "A shared mailbox and the mailing lists in it"
    way_in: ClassVar[WayIn] = WayIn.MAIL
    news: ClassVar[News] = News.LIVE
    default_capabilities: ClassVar[Capabilities] = _able(live=True)
    certain_mark: ClassVar[bool] = True  # the Message-ID is ours
    usual_server: ClassVar[str] = ""  # where no other is given

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = replace(config, url=config.url or self.usual_server)
        self._secrets = secrets
        self._tools = tools
        self._made: _Parts | None = None

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By what the check found: not every server tells of new mail. What a notice told of is done by hand elsewhere."""
        platform = (space or "").partition(":")[0]
        if platform in ELSEWHERE:
            return by_hand(platform)
        return _able(live=self._config.settings.get("idle", "yes") == "yes")

    async def check(self) -> CheckResult:
        return await mail_discovery.check(self._config, self._credential, self._tools)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        """The folders. A mailing list is told of with its first mail."""
        return [folder_space(self._keys(), name) for name in followed(self._config.settings)]

    def streams(self) -> Sequence[Stream]:
        poll_s = float(self._config.settings.get("poll_s") or POLL_S)
        live = self.capabilities().way("live") is Way.API
        return (Stream(MAIL, poll_s, live=live), Stream(SWEEP, poll_s * SWEEP_S / POLL_S, sweep=True))

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        parts = self._parts()
        return await (parts.sweep.pull(cursor) if stream.key == SWEEP else parts.reader.pull(cursor))

    async def listen(self, stream: Stream, cursor: Cursor) -> Page:
        """The main folder tells at once, all of them where the server can; else the others are looked at as often as
        this returns.
        """
        parts = self._parts()
        await parts.idle.begin()  # before the look, so that nothing falls between the two
        page = await parts.reader.pull(cursor)
        if page.changes or page.more or page.cursor != cursor:
            return page
        await parts.idle.wait(min(WAIT_S, stream.every_s))
        return await parts.reader.pull(cursor)

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        keys = self._keys()
        root, *others = (keys.id_in(key, "message") for key in (lacking.thread, *lacking.messages[:MOST_NAMED]))
        if not root:
            raise NotFound  # what a notice told of is no mail
        return await self._parts().reader.thread(root, [root, *filter(None, others)], most)

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        return await self._parts().sender.fetch_file(url, max_bytes)

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await self._parts().sender.perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await self._parts().sender.find(intent, matched)

    async def close(self) -> None:
        for line in self._made.lines if self._made is not None else ():
            line.close()

    # -- what they are made of -------------------------------------------------------------------------------------------

    def _keys(self) -> Keys:
        return Keys(self._config.server or server_key(imap_server(self._config.url), self._config.user))

    async def _credential(self) -> Credential:
        password = self._secrets.get("password", "")
        if not password:
            raise AuthExpired(code="no_secret")
        return Credential(self._config.user.strip(), password)

    def _parts(self) -> _Parts:
        """All of it, made when first needed: a connection to read, one to answer, one that waits. Raises Rejected."""
        if self._made is None:
            config, tools, keys = self._config, self._tools, self._keys()
            settings, address = config.settings, address_of(config)
            imap = imap_server(settings.get("imap") or config.url)
            smtp = Smtp(smtp_servers(settings.get("smtp", ""), imap)[0], self._credential, tools.timeout_s)
            reading, answering = (Imap(imap, self._credential, tools.timeout_s) for _ in range(2))
            waiting = Imap(imap, self._credential, tools.timeout_s, waits=True)
            reading.shares_with(waiting, answering)
            answering.shares_with(waiting, reading)
            folders, sent = followed(settings), settings.get("sent", "")
            notices = Notices(trusted_in(settings.get("authserv", "")), tools.servers)
            account = Account(frozenset({address}), folders[0], sent, notices)
            read = [*folders, *([sent] if sent and sent not in folders else [])]
            ways = Ways(
                address, settings.get("name", ""), [*read, *filter(None, (settings.get("archive"), settings.get("all")))],
                sent, settings.get("files") == "yes", settings.get("own_copy", "yes") == "yes",
                settings.get("answer_lists") == "yes",
            )  # fmt: skip
            self._made = _Parts(
                Reader(reading, keys, read, account, config, tools), Sweep(reading, keys, read, tools),
                Idle(waiting, read), Sender(answering, smtp, keys, ways, account, tools),
                (reading, answering, waiting),
            )  # fmt: skip
        return self._made
