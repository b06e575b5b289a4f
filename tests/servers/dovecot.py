"""A real mail server of a process's own: Dovecot for reading, and a submission server that can misbehave on command.

Nothing listens but the loopback, and no mail leaves the machine. Every address there is has a mailbox; all have one
password. What is submitted is delivered over LMTP, as between real servers.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import grp
import itertools
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from imapclient import IMAPClient

HERE = Path(__file__).parent
PROGRAM = Path("/usr/sbin/dovecot")
PASSWORD = "redactie-pass"
DOMAIN = "intra.test"
START_TIMEOUT_S = 15.0
_NUMBERS = itertools.count(1)

CONFIGURATION = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 0
mail_uid = {uid}
mail_gid = {gid}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
mailbox_idle_check_interval = 1s
imap_idle_notify_interval = 20s
mail_fsync = never
{more}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0600
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@intra.test
}}
"""
# A mailbox that holds a million bytes.
SMALL = """
mail_plugins = quota
protocol imap {
  mail_plugins = $mail_plugins imap_quota
}
plugin {
  quota = count:User quota
  quota_rule = *:storage=1000k
  quota_vsizes = yes
  quota_grace = 0
}
"""
# What a server like Exchange Online offers; hiding it does not switch it off.
PLAIN = "imap_capability = IMAP4rev1 UIDPLUS SPECIAL-USE"


