"""Whether a mail is a notice of a platform, and what it says: by proof and sender, then header, link and subject.

Never by what anybody can write: a mail that calls itself Facebook's and isn't, or can't show that it is, is suspicious,
or stays the ordinary mail it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import getaddresses

from console.adapters.deep_links import Place, message_key
from console.adapters.mail_headers import Header
from console.adapters.mail_parsing import Mail, Told
from console.adapters.notices import flow
from console.adapters.notices.cards import Card, Read, card_of, cards_in, group_in, posts_in, queue_in, read_lines
from console.adapters.notices.layouts import Book, Kind, Layout, books
from console.adapters.notices.proof import Proof, proof_of

_ALIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "-": "", "_": "", "i": "l"})
_WHOLE = {"rn": "m", "vv": "w"}


@dataclass(frozen=True, slots=True)
class Notice:
    """What colleagues said on a platform, as its mail tells: several conversations in a digest."""

    platform: str
    layout: str
    kind: Kind
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Suspicious:
    """A mail that gives itself out for a platform's.

    reason  "forged": our server found it isn't from there; "unproven": our server vouches for such mails, and not for
            this one; "elsewhere": it calls itself so, and comes from `domain`
    """

    platform: str
    reason: str
    domain: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A platform's own mail about a group, in a layout that is not known.

    reason  "layout": none matched; "empty": one did, but nothing was found in it
    """

    platform: str
    reason: str


Reading = Notice | Suspicious | NotUnderstood


def read(mail: Mail, trusted: frozenset[str]) -> Reading | None:
    """What a mail is for a platform whose notices are read; None for an ordinary one.

    trusted  how our own receiving servers call themselves in Authentication-Results; without them no notice is proven,
             and all stay ordinary mails
    """
    if mail.told is None:
        return None
    for book in books():
        found = _read(mail, mail.told, book, trusted)
        if found is not None:
            return found
    return None


def is_from_a_platform(headers: Sequence[Header]) -> bool:
    """Whether a mail with these headers says that it comes from where notices come from."""
    senders = [
        address.rpartition("@")[2].lower()
        for name, value in headers
        if name == "from"
        for _, address in getaddresses([value])
    ]
    return any(domain in book.domains for book in books() for domain in senders)


def _read(mail: Mail, told: Told, book: Book, trusted: frozenset[str]) -> Reading | None:
    local, _, domain = mail.sender.address.rpartition("@")
    if domain not in book.domains:
        return _pretends(mail, told, book, domain)
    proof = proof_of(told.headers, trusted, domain, book.signers)
    if trusted and _many_senders(told.headers):
        proof = Proof.FAILED
    if proof is not Proof.GENUINE:
        reason = {Proof.FAILED: "forged", Proof.SILENT: "unproven"}.get(proof)
        return Suspicious(book.platform, reason, domain) if reason else None
    if not book.senders.fullmatch(local):
        return None
    return _understood(mail, told, book, _type_of(told.headers, book), bool(book.of_groups.fullmatch(local)))


def _many_senders(headers: Sequence[Header]) -> bool:
    """Whether somebody stands in From beside the one that is vouched for."""
    said = [value for name, value in headers if name == "from"]
    return len(said) != 1 or sum("@" in address for _, address in getaddresses(said)) > 1


def _pretends(mail: Mail, told: Told, book: Book, domain: str) -> Suspicious | None:
    """Whether a mail from somewhere else gives itself out for this platform's."""
    if any(domain == one or domain.endswith(f".{one}") for one in book.owned):
        return None
    named = book.called.match(mail.sender.name)
    marked = any(name in book.marks for name, _ in told.headers)
    if named or marked or _looks_like(domain, book):
        return Suspicious(book.platform, "elsewhere", domain)
    return None


def _looks_like(domain: str, book: Book) -> bool:
    """Whether a domain is made to be read as the one of this platform's mails."""
    folded = unicodedata.normalize("NFKD", domain).encode("ascii", "ignore").decode().lower()
    return any(_as_read(one) in _as_read(folded) for one in book.domains)


def _as_read(domain: str) -> str:
    """A domain as a hurried eye reads it."""
    for seen, meant in _WHOLE.items():
        domain = domain.replace(seen, meant)
    return domain.translate(_ALIKE)


def _type_of(headers: Sequence[Header], book: Book) -> str:
    """What the platform itself calls this kind of mail, "" where it doesn't say."""
    for wanted, pattern in book.types:
        for name, value in headers:
            found = pattern.search(value) if name == wanted else None
            if found is not None:
                return found.group(1)
    return ""


# -- which layout --------------------------------------------------------------------------------------------------------


