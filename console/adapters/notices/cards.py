"""What colleagues say in a notice: author, group, text and link of each conversation in it, by the order of its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from console.adapters.deep_links import Place, leads_to_person, place_of, thread_key
from console.adapters.notices.flow import Line
from console.adapters.notices.layouts import Kind, Layout, Sentences

MAX_TEXT_CHARS = 60_000
MAX_NAME_CHARS = 200
MOST_POSTS = 60
MOST_LINKS = 600  # of one mail
_LONGEST_BUTTON = 40
_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]*)*")
_PARTICLES = frozenset(
    [
        "de",
        "van",
        "den",
        "der",
        "het",
        "'t",
        "ten",
        "ter",
        "te",
        "el",
        "al",
        "bin",
        "ibn",
        "la",
        "le",
        "du",
        "von",
        "zu",
        "di",
        "da",
        "dos",
        "do",
        "y",
        "en",
    ]
)
_CUT = re.compile(r"(?:\u2026|\.\.\.)\s*$")


@dataclass(frozen=True, slots=True)
class Card:
    """One conversation as a mail tells of it; what it doesn't tell is "".

    group    title of the group
    owner    whose post it was that somebody comments on
    partial  there is more of the text on the platform
    """

    place: Place
    author: str = ""
    group: str = ""
    text: str = ""
    title: str = ""
    owner: str = ""
    reporter: str = ""
    reason: str = ""
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A line with the conversations that its links lead to, by the words that do, and the people."""

    line: Line
    leads: tuple[tuple[str, Place], ...]
    people: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def places(self) -> list[Place]:
        return [place for _, place in self.leads]


def read_lines(lines: Iterable[Line], platform: str) -> list[Read]:
    """Each line with where it leads on that platform."""
    found: list[Read] = []
    left = MOST_LINKS
    for line in lines:
        leads: list[tuple[str, Place]] = []
        people: list[str] = []
        for words, url in line.links[: max(left, 0)]:
            left -= 1
            place = place_of(url)
            if place is not None and place.platform == platform:
                leads.append((words, place))
            elif place is None and words and leads_to_person(url):
                people.append(words[:MAX_NAME_CHARS])
        found.append(Read(line, tuple(leads), tuple(people)))
    return found


def posts_in(lines: Sequence[Read]) -> list[Place]:
    """The posts that are linked to, in their order, once each; where a comment of one is linked to, that."""
    found: dict[str, Place] = {}
    for place in (place for line in lines for place in line.places if place.post):
        key = thread_key(place)
        if key not in found or (place.comment and not found[key].comment):
            found[key] = place
    return list(found.values())[:MOST_POSTS]


def queue_in(lines: Sequence[Read]) -> Place | None:
    """Where the group's administrators find what waits for them, where that is linked to."""
    return next((place for line in lines for place in line.places if place.queue), None)


def group_in(lines: Sequence[Read]) -> tuple[Place | None, str]:
    """The group that is linked to, one with a number before one with a name alone, and what its link calls it."""
    best: Place | None = None
    title = ""
    for words, place in (lead for line in lines for lead in line.leads):
        if not place.group:
            continue
        if best is None or (place.group.isdecimal() and not best.group.isdecimal()):
            best = place
        if not place.post and not place.queue and words and not title and len(words) <= MAX_NAME_CHARS:
            title = words
    return best, title


def card_of(lines: Sequence[Read], place: Place, layout: Layout) -> Card:
    """What these lines say of one conversation."""
    shown = [line for line in lines if not line.line.hidden]
    end = next((at for at, line in enumerate(shown) if at and layout.words.ends.match(line.text)), len(shown))
    shown = shown[:end]
    told, start = _headed(shown, layout)
    if start is None or not layout.language:
        start = max(start or 0, _after_people(shown))
    text, partial = _text(shown[0 if layout.cards_begin else start :], layout)
    for line in lines:  # what a list of mails shows of it, before all else
        before = layout.headings.read(line.text) if line.line.hidden else None
        if before is not None and before.get("text"):
            text, partial = _longer((text, partial), _uncut(before["text"]))
            told = {**before, **told}
    if told.get("text"):
        text, partial = _longer((text, partial), _uncut(told["text"]))
    author = told.get("author") or next((name for line in shown for name in line.people), "")
    if not author and layout.kind is Kind.DIGEST:
        author, text = _author_in(text, behind=bool(lines and lines[0].leads))
    return Card(
        place, _name(author), _name(told.get("group", "")), text[:MAX_TEXT_CHARS],
        title=_name(told.get("title", "")), owner=_name(told.get("owner", "")), reporter=_name(told.get("reporter", "")),
        reason=_name(told.get("reason", "")), partial=partial or len(text) > MAX_TEXT_CHARS,
    )  # fmt: skip


def _headed(lines: Sequence[Read], layout: Layout) -> tuple[dict[str, str], int | None]:
    """What the sentences above the text tell, and where they end; of a report also those below it. None: there are none."""
    told: dict[str, str] = {}
    start: int | None = None
    for at, line in enumerate(lines):
        found = layout.headings.read(line.text) if line.text else None
        if found is None or (start is not None and at > start and not _anywhere(layout)):
            continue
        told = {**found, **told}
        if start is None or at == start:
            start = at if "text" in found else at + 1
    return told, start


def _anywhere(layout: Layout) -> bool:
    """Whether the platform's sentences stand between the words and below them too."""
    return layout.kind is Kind.REPORTED or layout.cards_begin


