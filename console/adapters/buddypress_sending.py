"""What a moderator decides, carried out on a social intranet, and looked for when nobody confirmed it."""

from __future__ import annotations

from console.adapters.buddypress_api import GONE, NOT_MADE, Api
from console.adapters.buddypress_reading import (
    above,
    author_of,
    comments_of,
    group_of,
    place_in,
    read_message,
    read_thread,
)
from console.adapters.buddypress_site import Site
from console.adapters.outgoing import refuse_if_changed
from console.adapters.rows import Row
from console.adapters.wp_rows import id_of, in_order, number_in, says, sendable, written_ms
from console.domain.conversation import Message, MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import (
    BadResponse,
    Forbidden,
    Found,
    NotFound,
    Performed,
    Rejected,
    Sighting,
)

SLACK_MS = 120_000  # by which a moment that the site wrote down may be off, its clock's difference with ours taken off
_FAVOURITE = {Kind.REACT: True, Kind.UNREACT: False}


class Sender:
    """Performs intents on one site, and finds them. `me` is our own number there."""

    def __init__(self, api: Api, site: Site, me: int) -> None:
        self._api = api
        self._site = site
        self._keys = site.keys
        self._me = me

    # -- doing -----------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        root, number = _place(intent)
        if intent.kind is Kind.REPLY:
            return await self._reply(intent, root, number)
        thread = await self._site.thread(root, _group(intent))
        row = _row_in(thread, number)
        if intent.kind is Kind.DELETE:
            return await self._delete(intent, root, number, row)
        if thread is None or row is None:
            raise NotFound(code=GONE)
        if intent.kind is Kind.EDIT:
            return await self._edit(intent, thread, row)
        if intent.kind in _FAVOURITE:
            return await self._favourite(thread, row, _FAVOURITE[intent.kind])
        raise Rejected(code="not_possible")

    async def _reply(self, intent: Intent, root: int, number: int) -> Performed:
        text = sendable(intent.text)
        thread = await self._site.thread(root, _group(intent))
        # A parent that doesn't exist is stored all the same, and sends the server round in circles until it gives up.
        if thread is None or _row_in(thread, number) is None:
            raise NotFound(code="parent_gone")
        group = group_of(thread, _group(intent))
        if group and group not in {own.number for own in await self._site.own_groups()}:
            raise Forbidden(code="not_a_member")  # BuddyPress itself would let anybody answer who knows the number
        body = {
            "component": "activity",
            "type": "activity_comment",
            "primary_item_id": root,
            "secondary_item_id": number,
            "content": text,
        }
        try:
            row = await self._api.change("POST", "activity", body)
        except Rejected as error:
            if error.code == NOT_MADE and (found := await self.find(intent, frozenset())).sighting is Sighting.SEEN:
                return Performed(found.message)
            raise
        if author_of(row) != self._me:
            raise BadResponse(code="anonymous", maybe_sent=True)
        return self._shown(thread, row)

    async def _edit(self, intent: Intent, thread: Row, row: Row) -> Performed:
        text = sendable(intent.text)
        if author_of(row) != self._me:
            raise Forbidden(code="not_ours")
        if not says(row, intent.text):
            refuse_if_changed(intent, self._shown(thread, row).changes)
            # What isn't said again is reset: without its parent a comment leaves its place.
            body = {name: row.get(name) for name in ("component", "type", "primary_item_id", "secondary_item_id")}
            row = await self._api.change("PUT", f"activity/{id_of(row)}", {**body, "content": text})
            if not says(row, intent.text):
                raise Rejected(code="not_taken")
        return self._shown(thread, row)

    async def _delete(self, intent: Intent, root: int, number: int, row: Row | None) -> Performed:
        """Remove one, and with it all that answers it."""
        if row is not None:
            try:
                deleted = await self._api.delete(number)
            except NotFound as error:
                if error.code != GONE:
                    raise
                # Also what is marked as spam is said not to exist.
                deleted = _row_in(await self._site.thread(root, _group(intent)), number) is None
            if not deleted:
                raise Rejected(code="not_taken")
        numbers = [number, *(id_of(comment) for comment in comments_of(row or {}))]
        gone = tuple(MessageGone(self._keys.message(root, one), self._site.now_ms) for one in numbers if one)
        return Performed(self._keys.message(root, number), gone)

    async def _favourite(self, thread: Row, row: Row, wanted: bool) -> Performed:
        """A toggle: what it does depends on what is there, so that is looked at first."""
        if (row.get("favorited") is True) is not wanted:
            row = await self._api.change("POST", f"activity/{id_of(row)}/favorite", {})
            if (row.get("favorited") is True) is not wanted:
                raise Rejected(code="not_taken")
        return self._shown(thread, row)

    def _read(self, thread: Row, row: Row) -> Message:
        space = self._keys.space(group_of(thread, 0))
        return read_message(row, self._keys, space, id_of(thread), self._site.url)

    def _shown(self, thread: Row, row: Row) -> Performed:
        if id_of(row) == id_of(thread):
            merged = {**row, "comments": thread.get("comments")}
            changes = in_order(read_thread(merged, self._keys, group_of(thread, 0), self._site.url))
            return Performed(self._keys.thread(id_of(thread)), changes)
        message = self._read(thread, row)
        return Performed(message.key, (message,))

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived. BuddyPress keeps no mark of ours: a reply is known by author, place, text and time."""
        root, number = _place(intent)
        thread = await self._site.thread(root, _group(intent))
        if intent.kind is Kind.REPLY:
            return self._find_reply(intent, thread, root, number, matched)
        row = _row_in(thread, number)
        if intent.kind is Kind.DELETE:
            there = row is None
        elif intent.kind is Kind.EDIT:
            there = row is not None and says(row, intent.text)
        else:
            there = row is not None and (row.get("favorited") is True) is _FAVOURITE.get(intent.kind)
        return Found(Sighting.SEEN, self._keys.message(root, number)) if there else Found(Sighting.ABSENT)

    def _find_reply(self, intent: Intent, thread: Row | None, root: int, number: int, matched: frozenset[str]) -> Found:
        for row in comments_of(thread or {}):
            key = self._keys.message(root, id_of(row))
            if key in matched or author_of(row) != self._me or above(row, root) != number:
                continue
            written = written_ms(row) - self._site.ahead_ms
            if written >= intent.created_at_ms - SLACK_MS and says(row, intent.text):
                return Found(Sighting.SEEN, key)
        return Found(Sighting.ABSENT)


def _place(intent: Intent) -> tuple[int, int]:
    """The numbers of the thread and of the message that an intent is about. Raises NotFound."""
    root, _root = place_in(intent.thread)
    above_root, number = place_in(intent.message)
    if not root or (number and above_root != root):
        raise NotFound(code="no_thread")
    return root, number or root


def _group(intent: Intent) -> int:
    return number_in(intent.space, "group")


def _row_in(thread: Row | None, number: int) -> Row | None:
    """The row of that number in a thread."""
    rows = [] if thread is None else [thread, *comments_of(thread)]
    return next((row for row in rows if id_of(row) == number), None)
