"""A mailbox in which colleagues write to us: for the adapter's contract, and for the fault runs."""

from __future__ import annotations

import email.policy
import itertools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from urllib.parse import urlsplit

from console.adapters.contract import Config, Tools
from console.adapters.mail import Mail
from console.adapters.mail_threading import Keys
from console.domain.conversation import ConnectionKey, MessageKey, ThreadKey
from console.sync.connecting import Wanted
from tests.servers.dovecot import PASSWORD, Dovecot, Submission, mail, mail_server
from tests.servers.mail_line import MailLine
from tests.servers.proxy import Request, to

_NUMBERS = itertools.count(1)


def now_ms() -> int:
    return int(time.time() * 1000)


class Mailbox:
    """One account of its own on the server, with the mails in it by their Message-ID."""

    def __init__(self, dovecot: Dovecot, port: int = 0) -> None:
        """`port` is that of the line through which the server is known."""
        self.dovecot = dovecot
        self.us = dovecot.new_account()
        self.server = f"127.0.0.1:{port or dovecot.imap_port}/{self.us}"
        self.keys = Keys(self.server)
        self.space = self.keys.folder("INBOX")
        self._references: dict[str, str] = {}
        self._subjects: dict[str, str] = {}
        self._parsed: dict[tuple[str, int], EmailMessage] = {}

    def config(self, imap: str = "", smtp: str = "", *, since_ms: int = 0, **settings: str) -> Config:
        """A connection as its check would have stored it, through whatever line leads to the server."""
        stored = {"smtp": smtp or f"smtp://127.0.0.1:{self.dovecot.smtp_port}", "sent": "Sent", "archive": "Archive",
                  "idle": "yes", "poll_s": "20", "address": self.us, **settings}  # fmt: skip
        return Config(
            ConnectionKey("connection"), "mail", imap or f"imap://127.0.0.1:{self.dovecot.imap_port}", self.us, self.server,
            str(self.keys.person(self.us)), since_ms, stored,
        )  # fmt: skip

    def adapter(self, tools: Tools | None = None, config: Config | None = None) -> Mail:
        return Mail(config or self.config(), {"password": PASSWORD}, tools or Tools(now_ms=now_ms, timeout_s=10.0))

    # -- what colleagues do -----------------------------------------------------------------------------------------------

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(self.key(self._deliver(self.mail(title, text))))

    def say(self, thread: str, text: str, parent: str | None = None) -> MessageKey:
        return self.key(self._deliver(self.answer(thread, text, parent)))

    def say_many(self, thread: str, count: int, text: str) -> list[MessageKey]:
        """Straight into the folder, with one command."""
        session = self.dovecot.session(self.us)
        made = [self.answer(thread, text.replace("{n}", str(n))) for n in range(1, count + 1)]
        for one in made:
            session.append("INBOX", one.as_bytes())
        return [self.key(self._noted(one)) for one in made]

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        session = self.dovecot.session(self.us)
        made = [
            self.mail(f"{text} {n}".replace("{n}", str(n)), text.replace("{n}", str(n))) for n in range(1, count + 1)
        ]
        for one in made:
            session.append("INBOX", one.as_bytes())
        return [ThreadKey(self.key(self._noted(one))) for one in made]

    def mail(self, title: str, text: str, **headers: str) -> EmailMessage:
        return mail(text, subject=title, to=self.us, **headers)

    def answer(self, thread: str, text: str, parent: str | None = None, sender: str = "") -> EmailMessage:
        root = self.keys.id_in(thread, "message")
        above = self.keys.id_in(parent, "message") if parent else root
        references = f"{self._references.get(above, '')} <{above}>".strip()
        more = {"sender": sender} if sender else {}
        return self.mail(f"Re: {self._subjects[root]}", text, In_Reply_To=f"<{above}>", References=references, **more)

    def _deliver(self, made: EmailMessage) -> str:
        self.dovecot.deliver(self.us, made)
        return self._noted(made)

    def _noted(self, made: EmailMessage) -> str:
        number = str(made["Message-ID"]).strip("<>")
        self._references[number] = str(made["References"] or "")
        self._subjects[number] = str(made["Subject"]).removeprefix("Re: ")
        return number

    def key(self, number: str) -> MessageKey:
        return self.keys.message(number)

    def uids(self, message: str, folder: str = "INBOX") -> list[int]:
        session = self.dovecot.session(self.us)
        session.select_folder(folder, readonly=True)
        return list(session.search(["HEADER", "Message-ID", f"<{self.keys.id_in(message, 'message')}>"]))

    def remove(self, message: str) -> None:
        """A colleague tidies it up for good, if nobody did."""
        for uid in self.uids(message):
            self.dovecot.remove(self.us, "INBOX", uid)

    # -- the truth ----------------------------------------------------------------------------------------------------------

    def lying(self) -> list[EmailMessage]:
        """Every mail in the inbox and in Sent, once each."""
        found: dict[str, EmailMessage] = {}
        for folder in ("INBOX", "Sent"):
            session = self.dovecot.session(self.us)
            session.select_folder(folder, readonly=True)
            uids = session.search()
            new = [uid for uid in uids if (folder, uid) not in self._parsed]
            for uid, data in (session.fetch(new, ["BODY.PEEK[]"]) if new else {}).items():
                self._parsed[folder, uid] = _parsed(data[b"BODY[]"])
            for uid in uids:
                one = self._parsed[folder, uid]
                found.setdefault(str(one["Message-ID"]).strip("<>"), one)
        return list(found.values())

    def of(self, thread: str) -> list[EmailMessage]:
        root = self.keys.id_in(thread, "message")
        return [one for one in self.lying() if root in f"{one['Message-ID']} {one['References']}"]

    def texts(self, thread: str) -> Mapping[MessageKey, str]:
        return {self.key(str(one["Message-ID"]).strip("<>")): words(one) for one in self.of(thread)}

    def sent_by_us(self, thread: str) -> Sequence[tuple[str, str]]:
        """What we said: the Message-ID of each mail, and its words. A mail that lies twice in one folder counts twice."""
        root, found = self.keys.id_in(thread, "message"), []
        for data in self.dovecot.mails(self.us, "INBOX").values():
            one = _parsed(data)
            if self.us in str(one["From"]) and root in str(one["References"]):
                found.append((str(one["Message-ID"]), words(one)))
        return found


