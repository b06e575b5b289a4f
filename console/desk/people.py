"""Deciding who is one person over platforms: joined and set apart by hand, in the ledger, to be taken back with U."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import PersonKey
from console.domain.triage import ABOUT_NO_THREAD, What
from console.store.read import people
from console.store.write.decisions import NewEvent, append


def join(desk: Desk, one: PersonKey, other: PersonKey) -> Decision:
    """Two people are one. Raises Refused: no_person, one_person where they are so already."""
    first, second = _members(desk, one), _members(desk, other)
    if other in first:
        raise Refused("one_person")
    return _decide(desk, What.JOIN_PEOPLE, [*first, *second], (), [one, other])


def split(desk: Desk, identity: PersonKey) -> Decision:
    """This identity is somebody else than the person it stands with; no mail address joins it again.

    Raises Refused: no_person, one_identity where it stands alone.
    """
    rest = [key for key in _members(desk, identity) if key != identity]
    if not rest:
        raise Refused("one_identity")
    return _decide(desk, What.SPLIT_PERSON, [identity], rest, [identity])


def keep_apart(desk: Desk, one: PersonKey, other: PersonKey) -> Decision:
    """Two people are not one: they aren't proposed as one again. Raises Refused: no_person, one_person."""
    first, second = _members(desk, one), _members(desk, other)
    if other in first:
        raise Refused("one_person")
    return _decide(desk, What.KEEP_APART, first, second, [one, other])


def _members(desk: Desk, key: PersonKey) -> list[PersonKey]:
    found = people.members(desk.store, key)
    if not found:
        raise Refused("no_person")
    return found


def _decide(
    desk: Desk, what: What, identities: Sequence[PersonKey], others: Sequence[PersonKey], named: Sequence[PersonKey]
) -> Decision:
    payload = {"identities": list(identities), "names": people.names(desk.store, named)}
    if others:
        payload["others"] = list(others)
    written = append(desk.store, [NewEvent(ABOUT_NO_THREAD, what, desk.moderator, payload=payload)])
    return Decision(written[0].key, ABOUT_NO_THREAD, what)
