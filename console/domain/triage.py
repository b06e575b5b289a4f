"""Triage state is the fold of events that are only ever added to; undoing is one more event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from console.domain.conversation import MessageKey, ThreadKey


class What(StrEnum):
    """The kinds of triage event. `act` decides nothing here: it names intents that went to the platform."""

    DONE = "done"  # payload: answers, of a mail that is told at the message it answers about
    REOPEN = "reopen"
    SNOOZE = "snooze"  # payload: until_ms
    ESCALATE = "escalate"  # of before a thread was passed on by a verdict (decision 316); payload: to, text
    SKIP = "skip"  # a reported message was passed over for now
    ANSWER = (
        "answer"  # of who a message was passed on to; payload: from, text, closes, verdict, mail (see domain.answers)
    )
    ASSIGN = "assign"  # payload: to ("" takes it off)
    TAG = "tag"  # payload: tag
    UNTAG = "untag"  # payload: tag
    NOTE = "note"  # payload: text; of one that was handed over also written_by, written_at_ms
    ACT = "act"  # payload: kind, intents
    VERDICT = "verdict"  # payload: action, policies, reports, to, text, intents; see domain.verdicts
    APPEAL = "appeal"  # somebody objects to a verdict; payload: author, text, asked, verdict, judged_by
    PASTE = "paste"  # a message was pasted; payload: domain.pasting.Pasted
    JOIN_PEOPLE = "join_people"  # payload: identities, names
    SPLIT_PERSON = "split_person"  # payload: identities (the one that stands apart), others (the rest), names
    KEEP_APART = "keep_apart"  # payload: identities, others, names
    UNDO = "undo"  # payload: intents (what takes it back there), withdrew (what hadn't left)


ABOUT_NO_THREAD = ThreadKey("")  # what decisions about people name, and what takes those back


class TriageStatus(StrEnum):
    OPEN = "open"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TriageEvent:
    """One fact: who decided what about which thread, when, on which version, and what it undoes.

    hlc      hybrid logical clock: (milliseconds << 16) | counter; events fold in the order hlc, origin, origin_seq
    payload  plain JSON; may be erased later, so the chain is over `payload_hash`
    seen     what its maker saw (the JSON of domain.outbox.Seen plus "reports": pending report keys)
    """

    key: str
    origin: str
    origin_seq: int
    hlc: int
    at_ms: int
    by: str
    thread: ThreadKey
    message: MessageKey | None
    what: What
    seen_version: str = ""
    undoes: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    payload_hash: str = ""
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    key: str
    by: str
    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class TriageState:
    """What a thread's events come to.

    decided   the event that gave `status`, None when nobody decided
    verdicts  those on its messages that stand, oldest first; `domain.verdicts` says what they come to
    appeals   against verdicts on its messages, oldest first, decided or not
    answers   what those said that a message was passed on to, oldest first
    """

    status: TriageStatus = TriageStatus.OPEN
    snoozed_until_ms: int | None = None
    escalated_to: str = ""
    assignee: str = ""
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    decided: TriageEvent | None = None
    verdicts: tuple[TriageEvent, ...] = ()
    appeals: tuple[TriageEvent, ...] = ()
    answers: tuple[TriageEvent, ...] = ()


def in_order(events: Iterable[TriageEvent]) -> list[TriageEvent]:
    """Events as every console folds them, whatever order they arrived in."""
    return sorted(events, key=lambda event: (event.hlc, event.origin, event.origin_seq))


def undone(events: Iterable[TriageEvent]) -> frozenset[str]:
    """Keys of events that are taken back. An undo that is itself undone takes nothing back."""
    gone: set[str] = set()
    for event in reversed(in_order(events)):
        if event.what == What.UNDO and event.key not in gone and event.undoes:
            gone.add(event.undoes)
    return frozenset(gone)


def fold(events: Iterable[TriageEvent]) -> TriageState:
    """The triage state of one thread from all its events, in any order."""
    ordered = in_order(events)
    gone = undone(ordered)
    state = TriageState()
    for event in ordered:
        if event.key not in gone:
            state = _with(state, event)
    return state


def _with(state: TriageState, event: TriageEvent) -> TriageState:
    payload = event.payload
    match event.what:
        case What.DONE:
            return replace(state, status=TriageStatus.DONE, snoozed_until_ms=None, escalated_to="", decided=event)
        case What.REOPEN:
            return replace(state, status=TriageStatus.OPEN, snoozed_until_ms=None, escalated_to="", decided=event)
        case What.SNOOZE:
            until_ms = int(payload.get("until_ms", event.at_ms))
            return replace(
                state, status=TriageStatus.SNOOZED, snoozed_until_ms=until_ms, escalated_to="", decided=event
            )
        case What.ESCALATE:
            to = str(payload.get("to", ""))
            state = replace(state, status=TriageStatus.ESCALATED, snoozed_until_ms=None, escalated_to=to, decided=event)
            text = str(payload.get("text", ""))
            return _noted(state, event, text) if text else state
        case What.VERDICT:
            return _judged(state, event)
        case What.APPEAL:
            asked = str(payload.get("asked", "")) or state.assignee
            return replace(state, assignee=asked, appeals=(*state.appeals, event))
        case What.ANSWER:
            state = _noted(state, event, str(payload.get("text", "")), str(payload.get("from", "")))
            return _passed_on(replace(state, answers=(*state.answers, event)), event)
        case What.ASSIGN:
            return replace(state, assignee=str(payload.get("to", "")))
        case What.TAG:
            tag = str(payload.get("tag", ""))
            return state if not tag or tag in state.tags else replace(state, tags=tuple(sorted((*state.tags, tag))))
        case What.UNTAG:
            return replace(state, tags=tuple(tag for tag in state.tags if tag != payload.get("tag")))
        case What.NOTE:
            return _noted(state, event, str(payload.get("text", "")))
        case What.ACT | What.SKIP | What.PASTE | What.UNDO | What.JOIN_PEOPLE | What.SPLIT_PERSON | What.KEEP_APART:
            return state


def _judged(state: TriageState, event: TriageEvent) -> TriageState:
    """A verdict stands beside those before it. One that passes a message on escalates the thread; a decision ends that."""
    text = str(event.payload.get("text", ""))
    state = replace(state, verdicts=(*state.verdicts, event))
    return _passed_on(_noted(state, event, text) if text else state, event)


def _passed_on(state: TriageState, event: TriageEvent) -> TriageState:
    """The thread is escalated while a message of it is passed on, and whoever it was passed on to didn't answer."""
    latest = {verdict.message: verdict for verdict in state.verdicts}
    answered = {answer.payload.get("verdict") for answer in state.answers}
    passed_on = [
        verdict for verdict in latest.values()
        if verdict.payload.get("action") == "escalate" and verdict.key not in answered
    ]  # fmt: skip
    if passed_on:
        to = str(passed_on[-1].payload.get("to", ""))
        status = TriageStatus.ESCALATED
        return replace(state, status=status, snoozed_until_ms=None, escalated_to=to, decided=event)
    if state.status is TriageStatus.ESCALATED:
        return replace(state, status=TriageStatus.OPEN, escalated_to="", decided=event)
    return state


