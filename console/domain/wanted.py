"""What a platform is to show by the decisions that stand, in order, and what has to be done there for it.

A facet is one thing that can be shown in one of several ways: where a message stands, whether a conversation is closed
or pinned, whether we reacted with something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from console.domain.outbox import BY_HAND, INVERSE, LEAVES, Intent, Kind, Seen

_STATE, _LOCKED = "state", "locked"
# What each kind makes of its facet, by the platforms that know every state.
SHOWS: Mapping[Kind, tuple[str, str]] = {
    Kind.APPROVE: (_STATE, "visible"), Kind.HOLD: (_STATE, "held"), Kind.HIDE: (_STATE, "hidden"),
    Kind.UNHIDE: (_STATE, "visible"), Kind.SPAM: (_STATE, "spam"), Kind.UNSPAM: (_STATE, "visible"),
    Kind.DELETE: (_STATE, "deleted"), Kind.RESTORE: (_STATE, "visible"),
    Kind.LOCK: (_LOCKED, "yes"), Kind.UNLOCK: (_LOCKED, "no"), Kind.PIN: ("pinned", "yes"), Kind.UNPIN: ("pinned", "no"),
    Kind.REACT: ("reacted", "yes"), Kind.UNREACT: ("reacted", "no"),
}  # fmt: skip
_SHOWS_AGAIN: Mapping[str, Kind] = {
    "hidden": Kind.UNHIDE, "held": Kind.APPROVE, "spam": Kind.UNSPAM, "deleted": Kind.RESTORE,
}  # fmt: skip
_TAKES_AWAY: Mapping[str, Kind] = {
    "hidden": Kind.HIDE, "held": Kind.HOLD, "spam": Kind.SPAM, "deleted": Kind.DELETE,
}  # fmt: skip


class Facet(NamedTuple):
    """`of`: the message's key, or the thread's; `text`: what one reacted with."""

    what: str
    of: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """What one decision says of a facet, as the kind of action that leads there.

    saw   how it was there when it was decided, "" where nobody knows
    made  when its intent was made, by the outbox's own count; 0 where nothing had to be done
    """

    kind: Kind
    stands: bool
    saw: str = ""
    made: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What one of our intents did, or will do: its kind, and as what the platform may show it after.

    begun, known  when it left and when its outcome was known, by the same count as `made`; None before that
    """

    kind: Kind
    leaves: frozenset[str]
    made: int
    begun: int | None = None
    known: int | None = None

    @property
    def order(self) -> tuple[bool, int]:
        """What left first comes first; what is on its way comes after."""
        return (True, self.made) if self.begun is None else (False, self.begun)


def state_of(message: str) -> Facet:
    """Where a message stands."""
    return Facet(_STATE, message)


def facet_of(intent: Intent) -> Facet | None:
    """What an intent is about; None for one that has no opposite: words, reports."""
    if intent.kind not in SHOWS:
        return None
    what = SHOWS[intent.kind][0]
    return Facet(what, intent.message or intent.thread, intent.text if what == "reacted" else "")


def seen_of(facet: Facet, seen: Seen) -> str:
    """How a facet was when somebody decided, "" where that isn't known."""
    if facet.what == _LOCKED:
        return "yes" if seen.locked else "no"
    return seen.message_state if facet.what == _STATE else ""


def done_by(intent: Intent, made: int, begun: int | None, known: int | None) -> Done:
    leaves = _as_shown(intent.kind)
    if intent.kind in LEAVES and BY_HAND in intent.steps:
        leaves.add(intent.seen.message_state)  # its platform may never show it
    return Done(intent.kind, frozenset(leaves), made, begun, known)


class Wanted(NamedTuple):
    """What is to be shown, and what ours leave there, also with what is on its way.

    so    whether it is so already, as far as platforms tell states apart
    ours  whether the last of ours left it so, and nobody else since
    """

    to: str
    there: str
    so: bool
    ours: bool


def wanted(says: Sequence[Says], done: Sequence[Done]) -> Wanted:
    """By all decisions on a facet, of which there is one at least, in order, and by all of ours that wasn't withdrawn.

    Where no decision stands it is to be as it was before. What somebody else did on the platform in between counts too:
    it is what the next of us saw.
    """
    since = _since_others(says, done)
    base, after = _before(says[since]), says[since].made
    left = [one for one in sorted(done, key=lambda one: one.order) if one.begun is None or one.begun > after]
    there = SHOWS[left[-1].kind][1] if left else base
    standing = [one.kind for one in says[since:] if one.stands]
    if not standing:
        return Wanted(base, there, there == base, bool(left))
    return Wanted(SHOWS[standing[-1]][1], there, there in _as_shown(standing[-1]), bool(left))


def _before(one: Says) -> str:
    """How it was when that was decided; where nobody knows, it wasn't so yet."""
    return one.saw or SHOWS[INVERSE[one.kind]][1]


def _as_shown(kind: Kind) -> set[str]:
    """As what platforms may show it: some know fewer states than others."""
    return {state.value for state in LEAVES.get(kind, ())} | {SHOWS[kind][1]}


def _since_others(says: Sequence[Says], done: Sequence[Done]) -> int:
    """The last decision whose maker saw something that none of ours can have left there; else the first."""
    since = 0
    for n, one in enumerate(says):
        if not (n and one.made and one.saw):
            continue
        base = says[since]
        left = sorted(
            (d for d in done if d.begun is not None and base.made < d.begun < one.made), key=lambda d: d.order
        )
        known = {_before(base)} if not left else set(left[-1].leaves)
        if left and (left[-1].known is None or left[-1].known > one.made):  # it was on its way then
            known |= left[-2].leaves if len(left) > 1 else {_before(base)}
        if one.saw not in known:
            since = n
    return since


def way_to(what: str, there: str, to: str) -> tuple[Kind, ...]:
    """What leads from what is shown to what is to be shown, in order. What was removed is put back first: some platforms show
    it to everybody then, others as it was.
    """
    if what != _STATE:
        return tuple(kind for kind, shows in SHOWS.items() if shows == (what, to))
    takes = _TAKES_AWAY.get(to)
    again = _SHOWS_AGAIN.get(there)
    if takes is None:
        return () if again is None else (again,)
    return (again, takes) if again is not None and there in ("deleted", "spam") else (takes,)
