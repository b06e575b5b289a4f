"""A LinkedIn that behaves: one Page over the Community Management API, on real HTTP on the loopback.

It answers as the documentation has it, oddities included: URNs must be encoded, a finder needs its header, a version ends,
comments name an activity whose number isn't that of the post, answers have one level, lists go by offset and move, what
is counted in a day is told only when it is spent, and who members are is never told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes.loopback import Loopback, Told

NOW_S = 1_795_510_800
PAGE, US = "77", "urn:li:organization:77"
TOKEN, REFRESH = "AQXpagina", "AQRvernieuwt"
APP = {"client_id": "78abc", "client_secret": "geheim"}
VERSIONS = ("202512", "202608", "202610")
Json = dict[str, Any]


class Refused(Exception):
    """An error in LinkedIn's own form."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.body = status, {"status": status, "code": code, "message": message, "serviceErrorCode": 100}


@dataclass
class Asked:
    """One request and what became of it. `path` is decoded, `target` as it came."""

    method: str
    path: str
    target: str
    body: Json
    status: int = 0
    answer: Any = None


@dataclass
class Post:
    number: str
    text: str
    at_ms: int
    changed_ms: int
    likes: int = 0
    closed: bool = False

    @property
    def urn(self) -> str:
        return f"urn:li:share:{self.number}"

    @property
    def activity(self) -> str:
        """What its comments name: another number than its own."""
        return f"urn:li:activity:{int(self.number) + 1}"


@dataclass
class Comment:
    number: str
    post: str  # the number of the post
    actor: str
    text: str
    at_ms: int
    changed_ms: int
    parent: str = ""
    likes: int = 0


