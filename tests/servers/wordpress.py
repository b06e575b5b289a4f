"""A real WordPress with MariaDB on the loopback, started in a scratch folder as whoever runs the tests.

`wordpress_server()` starts it once a process (two seconds) and gives the same one to everybody; the fixture
`wordpress` wraps it. It ends with the process that started it, also when that one is killed.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets as random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

HERE = Path(__file__).parent
SOURCE = Path("/usr/share/wordpress")
PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "php", "setsid")
START_TIMEOUT_S = 60.0
SEEDING = {"X-Seeding": "yes"}
STANDS_AT_ONCE = {"X-Seeding": "approved"}
# What the database writes for a comment's status, in the words of its REST API.
STATUS = {"1": "approved", "0": "hold", "spam": "spam", "trash": "trash", "post-trashed": "post-trashed"}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the blog. `password` is an application password, `login_password` the ordinary one."""

    id: int
    name: str
    password: str

    @property
    def login_password(self) -> str:
        return f"{self.name}-pass"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands in the database, whatever the API says."""

    id: int
    post: int
    parent: int
    user: int
    status: str
    content: str
    agent: str
    date_gmt: str


def missing() -> str:
    """What this machine lacks to run a WordPress, "" when nothing."""
    lacking = [name for name in PROGRAMS if _program(name) is None]
    if not (SOURCE / "wp-load.php").is_file():
        lacking.append(str(SOURCE))
    return ", ".join(lacking)


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class WordPress:
    """One running blog. `redactie` and `moderator` are editors, `sanne`, `joris` and `fatma` subscribers."""

    def __init__(self) -> None:
        self._pause = threading.Event()  # never set: a wait that can be interrupted
        self.folder = Path(tempfile.mkdtemp(prefix="lpwp"))  # a socket's path has to stay short
        self.site = self.folder / "site"
        self._socket = self.folder / "run" / "db.sock"
        self._keeper = subprocess.Popen(
            ["sh", str(HERE / "keeper.sh"), str(self.folder)], stdin=subprocess.PIPE, start_new_session=True
        )
        self._closed = False
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    # -- starting and stopping ------------------------------------------------------------------------------------

    def _start(self) -> None:
        for name in ("db", "run", "tmp"):
            (self.folder / name).mkdir()
        shutil.copytree(SOURCE, self.site, symlinks=False)
        (self.site / "wp-content" / "uploads").mkdir(parents=True, exist_ok=True)
        plugins = self.site / "wp-content" / "mu-plugins"
        plugins.mkdir(exist_ok=True)
        shutil.copy(HERE / "wordpress_site" / "seeding.php", plugins)
        shutil.copy(HERE / "wordpress_site" / "wp-config.php", self.site)
        self._run("mariadb-install-db", "--no-defaults", f"--datadir={self.folder / 'db'}",
                  "--auth-root-authentication-method=normal", "--skip-test-db", f"--user={_me()}",
                  f"--tmpdir={self.folder / 'tmp'}")  # fmt: skip  # each starting server clears the one it is given
        self.start_database()
        self.sql("CREATE USER wp@localhost IDENTIFIED BY 'wp'; GRANT ALL ON wp.* TO wp@localhost", database="")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = f"127.0.0.1:{self.port}"
        try:
            self.accounts = self._install()
        except RuntimeError:  # a machine with too much to do: once more, on an empty database
            self.accounts = self._install()
        self._start_php()

    def _install(self) -> dict[str, Account]:
        """A new site in a new database; raises RuntimeError with what WordPress said instead."""
        self.sql("DROP DATABASE IF EXISTS wp; CREATE DATABASE wp CHARACTER SET utf8mb4", database="")
        said = self._run("php", str(HERE / "wordpress_site" / "setup.php"), str(self.site), self.url)
        try:  # WordPress tells of a failure in a page, and ends as if all were well
            people = json.loads(said)
        except ValueError as error:
            raise RuntimeError(f"setup.php said: {said[-2000:]}") from error
        return {name: Account(one["id"], name, one["password"]) for name, one in people.items()}

    def start_database(self) -> None:
        """Starts the database and waits until it answers; also after `kill_database`."""
        arguments = ["--no-defaults", f"--datadir={self.folder / 'db'}", f"--socket={self._socket}",
                     f"--pid-file={self.folder / 'run' / 'db.pid'}", f"--tmpdir={self.folder / 'tmp'}", "--skip-networking", f"--user={_me()}",
                     # Written at every commit, so that a killed database has lost nothing it confirmed.
                     "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M"]  # fmt: skip
        self._database = self._spawn(["mariadbd", *arguments])
        self._note(self._database.pid)
        self._until(self._database_answers, "the database")

    def _start_php(self) -> None:
        # Its workers outlive a terminated parent, so it gets a session of its own and is signalled as a group.
        self._php = self._spawn(
            ["php", "-d", "display_errors=0", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{self.port}",
             "-t", str(self.site)], group=True, PHP_CLI_SERVER_WORKERS="4",
        )  # fmt: skip
        self._note(-self._php.pid)
        self._until(self._site_answers, "the site")

    def close(self) -> None:
        """Ends everything and removes the folder."""
        if self._closed:
            return
        self._closed = True
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(timeout=START_TIMEOUT_S)

    def _note(self, pid: int) -> None:
        with (self.folder / "pids").open("a") as pids:
            pids.write(f"{pid}\n")

    def _spawn(self, command: list[str], group: bool = False, **environment: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [_program(command[0]) or command[0], *command[1:]], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=group, env={**os.environ, **environment},
            )  # fmt: skip

    def _run(self, name: str, *arguments: str, text: str = "") -> str:
        done = subprocess.run(
            [_program(name) or name, *arguments],
            check=False,
            input=text,
            capture_output=True,
            text=True,
            timeout=START_TIMEOUT_S,
        )
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stderr or done.stdout}")
        return done.stdout

    def _until(self, ready: Any, what: str) -> None:
        for _ in range(int(START_TIMEOUT_S * 50)):
            if ready():
                return
            self._pause.wait(0.02)
        raise RuntimeError(f"{what} does not answer: {(self.folder / 'log').read_text()[-2000:]}")

    def _database_answers(self) -> bool:
        """Whether it answers a question: to a ping it answers before it can."""
        asked = [_program("mariadb") or "", "--no-defaults", f"--socket={self._socket}", "-uroot", "-e", "SELECT 1"]
        return subprocess.run(asked, check=False, capture_output=True).returncode == 0

    def _site_answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/wp-json/", timeout=10.0, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    # -- faults -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """The site accepts connections and answers nothing."""
        os.killpg(self._php.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._php.pid, signal.SIGCONT)

    def kill_database(self) -> None:
        self._database.kill()
        self._database.wait()

    @contextlib.contextmanager
    def without_database(self) -> Iterator[None]:
        """The site answers 500 with a page of HTML."""
        self.kill_database()
        try:
            yield
        finally:
            self.start_database()

    @contextlib.contextmanager
    def plugin(self, php: str) -> Iterator[None]:
        """A must-use plugin with this code for as long as the block lasts: an administrator's choice."""
        path = self.site / "wp-content" / "mu-plugins" / f"test-{random.token_hex(6)}.php"
        path.write_text(f"<?php\n{php}\n")
        try:
            yield
        finally:
            path.unlink()

    def new_account(self, role: str = "subscriber", name: str = "") -> Account:
        """Somebody new, with an application password."""
        name = name or f"u{random.token_hex(5)}"
        made = self.rest("POST", "/wp/v2/users", {"username": name, "password": f"{name}-pass", "roles": [role],
                         "email": f"{name}@example.test", "name": name.capitalize()})  # fmt: skip
        account = Account(made["id"], name, self._new_password(made["id"]))
        self.accounts[name] = account
        return account

    def _new_password(self, user: int) -> str:
        made = self.rest("POST", f"/wp/v2/users/{user}/application-passwords", {"name": random.token_hex(6)})
        return str(made["password"])

    def revoke(self, name: str) -> None:
        """Every application password of an account stops working."""
        self.rest("DELETE", f"/wp/v2/users/{self.accounts[name].id}/application-passwords")

    # -- saying and reading -----------------------------------------------------------------------------------------

    def rest(
        self,
        method: str,
        route: str,
        body: Mapping[str, Any] | None = None,
        *,
        by: str = "admin",
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> Any:
        """One request to the API as somebody; raises AssertionError with the answer when it is refused."""
        account = self.accounts[by]
        answer = httpx.request(
            method, f"{self.url}/wp-json{route}", params=params, json=body, auth=(account.name, account.password),
            headers=dict(headers or {}), timeout=30.0, trust_env=False,
        )  # fmt: skip
        assert answer.status_code < 300, f"{method} {route}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def new_post(self, title: str = "", content: str = "<p>Wat vinden jullie?</p>", *, by: str = "admin",
                 kind: str = "posts", **fields: Any) -> int:  # fmt: skip
        """A published post (or with `kind="pages"` a page) that takes comments; returns its id."""
        body = {"title": title or f"Bericht {random.token_hex(4)}", "content": content, "status": "publish",
                "comment_status": "open", **fields}  # fmt: skip
        return int(self.rest("POST", f"/wp/v2/{kind}", body, by=by)["id"])

    def comment(self, by: str, post: int, text: str, parent: int = 0, *, held: bool = False, **fields: Any) -> int:
        """A comment by somebody, standing at once unless `held`; `date_gmt` and the like need a moderator as `by`."""
        body = {"post": post, "content": text, "parent": parent, **fields}
        headers = SEEDING if held else STANDS_AT_ONCE
        made = self.rest("POST", "/wp/v2/comments", body, by=by, headers=headers)
        if held and made.get("status") != "hold":
            self.set_status(made["id"], "hold")
        return int(made["id"])

    def set_status(self, comment: int, status: str) -> None:
        """approve, hold, spam, unspam, untrash, or trash."""
        if status == "trash":
            self.rest("DELETE", f"/wp/v2/comments/{comment}")
        else:
            self.rest("POST", f"/wp/v2/comments/{comment}", {"status": status})

    def edit(self, comment: int, text: str) -> None:
        self.rest("POST", f"/wp/v2/comments/{comment}", {"content": text})

    def delete(self, comment: int) -> None:
        """For good: past the bin."""
        self.rest("DELETE", f"/wp/v2/comments/{comment}", force="true")

    def seed(self, post: int, comments: int, *, text: str = "Reactie {n}", user: str = "sanne",
             first_gmt: str = "2026-11-01 08:00:00", every_s: int = 60) -> list[int]:  # fmt: skip
        """Many comments at once, straight into the database; returns their ids, oldest first."""
        person = self.accounts[user]
        last = int(self.sql("SELECT COALESCE(MAX(comment_ID), 0) FROM wp_comments").strip())
        template = text.replace("'", "''").replace("{n}", "', seq, '")
        moment = f"DATE_ADD('{first_gmt}', INTERVAL seq * {every_s} SECOND)"
        self.sql(
            "INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_author, comment_author_email, comment_date,"
            " comment_date_gmt, comment_content, comment_approved, comment_type, user_id, comment_agent, comment_parent)"
            f" SELECT {last} + seq, {post}, '{person.name.capitalize()}', '{person.name}@example.test',"
            f" {moment}, {moment}, CONCAT('{template}'), '1', 'comment', {person.id}, 'seed', 0"
            f" FROM seq_1_to_{comments}"
        )
        return list(range(last + 1, last + comments + 1))

    def export(self) -> str:
        """The site's own export (WXR), of everything it holds."""
        return self._run(
            "php", "-d", "display_errors=0", str(HERE / "wordpress_site" / "export.php"), str(self.site), self.url
        )

    def comments(self, post: int | None = None) -> list[Comment]:
        """Every comment in whatever status, from the database itself, oldest id first."""
        where = f" WHERE comment_post_ID = {post}" if post is not None else ""
        rows = self.sql(
            "SELECT JSON_ARRAY(comment_ID, comment_post_ID, comment_parent, user_id, comment_approved,"
            f" comment_content, comment_agent, comment_date_gmt) FROM wp_comments{where} ORDER BY comment_ID"
        )
        found = []
        for row in rows.splitlines():
            number, of, parent, user, status, content, agent, moment = json.loads(row)
            found.append(Comment(number, of, parent, user, STATUS[status], content, agent, str(moment)))
        return found

    def sql(self, statement: str, *, database: str = "wp") -> str:
        """What the database answers to SQL, a row a line, as its root."""
        return self._run("mariadb", "--no-defaults", f"--socket={self._socket}", "-uroot", "--batch", "--raw",
                         "--skip-column-names", "--default-character-set=utf8mb4", *([database] if database else []),
                         text=statement)  # fmt: skip


def _me() -> str:
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name


@functools.cache
def wordpress_server() -> WordPress:
    """The blog of this process, started when first asked for.

    Skips the test that asks where WordPress can't be installed; in CI it fails instead.
    """
    lacking = missing()
    if lacking and not os.environ.get("CI"):
        pytest.skip(
            f"no WordPress to test with: this machine lacks {lacking} (Debian: wordpress mariadb-server php-cli)"
        )
    return WordPress()


@pytest.fixture(scope="session")
def wordpress() -> WordPress:
    return wordpress_server()
