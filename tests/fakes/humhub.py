"""A HumHub that behaves: spaces, posts, comments and what may be done with them, over real HTTP on the loopback.

It answers as the sources of HumHub's module `rest` 0.11 do, oddities included: a comment moves no date of its content,
pages are counted by offset, deleted contents are kept for who may edit them, a report's notification names no number.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.humhub_world import COMMENT, POST, WIKI, Comment, Content, Json, User, World
from tests.fakes.loopback import Loopback, Told

MAX_LIMIT = 100
TOKENS = {"Bearer redactie-token": "redactie"}
JWT = "header.body.signature"


class NoApi(Exception):
    """The module isn't there: whatever is asked, a page says that there is no such page."""


class Refused(Exception):
    """An answer that is no success, in the form HumHub gives it."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.body = status, {"code": status, "message": message, **more}


class Thrown(Refused):
    """The same in the form of HumHub's framework."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.body = {
            "name": {401: "Unauthorized", 403: "Forbidden"}.get(status, "Error"),
            "message": message,
            "code": 0,
            "status": status,
        }


@dataclass
class Asked:
    """One request and what became of it."""

    method: str
    path: str
    params: Mapping[str, str]
    body: Any
    status: int = 0
    answer: Any = None


class HumHub(World, Loopback):
    """The site. `with HumHub() as humhub: …` serves it at `humhub.url`.

    clamps   a page past the end is the last one again, as some releases have it, and not empty
    strings  numbers come as text, as some databases give them
    newer    comments name their fields as newer cores do
    """

    def __init__(
        self, zone: str = "Europe/Amsterdam", *, clamps: bool = False, strings: bool = False, newer: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:  # fmt: skip
        Loopback.__init__(self)
        World.__init__(self, zone, clock)
        self.clamps, self.strings, self.newer = clamps, strings, newer
        self.jwt = self.basic = self.bearer = True
        self.expired = False
        self.installed = True
        self.asked: list[Asked] = []
        self.listen: Callable[[Asked], None] = lambda asked: None
        self.instead: Callable[[Asked], tuple[int, str, bytes] | None] = lambda asked: None
        self.broken: Callable[[Json], Json] | None = None  # what a comment is made into that can't be read
        self.twist: Callable[[Any], Any] = lambda answer: answer  # what becomes of every answer on its way
        self.struck = 0
        self.file_bytes = b"\x89PNG of the fake"

    @contextmanager
    def during(self, status: int, body: bytes, kind: str = "application/json", when: str = "") -> Iterator[None]:
        """Every request whose path holds `when` gets this answer while the block lasts."""
        self.instead = lambda asked: (status, kind, body) if when in asked.path else None
        try:
            yield
        finally:
            self.instead = lambda asked: None

    # -- answers ---------------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked, authorization: str) -> Any:
        """What a request gets. Raises Refused."""
        if not self.installed:
            raise NoApi
        if asked.path == "auth/login":
            return self._login(asked.body or {})
        me = self._who(authorization)
        for pattern, verbs in _ROUTES:
            match = re.fullmatch(pattern, asked.path.strip("/"))
            if match and asked.method in verbs:
                return verbs[asked.method](self, me, asked, *(int(part) for part in match.groups()))
        raise Refused(404, "Requested action not found!")

    def _login(self, body: Json) -> Json:
        if not self.jwt:
            raise Thrown(404, "Page not found.")
        user = self.users.get(str(body.get("username")))
        if user is None or user.password != body.get("password"):
            raise Refused(400, "Wrong username or password")
        self.expired = False
        return {"code": 200, "message": "Success", "auth_token": JWT, "expired_at": self.at_s + 3600}

    def _who(self, authorization: str) -> User:
        kind, _, secret = authorization.partition(" ")
        if kind == "Bearer" and secret == JWT and self.jwt and not self.expired:
            return self.users["redactie"]
        if self.bearer and not self.expired and authorization in TOKENS:
            return self.users[TOKENS[authorization]]
        if kind == "Basic" and self.basic:
            name, _, password = base64.b64decode(secret).decode().partition(":")
            if name in self.users and self.users[name].password == password:
                return self.users[name]
        raise Thrown(401, "Your request was made with invalid credentials.")

    def current(self, me: User, asked: Asked) -> Json:
        account = {
            "id": me.id,
            "username": me.name,
            "email": f"{me.name}@example.org",
            "time_zone": "Europe/Amsterdam",
            "language": "nl",
        }
        return {**me.short(self.url), "account": account, "profile": {"firstname": me.name}}

    def page(
        self, asked: Asked, found: list[Any], row: Callable[[Any], Any] = lambda one: one, default: int = MAX_LIMIT
    ) -> Json:
        """One page of what was found, each made a row."""
        limit = min(int(asked.params.get("limit", default)), MAX_LIMIT)
        pages, number = -(-len(found) // limit), int(asked.params.get("page", 1))
        if self.clamps:
            number = max(1, min(number, pages))
        links = {"self": f"/api/v1/{asked.path}?page={number}&per-page={limit}"}
        return {
            "total": len(found),
            "page": number,
            "pages": pages,
            "links": links,
            "results": [row(one) for one in found[(number - 1) * limit : number * limit]],
        }

    def role(self, user: User, container: int) -> str:
        space = self.spaces.get(container)
        return space.roles.get(user.name, "") if space and space.there else ""

    def sees(self, user: User, content: Content) -> bool:
        space = self.spaces[content.container]
        if content.state != 1 and not self.edits(user, content):
            return False
        return space.there and (space.public or user.name in space.roles)

    def edits(self, user: User, content: Content) -> bool:
        return content.author is user or self.role(user, content.container) in {"admin", "moderator"}

    def list_spaces(self, me: User, asked: Asked) -> Json:
        return self.page(asked, [
            {"id": one.id, "guid": f"space-{one.id}", "name": one.name, "description": "", "url": f"{self.url}/s/{one.id}/",
             "contentcontainer_id": one.container, "visibility": 2 if one.public else 1, "join_policy": 1, "status": 1, "tags": [],
             "owner": self.users["redactie"].short(self.url), "hideMembers": 0, "hideAbout": 0, "hideActivities": 0,
             "hideFollowers": 0, "indexUrl": "", "indexGuestUrl": ""}
            for one in self.spaces.values() if one.there and (one.public or me.name in one.roles)
        ])  # fmt: skip

    def membership(self, me: User, asked: Asked, number: int) -> Json:
        space = next((one for one in self.spaces.values() if one.id == number and one.there), None)
        if space is None:
            raise Refused(404, "Space  not found!")
        if space.roles.get(me.name) != "admin":
            raise Refused(400, "You cannot administer this space!")
        members = [
            {"user": self.users[name].short(self.url), "role": role, "status": 3, "can_cancel_membership": 1, "send_notifications": 0,
             "show_at_dashboard": 1, "originator_user": None, "member_since": "2026-01-01 09:00:00", "request_message": None,
             "updated_at": None, "last_visit": None}
            for name, role in space.roles.items()
        ]  # fmt: skip
        return self.page(asked, members)

    # -- contents --------------------------------------------------------------------------------------------------------

    def content_row(self, one: Content) -> Json:
        under = self.under(one.id)
        latest = [comment for comment in under if not comment.parent][-2:]
        by = one.author.short(self.url)
        return {
            "id": one.id,
            "metadata": {
                "id": one.id, "guid": f"content-{one.id}", "object_model": one.model, "object_id": one.object_id, "visibility": 0,
                "state": one.state, "archived": one.archived, "hidden": False, "pinned": one.pinned, "locked_comments": one.locked,
                "created_by": by, "created_at": one.created, "updated_by": by if one.updated != one.created else None,
                "updated_at": one.updated, "scheduled_at": None, "url": f"{self.url}/content/perma?id={one.id}",
                "contentcontainer_id": one.container, "stream_channel": "default",
            },
            "comments": {"total": len(under), "latest": [self.comment_row(comment) for comment in latest]},
            "likes": {"total": one.likes}, "topics": one.topics, "files": one.files,
        }  # fmt: skip

    def whole_row(self, one: Content) -> Json:
        if one.model == POST:
            return {"id": one.object_id, "message": one.message, "content": self.content_row(one)}
        return {
            "id": one.object_id,
            "title": one.title,
            "latest_revision": {"content": one.message},
            "content": self.content_row(one),
        }

    def readable(self, me: User, container: int | None = None, model: str = "") -> list[Content]:
        return sorted(
            (
                one for one in self.contents.values()
                if one.state == 1 and self.sees(me, one) and container in (None, one.container) and model in ("", one.model)
            ),
            key=lambda one: (one.created, one.id), reverse=True,
        )  # fmt: skip

    def container(self, number: int) -> None:
        if number not in self.spaces or not self.spaces[number].there:
            raise Refused(404, "Content container not found!")

    def find_by_container(self, me: User, asked: Asked, number: int) -> Json:
        self.container(number)
        rows = self.readable(me, number)
        if asked.params.get("orderBy") == "lastUpdate":
            rows = sorted(rows, key=lambda one: (one.updated, one.id), reverse=True)
        if asked.params.get("dateUpdatedFrom"):
            rows = [one for one in rows if one.updated >= self._written(asked.params["dateUpdatedFrom"])]
        if asked.params.get("dateUpdatedTo"):
            rows = [one for one in rows if one.updated <= self._written(asked.params["dateUpdatedTo"])]
        return self.page(asked, rows, self.content_row)

    def _written(self, value: str) -> str:
        return datetime.fromtimestamp(int(value), self.zone).strftime("%Y-%m-%d %H:%M:%S") if value.isdigit() else value

    def content(self, number: int) -> Content:
        if number not in self.contents or not self.spaces[self.contents[number].container].there:
            raise Refused(404, "Content not found!")
        return self.contents[number]

    def view_content(self, me: User, asked: Asked, number: int) -> Json:
        one = self.content(number)
        if not self.sees(me, one):
            raise Refused(403, "You cannot view this content!")
        return self.content_row(one)

    def delete_content(self, me: User, asked: Asked, number: int) -> Json:
        one = self.content(number)
        if one.state == 100:
            raise Refused(404, "Content not found!")
        if not self.edits(me, one):
            raise Refused(403, "You cannot delete this content!")
        self.drop(number)
        return {"code": 200, "message": "Content successfully deleted!"}

    def posts(self, me: User, asked: Asked, number: int | None = None) -> Json:
        if number is not None:
            self.container(number)
        return self.page(asked, self.readable(me, number, POST), self.whole_row)

    def object(self, model: str, number: int) -> Content:
        found = next((one for one in self.contents.values() if (one.model, one.object_id) == (model, number)), None)
        if found is None:
            raise Refused(404, "Requested content not found!")
        return found

    def view_object(self, me: User, asked: Asked, number: int) -> Json:
        one = self.object(POST if asked.path.startswith("post") else WIKI, number)
        if not self.sees(me, one):
            raise Refused(403, "You cannot view this content!")
        return self.whole_row(one)

    def update_post(self, me: User, asked: Asked, number: int) -> Json:
        one, data = self.object(POST, number), (asked.body or {}).get("data") or {}
        if not self.edits(me, one):
            raise Refused(403, "You are not allowed to update this content!")
        if not data:
            raise Refused(400, "Validation failed", post={})
        if not data.get("message"):
            raise Refused(400, "Validation failed", post={"message": ["Message cannot be blank."]})
        one.message, one.updated = data["message"], self.tick()
        marks = (data.get("content") or {}).get("metadata") or {}
        may = self.role(me, one.container) in {"admin", "moderator"}
        for name, where in (("pinned", "pinned"), ("locked_comments", "locked"), ("archived", "archived")):
            if name in marks:
                if not may and not (name == "locked_comments" and one.author is me):
                    raise Refused(400, "Validation failed", post={name: ["You cannot pin the Content!"]})
                setattr(one, where, bool(marks[name]))
        return self.whole_row(one)

    # -- comments --------------------------------------------------------------------------------------------------------

    def comment_row(self, one: Comment) -> Json:
        content = self.contents[one.content]
        by = one.author.short(self.url)
        row: Json = {"id": one.id, "message": one.message}
        if self.newer:
            row |= {
                "content_id": one.content,
                "parent_comment_id": one.parent or None,
                "created_by": by,
                "created_at": one.created,
            }
        else:
            model, number = (COMMENT, one.parent) if one.parent else (content.model, content.object_id)
            row |= {"objectModel": model, "objectId": number, "createdBy": by, "createdAt": one.created}
        row |= {"likes": {"total": one.likes}, "files": one.files}
        answers = [other for other in self.under(one.content) if other.parent == one.id]
        if answers:
            row |= {"commentsCount": len(answers), "comments": [self.comment_row(other) for other in answers]}
        return self.broken(row) if self.broken else row

    def comments_of(self, me: User, asked: Asked, number: int) -> Json:
        one = self.content(number)
        if not self.sees(me, one):
            raise Refused(403, "You cannot view this content!")
        return self.page(asked, [comment for comment in self.under(number) if not comment.parent], self.comment_row)

    def comment(self, number: int) -> Comment:
        if number not in self.comments:
            raise Refused(404, "Comment not found!")
        return self.comments[number]

    def view_comment(self, me: User, asked: Asked, number: int) -> Json:
        return self.comment_row(self.comment(number))

    def make_comment(self, me: User, asked: Asked) -> Json:
        body = asked.body or {}
        model, number, parent = body.get("objectModel"), int(body.get("objectId") or 0), 0
        if model == COMMENT:
            if number not in self.comments:
                raise Thrown(404, "Could not find underlying content or content addon record!")
            parent, content = number, self.contents[self.comments[number].content]
            if self.comments[number].parent:
                raise Thrown(403, "You cannot comment the content!")
        else:
            content = self.object(str(model), number)
        if content.locked or content.archived or not self.sees(me, content) or not self.role(me, content.container):
            raise Thrown(403, "You cannot comment the content!")
        message = (body.get("Comment") or {}).get("message") or ""
        if not message.strip():
            raise Refused(400, "Validation failed", comment={"message": ["The comment must not be empty!"]})
        return self.comment_row(self.say(me.name, content.id, message, parent))

    def update_comment(self, me: User, asked: Asked, number: int) -> Json:
        one = self.comment(number)
        if one.author is not me and self.role(me, self.contents[one.content].container) != "admin":
            raise Refused(403, "You cannot update this comment!")
        self.edit(number, asked.body["Comment"]["message"])
        return self.comment_row(one)

    def delete_comment(self, me: User, asked: Asked, number: int) -> Json:
        one = self.comment(number)
        if one.author is not me and self.role(me, self.contents[one.content].container) not in {"admin", "moderator"}:
            raise Refused(403, "You cannot delete this comment!")
        self.drop(number)
        return {"code": 200, "message": "Comment successfully deleted!"}

    # -- what is told ------------------------------------------------------------------------------------------------------

    def list_activities(self, me: User, asked: Asked, number: int) -> Json:
        found = [
            (row["id"], comment)
            for row in reversed(self.activities)
            if (comment := self.comments.get(row["comment"])) and comment.author is not me
            and self.contents[comment.content].container == number
        ]  # fmt: skip
        return self.page(asked, found, lambda one: self.activity_row(*one), default=10)

    def activity_row(self, number: int, comment: Comment) -> Json:
        return {
            "id": number, "class": "humhub\\modules\\comment\\activities\\NewComment", "content": {"id": number},
            "originator": comment.author.short(self.url), "source": self.comment_row(comment), "createdAt": comment.created,
        }  # fmt: skip

    def list_notifications(self, me: User, asked: Asked) -> Json:
        """What was reported, to who administers: its beginning, but not its number."""
        rows = [
            {
                "id": one["id"],
                "class": "humhub\\modules\\reportcontent\\notifications\\NewReportAdmin",
                "output": f'<strong>{one["by"].name}</strong> has reported Post "{html.escape(shortened(one["quoted"]))}".',
                "originator": one["by"].short(self.url),
                "source": "humhub\\modules\\reportcontent\\models\\ReportContent definitions are not yet supported.",
                "createdAt": one["at"],
            }
            for one in reversed(self.reports)
        ]
        return self.page(asked, rows, default=10)

    def download(self, me: User, asked: Asked, number: int) -> bytes:
        return self.file_bytes

    # -- the line ----------------------------------------------------------------------------------------------------------

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told:
        parts = urlsplit(target)
        path = parts.path.removeprefix("/api/v1/").rstrip("/")
        asked = Asked(method, path, dict(parse_qsl(parts.query)), json.loads(content) if content else None)
        self.asked.append(asked)
        instead = self.instead(asked)
        if instead is not None:
            self.struck += 1
            return instead
        if not parts.path.startswith("/api/v1/"):
            return 200, "text/html", b"<!doctype html><html><title>Intranet</title><p>Powered by HumHub</p></html>"
        try:
            asked.answer = self.answer(asked, authorization)
            asked.status = 200
        except NoApi:
            return 404, "text/html", b"<html><body><h1>Not Found</h1></body></html>"
        except Refused as refused:
            asked.answer, asked.status = refused.body, refused.status
        if isinstance(asked.answer, bytes):
            return asked.status, "application/octet-stream", asked.answer
        if self.broken is None:
            self.listen(asked)
        told = self.twist(_as_text(asked.answer) if self.strings else asked.answer)
        return asked.status, "application/json; charset=UTF-8", json.dumps(told).encode()


def shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


def _as_text(value: Any) -> Any:
    """The same with every number as text."""
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_ROUTES: tuple[tuple[str, dict[str, Any]], ...] = (
    (r"auth/current", {"GET": HumHub.current}),
    (r"space", {"GET": HumHub.list_spaces}),
    (r"space/(\d+)/membership", {"GET": HumHub.membership}),
    (r"content/find-by-container/(\d+)", {"GET": HumHub.find_by_container}),
    (r"content/(\d+)", {"GET": HumHub.view_content, "DELETE": HumHub.delete_content}),
    (r"post", {"GET": HumHub.posts}),
    (r"post/container/(\d+)", {"GET": HumHub.posts}),
    (r"post/(\d+)", {"GET": HumHub.view_object, "PUT": HumHub.update_post}),
    (r"wiki/page/(\d+)", {"GET": HumHub.view_object}),
    (r"comment/content/(\d+)", {"GET": HumHub.comments_of}),
    (r"comment", {"POST": HumHub.make_comment}),
    (r"comment/(\d+)", {"GET": HumHub.view_comment, "PUT": HumHub.update_comment, "DELETE": HumHub.delete_comment}),
    (r"activity/container/(\d+)", {"GET": HumHub.list_activities}),
    (r"notification", {"GET": HumHub.list_notifications}),
    (r"file/download/(\d+)", {"GET": HumHub.download}),
)
