"""A real Synapse on the loopback, started in a scratch folder as whoever runs the tests.

`synapse_server()` starts it once a process (three seconds) and gives the same one to everybody; the fixture `synapse`
wraps it. It ends with the process that started it, also when that one is killed. `Synapse(rc_message=…)` starts another
one with other settings.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import json
import os
import secrets as random
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.servers.synapse_home import NoSynapse, python
from tests.servers.wordpress import free_port

HERE = Path(__file__).parent
START_TIMEOUT_S = 60.0
SECRET = "test-secret"
C3, C1, ADMIN = "/_matrix/client/v3", "/_matrix/client/v1", "/_synapse/admin"
CAST = ("moderator", "sanne", "joris", "piet")
_FREE = {"per_second": 10000, "burst_count": 10000}
LIMITS: Mapping[str, Any] = {
    "rc_message": _FREE, "rc_registration": _FREE, "rc_joins": {"local": _FREE, "remote": _FREE},
    "rc_joins_per_room": _FREE, "rc_admin_redaction": _FREE, "rc_room_creation": _FREE, "rc_reports": _FREE,
    "rc_invites": {"per_room": _FREE, "per_user": _FREE, "per_issuer": _FREE}, "rc_media_create": _FREE,
    "rc_login": {"address": _FREE, "account": _FREE, "failed_attempts": _FREE},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the server, signed in on one device."""

    name: str
    user_id: str
    token: str
    device_id: str

    @property
    def password(self) -> str:
        return f"{self.name}-pass"


