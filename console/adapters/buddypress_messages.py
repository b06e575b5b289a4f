"""Private messages of this account, where somebody switched them on: read, and answered.

A conversation is a thread; its opening message bears its number, so that the others may come in any order. BuddyPress
edits nothing in one, and what it calls deleting takes the whole conversation out of sight for one person: neither is
done from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.adapters.buddypress_reading import MAX_TITLE_CHARS, Keys
from console.adapters.contract import FetchedThread
from console.adapters.markup import plain, reduce
from console.adapters.rows import Row, first_line, raw_of
from console.adapters.wp_rows import id_of, in_order, moment_ms, number_in, positive, says, sendable, words
from console.domain.conversation import (
    Change,
    Message,
    MessageKey,
    MessageState,
    Person,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
    text_hash,
)
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Cursor, Found, NotFound, Page, Performed, Rejected, Sighting

if TYPE_CHECKING:
    from console.adapters.buddypress_api import Api
    from console.adapters.buddypress_site import Site

BOXES = ("inbox", "sentbox")  # what nobody answered yet stands in the second only
AT_ONCE = 20  # conversations in a page
IN_A_LIST = 10  # messages that a list shows of each
PER_PAGE = 100
MAX_PAGES = 50
REMEMBERED = 500  # conversations whose last message is kept
SLACK_MS = 120_000


def conversation_in(key: str | None) -> int:
    """The number of the conversation that a key names or stands in, 0 for the key of anything else."""
    head, _, last = (key or "").rpartition(":")
    number = last.partition("-")[0]
    return int(number) if head.endswith((":conversation", ":private")) and number.isdecimal() else 0


class Messages:
    """Reads and answers the conversations of one account. `me` is its number."""

    def __init__(self, api: Api, site: Site, me: int) -> None:
        self._api = api
        self._site = site
        self._keys: Keys = site.keys
        self._me = me

    def space(self, title: str) -> Space:
        return Space(self._space, str(self._me), title, f"{self._site.url.rstrip('/')}/members/me/messages/")

    @property
    def _space(self) -> SpaceKey:
        return self._keys.messages(self._me)

    # -- in --------------------------------------------------------------------------------------------------------------

    async def pull(self, cursor: Cursor | None) -> Page:
        """A page of conversations in which something was said.

        The cursor: `last`, conversation -> its last message; while a round goes on `box` and `page`.
        """
        at: dict[str, Any] = {"last": {}, "box": 0, "page": 1, **(cursor or {})}
        listing = await self._api.list_of(
            "messages", {"box": BOXES[at["box"]], "type": "all", "page": at["page"], "per_page": AT_ONCE}
        )
        last: dict[str, Any] = dict(at["last"])
        new = [
            row for row in listing.rows if id_of(row) and last.get(str(id_of(row))) != positive(row.get("message_id"))
        ]
        changes: list[Change] = []
        for row in new:
            if _latest_ms(row) >= self._site.since_ms:
                changes += await self._read(await self._whole(row))
            last[str(id_of(row))] = positive(row.get("message_id"))
        onward = {"last": dict(list(last.items())[-REMEMBERED:]), "box": at["box"], "page": at["page"] + 1}
        if new and listing.goes_on_after((at["page"] - 1) * AT_ONCE, AT_ONCE):
            return Page(in_order(changes), onward, more=True)
        onward |= {"box": (at["box"] + 1) % len(BOXES), "page": 1}
        return Page(in_order(changes), onward, more=bool(onward["box"]))

    async def thread(self, number: int, most: int) -> FetchedThread:
        """A conversation however old; of one with very many messages the oldest. Raises PlatformError."""
        row = await self._conversation(number)
        said = _said(row)
        if not said:
            raise NotFound
        changes = await self._read({**row, "messages": said[:most]})
        return FetchedThread(in_order(changes), whole=len(said) <= most)

    async def _whole(self, row: Row) -> Row:
        """A conversation with all that was said in it: a list shows the last few only."""
        return row if len(_said(row)) < IN_A_LIST else await self._conversation(id_of(row))

    async def _conversation(self, number: int) -> Row:
        """One conversation. Raises PlatformError, NotFound when it is gone."""
        found: dict[int, Row] = {}
        whole: Row = {}
        for page in range(1, MAX_PAGES + 1):
            row = await self._api.single(
                f"messages/{number}", {"messages_page": page, "messages_per_page": PER_PAGE, "order": "desc"}
            )
            whole = whole or row
            fresh = {id_of(one): one for one in _said(row) if id_of(one) not in found}
            found |= fresh
            if len(fresh) < PER_PAGE:  # the older generation pages nothing, and tells all at once
                break
        return {**whole, "messages": list(found.values())}

    async def _read(self, row: Row) -> list[Change]:
        said = _said(row)
        names = {person.key: person for person in _named(row, self._keys)}
        known = {
            person.key: person for person in await self._site.who([{"user_id": one.get("sender_id")} for one in said])
        }
        people = [person if person.name else names.get(person.key, person) for person in {**names, **known}.values()]
        return [*people, *self.messages(row)]

    def messages(self, row: Row) -> list[Change]:
        """The thread and the messages of a conversation, oldest first; no I/O."""
        number, said = id_of(row), _said(row)
        root = ThreadKey(key_of("buddypress", self._keys.server, "conversation", str(number)))
        read = [self._message(one, root, number, at == 0) for at, one in enumerate(said)]
        if not read:
            return []
        subject = row.get("subject")
        title = plain(str(subject.get("rendered") or "")) if isinstance(subject, Mapping) else ""
        url = f"{self._site.url.rstrip('/')}/members/me/messages/view/{number}/"
        head = Thread(root, self._space, title or first_line(read[0].text, MAX_TITLE_CHARS), url)
        return [head, *(replace(one, url=url) for one in read)]

    def _message(self, row: Row, root: ThreadKey, number: int, opening: bool) -> Message:
        key = MessageKey(root) if opening else self._key(number, id_of(row))
        try:
            body = reduce(words({"rendered": row["message"]["rendered"], "raw": row["message"].get("raw")}))
            sender = positive(row.get("sender_id"))
            if not sender:
                raise ValueError("no sender")
            return Message(
                key, self._space, self._keys.person(sender), _sent_ms(row), body.html, body.text, root,
                None if opening else MessageKey(root),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError):
            raw = raw_of(row)
            if not id_of(row):
                key = MessageKey(key_of("buddypress", self._keys.server, "unread", text_hash(raw)))
            return Message(
                key, self._space, self._keys.person(0), 0, "", "", root, state=MessageState.UNREADABLE, raw=raw
            )

    def _key(self, conversation: int, number: int) -> MessageKey:
        return MessageKey(key_of("buddypress", self._keys.server, "private", f"{conversation}-{number}"))

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is not Kind.REPLY:
            raise Rejected(code="not_possible")
        text, number = sendable(intent.text), conversation_in(intent.thread)
        there = await self._conversation(number)
        before = {id_of(one) for one in _said(there)}
        others = [who for who in _recipients(there) if who != self._me]
        if not others:
            raise NotFound(code="parent_gone")
        body = {"id": number, "message": text, "recipients": others}
        row = await self._api.change("POST", "messages", body)
        new = [one for one in _said(row) if id_of(one) not in before and positive(one.get("sender_id")) == self._me]
        if not new:
            raise BadResponse(code="anonymous", maybe_sent=True)
        ours = self._key(number, id_of(new[-1]))
        whole = {**there, "messages": [*_said(there), *new]}
        shown = [one for one in self.messages(whole) if not isinstance(one, Message) or one.key == ours]
        return Performed(ours, tuple(shown))

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an answer arrived: BuddyPress keeps no mark of ours, so it is known by author, text and time."""
        if intent.kind is not Kind.REPLY:
            return Found(Sighting.ABSENT)
        number = conversation_in(intent.thread)
        for row in _said(await self._conversation(number))[1:]:
            key = self._key(number, id_of(row))
            if key in matched or positive(row.get("sender_id")) != self._me:
                continue
            try:
                sent_ms = _sent_ms(row) - self._site.ahead_ms
            except (TypeError, ValueError):
                continue
            if sent_ms >= intent.created_at_ms - SLACK_MS and says({"content": row.get("message")}, intent.text):
                return Found(Sighting.SEEN, key)
        return Found(Sighting.ABSENT)


