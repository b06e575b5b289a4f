"""What a Matrix server says, read into our values. No I/O: a test can feed it any broken event.

An event is what the client-server API calls one: a mapping with `type`, `event_id`, `sender`, `content`, of which
nothing can be relied upon, since other servers and other programs write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from console.adapters.markup import Body, from_plain, reduce
from console.adapters.rows import raw_of
from console.domain.conversation import (
    Attachment,
    Message,
    MessageGone,
    MessageKey,
    MessageState,
    PersonKey,
    ReportKey,
    SpaceKey,
    ThreadKey,
    key_of,
    text_hash,
)

Event = Mapping[str, Any]
MAX_TITLE_CHARS = 120
LOCKED = "🔒"  # in place of words that can't be read
HTML = "org.matrix.custom.html"
POLLS = ("m.poll.start", "org.matrix.msc3381.poll.start")
SAID = frozenset({"m.room.message", "m.sticker", "m.room.encrypted", *POLLS})
_FILES = frozenset({"m.image", "m.file", "m.audio", "m.video"})
_ANSWERED = re.compile(r"<mx-reply\b", re.IGNORECASE)
_ANSWERED_END = re.compile(r"</mx-reply\s*>", re.IGNORECASE)
_POSITION = re.compile(r"s(\d{1,30})(?:_|\Z)")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one homeserver, `server` the name behind the colon of its users."""

    server: str

    def room(self, room: str) -> SpaceKey:
        return SpaceKey(key_of("matrix", self.server, "room", room))

    def event(self, event: str) -> MessageKey:
        return MessageKey(key_of("matrix", self.server, "event", event))

    def user(self, user: str) -> PersonKey:
        return PersonKey(key_of("matrix", self.server, "user", user))

    def report(self, number: int) -> ReportKey:
        return ReportKey(key_of("matrix", self.server, "report", str(number)))

    def id_in(self, key: str | None, kind: str) -> str:
        """The server's own id in a key of that kind ("room", "event", "user", "report"), "" for another."""
        begin = key_of("matrix", self.server, kind, "")
        return key[len(begin) :] if key and key.startswith(begin) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event was said, and what is known around it.

    me        our own user id
    web       the address of a web client that opens rooms, "" for matrix.to
    """

    keys: Keys
    room: str
    me: str
    web: str = ""

    def link(self, event: str = "") -> str:
        """The address that opens the room, or one event in it, for a person."""
        parts = "/".join(quote(part, safe="!$@-_.~", errors="replace") for part in (self.room, event) if part)
        if self.web:
            return f"{self.web.rstrip('/')}/#/room/{parts}"
        return f"https://matrix.to/#/{parts}?via={quote(self.keys.server, safe='')}"


# -- parts of an event -------------------------------------------------------------------------------------------------


def content_of(event: Event) -> Mapping[str, Any]:
    content = event.get("content")
    return content if isinstance(content, Mapping) else {}


def text_in(holder: object, name: str) -> str:
    """A text in a mapping, "" when it is none."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) else ""


def id_of(event: object) -> str:
    return text_in(event, "event_id")


def kind_of(event: object) -> str:
    return text_in(event, "type")


def sent_ms(event: Event) -> int:
    """When the sender's server says it was sent, 0 when it doesn't say. Other servers may say anything."""
    at_ms = event.get("origin_server_ts")
    usable = isinstance(at_ms, int) and not isinstance(at_ms, bool) and 0 < at_ms < 10**14
    return int(at_ms) if usable else 0  # type: ignore[arg-type]  # a number by now


def relation(event: Event) -> tuple[str, str]:
    """The kind of relation ("m.thread", "m.replace", "m.annotation") and the event it points at, "" for none."""
    related = content_of(event).get("m.relates_to")
    return text_in(related, "rel_type"), text_in(related, "event_id")


def answered(event: Event) -> tuple[str, bool]:
    """The event that is answered, "" for none; and whether that is only said for programs without threads."""
    related = content_of(event).get("m.relates_to")
    if not isinstance(related, Mapping):
        return "", False
    return text_in(related.get("m.in_reply_to"), "event_id"), related.get("is_falling_back") is True


def unsigned(event: Event) -> Mapping[str, Any]:
    found = event.get("unsigned")
    return found if isinstance(found, Mapping) else {}


def is_edit(event: Event) -> bool:
    return relation(event)[0] == "m.replace"


def is_redacted(event: Event) -> bool:
    """Whether its words were taken away. Not every server says by whom: then nothing is left but an empty content."""
    told = "redacted_because" in unsigned(event) or "redacted_because" in event
    return told or (kind_of(event) in SAID and not event.get("content"))