def _understood(mail: Mail, told: Told, book: Book, type_: str, of_groups: bool) -> Reading | None:
    if type_ in book.others:
        return None
    shown = [read_lines(lines, book.platform) for lines in _flows(told)]
    every = [line for lines in shown for line in lines]
    group, title = group_in(every)
    posts = posts_in(every)
    if not (of_groups or group is not None or posts):
        return None  # of friends, birthdays, signing in: no group's
    reason = "layout"
    for layout, subject in _layouts(mail.subject, type_, book, group, posts):
        if layout.kind is Kind.OTHER:
            return None
        name = "" if book.called.match(mail.sender.name) else mail.sender.name
        cards = _cards(mail.subject, name, shown, layout, subject, group, title, posts)
        if cards:
            return Notice(book.platform, layout.key, layout.kind, tuple(cards))
        reason = "empty"
    return NotUnderstood(book.platform, reason)


def _flows(told: Told) -> list[list[flow.Line]]:
    """The mail's lines, as HTML tells them first: there a line is a line."""
    texts = sorted(told.texts, key=lambda one: one[0] != "text/html")
    return [flow.of_html(text) if mime == "text/html" else flow.of_plain(text) for mime, text in texts]


def _layouts(
    subject: str, type_: str, book: Book, group: Place | None, posts: Sequence[Place]
) -> Iterator[tuple[Layout, Mapping[str, str]]]:
    """The layouts that fit, those first that say more of this mail, with what they read in its subject."""
    found: list[tuple[int, int, Layout, Mapping[str, str]]] = []
    for at, layout in enumerate(book.layouts):
        said = layout.subjects.read(subject)
        typed = bool(type_) and type_ in layout.types
        if (said is None and (layout.language or not typed)) or not _leads(layout.kind, group, posts):
            continue
        found.append((-2 * (said is not None) - typed, at, layout, said or {}))
    for _, _, layout, said in sorted(found, key=lambda one: one[:2]):
        yield layout, said


def _leads(kind: Kind, group: Place | None, posts: Sequence[Place]) -> bool:
    """Whether a mail's links can be those of such a notice."""
    match kind:
        case Kind.POST | Kind.COMMENT | Kind.DIGEST:
            return bool(posts)
        case Kind.REPORTED | Kind.PENDING | Kind.MEMBER:
            return group is not None or bool(posts)
        case _:
            return True


# -- what it says --------------------------------------------------------------------------------------------------------


def _cards(
    sentence: str, sender: str, shown: Sequence[Sequence[Read]], layout: Layout, subject: Mapping[str, str],
    group: Place | None, title: str, posts: Sequence[Place],
) -> list[Card]:  # fmt: skip
    group_title = title or subject.get("group", "")
    if layout.kind is Kind.DIGEST:
        found = _joined([card for lines in shown for card in cards_in(lines, layout)])
        return [_filled(card, group, card.group or group_title, "") for card in found]
    every = [line for lines in shown for line in lines]
    place = posts[0] if posts else queue_in(every) or group
    if place is None:
        return []
    cards = [card_of(lines, place, layout) for lines in shown]
    best = max(cards, key=lambda one: (len(one.text), bool(one.author)))
    other = next((one for one in cards if one.author), best)
    said = subject.get("author") or best.author or other.author
    if layout.kind in (Kind.POST, Kind.COMMENT):
        said = said or sender
        if not said:
            return []
    best = replace(
        best, author=said, owner=best.owner or subject.get("owner", ""),
        title=best.title or subject.get("title", ""), reporter=best.reporter or subject.get("reporter", ""),
        reason=best.reason or next((one.reason for one in cards if one.reason), ""),
    )  # fmt: skip
    if layout.kind is Kind.MEMBER:
        best = replace(best, text=sentence, partial=False)
    elif not best.text:
        best = replace(best, text=subject.get("text", "") or sentence, partial=True)
    return [_filled(best, group, group_title or best.group, "")]


def _filled(card: Card, group: Place | None, title: str, author: str) -> Card:
    """The card with what the rest of its mail tells where it doesn't tell itself."""
    place = card.place
    known = group.group if group is not None else ""
    if known and (not place.group or (known.isdecimal() and not place.group.isdecimal())):
        place = replace(place, group=known)
    return replace(card, place=place, group=title, author=card.author or author)


def _joined(cards: Sequence[Card]) -> list[Card]:
    """Each conversation once: HTML and plain text tell the same, the longer text counts."""
    found: dict[str, Card] = {}
    for card in cards:
        key = message_key(card.place)
        held = found.get(key)
        if held is None:
            found[key] = card
        elif len(card.text) > len(held.text):
            found[key] = replace(card, author=held.author or card.author, group=held.group or card.group)
    return [card for card in found.values() if card.text]
