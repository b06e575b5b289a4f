"""A social intranet that behaves: BuddyPress inside WordPress, over real HTTP on the loopback.

It keeps what is done to it, and has the habits of the real one that an adapter must live with: a wrong password is no
error but makes a stranger of you; BuddyPress doesn't know who is signed in unless the site has the file for it; single
things come as a list of one (`v1`); comments say their component is `activity`; `after` is ignored; favourites toggle; a
change without its parent loses it; an answer to nobody is stored and then fails; spam is said not to exist.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.fakes.buddypress_messages import PrivateMessages

CANNOT_SEE = "Sorry, you are not allowed to perform this action."


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str = "Nee &#8217;n beetje") -> None:
        self.status, self.code, self.message = status, code, message


class Died(Exception):
    """PHP's time ran out: a page of HTML instead of an answer."""


@dataclass(slots=True)
class Account:
    id: int
    name: str
    login: str
    password: str
    moderates: bool = False
    favourites: set[int] = field(default_factory=set)
    there: bool = True  # False once the account was removed


@dataclass(slots=True)
class Room:
    id: int
    name: str
    status: str
    members: set[int]


@dataclass(slots=True)
class Activity:
    id: int
    user_id: int
    component: str
    type: str
    item_id: int
    parent_id: int
    content: str
    at_ms: int
    spam: bool = False
    spoilt: bool = False