def _noted(state: TriageState, event: TriageEvent, text: str, by: str = "") -> TriageState:
    by = by or str(event.payload.get("written_by") or event.by)
    at_ms = int(event.payload.get("written_at_ms") or event.at_ms)
    return replace(state, notes=(*state.notes, Note(event.key, by, at_ms, text)))


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_linked = json.JSONEncoder(ensure_ascii=False).encode


def canonical(payload: Mapping[str, Any]) -> str:
    """The one way a payload is written down, so that its hash is the same everywhere."""
    return _canonical(payload)


def payload_hash(payload: Mapping[str, Any]) -> str:
    return hash_of(canonical(payload))


def hash_of(written: str) -> str:
    """The hash of a payload as it is written down."""
    return hashlib.sha256(written.encode()).hexdigest()


def chain(previous: str, event: TriageEvent) -> str:
    """The hash that ties an event to the one before it of the same origin, over everything but the payload."""
    facts = [
        previous, event.key, event.origin, event.origin_seq, event.hlc, event.at_ms, event.by, event.thread,
        event.message, event.seen_version, event.what.value, event.undoes, event.payload_hash,
    ]  # fmt: skip
    return hashlib.sha256(_linked(facts).encode()).hexdigest()


def next_hlc(last: int, now_ms: int) -> int:
    """The hybrid clock's next moment: never before one it has seen, also when the wall clock went back."""
    return max(last + 1, now_ms << 16)


def version_of(messages: Iterable[tuple[str, str]], last_event: str) -> str:
    """The version a decision is made on: keys and text hashes of the messages seen, and the last triage event."""
    digest = hashlib.sha256()
    for key, hash_of_text in sorted(messages):
        digest.update(f"{key}\x00{hash_of_text}\x01".encode())
    digest.update(last_event.encode())
    return digest.hexdigest()[:32]
