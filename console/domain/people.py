"""Which identities are one person: what moderators decided, and what verified mail addresses say where they didn't.

A decision by hand always wins. Nothing here depends on the order in which identities or decisions became known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.conversation import PersonKey
from console.domain.triage import TriageEvent, What, in_order, undone

MOST_MAIL_CHARS = 254  # no address is longer


class How(StrEnum):
    """What an identity stands with its person by; `apart`: a moderator set it apart, so only a moderator joins it."""

    ALONE = "alone"
    MAIL = "mail"
    HAND = "hand"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Decided:
    """What moderators decided about people, all decisions folded.

    groups    for every identity joined by hand, all identities it was joined with, itself included
    apart     identities that were set apart: no mail address joins them
    declined  for an identity, those that were said to be somebody else
    by        for an identity in `groups` or `apart`, the key of the last decision about it
    """

    groups: Mapping[PersonKey, frozenset[PersonKey]] = field(default_factory=dict)
    apart: frozenset[PersonKey] = frozenset()
    declined: Mapping[PersonKey, tuple[frozenset[PersonKey], ...]] = field(default_factory=dict)
    by: Mapping[PersonKey, str] = field(default_factory=dict)

    def names(self, key: PersonKey) -> bool:
        """Whether any decision is about this identity."""
        return key in self.groups or key in self.apart or key in self.declined

    def are_somebody_else(self, one: Iterable[PersonKey], other: frozenset[PersonKey] | set[PersonKey]) -> bool:
        """Whether any of `one` was said to be somebody else than any of `other`."""
        return any(not said.isdisjoint(other) for key in one for said in self.declined.get(key, ()))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an identity belongs: `who` is the first of its person's identities by key, and stands for all of them."""

    who: PersonKey
    how: How


def same_mail(address: str) -> str:
    """The form in which two spellings of one mail address are equal; "" for what is no address.

    Capitals are folded in plain letters only: what merely looks like an address is another one.
    """
    found = address.strip()
    name, at, host = found.rpartition("@")
    if not at or not name or "." not in host.strip(".") or len(found) > MOST_MAIL_CHARS:
        return ""
    if "@" in name or any(char.isspace() or not char.isprintable() or char in '<>,;:"\\()' for char in found):
        return ""
    return "".join(char.lower() if char.isascii() else char for char in found)


def fold_people(events: Iterable[TriageEvent]) -> Decided:
    """What the decisions about people come to, in whatever order they are given; those of threads say nothing here."""
    ordered = in_order(events)
    gone = undone(ordered)
    groups: dict[PersonKey, set[PersonKey]] = {}
    apart: set[PersonKey] = set()
    declined: dict[PersonKey, list[frozenset[PersonKey]]] = {}
    by: dict[PersonKey, str] = {}
    for event in ordered:
        if event.key in gone:
            continue
        named = _keys(event, "identities")
        match event.what:
            case What.JOIN_PEOPLE:
                for key in named:
                    groups.setdefault(key, {key})
                _join(groups, named)
                by |= dict.fromkeys(named, event.key)
            case What.SPLIT_PERSON:
                for key in named:
                    groups.pop(key, set()).discard(key)
                    apart.add(key)
                    by[key] = event.key
                _decline(declined, named, _keys(event, "others"))
            case What.KEEP_APART:
                _decline(declined, named, _keys(event, "others"))
            case _:
                pass
    whole = {id(group): frozenset(group) for group in groups.values()}
    return Decided(
        {key: whole[id(group)] for key, group in groups.items() if len(group) > 1},
        frozenset(apart),
        {key: tuple(said) for key, said in declined.items()},
        by,
    )


def persons(mails: Mapping[PersonKey, str], decided: Decided) -> dict[PersonKey, Placed]:
    """Where each of these identities belongs.

    mails    every identity that is known, with its verified mail address as `same_mail` gives it, "" without one;
             whoever shares an address or a decision with one of them has to be among them. "" also where far too
             many share an address for it to be anybody's
    """
    members: dict[PersonKey, set[PersonKey]] = {key: {key} for key in mails}
    for group in set(decided.groups.values()):
        _join(members, (key for key in group if key in members))
    by_mail: dict[str, list[PersonKey]] = {}
    for key in sorted(mails):
        if mails[key] and key not in decided.apart:
            by_mail.setdefault(mails[key], []).append(key)
    for mail in sorted(by_mail):
        # One of them was said to be somebody else: it stands beside them, also with whoever shares the address later.
        clusters: list[PersonKey] = []
        for key in by_mail[mail]:
            place = next((first for first in clusters if _may_unite(members, first, key, decided)), None)
            if place is None:
                clusters.append(key)
            else:
                _unite(members, place, key)
    first = {id(group): min(group) for group in members.values()}
    return {key: Placed(first[id(group)], _how(key, group, decided)) for key, group in members.items()}


def concerned(events: Iterable[TriageEvent], keys: Iterable[str]) -> frozenset[PersonKey]:
    """The identities that these decisions are about, also those that only take another back."""
    known = {event.key: event for event in events}
    found: set[PersonKey] = set()
    for key in keys:
        event = known.get(key)
        while event is not None and event.what is What.UNDO:
            event = known.get(event.undoes or "")
        if event is not None:
            found |= _keys(event, "identities") | _keys(event, "others")
    return frozenset(found)


def _how(key: PersonKey, group: set[PersonKey], decided: Decided) -> How:
    if not decided.groups.get(key, frozenset()).isdisjoint(group - {key}):
        return How.HAND
    if key in decided.apart:
        return How.APART
    return How.MAIL if len(group) > 1 else How.ALONE


def _keys(event: TriageEvent, name: str) -> frozenset[PersonKey]:
    """The identities in a payload; none where it was erased."""
    listed = event.payload.get(name)
    return (
        frozenset(PersonKey(key) for key in listed if isinstance(key, str)) if isinstance(listed, list) else frozenset()
    )


def _decline(
    declined: dict[PersonKey, list[frozenset[PersonKey]]], one: frozenset[PersonKey], other: frozenset[PersonKey]
) -> None:
    for keys, others in ((one, other), (other, one)):
        for key in keys:
            declined.setdefault(key, []).append(others)


def _join(members: dict[PersonKey, set[PersonKey]], keys: Iterable[PersonKey]) -> None:
    first: PersonKey | None = None
    for key in keys:
        first = first or key
        _unite(members, first, key)


def _unite(members: dict[PersonKey, set[PersonKey]], one: PersonKey, other: PersonKey) -> None:
    """Put the smaller group into the larger one: each identity moves few times, however many there are."""
    small, large = sorted((members[one], members[other]), key=len)
    if small is not large:
        large |= small
        for key in small:
            members[key] = large


def _may_unite(members: dict[PersonKey, set[PersonKey]], one: PersonKey, other: PersonKey, decided: Decided) -> bool:
    small, large = sorted((members[one], members[other]), key=len)
    return small is large or not decided.are_somebody_else(small, large)