class BuddyPress:
    """`recognised`: the site has the file by which BuddyPress knows who an application password belongs to."""

    def __init__(self, *, generation: str = "v1", recognised: bool = True, notifications: bool = True) -> None:
        self.generation = generation
        self.recognised = recognised
        self.notifications = notifications
        self.has_buddypress = True
        self.private = PrivateMessages(generation)
        self.title = "Intranet"
        self.accounts: dict[str, Account] = {}
        self.rooms: dict[int, Room] = {}
        self.activities: dict[int, Activity] = {}
        self.requests: list[tuple[str, str]] = []
        self.arrived: Callable[[str, str], None] = lambda authorization, target: None  # told of every request
        self.twist: Callable[[Any], Any] = lambda answer: answer  # what becomes of every answer on its way
        self.padding = 0  # bytes of white space behind every list
        self._next = 900
        self._below: dict[int, list[Activity]] | None = None  # by parent, within one request
        self._lock = threading.RLock()

    # -- people, as the site itself sees them ------------------------------------------------------------------------------

    def account(self, login: str, name: str, *, moderates: bool = False) -> Account:
        made = Account(len(self.accounts) + 1, name, login, f"{login:a<24}"[:24], moderates)
        self.accounts[login] = made
        return made

    def room(self, name: str, *members: Account, status: str = "private") -> Room:
        made = Room(len(self.rooms) + 7, name, status, {member.id for member in members})
        self.rooms[made.id] = made
        return made

    def post(self, who: Account, text: str, room: Room | None = None, *, kind: str = "activity_update") -> int:
        component, item = ("groups", room.id) if room else ("activity", 0)
        return self._store(who.id, component, kind, item, 0, html.escape(text, quote=False))

    def comment(self, who: Account, root: int, text: str, parent: int = 0) -> int:
        escaped = html.escape(text, quote=False)
        return self._store(who.id, "activity", "activity_comment", root, parent or root, escaped)

    def remove(self, number: int) -> None:
        with self._lock:
            gone = [number]
            while gone:
                one = gone.pop()
                self.activities.pop(one, None)
                gone += [below.id for below in self.activities.values() if one in (below.parent_id, _root(below))]

    def _store(self, user: int, component: str, kind: str, item: int, parent: int, content: str) -> int:
        with self._lock:
            self._next += 1
            made = Activity(self._next, user, component, kind, item, parent, content, int(time.time()) * 1000)
            self.activities[made.id] = made
            return made.id

    # -- the API -----------------------------------------------------------------------------------------------------------

    def answer(self, method: str, target: str, authorization: str, body: Mapping[str, Any]) -> Any:
        """What is said to a request: the rows, and how many there are in all. Raises Refused or Died."""
        parts = urlsplit(target)
        ask = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        route = parts.path.removeprefix("/wp-json")
        with self._lock:
            self.requests.append((method, target))
            self._below = None
            me = self._who(authorization)
            if route in ("", "/"):
                return self._index(), None
            if route == "/wp/v2/users/me":
                return self._me(me), None
            base = f"/buddypress/{self.generation}/"
            if not self.has_buddypress or not route.startswith(base):
                raise Refused(404, "rest_no_route")
            return self._buddypress(method, route.removeprefix(base).split("/"), ask, body, me)

    def _who(self, authorization: str) -> Account | None:
        if not authorization.startswith("Basic "):
            return None
        login, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
        account = self.accounts.get(login)
        if account and account.there and password.replace(" ", "") == account.password:
            return account
        if self.recognised:
            raise Refused(401, "incorrect_password")
        return None

    def _index(self) -> dict[str, Any]:
        names = [
            "activity",
            "groups",
            "groups/me",
            "members",
            "messages",
            *(["notifications"] if self.notifications else []),
        ]
        ours = {f"/buddypress/{self.generation}/{name}": {} for name in names} if self.has_buddypress else {}
        return {
            "name": self.title, "url": self.url, "home": self.url,
            "namespaces": ["wp/v2", *([f"buddypress/{self.generation}"] if self.has_buddypress else [])],
            "authentication": {"application-passwords": {}}, "routes": {"/wp/v2/posts": {}, **ours},
        }  # fmt: skip

    def _me(self, me: Account | None) -> dict[str, Any]:
        if me is None:
            raise Refused(401, "rest_not_logged_in")
        held = {"read": True, **({"bp_moderate": True, "list_users": True} if me.moderates else {})}
        return {"id": me.id, "name": me.name, "roles": ["subscriber"], "capabilities": held}

    def _buddypress(
        self, method: str, path: list[str], ask: Mapping[str, str], body: Mapping[str, Any], me: Account | None
    ) -> Any:
        if int(ask.get("per_page", 10)) > 100:
            raise Refused(400, "rest_invalid_param")
        match [method, *path]:
            case ["GET", "groups", "me"]:
                if me is None:
                    raise Refused(401, "bp_rest_authorization_required", CANNOT_SEE)
                return [self._group(room) for room in self.rooms.values() if me.id in room.members], None
            case ["GET", "groups"]:
                hidden = ask.get("show_hidden") == "true" and me is not None and me.moderates
                return _page([self._group(r) for r in self.rooms.values() if hidden or r.status != "hidden"], ask)
            case ["GET", "members"]:
                return _page(self._members(ask, me), ask)
            case ["GET", "notifications"]:
                if me is None or (self._bp(me) != int(ask["user_id"]) and not me.moderates):
                    raise Refused(403 if me else 401, "bp_rest_authorization_required", CANNOT_SEE)
                return [], 0
            case [_, "messages", *rest]:
                return self._messages(method, rest, ask, body, me)
            case ["GET", "activity"]:
                return self._list(ask, me)
            case ["POST", "activity"]:
                return self._single(self._create(body, me), me), None
            case ["POST", "activity", number, "favorite"]:
                one = self._named(int(number), me)
                if self._bp(me) == 0 and not me.moderates:  # type: ignore[union-attr]
                    raise Refused(403, "bp_rest_authorization_required", CANNOT_SEE)
                me.favourites ^= {one.id}  # type: ignore[union-attr]
                return self._single(one, me), None
            case ["GET", "activity", number]:
                return self._single(
                    self._seen(int(number), me), me, threaded=ask.get("display_comments") == "threaded"
                ), None
            case ["PUT", "activity", number]:
                return self._single(self._change(self._named(int(number), me), body, me), me), None
            case ["DELETE", "activity", number]:
                one = self._named(int(number), me)
                self._own(one, me)
                previous = self._row(one, me)
                self.remove(one.id)
                return {"deleted": True, "previous": previous}, None
        raise Refused(404, "rest_no_route")

    def _messages(
        self, method: str, rest: list[str], ask: Mapping[str, str], body: Mapping[str, Any], me: Account | None
    ) -> Any:
        user = self._bp(me)
        if me is None:
            raise Refused(401, "bp_rest_authorization_required", CANNOT_SEE)
        if not user:
            raise Refused(404, "bp_rest_member_invalid_id" if self.generation == "v1" else "bp_rest_invalid_id")
        if method == "GET" and not rest:
            return _page(self.private.box(ask.get("box", "inbox"), user), ask)
        if method == "POST" and not body.get("recipients"):
            raise Refused(400, "rest_missing_callback_param")
        try:
            row = self.private.post(body, user) if method == "POST" else self.private.single(int(rest[0]), user, ask)
        except KeyError:
            raise Refused(500 if self.generation == "v1" else 404, "bp_rest_invalid_id") from None
        if row is None:
            raise Refused(403, "bp_rest_authorization_required", CANNOT_SEE)
        return ([row] if self.generation == "v1" else row), None

    def _bp(self, me: Account | None) -> int:
        """Who BuddyPress itself thinks is there."""
        return me.id if me and self.recognised else 0

    def _group(self, room: Room) -> dict[str, Any]:
        return {
            "id": room.id, "name": html.escape(room.name), "status": room.status, "link": f"{self.url}/groups/{room.id}/",
            "total_member_count": len(room.members), "last_activity_gmt": "2026-11-23T16:49:15",
        }  # fmt: skip

    def _members(self, ask: Mapping[str, str], me: Account | None) -> list[dict[str, Any]]:
        wanted = {int(number) for number in ask.get("include", "").split(",") if number}
        joined = (
            {"registered_date_gmt": "2020-01-02T03:04:05"}
            if me and me.moderates and ask.get("context") == "edit"
            else {}
        )
        return [
            {
                "id": one.id,
                "name": one.name,
                "mention_name": one.login,
                "link": f"{self.url}/members/{one.login}/",
                **joined,
            }
            for one in self.accounts.values()
            if one.id in wanted and one.there
        ]

    def _sees(self, one: Activity, user: int, moderates: bool) -> bool:
        root = self.activities.get(_root(one), one)
        room = self.rooms.get(root.item_id) if root.component == "groups" else None
        return room is None or room.status == "public" or moderates or user in room.members

    def _list(self, ask: Mapping[str, str], me: Account | None) -> Any:
        user, moderates = me.id if me else 0, bool(me and me.moderates)
        rows = list(self.activities.values())
        stream = ask.get("display_comments") == "stream"
        if "group_id" in ask:
            # Comments are of no group: a stream of one has none.
            rows = [one for one in rows if one.component == "groups" and one.item_id == int(ask["group_id"])]
        elif "component" in ask:
            rows = [one for one in rows if one.component == ask["component"]]
        if not stream:
            rows = [one for one in rows if one.type != "activity_comment"]
        if "type" in ask:
            rows = [one for one in rows if one.type in ask["type"].split(",")]
        if "include" in ask:
            wanted = {int(number) for number in ask["include"].split(",")}
            rows = [one for one in rows if one.id in wanted]
        if "user_id" in ask:
            rows = [one for one in rows if one.user_id == int(ask["user_id"])]
        if ask.get("scope") == "just-me":
            rows = [one for one in rows if one.user_id == self._bp(me)]
        # What is in a closed group is shown to its members, in the list of that group; elsewhere to moderators only.
        member = user if "group_id" in ask else 0
        rows = [one for one in rows if self._sees(one, member, moderates)]
        rows = [one for one in rows if _wanted(one, ask)]
        rows.sort(key=lambda one: (one.at_ms, one.id), reverse=True)
        found, total = _page(rows, ask)
        return [self._row(one, me, ask if ask.get("display_comments") == "threaded" else None) for one in found], total

    def _seen(self, number: int, me: Account | None) -> Activity:
        one = self.activities.get(number)
        if one is None or one.spam:
            raise Refused(404, "bp_rest_invalid_id")
        if not self._sees(one, self._bp(me), bool(me and me.moderates)):
            raise Refused(403 if me else 401, "bp_rest_authorization_required", CANNOT_SEE)
        return one

    def _named(self, number: int, me: Account | None) -> Activity:
        if me is None:
            raise Refused(401, "bp_rest_authorization_required", CANNOT_SEE)
        one = self.activities.get(number)
        if one is None or one.spam:
            raise Refused(404, "bp_rest_invalid_id")
        return one

    def _own(self, one: Activity, me: Account | None) -> None:
        if one.user_id != self._bp(me) and not (me and me.moderates):
            raise Refused(403, "bp_rest_authorization_required", CANNOT_SEE)

    def _create(self, body: Mapping[str, Any], me: Account | None) -> Activity:
        if me is None:
            raise Refused(401, "bp_rest_authorization_required", CANNOT_SEE)
        content = re.sub(r"</?script[^>]*>", "", str(body.get("content") or ""))
        if not content:
            raise Refused(400, "bp_rest_create_activity_empty_content")
        root, parent = int(body["primary_item_id"]), int(body["secondary_item_id"])
        if root not in self.activities:
            raise Refused(500, "bp_rest_user_cannot_create_activity")
        number = self._store(me.id, "activity", "activity_comment", root, parent, content)
        if parent not in self.activities:
            raise Died
        return self.activities[number]

    def _change(self, one: Activity, body: Mapping[str, Any], me: Account | None) -> Activity:
        if "type" not in body:
            raise Refused(400, "rest_missing_callback_param")
        self._own(one, me)
        one.content = str(body.get("content") or one.content)
        one.parent_id = int(body.get("secondary_item_id") or 0)
        return one

    def _single(self, one: Activity, me: Account | None, *, threaded: bool = False) -> Any:
        row = self._row(one, me, {} if threaded else None)
        return [row] if self.generation == "v1" else row

    def _row(self, one: Activity, me: Account | None, threaded: Mapping[str, str] | None = None) -> dict[str, Any]:
        paragraphs = "".join(f"<p>{part}</p>\n" for part in one.content.replace("\n\n", "\x00").split("\x00"))
        rendered = re.sub(r"(?<!>)\n(?!$)", "<br />\n", paragraphs)
        author = next((account for account in self.accounts.values() if account.id == one.user_id), None)
        row: dict[str, Any] = {
            "id": one.id, "user_id": one.user_id, "component": one.component, "type": one.type,
            "primary_item_id": one.item_id, "secondary_item_id": one.parent_id,
            "content": {"raw": one.content, "rendered": rendered},
            "date": _moment(one.at_ms + 3_600_000), "date_gmt": _moment(one.at_ms), "link": self._link(one),
            "status": "spam" if one.spam else "published", "hidden": False,
            "favorited": bool(me and one.id in me.favourites),
            "title": f'<a href="{self.url}/members/">{html.escape(author.name if author else "?")}</a> posted an update',
            "user_avatar": {"full": "//www.gravatar.example/avatar/x?s=150&#038;d=mm"},
        }  # fmt: skip
        if one.spoilt:
            row["status"] = ["?"]
        if threaded is not None:
            below = [two for two in self._under(one) if _wanted(two, threaded)]
            if below:
                row["comment_count"] = len(below)
                row["comments"] = [self._row(two, me, threaded) for two in below]
        return row

    def _under(self, one: Activity) -> list[Activity]:
        """The comments that hang below this; one whose parent isn't there hangs nowhere."""
        if self._below is None:
            self._below = {}
            for two in self.activities.values():
                if two.type == "activity_comment":
                    self._below.setdefault(two.parent_id, []).append(two)
        return self._below.get(one.id, [])

    def _link(self, one: Activity) -> str:
        root = _root(one)
        return f"{self.url}/activity/p/{root}/" + (f"#acomment-{one.id}" if root != one.id else "")

    # -- the line ----------------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def _do(self) -> None:
                site.arrived(self.headers.get("authorization") or "", self.path)
                size = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(size) or b"{}") if size else {}
                if not urlsplit(self.path).path.startswith("/wp-json"):
                    self._say(
                        200, b"<html>Intranet</html>", {"link": f'<{site.url}/wp-json/>; rel="https://api.w.org/"'}
                    )
                    return
                headers = {"content-type": "application/json"}
                try:
                    found, total = site.answer(self.command, self.path, self.headers.get("authorization", ""), body)
                except Refused as refused:
                    told = {"code": refused.code, "message": refused.message, "data": {"status": refused.status}}
                    self._say(refused.status, json.dumps(told).encode(), headers)
                    return
                except Died:
                    self._say(500, b"<html>Fatal error: Maximum execution time exceeded</html>", {})
                    return
                if total is not None:
                    headers |= {"X-WP-Total": str(total)}
                padding = b" " * site.padding if isinstance(found, list) else b""
                self._say(200, json.dumps(site.twist(found)).encode() + padding, headers)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _do

            def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.server = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.server}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def _root(one: Activity) -> int:
    return one.item_id if one.type == "activity_comment" else one.id


def _wanted(one: Activity, ask: Mapping[str, str]) -> bool:
    return ask.get("status") == "all" or one.spam is (ask.get("status") == "spam_only")


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _page(rows: list[Any], ask: Mapping[str, str]) -> tuple[list[Any], int]:
    per_page, page = int(ask.get("per_page", 10)), int(ask.get("page", 1))
    return rows[(page - 1) * per_page : page * per_page], len(rows)