def _said(row: Row) -> list[Row]:
    """What was said in a conversation, as far as its row shows it, oldest first."""
    rows = row.get("messages")
    found = rows.values() if isinstance(rows, Mapping) else rows if isinstance(rows, list) else ()
    return sorted((one for one in found if isinstance(one, Mapping)), key=id_of)


def _recipients(row: Row) -> Iterator[int]:
    """Who takes part. The older generation names them by number, the newer in a list."""
    for one in _people(row):
        if not one.get("is_deleted") and (number := positive(one.get("user_id"))):
            yield number


def _people(row: Row) -> Sequence[Row]:
    people = row.get("recipients")
    found = people.values() if isinstance(people, Mapping) else people if isinstance(people, list) else ()
    return [one for one in found if isinstance(one, Mapping)]


def _named(row: Row, keys: Keys) -> list[Person]:
    """Who takes part, as far as the conversation names them: all there is of somebody who left the site."""
    return [
        Person(keys.person(positive(one.get("user_id"))), plain(one["name"]))
        for one in _people(row)
        if positive(one.get("user_id")) and isinstance(one.get("name"), str)
    ]


def _sent_ms(row: Row) -> int:
    """When a message was sent. The older generation tells the moment in UTC under the other name."""
    return moment_ms(row.get("date_sent_gmt") or row.get("date_sent"))


def _latest_ms(row: Row) -> int:
    try:
        return moment_ms(row.get("date_gmt") or row.get("date"))
    except (TypeError, ValueError):
        return 2**62  # looked at rather than left out


def is_private(key: str | None) -> bool:
    """Whether a space is that of the private messages."""
    return bool(number_in(key, "messages"))
