"""What somebody pasted -> a message of the group it belongs to. Pure: no link is followed and no file is opened.

The clipboard is anybody's: its HTML is read through `markup` and only for its words and links, and of a link to a platform
we know nothing stays but the ids in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import unescape

from console.adapters.deep_links import Place, message_key, person_key, place_of, space_key, thread_key
from console.adapters.links import clean_url
from console.adapters.markup import reduce
from console.domain.characters import honest, one_line
from console.domain.conversation import key_of
from console.domain.pasting import MOST_LINK_CHARS, MOST_NAME_CHARS, MOST_TEXT_CHARS, Pasted

HERE = "files"  # the platform of what belongs to none that we know
_URL = re.compile(r"https?://[^\s<>\"'«»“”]+", re.IGNORECASE)
_HREF = re.compile(r'<a href="([^"]*)">')
_MOST_LINKS = 200
Servers = Callable[[str], Sequence[str]]


def _none(platform: str) -> Sequence[str]:
    return ()


def looked_at(text: str, html: str = "", servers: Servers = _none) -> Pasted:
    """What was pasted: its words without the link, and the conversation that its link leads to.

    servers  those that the profile's connections have on a platform: where it is one, that is the one that is meant
    """
    reduced = reduce(html[: MOST_TEXT_CHARS * 5]) if html.strip() else None
    words = honest(text[:MOST_TEXT_CHARS]) if text.strip() or reduced is None else reduced.text[:MOST_TEXT_CHARS]
    linked = [unescape(found) for found in _HREF.findall(reduced.html)] if reduced is not None else []
    told = [match.group().rstrip(".,;:!?)") for match in _URL.finditer(words)]
    link = next((url for url in [*told, *linked][:_MOST_LINKS] if place_of(url) is not None), (told or [""])[0])
    kept = words.replace(link, "") if link else words
    return named(Pasted("\n".join(line.rstrip() for line in kept.splitlines()).strip(), link), servers)


def named(pasted: Pasted, servers: Servers = _none) -> Pasted:
    """The same with all keys that its link, its group, its author and its text give.

    What a person chose or typed stays: a group by its key in `space`, or by its name in `group`.
    """
    text, author = honest(pasted.text).strip()[:MOST_TEXT_CHARS], one_line(pasted.author, MOST_NAME_CHARS)
    pasted = replace(pasted, text=text, author=author, group=one_line(pasted.group, MOST_NAME_CHARS))
    place = _server_known(place_of(pasted.link[:MOST_LINK_CHARS]), servers)
    if place is None:
        return _elsewhere(replace(pasted, link=clean_url(pasted.link[:MOST_LINK_CHARS])))
    space = str(space_key(place)) if place.group or place.page else pasted.space
    if not space and pasted.group:
        space = key_of(place.platform, place.server, "group", f"({pasted.group.casefold()})")
    named_group = _remote(space, place)
    place = replace(place, group=place.group or named_group)
    pasted = replace(pasted, link=place.permalink, platform=place.platform, space=space)
    if author:
        pasted = replace(pasted, person=str(person_key(place, author)))
    if not place.post:
        return _by_its_words(pasted, place.server)
    above = str(message_key(replace(place, comment=place.above))) if place.comment else ""
    opens = place_of(place.permalink)
    post = replace(opens, comment="", above="") if opens is not None else place
    return replace(
        pasted, message=str(message_key(place)), thread=str(thread_key(place)), parent=above,
        thread_link=post.permalink if not place.comment else "",
    )  # fmt: skip


def _server_known(place: Place | None, servers: Servers) -> Place | None:
    """Of Viva Engage a link doesn't tell which network it leads to."""
    if place is None:
        return None
    known = set(servers(place.platform))
    within = [one for one in known if one.startswith(f"{place.server}/")]
    return replace(place, server=within[0]) if len(within) == 1 and len(known) == 1 else place


def _remote(space: str, place: Place) -> str:
    begins = key_of(place.platform, place.server, "group", "")
    return space.removeprefix(begins) if space.startswith(begins) else ""


def _elsewhere(pasted: Pasted) -> Pasted:
    """A message without a link that we know: of the group that was chosen, or of one that has only a name."""
    platform, server, space = HERE, "pasted", pasted.space
    if space:
        platform, _colon, rest = space.partition(":")
        server = rest.partition(":")[0]
    elif pasted.group:
        space = key_of(HERE, server, "group", pasted.group.casefold())
    pasted = replace(pasted, platform=platform, space=space)
    if pasted.author:
        here = Place(platform, server, group=space.rpartition(":")[2])
        pasted = replace(pasted, person=str(person_key(here, pasted.author)))
    return _by_its_words(pasted, server)


def _by_its_words(pasted: Pasted, server: str) -> Pasted:
    """What has no number is known by who says it, where, and its words; so that the same pasted twice is one."""
    if not (pasted.space and pasted.person and pasted.text):
        return replace(pasted, message="", thread="")
    said = "\n".join((pasted.space, pasted.person, " ".join(pasted.text.split())))
    key = key_of(pasted.platform, server, "pasted", hashlib.sha256(said.encode()).hexdigest()[:24])
    return replace(pasted, message=key, thread=key, thread_link=pasted.link)
