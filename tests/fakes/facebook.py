"""A Facebook that behaves: one Page over the Graph API, on real HTTP on the loopback.

It answers as the documentation and public clients have it, oddities included: a field that doesn't exist is refused, a
page of a list may be shorter than asked, or empty with more behind it; the address of the next page holds the token;
limits come as 400 with a code, what is gone and what we may not see are told alike, an ended version is answered in the
oldest that lives.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.facebook_world import PAGE, Json, Said, World, moment
from tests.fakes.loopback import Loopback, Told

PAGE_TOKEN, USER_TOKEN = "EAApagina", "EAAsysteem"
VERSIONS = ("v23.0", "v24.0", "v25.0", "v26.0")
READ = ("pages_show_list", "pages_read_engagement", "pages_read_user_content")
ALL = (*READ, "pages_manage_engagement", "pages_messaging")
_POST = [
    "id",
    "message",
    "story",
    "created_time",
    "updated_time",
    "from",
    "permalink_url",
    "is_hidden",
    "attachments",
    "reactions",
    "comments",
    "likes",
]
_COMMENT = [
    "id",
    "message",
    "created_time",
    "from",
    "parent",
    "is_hidden",
    "like_count",
    "attachment",
    "permalink_url",
    "can_hide",
    "can_remove",
    "can_reply_privately",
    "private_reply_conversation",
    "comments",
    "likes",
]
_PAGE = ["id", "name", "link", "followers_count"]


class Refused(Exception):
    """An error in Facebook's own form."""

    def __init__(self, code: int, message: str, subcode: int = 0, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        error: Json = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axyz"}
        self.body = {"error": error | ({"error_subcode": subcode} if subcode else {})}


def nothing_there(node: str) -> Refused:
    words = (
        f"Unsupported get request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions"
    )
    return Refused(100, words, 33)


@dataclass
class Asked:
    """One request and what became of it."""

    method: str
    path: str
    params: Mapping[str, str]
    status: int = 0
    answer: Any = None


@dataclass(frozen=True)
class Wanted:
    """A field that is asked for: `comments.limit(25).summary(total_count){id,message}`."""

    name: str
    asks: Mapping[str, str]
    fields: tuple[Wanted, ...]


def wanted(text: str) -> tuple[Wanted, ...]:
    return tuple(_wanted(one) for one in _split(text) if one)


def _split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "({") - (letter in ")}")
        if letter == "," and not depth:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _wanted(text: str) -> Wanted:
    head, brace, inner = text.partition("{")
    asks = dict(re.findall(r"\.(\w+)\(([^)]*)\)", head))
    return Wanted(head.partition(".")[0], asks, wanted(inner[:-1]) if brace else ())