def _parsed(data: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(data)


class OnMail:
    """A mail that asks, in a mailbox of its own."""

    settle_scale = 0.003  # 600 s become 1.8
    before = staticmethod(to("UID SEARCH HEADER", "GET"))
    reads = staticmethod(to("UID FETCH", "GET"))
    files = staticmethod(to("APPEND", "APPEND"))  # an answer goes into Sent

    @staticmethod
    def sends(request: Request) -> bool:
        return request.method == "SEND"

    @staticmethod
    def further(request: Request) -> bool:
        found = re.match(r"UID SEARCH UID (\d+):", request.target)
        return found is not None and int(found.group(1)) > 1

    def __init__(self) -> None:
        server = mail_server()
        self._line = MailLine(server.imap_port, server.smtp_port)
        self.url = self._line.url
        self.secrets = {"password": PASSWORD}
        self._box = Mailbox(server, urlsplit(self.url).port or 0)
        self.thread = self._box.open_thread("Vraag", "Hallo")
        self.question = self.say("Wanneer weten we meer?")

    def line(self) -> MailLine:
        return self._line

    def wanted(self, url: str) -> Wanted:
        return Wanted("mail", "Daar", url, self._box.us, {"smtp": self._line.smtp_url}, since_days=1)

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        return self._box.sent_by_us(self.thread)

    def say(self, text: str) -> MessageKey:
        return self._box.say(self.thread, text)

    def remove(self, message: MessageKey) -> None:
        self._box.remove(message)

    def edit(self, message: MessageKey, text: str) -> None:
        raise AssertionError("nobody edits a mail")

    def seed(self, count: int, text: str) -> None:
        self._box.say_many(self.thread, count, text)

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        said = self._box.texts(self.thread)
        return {key: ("visible", text) for key, text in said.items() if key != MessageKey(self.thread)}

    def action(self) -> None:
        """Nothing is done to a mail but answering it."""

    @property
    def submission(self) -> Submission:
        return self._box.dovecot.submission

    @property
    def upheavals(self) -> Mapping[str, Callable[[], None]]:
        """What happens to the server itself, by its name."""
        server, us = self._box.dovecot, self._box.us

        def restarted() -> None:
            with server.stopped():
                pass

        return {
            "restarted": restarted,
            "UIDVALIDITY changed": lambda: server.rebuild(us),
            "UIDVALIDITY of Sent changed": lambda: server.rebuild(us, "Sent"),
            "sending restarted": server.restart_submission,
        }

    def close(self) -> None:
        self._box.dovecot.submission.next("ok")
        self._box.dovecot.end_sessions()
        self._box.dovecot.forget(self._box.us)


def words(one: EmailMessage) -> str:
    return "\n".join(one.get_content().splitlines()).strip()


def at(hours_ago: float) -> datetime:
    return datetime.fromtimestamp(time.time() - hours_ago * 3600, UTC)