class LinkedIn(Loopback):
    """`with LinkedIn() as linkedin: …` serves it at `linkedin.url`.

    newest_first  the order of comments in lists, which LinkedIn doesn't promise
    bare          what is made is told by its number in a header alone
    """

    def __init__(
        self, clock: Callable[[], float] | None = None, *, newest_first: bool = True, bare: bool = False
    ) -> None:
        super().__init__()
        self._clock = clock or (lambda: 0.0)
        self.at_ms = int(clock() * 1000) if clock else NOW_S * 1000
        self.newest_first, self.bare = newest_first, bare
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self._under: dict[str, list[Comment]] = {}  # by post
        self.roles = {PAGE: ["ADMINISTRATOR"]}
        self.names = {PAGE: "Ons bedrijf"}
        self.token = TOKEN
        self.ended = ""
        self.ends_s = 0
        self.spent = False  # what may be asked in a day
        self.conflicts = 0
        self.asked: list[Asked] = []
        self.broken: Callable[[Json], Json] | None = None
        self.twist: Callable[[Any], Any] = lambda answer: answer
        self.instead: Callable[[Asked], Told | None] = lambda asked: None
        self._ids = 700_000

    # -- the world -------------------------------------------------------------------------------------------------------

    def now_ms(self) -> int:
        return self.at_ms

    def tick(self, ms: int = 1_000) -> int:
        self.at_ms = max(self.at_ms + ms, int(self._clock() * 1000))
        return self.at_ms

    def _id(self) -> str:
        self._ids += 10
        return str(self._ids)

    def post(self, text: str, at_ms: int = 0) -> Post:
        made_ms = at_ms or self.tick()
        made = Post(self._id(), text, made_ms, made_ms)
        self.posts[made.number] = made
        return made

    def comment(self, who: str, post: str, text: str, parent: str = "") -> Comment:
        """One level of answers: what answers an answer stands beside it."""
        parent = (self.comments[parent].parent or parent) if parent else ""
        at_ms = self.tick()
        actor = US if who == "us" else f"urn:li:person:{who}"
        made = Comment(self._id(), post, actor, text, at_ms, at_ms, parent)
        self.comments[made.number] = made
        self._under.setdefault(post, []).append(made)
        return made

    def edit(self, number: str, text: str) -> None:
        if number in self.comments:
            self.comments[number].text, self.comments[number].changed_ms = text, self.tick()
        else:
            self.posts[number].text, self.posts[number].changed_ms = text, self.tick()

    def drop(self, number: str) -> None:
        """What is removed goes with all that answers it; what is gone stays so."""
        self.posts.pop(number, None)
        gone = [one for one in self.comments.values() if number in (one.number, one.parent, one.post)]
        for one in gone:
            del self.comments[one.number]
            self._under[one.post].remove(one)
        self.tick()

    def under(self, post: str) -> list[Comment]:
        """All comments on a post, answers among them, oldest first."""
        return self._under.get(post, [])

    # -- the line --------------------------------------------------------------------------------------------------------

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told | None:
        parts = urlsplit(target)
        form = "urlencoded" in self.asked_with.get("content-type", "")
        body = dict(parse_qsl(content.decode())) if form else json.loads(content) if content else {}
        asked = Asked(method, unquote(parts.path).removeprefix("/rest/"), target, body)
        self.asked.append(asked)
        instead = self.instead(asked)
        if instead is not None:
            return instead
        try:
            if parts.path.startswith("/oauth/"):
                asked.answer, asked.status = self._oauth(parts.path, body), 200
            else:
                self._let_in(authorization)
                asked.answer, asked.status = self._answer(asked, parts.path.removeprefix("/rest/"), parts.query)
        except Refused as refused:
            asked.answer, asked.status = refused.body, refused.status
        told = b"" if asked.answer is None else json.dumps(self.twist(asked.answer)).encode()
        return asked.status, "application/json", told

    def _oauth(self, path: str, form: Json) -> Json:
        if {name: form.get(name) for name in APP} != APP:
            raise Oauth("invalid_client")
        if path.endswith("introspectToken"):
            return {"active": True, "status": "active", "expires_at": self.ends_s, "scope": "r_organization_social"}
        if form.get("refresh_token") != REFRESH:
            raise Oauth("invalid_grant")
        self.token, self.ended = f"{TOKEN}-{self._id()}", ""
        return {"access_token": self.token, "expires_in": 5_184_000, "refresh_token": REFRESH}

    def _let_in(self, authorization: str) -> None:
        if authorization != f"Bearer {self.token}":
            raise Refused(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        if self.ended:
            raise Refused(401, self.ended, "The token used in the request is no longer valid")
        version = self.asked_with.get("linkedin-version", "")
        if not version:
            raise Refused(400, "VERSION_MISSING", "A version must be present")
        if version not in VERSIONS:
            raise Refused(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")
        if self.asked_with.get("x-restli-protocol-version") != "2.0.0":
            raise Refused(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")
        if self.spent:
            words = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
            raise Refused(429, "TOO_MANY_REQUESTS", words)

    # -- answers ---------------------------------------------------------------------------------------------------------

    def _answer(self, asked: Asked, raw: str, query: str) -> tuple[Any, int]:
        if "urn:" in raw:
            raise Refused(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")
        steps = [unquote(step) for step in raw.split("/")]
        asks = dict(part.partition("=")[::2] for part in query.split("&") if part)
        method = self.asked_with.get("x-restli-method", "")
        if "q" in asks and method != "FINDER":
            raise Refused(400, "ILLEGAL_ARGUMENT", "No method found")
        match asked.method, steps:
            case "GET", ["organizationAcls"]:
                return self._page(asks, [
                    {"organization": f"urn:li:organization:{page}", "role": role, "state": "APPROVED"}
                    for page, roles in self.roles.items() for role in roles
                ]), 200  # fmt: skip
            case "GET", ["organizations", page]:
                if page not in self.names:
                    raise Refused(404, "NOT_FOUND", "Organization not found")
                return {
                    "id": int(page),
                    "localizedName": self.names[page],
                    "vanityName": self.names[page].lower().replace(" ", "-"),
                }, 200
            case "GET", ["posts"]:
                self._ours(unquote(asks["author"]).rpartition(":")[2], reading=True)
                key = (lambda one: one.changed_ms) if asks.get("sortBy") == "LAST_MODIFIED" else (lambda one: one.at_ms)
                found = sorted(self.posts.values(), key=key, reverse=True)
                return self._page(asks, [self.post_row(one) for one in found]), 200
            case "GET", ["socialMetadata"]:
                urns = [unquote(one) for one in asks["ids"].removeprefix("List(").removesuffix(")").split(",")]
                return {
                    "results": {urn: self.numbers(urn) for urn in urns if self._number(urn) in self.posts},
                    "errors": {},
                }, 200
            case "GET", ["posts", urn]:
                return self.post_row(self._post(urn)), 200
            case "DELETE", ["posts", urn]:
                self._ours(PAGE)
                self.drop(self._post(urn).number)
                return None, 204
            case _, ["socialActions", urn, "comments"]:
                return self._comments(asked, urn, asks)
            case _, ["socialActions", urn, "comments", number]:
                return self._comment(asked, urn, number, unquote(asks.get("actor", "")), method)
        raise Refused(404, "RESOURCE_NOT_FOUND", f"No virtual resource found: {raw}")

    def _page(self, asks: Mapping[str, str], rows: list[Json]) -> Json:
        start, count = int(asks.get("start", 0)), int(asks.get("count", 10))
        links = [{"rel": "next", "href": "/rest/…", "type": "application/json"}] if start + count < len(rows) else []
        paging = {"start": start, "count": count, "total": len(rows), "links": links}
        return {"paging": paging, "elements": rows[start : start + count]}

    def _ours(self, page: str, *, reading: bool = False) -> None:
        roles = self.roles.get(page, [])
        if not roles or not (reading or {"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"} & set(roles)):
            raise Refused(403, "ACCESS_DENIED", "Not enough permissions to access: w_organization_social")

    @staticmethod
    def _number(urn: str) -> str:
        return urn.rstrip(")").rpartition(":")[2].rpartition(",")[2]

    def _post(self, urn: str) -> Post:
        if self._number(urn) not in self.posts:
            raise Refused(404, "NOT_FOUND", f"Could not find entity {urn}")
        return self.posts[self._number(urn)]

    def _target(self, urn: str) -> tuple[Post, str]:
        """A post, or a comment on one with its number. A comment goes by the URN that LinkedIn gives it."""
        match = re.fullmatch(r"urn:li:comment:\((urn:li:activity:\d+),(\d+)\)", urn)
        if not match:
            return self._post(urn), ""
        comment = self.comments.get(match[2])
        if comment is None or self.posts[comment.post].activity != match[1]:
            raise Refused(404, "NOT_FOUND", f"Could not find entity {urn}")
        return self.posts[comment.post], comment.number

    def _comments(self, asked: Asked, urn: str, asks: Mapping[str, str]) -> tuple[Any, int]:
        post, parent = self._target(urn)
        if asked.method == "GET":
            found = [one for one in self.under(post.number) if one.parent == parent]
            found = found[::-1] if self.newest_first else found
            return self._page(asks, [self.row(one) for one in found]), 200
        self._ours(asked.body["actor"].rpartition(":")[2])
        if self.conflicts:
            self.conflicts -= 1
            raise Refused(409, "CONFLICT", "Concurrent modification")
        if post.closed:
            raise Refused(403, "ACCESS_DENIED", "Comments are closed on this post")
        if parent and (self.comments[parent].parent or asked.body.get("parentComment") != urn):
            raise Refused(422, "INVALID", "parentComment must be a first-level comment")
        if not asked.body["message"]["text"].strip():
            raise Refused(422, "INVALID", "message text is empty")
        made = self.comment("us", post.number, asked.body["message"]["text"], parent)
        self.says_with["x-restli-id"] = made.number
        return (None if self.bare else self.row(made)), 201

    def _comment(self, asked: Asked, urn: str, number: str, actor: str, method: str) -> tuple[Any, int]:
        post, parent = self._target(urn)
        one = self.comments.get(number)
        if one is None or (one.post, one.parent) != (post.number, parent):
            raise Refused(404, "NOT_FOUND", f"Could not find comment {number}")
        if asked.method == "GET":
            return self.row(one), 200
        self._ours(actor.rpartition(":")[2])
        if asked.method == "DELETE":
            self.drop(number)
            return None, 204
        if method != "PARTIAL_UPDATE" or one.actor != US:
            raise Refused(403, "ACCESS_DENIED", "Only the author can edit a comment")
        self.edit(number, asked.body["patch"]["message"]["$set"]["text"])
        return None, 204

    def post_row(self, one: Post) -> Json:
        row: Json = {
            "id": one.urn, "author": US, "commentary": one.text, "createdAt": one.at_ms, "publishedAt": one.at_ms,
            "lastModifiedAt": one.changed_ms, "lifecycleState": "PUBLISHED", "visibility": "PUBLIC",
            "lifecycleStateInfo": {"isEditedByAuthor": one.changed_ms > one.at_ms}, "isReshareDisabledByAuthor": False,
        }  # fmt: skip
        return self.broken(row) if self.broken else row

    def numbers(self, urn: str) -> Json:
        post = self.posts[self._number(urn)]
        under = self.under(post.number)
        return {
            "entity": urn, "commentsState": "CLOSED" if post.closed else "OPEN",
            "commentSummary": {"count": len(under), "topLevelCount": sum(not one.parent for one in under)},
            "reactionSummaries": {"LIKE": {"reactionType": "LIKE", "count": post.likes}} if post.likes else {},
        }  # fmt: skip

    def row(self, one: Comment) -> Json:
        activity = self.posts[one.post].activity
        answers = sum(other.parent == one.number for other in self.under(one.post))
        row: Json = {
            "id": one.number, "commentUrn": f"urn:li:comment:({activity},{one.number})", "actor": one.actor, "object": activity,
            "created": {"actor": one.actor, "time": one.at_ms}, "lastModified": {"actor": one.actor, "time": one.changed_ms},
            "message": {"attributes": [], "text": one.text}, "likesSummary": {"totalLikes": one.likes},
            "commentsSummary": {"totalFirstLevelComments": answers, "aggregatedTotalComments": answers},
        }  # fmt: skip
        if one.parent:
            row["parentComment"] = f"urn:li:comment:({activity},{one.parent})"
        return self.broken(row) if self.broken else row


class Oauth(Refused):
    """The same from where tokens are made."""

    def __init__(self, error: str) -> None:
        super().__init__(401 if error == "invalid_client" else 400, error, error)
        self.body = {"error": error, "error_description": "Unable to retrieve access token"}
