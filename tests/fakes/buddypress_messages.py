"""Private messages of the fake BuddyPress, with their habits in both generations.

A list shows the last ten messages of a conversation; the older generation tells moments in UTC without saying so, pages
nothing of a single conversation and answers 500 for one that isn't there. Who an application password doesn't identify
inside BuddyPress is told that there is no such member.
"""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

IN_A_LIST = 10
Json = dict[str, Any]


@dataclass(slots=True)
class Said:
    id: int
    sender: int
    text: str
    at_ms: int


@dataclass(slots=True)
class Conversation:
    id: int
    subject: str
    people: dict[int, str]
    said: list[Said] = field(default_factory=list)


class PrivateMessages:
    """All conversations of a site, told as `generation` does."""

    def __init__(self, generation: str) -> None:
        self.older = generation == "v1"
        self.conversations: dict[int, Conversation] = {}
        self._next = 0

    def open(self, subject: str, people: Mapping[int, str], sender: int, text: str) -> Conversation:
        made = Conversation(len(self.conversations) + 3, subject, dict(people))
        self.conversations[made.id] = made
        self.say(made, sender, text)
        return made

    def say(self, conversation: Conversation, sender: int, text: str) -> int:
        self._next += 1
        escaped = html.escape(text, quote=False)
        conversation.said.append(Said(self._next, sender, escaped, int(time.time()) * 1000))
        return self._next

    def box(self, name: str, user: int) -> list[Json]:
        """The rows of a box, those with the newest message first."""
        wanted = [
            one for one in self.conversations.values()
            if user in one.people and any((said.sender == user) is (name == "sentbox") for said in one.said)
        ]  # fmt: skip
        wanted.sort(key=lambda one: (one.said[-1].at_ms, one.said[-1].id), reverse=True)
        return [self._row(one, one.said[-IN_A_LIST:]) for one in wanted]

    def single(self, number: int, user: int, ask: Mapping[str, str]) -> Json | None:
        """One conversation, None for one that this person doesn't take part in. Raises KeyError."""
        one = self.conversations[number]
        if user not in one.people:
            return None
        said = list(reversed(one.said)) if ask.get("order") == "desc" else list(one.said)
        if not self.older:
            page, per_page = int(ask.get("messages_page", 1)), int(ask.get("messages_per_page", IN_A_LIST))
            said = said[(page - 1) * per_page : page * per_page]
        return self._row(one, said)

    def post(self, body: Mapping[str, Any], user: int) -> Json:
        """An answer in a conversation. Raises KeyError for one that isn't there."""
        one = self.conversations[int(body["id"])]
        self.say(one, user, html.unescape(str(body["message"])))
        return self._row(one, one.said[-IN_A_LIST:])

    def _row(self, one: Conversation, said: list[Said]) -> Json:
        last = one.said[-1]
        people = [
            {"id": number, "user_id": number, "is_deleted": 0, **({} if self.older else {"name": name})}
            for number, name in one.people.items()
        ]
        return {
            "id": one.id, "message_id": last.id, "last_sender_id": last.sender,
            "subject": {"raw": one.subject, "rendered": html.escape(one.subject)},
            **({"date": _moment(last.at_ms)} if self.older else {"date": _moment(last.at_ms + 3_600_000), "date_gmt": _moment(last.at_ms)}),
            "recipients": {str(who["user_id"]): who for who in people} if self.older else people,
            "messages": [self._message(one, each) for each in said],
        }  # fmt: skip

    def _message(self, one: Conversation, said: Said) -> Json:
        sent = (
            {"date_sent": _moment(said.at_ms)}
            if self.older
            else {"date_sent": _moment(said.at_ms + 3_600_000), "date_sent_gmt": _moment(said.at_ms)}
        )
        paragraphs = "".join(f"<p>{part}</p>\n" for part in said.text.split("\n\n"))
        return {
            "id": said.id, "thread_id": one.id, "sender_id": said.sender,
            "message": {"raw": said.text, "rendered": paragraphs}, **sent,
        }  # fmt: skip


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