class NoDovecot(Exception):
    """It isn't installed, and can't be."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Submission:
    """Takes mail from who signs in. `mode` says how it misbehaves, and `happened` how often it did.

    refuse   550 to the mail itself        later   451 to the mail itself
    vanish   delivered, and the line is cut before the answer
    hold     delivered, and no answer comes; once, and `held` is set
    full     452 to the recipient          nobody  550 to the recipient
    own full 452 to the second recipient, the copy that goes to ourselves
    brim     552 to the mail itself: the mailbox has no room for it

    What it took for mailboxes that are away waits, as at any such server, and is delivered when they are back.
    """

    def __init__(self, lmtp: str) -> None:
        self._lmtp = lmtp
        self._waiting: list[tuple[str, str, bytes]] = []
        self.delivering = threading.Lock()
        self.mode = "ok"
        self.happened = 0
        self.held = threading.Event()
        self.bounced: list[tuple[str, int]] = []  # what a mailbox refused later: to whom, and its code
        self.taken: list[Envelope] = []

    def next(self, mode: str) -> None:
        self.mode, self.happened = mode, 0
        self.held.clear()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        if self.mode in ("full", "nobody"):
            self.happened += 1
            return "452 4.2.2 mailbox full" if self.mode == "full" else "550 5.1.1 no such user"
        if self.mode == "own full" and envelope.rcpt_tos:
            self.happened += 1
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.mode in _REFUSALS:
            self.happened += 1
            return _REFUSALS[self.mode]
        self.taken.append(envelope)
        assert isinstance(envelope.content, bytes)
        self._waiting += [(envelope.mail_from or "", one, envelope.content) for one in envelope.rcpt_tos]
        await asyncio.get_running_loop().run_in_executor(None, self.deliver)
        if self.mode == "vanish":
            self.happened += 1
            server.transport.abort()
        if self.mode == "hold":
            self.happened += 1
            self.mode = "ok"
            self.held.set()
            await asyncio.Event().wait()  # until the server goes down
        return "250 2.0.0 accepted"

    def deliver(self) -> None:
        """All that waits, as far as the mailboxes are there."""
        with self.delivering:
            while self._waiting:
                sender, to, mail = self._waiting[0]
                try:
                    # One at a time: smtplib reads one answer of LMTP's.
                    with smtplib.LMTP(self._lmtp, timeout=START_TIMEOUT_S) as line:
                        line.sendmail(sender, [to], mail)
                except smtplib.SMTPResponseException as refused:
                    self.bounced.append((to, refused.smtp_code))
                except smtplib.SMTPRecipientsRefused as refused:
                    self.bounced += [(one, code) for one, (code, _words) in refused.recipients.items()]
                except (OSError, smtplib.SMTPServerDisconnected):
                    return
                del self._waiting[0]


_REFUSALS = {
    "refuse": "550 5.7.1 refused by policy",
    "later": "451 4.7.1 try later",
    "brim": "552 5.2.2 mailbox is full",
}


def _sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    if isinstance(data, LoginPassword) and data.password == PASSWORD.encode():
        return AuthResult(success=True, auth_data=data.login)
    return AuthResult(success=False, handled=False)


class Dovecot:
    """One running mail server. `imap_port` and `smtp_port` speak without TLS, `imaps_port` and `smtps_port` with it,
    `starttls_port` begins without.
    """

    host = "127.0.0.1"

    def __init__(self, more: str = "") -> None:
        if not PROGRAM.exists():
            raise NoDovecot(f"{PROGRAM} is missing: scripts/system-packages.sh test brings it")
        self._pause = threading.Event()  # never set: a wait that can be interrupted
        self._more = more
        self.folder = Path(tempfile.mkdtemp(prefix="lpm"))
        self._keeper = subprocess.Popen(
            ["sh", str(HERE / "keeper.sh"), str(self.folder)], stdin=subprocess.PIPE, start_new_session=True
        )
        self._closed = False
        self._controllers: list[Controller] = []
        self._submissions: list[tuple[int, ssl.SSLContext | None, bool]] = []
        self._sessions: dict[str, IMAPClient] = {}
        try:
            for name in ("run", "mail", "state"):
                (self.folder / name).mkdir()
            self._certificate()
            self.imap_port, self.imaps_port = free_port(), free_port()
            self.submission = Submission(self.lmtp)
            self.start()
            self.smtp_port = self._submission(None)
            self.starttls_port = self._submission(self._tls(), starttls=True)
            self.smtps_port = self._submission(self._tls())
        except BaseException:
            self.close()
            raise

    @property
    def lmtp(self) -> str:
        return f"{self.folder}/run/lmtp"

    @property
    def authority(self) -> Path:
        """The certificate to trust."""
        return self.folder / "cert.pem"

    # -- starting and stopping ----------------------------------------------------------------------------------------

    def _certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", f"{self.folder}/key.pem",
             "-out", f"{self.folder}/cert.pem"],
            check=True, capture_output=True,
        )  # fmt: skip

    def start(self) -> None:
        """Starts it and waits until it answers; also after `stop`, with all it had. Raises RuntimeError."""
        # Root may not serve mail: then those users do that the package brings for it.
        root = os.getuid() == 0
        me = pwd.getpwnam("dovecot") if root else pwd.getpwuid(os.getuid())
        if root:
            self.folder.chmod(0o755)
            os.chown(self.folder / "mail", me.pw_uid, me.pw_gid)
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder, user=me.pw_name, login="dovenull" if root else me.pw_name, group=grp.getgrgid(me.pw_gid).gr_name, uid=me.pw_uid, gid=me.pw_gid,
                imap=self.imap_port, imaps=self.imaps_port, password=PASSWORD, more=self._more,
            )
        )  # fmt: skip
        self._process = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(configuration)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        with (self.folder / "pids").open("a") as pids:
            pids.write(f"-{self._process.pid}\n")
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline_s:
            if self._answers():
                self.submission.deliver()
                return
            if self._process.poll() is not None:
                break
            self._pause.wait(0.02)
        raise RuntimeError(f"Dovecot does not answer: {(self.folder / 'log').read_text()[-2000:]}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.host, self.imap_port), 1.0) as line:
                return line.recv(64).startswith(b"* OK")
        except OSError:
            return False

    def stop(self) -> None:
        self._sessions.clear()
        with self.submission.delivering:  # a delivery that is cut off may be one or none: nobody could say
            self._process.terminate()
            self._process.wait(timeout=START_TIMEOUT_S)
        with contextlib.suppress(ProcessLookupError):  # whoever serves somebody may live on for a moment
            os.killpg(self._process.pid, signal.SIGKILL)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()

    def close(self) -> None:
        """Ends everything and removes the folder."""
        if self._closed:
            return
        self._closed = True
        for controller in self._controllers:
            controller.stop()
        if hasattr(self, "_process"):
            self._process.terminate()
            self._process.wait(timeout=START_TIMEOUT_S)
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(timeout=START_TIMEOUT_S)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        return context

    def restart_submission(self) -> None:
        """The server for sending goes down under whoever speaks with it, and is back at the same addresses."""
        for controller in self._controllers:
            controller.stop()
        self._controllers.clear()
        for port, tls, starttls in self._submissions:
            self._listen(port, tls, starttls)

    def _submission(self, tls: ssl.SSLContext | None, *, starttls: bool = False) -> int:
        port = free_port()
        self._submissions.append((port, tls, starttls))
        self._listen(port, tls, starttls)
        return port

    def _listen(self, port: int, tls: ssl.SSLContext | None, starttls: bool) -> None:
        controller = Controller(
            self.submission, hostname=self.host, port=port, ssl_context=None if starttls else tls,
            tls_context=tls if starttls else None, require_starttls=starttls, auth_required=True,
            auth_require_tls=starttls, authenticator=_sign_in, data_size_limit=20_000_000,
        )  # fmt: skip
        controller.start()
        self._controllers.append(controller)

    # -- mailboxes ------------------------------------------------------------------------------------------------------

    def new_account(self, name: str = "redactie") -> str:
        """An address nobody used yet."""
        return f"{name}{next(_NUMBERS)}.{os.getpid()}@{DOMAIN}"

    def deliver(self, to: str, mail: EmailMessage | bytes, sender: str = f"sanne@{DOMAIN}") -> None:
        """A real delivery: it adds Return-Path, Delivered-To and Received."""
        with smtplib.LMTP(self.lmtp, timeout=START_TIMEOUT_S) as line:
            line.sendmail(sender, [to], mail if isinstance(mail, bytes) else mail.as_bytes())

    def put(self, account: str, folder: str, mail: bytes, at: datetime | None = None) -> int:
        """Straight into a folder, with a chosen arrival; returns its UID."""
        answer = self.session(account).append(folder, mail, msg_time=at)
        return int(answer.split(b"APPENDUID ")[1].split(b"]")[0].split()[1])

    def lay(self, account: str, mail: bytes) -> None:
        """Straight into the inbox on the disk, as large as it may be."""
        self.session(account).select_folder("INBOX", readonly=True)  # so that there is one
        inbox = self.folder / "mail" / account
        (inbox / "tmp" / "groot").write_bytes(mail)
        (inbox / "tmp" / "groot").chmod(0o644)
        (inbox / "tmp" / "groot").rename(inbox / "new" / f"{next(_NUMBERS)}.groot")

    def session(self, account: str) -> IMAPClient:
        """A colleague's own connection to this mailbox; it stays open."""
        found = self._sessions.get(account)
        if found is None:
            found = self._sessions[account] = IMAPClient(self.host, self.imap_port, ssl=False, timeout=10)
            found.login(account, PASSWORD)
        return found

    def end_sessions(self) -> None:
        for found in self._sessions.values():
            with contextlib.suppress(Exception):
                found.logout()
        self._sessions.clear()

    def remove(self, account: str, folder: str, *uids: int) -> None:
        """A colleague tidies up."""
        session = self.session(account)
        session.select_folder(folder)
        session.delete_messages(list(uids))
        session.uid_expunge(list(uids))

    def move(self, account: str, folder: str, uid: int, to: str) -> None:
        session = self.session(account)
        session.select_folder(folder)
        session.move([uid], to)

    def mails(self, account: str, folder: str = "INBOX") -> dict[int, bytes]:
        """Every mail of a folder by its UID, as it lies there."""
        session = self.session(account)
        session.select_folder(folder, readonly=True)
        uids = session.search()
        return {uid: data[b"BODY[]"] for uid, data in session.fetch(uids, ["BODY.PEEK[]"]).items()} if uids else {}

    def rebuild(self, account: str, folder: str = "INBOX") -> None:
        """The folder gets a new UIDVALIDITY and new UIDs, as after a repair of the server."""
        with self.stopped():
            place = self.folder / "mail" / account / ("" if folder == "INBOX" else f".{folder}")
            for file in [place / "dovecot-uidlist", *place.glob("dovecot.index*")]:
                file.unlink(missing_ok=True)

    def forget(self, account: str) -> None:
        """Its mailbox goes: a crowd keeps every other test busy."""
        self._sessions.pop(account, None)
        shutil.rmtree(self.folder / "mail" / account, ignore_errors=True)


def mail(
    text: str, *, subject: str = "Vraag", sender: str = f"Sanne Bakker <sanne@{DOMAIN}>", to: str = f"redactie@{DOMAIN}",
    message_id: str | None = None, at: datetime | None = None, **headers: str,
) -> EmailMessage:  # fmt: skip
    """A mail as a colleague's program makes it. Other headers are named with _ for -; message_id "" makes it have none."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(at or datetime.now(UTC))
    if message_id != "":
        made["Message-ID"] = message_id or f"<m{next(_NUMBERS)}.{os.getpid()}@{DOMAIN}>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


@functools.cache
def mail_server() -> Dovecot:
    """The mail server of this process, started when first asked for.

    Skips the test that asks where it isn't installed; in CI it fails instead.
    """
    try:
        return Dovecot()
    except NoDovecot as why:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no mail server to test with: {why}")


@pytest.fixture(scope="session")
def dovecot() -> Dovecot:
    return mail_server()