class Synapse:
    """One running homeserver, `localhost`. `beheer` is its administrator and in no room; `moderator` makes the rooms,
    `sanne` and `joris` are members, `piet` an outsider.
    """

    server = "localhost"

    def __init__(self, **settings: Any) -> None:
        self._python = python()
        self._settings = settings
        self._pause = threading.Event()  # never set: a wait that can be interrupted
        self.folder = Path(tempfile.mkdtemp(prefix="lpsyn"))
        self._keeper = subprocess.Popen(
            ["sh", str(HERE / "keeper.sh"), str(self.folder)], stdin=subprocess.PIPE, start_new_session=True
        )
        self._closed = False
        self.accounts: dict[str, Account] = {}
        self._http = httpx.Client(timeout=60.0, trust_env=False)
        try:
            self._first_start()
        except BaseException:
            self.close()
            raise

    # -- starting and stopping ------------------------------------------------------------------------------------

    def _first_start(self) -> None:
        log = {"version": 1, "handlers": {"f": {"class": "logging.FileHandler", "filename": f"{self.folder}/hs.log"}},
               "root": {"level": "WARNING", "handlers": ["f"]}, "disable_existing_loggers": False}  # fmt: skip
        (self.folder / "log.yaml").write_text(json.dumps(log))
        for _attempt in range(3):  # a port found free may be taken a moment later
            self.port = free_port()
            self.url = f"http://127.0.0.1:{self.port}"
            (self.folder / "hs.yaml").write_text(json.dumps(self._configuration()))
            made = subprocess.run([*self._command(), "--generate-keys"], check=False, capture_output=True, text=True)
            if made.returncode:
                raise RuntimeError(f"no keys: {made.stderr}")
            try:
                self.start()
                break
            except RuntimeError as error:
                if "already in use" not in str(error):
                    raise
        self.register("beheer", admin=True)
        for name in CAST:
            self.register(name)

    def _configuration(self) -> dict[str, Any]:
        folder = self.folder
        return {
            "server_name": self.server, "public_baseurl": f"{self.url}/", "report_stats": False,
            "listeners": [{"bind_addresses": ["127.0.0.1"], "port": self.port, "type": "http", "tls": False,
                           "resources": [{"names": ["client"], "compress": False}]}],
            "database": {"name": "sqlite3", "args": {"database": f"{folder}/hs.db"}},
            "media_store_path": f"{folder}/media", "signing_key_path": f"{folder}/signing.key",
            "pid_file": f"{folder}/hs.pid", "log_config": f"{folder}/log.yaml",
            "registration_shared_secret": SECRET, "macaroon_secret_key": "test", "form_secret": "test",
            "enable_registration": True, "enable_registration_without_verification": True,
            "trusted_key_servers": [], "suppress_key_server_warning": True, "federation_domain_whitelist": [],
            "url_preview_enabled": False, "presence": {"enabled": False}, "user_directory": {"enabled": False},
            "bcrypt_rounds": 4, "caches": {"sync_response_cache_duration": "0s"}, **LIMITS, **self._settings,
        }  # fmt: skip

    def _command(self) -> list[str]:
        return [str(self._python), "-m", "synapse.app.homeserver", "-c", str(self.folder / "hs.yaml")]

    def start(self) -> None:
        """Starts it and waits until it answers; also after `kill` or `stop`, with all it had. Raises RuntimeError."""
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.folder
            )
        with (self.folder / "pids").open("a") as pids:
            pids.write(f"{self._process.pid}\n")
        for _ in range(int(START_TIMEOUT_S * 50)):
            if self._answers():
                return
            if self._process.poll() is not None:
                break
            self._pause.wait(0.02)
        raise RuntimeError(f"Synapse does not answer: {(self.folder / 'output').read_text()[-2000:]}")

    def _answers(self) -> bool:
        try:
            return self._http.get(f"{self.url}/health").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=START_TIMEOUT_S)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=START_TIMEOUT_S)

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """It accepts connections and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        """Ends everything and removes the folder."""
        if self._closed:
            return
        self._closed = True
        self._http.close()
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(timeout=START_TIMEOUT_S)

    # -- asking -----------------------------------------------------------------------------------------------------

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | bytes | None = None, *, by: str = "moderator",
        **params: Any,
    ) -> httpx.Response:  # fmt: skip
        """One request as somebody ("" for nobody), whatever its answer."""
        headers = {"authorization": f"Bearer {self.accounts[by].token}"} if by else {}
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        return self._http.request(method, self.url + path, params=params, content=content, headers=headers)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, by: str = "moderator",
            **params: Any) -> Any:  # fmt: skip
        """The same; raises AssertionError with the answer when it is refused."""
        answer = self.request(method, path, body, by=by, **params)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    # -- people -----------------------------------------------------------------------------------------------------

    def register(self, name: str, *, admin: bool = False) -> Account:
        """Somebody new, whose shown name is the name with a capital."""
        nonce = self.ask("GET", f"{ADMIN}/v1/register", by="")["nonce"]
        parts = (nonce, name, f"{name}-pass", "admin" if admin else "notadmin")
        mac = hmac.new(SECRET.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
        made = self.ask("POST", f"{ADMIN}/v1/register", {
            "nonce": nonce, "username": name, "password": f"{name}-pass", "displayname": name.capitalize(),
            "admin": admin, "mac": mac,
        }, by="")  # fmt: skip
        self.accounts[name] = Account(name, made["user_id"], made["access_token"], made["device_id"])
        return self.accounts[name]

    def new_account(self, name: str = "") -> Account:
        return self.register(f"{name or 'u'}{random.token_hex(5)}")

    def user(self, name: str) -> str:
        return self.accounts[name].user_id

    def logout(self, name: str) -> None:
        """This person's token stops working."""
        self.ask("POST", f"{C3}/logout", {}, by=name)

    def sign_in(self, name: str, device_id: str = "") -> Account:
        """A new token; with the same device id it is the same device."""
        made = self.ask("POST", f"{C3}/login", {
            "type": "m.login.password", "identifier": {"type": "m.id.user", "user": name},
            "password": f"{name}-pass", **({"device_id": device_id} if device_id else {}),
        }, by="")  # fmt: skip
        self.accounts[name] = Account(name, made["user_id"], made["access_token"], made["device_id"])
        return self.accounts[name]

    def token_without_device(self, name: str) -> str:
        """A token as an administrator makes it to be somebody else."""
        path = f"{ADMIN}/v1/users/{quote(self.user(name))}/login"
        return str(self.ask("POST", path, {}, by="beheer")["access_token"])

    def suspend(self, name: str, suspended: bool = True) -> None:
        self.ask("PUT", f"{ADMIN}/v1/suspend/{quote(self.user(name))}", {"suspend": suspended}, by="beheer")

    def ignore(self, name: str, *others: str) -> None:
        """This person doesn't want to hear of those any more."""
        ignored = {self.user(other): {} for other in others}
        path = f"{C3}/user/{quote(self.user(name))}/account_data/m.ignored_user_list"
        self.ask("PUT", path, {"ignored_users": ignored}, by=name)

    # -- rooms ------------------------------------------------------------------------------------------------------

    def new_room(
        self, name: str = "", *, members: tuple[str, ...] = ("sanne", "joris"), version: str = "", by: str = "moderator",
        encrypted: bool = False, preset: str = "public_chat", **more: Any,
    ) -> str:  # fmt: skip
        """A room in which these people are; returns its id."""
        state = [{"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
        body = {
            "name": name or f"Kamer {random.token_hex(4)}", "preset": preset,
            **({"room_version": version} if version else {}), **({"initial_state": state} if encrypted else {}), **more,
        }  # fmt: skip
        room = str(self.ask("POST", f"{C3}/createRoom", body, by=by)["room_id"])
        for member in members:
            if preset != "public_chat":
                self.invite(room, member, by=by)
            self.join(room, member)
        return room

    def _in(self, room: str, rest: str) -> str:
        return f"{C3}/rooms/{quote(room, safe='')}/{rest}"

    def join(self, room: str, name: str) -> None:
        self.ask("POST", self._in(room, "join"), {}, by=name)

    def leave(self, room: str, name: str) -> None:
        self.ask("POST", self._in(room, "leave"), {}, by=name)

    def invite(self, room: str, name: str, *, by: str = "moderator") -> None:
        self.ask("POST", self._in(room, "invite"), {"user_id": self.user(name)}, by=by)

    def kick(self, room: str, name: str, reason: str = "", *, by: str = "moderator") -> None:
        self.ask("POST", self._in(room, "kick"), {"user_id": self.user(name), "reason": reason}, by=by)

    def upgrade(self, room: str, version: str = "12", *, by: str = "moderator") -> str:
        """Returns the id of the room that replaces it."""
        answer = self.ask("POST", self._in(room, "upgrade"), {"new_version": version}, by=by)
        return str(answer["replacement_room"])

    def state(self, room: str, kind: str, key: str = "", *, by: str = "moderator") -> Any:
        return self.ask("GET", self._in(room, f"state/{kind}/{quote(key, safe='')}"), by=by)

    def set_state(
        self, room: str, kind: str, content: Mapping[str, Any], key: str = "", *, by: str = "moderator"
    ) -> str:
        path = self._in(room, f"state/{kind}/{quote(key, safe='')}")
        return str(self.ask("PUT", path, content, by=by)["event_id"])

    def set_power(self, room: str, name: str, level: int, *, by: str = "moderator", **levels: Any) -> None:
        """What somebody may do there; `levels` are those of the room ("redact", "events_default" …)."""
        now = self.state(room, "m.room.power_levels", by=by)
        users = {**now.get("users", {}), self.user(name): level}
        self.set_state(room, "m.room.power_levels", {**now, "users": users, **levels}, by=by)

    # -- saying and reading -----------------------------------------------------------------------------------------

    def send(self, by: str, room: str, kind: str, content: Mapping[str, Any], txn: str = "") -> str:
        """Any event; returns its id."""
        path = self._in(room, f"send/{kind}/{quote(txn or random.token_hex(8), safe='')}")
        return str(self.ask("PUT", path, content, by=by)["event_id"])

    def say(self, by: str, room: str, text: str, *, thread: str = "", answers: str = "", **content: Any) -> str:
        """A message; with `thread` (its root) in that thread, with `answers` alone a rich reply."""
        relation: dict[str, Any] = {}
        if thread:
            relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not answers,
                        "m.in_reply_to": {"event_id": answers or thread}}  # fmt: skip
        elif answers:
            relation = {"m.in_reply_to": {"event_id": answers}}
        body = {"msgtype": "m.text", "body": text, **({"m.relates_to": relation} if relation else {}), **content}
        return self.send(by, room, "m.room.message", body)

    def edit(self, by: str, room: str, event: str, text: str, **content: Any) -> str:
        """An edit as a client sends it, whoever asks; returns the id of the edit itself."""
        new = {"msgtype": "m.text", "body": text, **content}
        return self.send(by, room, "m.room.message", {
            "msgtype": "m.text", "body": f"* {text}", "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": event},
        })  # fmt: skip

    def react(self, by: str, room: str, event: str, key: str = "👍") -> str:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return self.send(by, room, "m.reaction", {"m.relates_to": relation})

    def redact(self, by: str, room: str, event: str, reason: str = "") -> str:
        path = self._in(room, f"redact/{quote(event, safe='')}/{random.token_hex(8)}")
        return str(self.ask("PUT", path, {"reason": reason} if reason else {}, by=by)["event_id"])

    def seed(self, by: str, room: str, count: int, text: str = "Reactie {n}") -> list[str]:
        """Many messages, oldest first (fifty a second)."""
        return [self.say(by, room, text.replace("{n}", str(n))) for n in range(1, count + 1)]

    def event(self, room: str, event: str, *, by: str = "moderator") -> Any:
        """One event as it stands there now."""
        return self.ask("GET", self._in(room, f"event/{quote(event, safe='')}"), by=by)

    def timeline(self, room: str, *, by: str = "moderator") -> list[Any]:
        """Every event of a room, oldest first."""
        found: list[Any] = []
        params: dict[str, Any] = {"dir": "f", "limit": 100}
        while True:
            page = self.ask("GET", self._in(room, "messages"), by=by, **params)
            found += page["chunk"]
            if not page.get("end") or not page["chunk"]:
                return found
            params["from"] = page["end"]

    def upload(self, by: str, data: bytes, name: str = "foto.png") -> str:
        """A file; returns its mxc:// address."""
        answer = self.request("POST", "/_matrix/media/v3/upload", data, by=by, filename=name)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["content_uri"])

    # -- reports ----------------------------------------------------------------------------------------------------

    def report(self, by: str, room: str, event: str, reason: str | None = "schelden", score: int | None = None) -> None:
        body = {"reason": reason, "score": score}
        self.ask("POST", self._in(room, f"report/{quote(event, safe='')}"),
                 {name: value for name, value in body.items() if value is not None}, by=by)  # fmt: skip

    def reports(self) -> list[Any]:
        """The list of an administrator, newest first."""
        return list(self.ask("GET", f"{ADMIN}/v1/event_reports", by="beheer", dir="b", limit=500)["event_reports"])

    def settle(self, number: int) -> None:
        """Somebody else takes a report off the list."""
        self.ask("DELETE", f"{ADMIN}/v1/event_reports/{number}", by="beheer")


@functools.cache
def synapse_server() -> Synapse:
    """The homeserver of this process, started when first asked for.

    Skips the test that asks where it can't be installed; in CI it fails instead.
    """
    try:
        python()
    except NoSynapse as why:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Synapse to test with: {why}")
    return Synapse()


@pytest.fixture(scope="session")
def synapse() -> Synapse:
    return synapse_server()
