"""What would stand in a conversation and isn't here, said in its place: a picture without network, what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.domain.conversation import ConnectionKey
from console.domain.pictures import picture_key, pictures_in
from console.sentences.road import before_words
from console.sentences.troubles import not_fetched
from console.store.connection import Store
from console.store.read.connections import is_offline
from console.store.read.pictures import states
from console.store.read.road import can_be_fetched, lacks_beginning
from console.store.read.thread import ShownMessage
from console.widgets.message_card import CardShown
from console.words import _


def files_shown(
    store: Store, message: ShownMessage, connection: ConnectionKey, pictures: frozenset[str]
) -> tuple[str, ...]:
    """The names of a message's files; of a picture that isn't here while there is no network also that it comes.

    pictures  addresses of those that have a place of their own, which says it for them
    """
    urls = pictures_in(message.attachments)
    known = states(store, [picture_key(connection, url) for url in urls]) if urls and is_offline(store) else None
    lacking = set()
    if known is not None:
        keys = {url: picture_key(connection, url) for url in urls}
        lacking = {url for url, key in keys.items() if key not in known or known[key].error}
    return tuple(
        f"{name} · {not_fetched()}" if url in lacking else name
        for name, _mime, _size, url in message.attachments
        if url not in pictures
    )


def beginning_words(store: Store, said: Sequence[ShownMessage]) -> str:
    """What stands where the beginning of a conversation would, "" where that is here."""
    kept = [(message.key, message.parent or "") for message in said if message.public_id]
    hole = lacks_beginning(store, kept)
    if not hole:
        return ""
    can = can_be_fetched(store, kept[0][0])
    return not_fetched() if can and is_offline(store) else before_words(hole, can_be_fetched=can)


def with_beginning(store: Store, said: Sequence[ShownMessage], cards: list[CardShown]) -> list[CardShown]:
    """The cards of a conversation; the first says that something goes before it, where that isn't here."""
    words = beginning_words(store, said) if cards else ""
    if not words:
        return cards
    first = cards[0]
    if words == not_fetched():
        words = _("Before this: {words}").format(words=words)
    return [
        replace(
            first, state=f"{words} {first.state}".strip(), state_tone=first.state_tone if first.state else "tertiary"
        ),
        *cards[1:],
    ]