def _author_in(text: str, *, behind: bool) -> tuple[str, str]:
    """Who speaks, where no link and no sentence tells it: a name above the text or before it; and the text without it.

    behind  the first line is a title, and who speaks stands below it
    """
    lines = text.split("\n")
    for at in (1, 2) if behind else (0,):
        line = lines[at] if at < len(lines) else ""
        name, mark, rest = line.partition(": ")
        if not mark:
            name, rest = re.split(r" [\u00b7|\u2022\u2013] ", line, maxsplit=1)[0], ""
        others = [*lines[:at], *([rest] if rest else []), *lines[at + 1 :]]
        if others and _is_name(name):
            return name, "\n".join(others)
    return "", text


def _is_name(words: str) -> bool:
    parts = words.split(" ")
    whole = 2 <= len(parts) <= 6 and len(words) <= 60 and parts[0][:1].isupper() and parts[-1][:1].isupper()
    return whole and all(
        part.lower() in _PARTICLES or (part[:1].isupper() and _LETTERS.fullmatch(part)) for part in parts
    )


def cards_in(lines: Sequence[Read], layout: Layout) -> list[Card]:
    """The conversations of a digest, each from its own lines."""
    end = next((at for at, line in enumerate(lines) if at and layout.words.ends.match(line.text)), len(lines))
    lines = [line for line in lines[:end] if not line.line.hidden]
    found: list[Card] = []
    for place in posts_in(lines):
        found.append(card_of(_lines_of(lines, place, layout), place, layout))
    return found


def _lines_of(lines: Sequence[Read], place: Place, layout: Layout) -> Sequence[Read]:
    """The lines of a digest between the card before and the card behind. One whose first link only leads on ends with it."""
    key = thread_key(place)
    mine = [at for at, line in enumerate(lines) if any(p.post and thread_key(p) == key for p in line.places)]
    others = [at for at, line in enumerate(lines) if any(p.post and thread_key(p) != key for p in line.places)]
    begins = lines[mine[0]].text
    if layout.cards_begin and not layout.words.buttons.match(begins):
        behind = next((at for at in others if at > mine[0]), len(lines))
        return lines[mine[0] : behind]
    before = max((at for at in others if at < mine[0]), default=-1)
    last = max(at for at in mine if not any(mine[0] < other < at for other in others))
    return lines[before + 1 : last + 1]


def _after_people(lines: Sequence[Read]) -> int:
    """Behind the last line that says who, or where, before the first that leads on."""
    start = 0
    for at, line in enumerate(lines):
        if _is_button(line):
            break
        if line.people or any(not place.post for place in line.places):
            start = at + 1
    return start


def _is_button(line: Read) -> bool:
    """Whether a line is nothing but few words that lead to a conversation."""
    return bool(line.leads) and line.line.all_link and len(line.text) <= _LONGEST_BUTTON


def _text(lines: Sequence[Read], layout: Layout) -> tuple[str, bool]:
    """The text from here to what leads on, and whether it was cut."""
    words = layout.words
    said: list[str] = []
    doubtful = ""
    partial = False
    for at, line in enumerate(lines):
        text = line.text
        if words.ends.match(text):
            break
        leads_on = bool(line.line.links) or (at + 1 < len(lines) and lines[at + 1].line.bare)
        if leads_on and words.more.match(text):
            partial = True
        elif (leads_on and words.buttons.match(text)) or (line.line.bare and line.leads):
            if said:
                break
        elif _is_button(line) and not layout.linked_text:
            if said:
                break
            doubtful = doubtful or text
        elif text and not _stands_around(line, layout, begun=bool(said)):
            whole = _without_more(text, words.more)
            partial = partial or whole != text
            said.append(whole)
    text, cut = _uncut("\n".join(said) or doubtful)
    return text, partial or cut


def _without_more(text: str, more: Sentences) -> str:
    """A line without the words behind its … that lead to the rest of it."""
    head, mark, rest = text.rpartition("…")
    return f"{head}{mark}" if mark and rest and more.match(rest.strip()) else text


def _stands_around(line: Read, layout: Layout, *, begun: bool) -> bool:
    """Whether a line is the platform's own and no colleague's."""
    text = line.text
    if layout.words.skip.match(text) or (line.people and line.line.all_link):
        return True
    if not layout.language and any(text.startswith(name) and len(text) < len(name) + 60 for name in line.people):
        return True
    if layout.headings.match(text):
        return not begun or _anywhere(layout)
    return not begun and layout.words.meta.match(text)


def _uncut(text: str) -> tuple[str, bool]:
    text = text.strip()
    return text, bool(_CUT.search(text))


def _longer(one: tuple[str, bool], other: tuple[str, bool]) -> tuple[str, bool]:
    """The text of which more can be read."""
    return other if len(_CUT.sub("", other[0])) > len(_CUT.sub("", one[0])) else one


def _name(text: str) -> str:
    return " ".join(text.split()).strip('"\u201c\u201d ')[:MAX_NAME_CHARS]


def filled(card: Card, *, group: str, author: str, place: Place | None) -> Card:
    """The card with what the rest of its mail tells where it doesn't tell itself."""
    own = card.place
    if place is not None and place.group and (not own.group or (place.group.isdecimal() and not own.group.isdecimal())):
        own = replace(own, group=place.group)
    return replace(card, place=own, group=card.group or group, author=card.author or author)