def redacted_ids(event: Event) -> str:
    """What a redaction is about: it stands at the top, in the content, or in both."""
    return text_in(event, "redacts") or text_in(event.get("content"), "redacts")


def position(token: object) -> int | None:
    """The place of a sync token in the server's stream, None for a token of another make."""
    match = _POSITION.match(token) if isinstance(token, str) else None
    return int(match.group(1)) if match else None


def newest_edit(event: Event) -> Event | None:
    """The edit that the server attached, if it is one: by the author, with new words."""
    relations = unsigned(event).get("m.relations")
    edit = relations.get("m.replace") if isinstance(relations, Mapping) else None
    return edit if isinstance(edit, Mapping) and is_edit_of(edit, event) else None


def is_edit_of(edit: Event, event: Event) -> bool:
    """Whether an edit counts: anybody can send one, only the author's are one."""
    return (
        edit.get("sender") == event.get("sender")
        and edit.get("type") == event.get("type")
        and isinstance(content_of(edit).get("m.new_content"), Mapping)
    )


def counted(annotations: Iterable[object]) -> tuple[tuple[str, int], ...]:
    """Reactions by how many people gave them, the most given first."""
    people: dict[str, set[str]] = {}
    for one in annotations:
        if isinstance(one, Mapping) and not is_redacted(one):
            key = text_in(content_of(one).get("m.relates_to"), "key")[:64]
            if key:
                people.setdefault(key, set()).add(text_in(one, "sender"))
    return tuple(sorted(((key, len(who)) for key, who in people.items()), key=lambda one: (-one[1], one[0])))


# -- messages ----------------------------------------------------------------------------------------------------------


def read_message(event: Event, place: Place, name: str = "", reactions: tuple[tuple[str, int], ...] = ()) -> Message:
    """One message as it is now, its newest edit laid over it; one that says `unreadable` when the event is broken.

    name   of the sender, for what is said about oneself ("* Joris waves")
    """
    try:
        return _message(event, place, name, reactions)
    except (KeyError, TypeError, ValueError, AttributeError):
        return _unreadable(event, place)


def read_gone(event: Event, keys: Keys) -> MessageGone:
    """A message whose words were taken away. What is left of it says nothing about its thread."""
    because = unsigned(event).get("redacted_because", event.get("redacted_because"))
    by = text_in(because, "sender")
    at_ms = sent_ms(because) if isinstance(because, Mapping) else 0
    by_author = by == event.get("sender") if by else None
    return MessageGone(keys.event(id_of(event)), at_ms or sent_ms(event), by_author)


def _message(event: Event, place: Place, name: str, reactions: tuple[tuple[str, int], ...]) -> Message:
    if event.get("type") == "m.room.encrypted":
        return _unreadable(event, place)
    edit = newest_edit(event)
    new = content_of(edit).get("m.new_content") if edit is not None else None
    content = new if isinstance(new, Mapping) else content_of(event)
    kind, root = relation(event)
    parent, falling_back = answered(event)
    threaded = kind == "m.thread" and bool(root)
    body, attachments = _body(str(event["type"]), content, name, bool(parent) and not falling_back)
    own = event["sender"] == place.me
    key = place.keys.event(_needed(event, "event_id"))
    return Message(
        key=key,
        space=place.keys.room(place.room),
        author=place.keys.user(_needed(event, "sender")),
        posted_at_ms=_moment(event),
        html=body.html,
        text=body.text,
        root=ThreadKey(place.keys.event(root)) if threaded else None if parent else ThreadKey(key),
        parent=place.keys.event(root if threaded and falling_back else parent) if threaded or parent else None,
        edited_at_ms=sent_ms(edit) or None if edit is not None else None,
        attachments=attachments,
        reactions=reactions,
        url=place.link(id_of(event)),
        mark=text_in(unsigned(event), "transaction_id") if own else "",
    )


def _needed(event: Event, name: str) -> str:
    value = event[name]
    if not isinstance(value, str) or not value:
        raise TypeError(f"no {name}")
    return value


def _moment(event: Event) -> int:
    at_ms = sent_ms(event)
    if not at_ms:
        raise ValueError("no moment")
    return at_ms