class Facebook(World, Loopback):
    """The Graph API. `with Facebook() as facebook: …` serves it at `facebook.url`.

    short    pages of lists are shorter than asked, and one in three is empty with more behind it
    nameless who people are isn't told
    """

    def __init__(
        self, clock: Callable[[], float] | None = None, *, short: bool = False, nameless: bool = False
    ) -> None:
        Loopback.__init__(self)
        World.__init__(self, clock)
        self.short, self.nameless = short, nameless
        self.scopes: tuple[str, ...] | None = ALL
        self.tasks = ("MODERATE", "MESSAGING", "CREATE_CONTENT")
        self.pages = [(PAGE, "Ons bedrijf")]
        self.ends_s = 0
        self.ended = 0  # the subcode with which tokens are refused
        self.forgets_cursors = False
        self.blind = False  # nothing is told by number
        self.most = 100  # posts at once, with their comments
        self.usage: Json = {}
        self.limit = 0  # the code of a limit that everything meets
        self.blocked = False
        self.ignores_hiding = False
        self.asked: list[Asked] = []
        self.broken: Callable[[Json], Json] | None = None
        self.twist: Callable[[Any], Any] = lambda answer: answer
        self.instead: Callable[[Asked], Told | None] = lambda asked: None

    # -- the line --------------------------------------------------------------------------------------------------------

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told | None:
        parts = urlsplit(target)
        version, _, path = parts.path.strip("/").partition("/")
        params = dict(parse_qsl(parts.query))
        if "json" in self.asked_with.get("content-type", ""):
            params |= {"body": content.decode()}
        elif content:
            params |= dict(parse_qsl(content.decode()))
        asked = Asked(method, path, params)
        self.asked.append(asked)
        instead = self.instead(asked)
        if instead is not None:
            return instead
        try:
            self._let_in(version, path, authorization)
            asked.answer, asked.status = self.answer(asked, authorization), 200
        except Refused as refused:
            asked.answer, asked.status = refused.body, refused.status
        for name, value in self.usage.items():
            self.says_with[name] = json.dumps(value)
        return asked.status, "application/json; charset=UTF-8", json.dumps(self.twist(asked.answer)).encode()

    def _let_in(self, version: str, path: str, authorization: str) -> None:
        if not re.fullmatch(r"v\d+\.0", version) or float(version[1:]) > float(VERSIONS[-1][1:]):
            raise Refused(2500, f"Unknown path components: /{version}/{path}")
        self.says_with["facebook-api-version"] = version if version in VERSIONS else VERSIONS[0]
        if authorization not in (f"Bearer {PAGE_TOKEN}", f"Bearer {USER_TOKEN}"):
            raise Refused(190, "Invalid OAuth access token.", status=401)
        if self.ended:
            raise Refused(190, "Error validating access token: Session has expired", self.ended, 401)
        if self.limit:
            raise Refused(self.limit, f"(#{self.limit}) There have been too many calls to this Page", status=403)

    # -- answers ---------------------------------------------------------------------------------------------------------

    def answer(self, asked: Asked, authorization: str) -> Any:
        if asked.path == "me/accounts":
            return self._accounts(asked, authorization)
        if asked.path == "debug_token":
            return self._debugged(authorization)
        if asked.path == "me" and authorization.endswith(PAGE_TOKEN):
            return {"id": PAGE, "name": self.us.name}
        node, _, edge = asked.path.partition("/")
        if node == PAGE:
            return self._page(asked, edge)
        if node not in self.said or (self.blind and not edge and asked.method == "GET"):
            raise nothing_there(node)
        one = self.said[node]
        match asked.method, edge:
            case "GET", "":
                return self.row(one, wanted(asked.params.get("fields", "id")))
            case "GET", "comments":
                (ask,) = wanted(f"comments{{{asked.params.get('fields', 'id')}}}")
                return self.comments(one, Wanted("comments", asked.params, ask.fields))
            case "POST" | "DELETE", _:
                return self._change(asked, one, edge)
        raise Refused(2500, f"Unknown path components: /{edge}")

    def _accounts(self, asked: Asked, authorization: str) -> Json:
        if authorization.endswith(PAGE_TOKEN):
            raise Refused(100, "(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
        rows = [
            {"id": number, "name": name, "link": f"https://www.facebook.com/{name.replace(' ', '').lower()}",
             "access_token": PAGE_TOKEN if number == PAGE else f"EAA{number}", "tasks": list(self.tasks)}
            for number, name in self.pages
        ]  # fmt: skip
        return {"data": rows, "paging": {"cursors": {"before": "a", "after": "b"}}}

    def _debugged(self, authorization: str) -> Json:
        if self.scopes is None:
            raise Refused(100, "(#100) You must provide an app access token")
        kind = "PAGE" if authorization.endswith(PAGE_TOKEN) else "SYSTEM_USER"
        return {
            "data": {
                "app_id": "42", "type": kind, "is_valid": True, "expires_at": self.ends_s,
                "data_access_expires_at": 0, "scopes": list(self.scopes),
            }
        }  # fmt: skip

    def _page(self, asked: Asked, edge: str) -> Any:
        if asked.method == "POST" and edge == "messages":
            return self._privately(json.loads(asked.params["body"]))
        if edge == "feed":
            self.may("pages_read_engagement")
            fields = wanted(asked.params.get("fields", "id"))
            limit = int(asked.params.get("limit", 25))
            if limit > self.most and any(field.name == "comments" for field in fields):
                raise Refused(
                    1, "Please reduce the amount of data you're asking for, then retry your request", status=500
                )
            return self.listing(asked.params, self.posts(), lambda one: self.row(one, fields), f"{PAGE}/feed")
        if not edge:
            return {
                "id": PAGE,
                "name": self.us.name,
                "link": "https://www.facebook.com/onsbedrijf",
                "followers_count": 812,
            }
        raise Refused(2500, f"Unknown path components: /{edge}")

    def may(self, scope: str) -> None:
        if self.scopes is not None and scope not in self.scopes:
            raise Refused(200, f"(#200) Requires {scope} permission to manage the object", status=403)

    # -- lists -----------------------------------------------------------------------------------------------------------

    def listing(self, asks: Mapping[str, str], found: list[Said], row: Callable[[Said], Json], route: str) -> Json:
        """One page of what was found, from behind the cursor on; a cursor outlives the row it was made of."""
        limit, after = int(asks.get("limit", 25)), asks.get("after", "")
        if after:
            if self.forgets_cursors:
                raise Refused(100, "(#100) The After Cursor specified exceeds the max limit supported by this endpoint")
            at_s, number, order = json.loads(base64.b64decode(after))
            place = (at_s, number)
            behind = (lambda one: (one.at_s, one.id) < place) if order else (lambda one: (one.at_s, one.id) > place)
            found = [one for one in found if behind(one)]
        if self.short and limit:
            limit = max(1, limit // 2)
        rows = found[:limit]
        more = len(found) > len(rows) and bool(rows)
        page: Json = {"data": [row(one) for one in rows]}
        if rows:
            newest_first = len(found) < 2 or (found[0].at_s, found[0].id) > (found[1].at_s, found[1].id)
            cursor = base64.b64encode(json.dumps([rows[-1].at_s, rows[-1].id, newest_first]).encode()).decode()
            page["paging"] = {"cursors": {"before": "QVFI", "after": cursor}}
            if more:
                page["paging"]["next"] = (
                    f"https://graph.facebook.com/v25.0/{route}?access_token={PAGE_TOKEN}&after={cursor}"
                )
        return page

    def comments(self, one: Said, ask: Wanted) -> Json:
        if one.post:
            found = [other for other in self.under(one.post) if other.parent == one.id]
        else:
            found = [
                other for other in self.under(one.id) if ask.asks.get("filter") == "stream" or not other.parent
            ]  # fmt: skip
        total = len(found)
        if ask.asks.get("order") == "reverse_chronological":
            found = found[::-1]
        page = self.listing(ask.asks, found, lambda other: self.row(other, ask.fields), f"{one.id}/comments")
        if "summary" in ask.asks:
            page["summary"] = {"order": "ranked", "total_count": total, "can_comment": not one.closed}
        return page

    def row(self, one: Said, fields: tuple[Wanted, ...]) -> Json:
        for field in fields:
            if field.name not in (_COMMENT if one.post else _POST):
                kind = "Comment" if one.post else "Post"
                raise Refused(100, f"(#100) Tried accessing nonexisting field ({field.name}) on node type ({kind})")
        row: Json = {"id": one.id}
        for field in fields:
            value = self._value(one, field)
            if value is not None:
                row[field.name] = value
        return self.broken(row) if self.broken else row

    def _value(self, one: Said, field: Wanted) -> Any:
        match field.name:
            case "id" | "message":
                return getattr(one, field.name)
            case "created_time":
                return moment(one.at_s)
            case "updated_time":
                return moment(one.updated_s)
            case "from" if one.author is self.us or not self.nameless:
                return {"id": one.author.id, "name": one.author.name}
            case "parent" if one.parent:
                return {"id": one.parent}
            case "is_hidden":
                return one.hidden
            case "can_hide" | "can_remove":
                return one.author is not self.us
            case "can_reply_privately":
                return one.author is not self.us and not one.private
            case "private_reply_conversation" if one.private:
                return {"messages": {"data": [{"id": "m_1", "message": one.private}]}, "id": "t_1"}
            case "like_count":
                return one.likes + one.liked
            case "likes" | "reactions":
                return {"data": [], "summary": {"total_count": one.likes + one.liked, "has_liked": one.liked}}
            case "permalink_url":
                return f"https://www.facebook.com/{one.post or one.id}" + (f"?comment_id={one.id}" if one.post else "")
            case "attachments" if one.attachments:
                return {"data": one.attachments}
            case "comments":
                return self.comments(one, field)
        return None

    # -- changes ---------------------------------------------------------------------------------------------------------

    def _change(self, asked: Asked, one: Said, edge: str) -> Any:
        self.may("pages_manage_engagement")
        if self.blocked:
            raise Refused(368, "The action attempted has been deemed abusive or is otherwise disallowed")
        if edge == "likes":
            one.liked = asked.method == "POST"
            return {"success": True}
        if edge == "comments":
            message = asked.params.get("message", "")
            if self.said[one.post or one.id].closed:
                raise Refused(200, "(#200) Permissions error", status=403)
            if not message.strip():
                raise Refused(100, "(#100) Invalid parameter")
            said = self.comment("us", one.post or one.id, message, one.id if one.post else "")
            return self.row(said, wanted(asked.params.get("fields", "id")))
        if asked.method == "DELETE":
            self.drop(one.id)
            return {"success": True}
        if "is_hidden" in asked.params:
            if one.author is self.us or not one.post:
                raise Refused(200, "(#200) You do not have sufficient permissions to hide this", status=403)
            one.hidden = one.hidden if self.ignores_hiding else asked.params["is_hidden"] == "true"
            return {"success": True}
        if one.author is not self.us:
            raise Refused(200, "(#200) You do not have sufficient permissions to edit this", status=403)
        self.edit(one.id, asked.params["message"])
        return {"success": True}

    def _privately(self, body: Json) -> Json:
        self.may("pages_messaging")
        one = self.said.get(body["recipient"]["comment_id"])
        if one is None:
            raise nothing_there(body["recipient"]["comment_id"])
        if one.private:
            raise Refused(10900, "(#10900) Activity already replied to")
        one.private = body["message"]["text"]
        return {"recipient_id": one.author.id, "message_id": "m_1"}
