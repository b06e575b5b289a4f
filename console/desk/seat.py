"""Who sits at the desk, and what every verb gives back."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import ThreadKey
from console.domain.outbox import Intent
from console.domain.triage import What
from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """The store with the person who decides.

    undo_ms     how long what is sent can be taken back
    remind_min  after how many working minutes a person is reminded of what they finish by hand
    """

    store: Store
    moderator: str
    undo_ms: int = 10_000
    remind_min: int = 60


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the event's key, to undo it by, and the intents it made."""

    event: str
    thread: ThreadKey
    what: What
    intents: tuple[Intent, ...] = ()


class Refused(Exception):
    """The desk can't do that: `code` says why, `facts` fill the sentence. Nothing was written.

    codes: no_thread, no_message, no_way (facts: kind, platform, standing), empty, too_long (facts: over), nothing_to_undo,
    already_undone, not_yours, not_ours, say_first (facts: intent), opened_already (facts: at_ms),
    nothing_held, nothing_reported, pasted_before, no_person, one_person, one_identity, gone, no_policy,
    no_receiver, no_mail, not_passed_on, no_reporter, nothing_left, changed_since, locked_since, not_waiting, decided_since (facts: by), not_judged,
    same_person (facts: who), second_first (facts: who), appealed_already, nothing_in_hand, short_passphrase (facts: least),
    taken_before (facts: by), your_own, to_yourself, too_many_chars (facts: n, most), too_much_in_hand (facts: threads, most); of one of many: theirs (facts: who),
    said_since, reported_since, closed_since, acted_since (facts: by)
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