def _unreadable(event: Event, place: Place) -> Message:
    raw = raw_of(event)
    kind, root = relation(event)
    key = place.keys.event(id_of(event) or f"unread-{text_hash(raw)}")
    return Message(
        key=key,
        space=place.keys.room(place.room),
        author=place.keys.user(text_in(event, "sender")),
        posted_at_ms=sent_ms(event),
        html="",
        text="",
        root=ThreadKey(place.keys.event(root)) if kind == "m.thread" and root else ThreadKey(key),
        state=MessageState.UNREADABLE,
        url=place.link(id_of(event)),
        raw=raw,
    )


def _body(kind: str, content: Mapping[str, Any], name: str, answers: bool) -> tuple[Body, tuple[Attachment, ...]]:
    if kind in POLLS:
        return from_plain(_poll(content)), ()
    msgtype = "m.image" if kind == "m.sticker" else content.get("msgtype")
    text = content["body"]
    if not isinstance(text, str) or not isinstance(msgtype, str | None):
        raise TypeError("no text")
    if msgtype in _FILES:
        file = _attachment(content, text, str(msgtype))
        named = content.get("filename")
        caption = text if kind == "m.sticker" or (isinstance(named, str) and named != text) else ""
        return (_words(content, caption, answers) if caption else from_plain("")), (file,)
    if msgtype == "m.emote":
        return from_plain(f"* {name} {_words(content, text, answers).text}"), ()
    return _words(content, text, answers), ()


def _words(content: Mapping[str, Any], text: str, answers: bool) -> Body:
    """The words themselves, without what an answer repeats of the message it answers."""
    formatted = content.get("formatted_body")
    if content.get("format") == HTML and isinstance(formatted, str):
        body = reduce(_without_answered(formatted) if answers else formatted)
        if body.text.strip() or not text.strip():
            return body
    return from_plain(_without_quote(text) if answers else text)


def _without_answered(html: str) -> str:
    """A body without its <mx-reply>; one that never ends stays, and each place is looked at once."""
    kept, at = [], 0
    while (begun := _ANSWERED.search(html, at)) and (ended := _ANSWERED_END.search(html, begun.end())):
        kept.append(html[at : begun.start()])
        at = ended.end()
    return "".join(kept) + html[at:]


def _without_quote(text: str) -> str:
    """The text without the lines that an answer begins with: `> <@joris:intra.test> Komt er nog…`."""
    lines = text.split("\n")
    if not lines[0].startswith(("> <@", "> * <@")):
        return text
    kept = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[kept:]).lstrip("\n") or text


def _attachment(content: Mapping[str, Any], text: str, msgtype: str) -> Attachment:
    info = content.get("info")
    mime = text_in(info, "mimetype") or f"{msgtype.removeprefix('m.').replace('file', 'application')}/octet-stream"
    size = info.get("size") if isinstance(info, Mapping) else None
    url = text_in(content, "url")
    return Attachment(
        name=(text_in(content, "filename") or text).strip()[:255],
        mime=mime[:127],
        size_bytes=size if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**53 else None,
        url=url if url.startswith("mxc://") else "",
    )


def _poll(content: Mapping[str, Any]) -> str:
    """A poll as text: the question, then an answer a line."""
    poll = next((content[name] for name in ("m.poll", *POLLS) if isinstance(content.get(name), Mapping)), None)
    if poll is None:
        return _plain_of(content)
    answers = poll.get("answers")
    lines = [f"– {_plain_of(one)}" for one in (answers if isinstance(answers, list) else [])[:30]]
    return "\n".join([_plain_of(poll.get("question")), *lines])


def _plain_of(holder: object) -> str:
    """The plain words of a part of a poll, in the stable or the older form. Raises TypeError when there are none."""
    if isinstance(holder, Mapping):
        told = holder.get("m.text", holder.get("org.matrix.msc1767.text"))
        for one in told if isinstance(told, list) else [{"body": told}, holder]:
            if text_in(one, "body"):
                return text_in(one, "body")
    raise TypeError("no words")


def title_of(message: Message) -> str:
    """The beginning of a message's first line: Matrix knows no titles. A file's name where there are no words."""
    if message.state is MessageState.UNREADABLE:
        return LOCKED
    words = next((line.strip() for line in message.text.splitlines() if line.strip()), "")
    if not words and message.attachments:
        words = message.attachments[0].name
    if len(words) <= MAX_TITLE_CHARS:
        return words
    return words[:MAX_TITLE_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def events_in(holder: object, *path: str) -> Iterator[Event]:
    """The events of a list somewhere in an answer; what is none is left out."""
    for name in path:
        holder = holder.get(name) if isinstance(holder, Mapping) else None
    for event in holder if isinstance(holder, list) else ():
        if isinstance(event, Mapping):
            yield event
