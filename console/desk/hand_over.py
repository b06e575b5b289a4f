"""Handing over: one sealed file for a colleague's profile, and taking one over. Nothing is lost on either side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import ThreadKey
from console.domain.hand_over import (
    MOST_CHARS,
    MOST_THREADS,
    HandedThread,
    HandOver,
    NotAHandOver,
    hand_over_of,
    to_text,
)
from console.domain.triage import What
from console.store.read.handing_over import in_hand, known_notes, taken
from console.store.read.seen import look
from console.store.sealed import opened, seal, write_whole
from console.store.write import drafts
from console.store.write.clock import new_key
from console.store.write.decisions import NewEvent, append

ABOUT = "luisterpost hand-over"
LEAST_CHARS = 8  # of a passphrase
MOST_BYTES = 256_000_000  # of a file


def gather(desk: Desk, to: str) -> HandOver:
    """What the moderator at this desk has in hand. Raises Refused: nothing_in_hand, to_yourself."""
    if to.strip() == desk.moderator:
        raise Refused("to_yourself")
    threads = in_hand(desk.store, desk.moderator)
    if not threads:
        raise Refused("nothing_in_hand")
    return HandOver(new_key(), desk.moderator, to.strip(), desk.store.now_ms(), threads)


def write(hand_over: HandOver, file: Path, passphrase: str) -> None:
    """Seal it in a file. Takes a tenth of a second. Raises Refused: short_passphrase; too_much_in_hand, where the other
    side wouldn't read it; OSError.
    """
    if len(passphrase) < LEAST_CHARS:
        raise Refused("short_passphrase", least=LEAST_CHARS)
    text = to_text(hand_over)
    try:
        hand_over_of(text)
    except NotAHandOver:
        raise Refused("too_much_in_hand", threads=MOST_THREADS, most=MOST_CHARS) from None
    write_whole(file, seal(text, passphrase, ABOUT))


def given(desk: Desk, hand_over: HandOver) -> Decision | None:
    """Its assignments are the other's from now on, as one decision; None where there are none, or nobody was named.

    Drafts and snoozes stay here too.
    """
    mine = [one for one in hand_over.threads if one.assigned]
    if not mine or not hand_over.to:
        return None
    return _append(desk, [(one, What.ASSIGN, {"to": hand_over.to, "handed_over": hand_over.key}) for one in mine])


def read(file: Path, passphrase: str) -> HandOver:
    """What stands in a file. Takes a tenth of a second. Raises WrongPassphrase, NotSealed, NotAHandOver, OSError."""
    with file.open("rb") as source:
        line = source.read(MOST_BYTES)
    return hand_over_of(opened(line.decode("ascii", "replace"), passphrase, ABOUT))


def take(desk: Desk, hand_over: HandOver) -> Decision:
    """Make it this desk's: assignments, snoozes that aren't over, notes under their writers' names, drafts.

    A draft that was begun here is set aside, not lost. Raises Refused: taken_before, your_own; a StoreError.
    """
    if hand_over.by == desk.moderator:
        raise Refused("your_own")
    if taken(desk.store, hand_over.key):
        raise Refused("taken_before", by=hand_over.by)
    known, now_ms = known_notes(desk.store), desk.store.now_ms()
    mark = {"taken_over": hand_over.key, "from": hand_over.by}
    decided: list[tuple[HandedThread, What, dict[str, Any]]] = []
    for one in hand_over.threads:
        for note in one.notes:
            if note.key not in known:
                said = {"text": note.text, "written_by": note.by, "written_at_ms": note.at_ms, "handed": note.key}
                decided.append((one, What.NOTE, said | mark))
        if one.snoozed_until_ms is not None and one.snoozed_until_ms > now_ms:
            decided.append((one, What.SNOOZE, {"until_ms": one.snoozed_until_ms} | mark))
        if one.in_hand:
            decided.append((one, What.ASSIGN, {"to": desk.moderator} | mark))
    for one in hand_over.threads:
        if one.draft is not None:
            for text in (*reversed(one.draft.aside), one.draft.text):
                drafts.save(desk.store, one.thread, "reply", text, one.draft.message)
    if not decided:
        raise Refused("taken_before", by=hand_over.by)  # notes alone, and all of them are here
    return _append(desk, decided)


def _append(desk: Desk, decided: list[tuple[HandedThread, What, dict[str, Any]]]) -> Decision:
    """All of them in one transaction, as one decision that one undo takes back."""
    keys = [new_key() for _one in decided]
    events = []
    for key, (one, what, payload) in zip(keys, decided, strict=True):
        together: Mapping[str, Any] = {"together": keys[0]}
        seen = look(desk.store, one.thread)
        version, stood = ("", {}) if seen is None else (seen.seen.version, {"seen": seen.payload})
        events.append(
            NewEvent(one.thread, what, desk.moderator, None, version, None, {**payload, **together, **stood}, key)
        )
    append(desk.store, events)
    return Decision(keys[-1], ThreadKey(decided[-1][0].thread), decided[-1][1])
