"""What a reviewer has chosen for the message before them, and how it is shown on the buttons and in the box of effects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from console.desk import letters
from console.desk.planned import Plans
from console.desk.seat import Desk, Refused
from console.desk.verdicts import Plan
from console.domain.conversation import MessageState
from console.domain.house_policies import HousePolicy
from console.domain.letters import Letter, To, Unfilled
from console.domain.outbox import Kind
from console.domain.platform import Capabilities, Way
from console.domain.receivers import Receiver
from console.domain.verdicts import Action, Judgement, kind_for
from console.sentences.effects import effects
from console.sentences.escalations import addressed, nobody_sentence
from console.sentences.shown import kind_verb, platform_title
from console.sentences.troubles import refusal_sentence, unfilled_sentence
from console.sentences.verdicts import action_title
from console.store.read.connections import is_offline
from console.store.read.judged import Reported
from console.widgets.choice_button import ChoiceShown
from console.widgets.effects_box import EffectsShown
from console.widgets.verdict_panel import Urgent
from console.words import _

KEYS = {Action.KEEP: "O", Action.HIDE: "V", Action.DELETE: "Del", Action.ESCALATE: "⇧E"}
_LOOKS = {
    Action.KEEP: ("check-circle", "ok"), Action.HIDE: ("eye-slash", "warn"), Action.DELETE: ("trash", "danger"),
    Action.ESCALATE: ("arrow-bend-up-right", "info"),
}  # fmt: skip
_ICONS = {
    "platform": "arrow-square-out", "receiver": "arrow-bend-up-right", "here": "scales", "author": "chat-circle-dots", "reporter": "user-circle",
    "leaves": "wifi-slash", "back": "arrow-u-up-left",
}  # fmt: skip


@dataclass(slots=True)
class Choice:
    """Nothing is chosen when a message comes; whom it would be passed on to stays from the one before."""

    action: Action | None = None
    numbers: set[int] = field(default_factory=set)
    to: str = ""
    by_file: bool = False
    note: str = ""
    letter_to: dict[To, Letter] = field(default_factory=dict)

    def begin(self, about: Reported, policies: Sequence[HousePolicy]) -> None:
        """For the next message; one that was judged before begins with that verdict."""
        self.action, self.numbers, self.note, self.letter_to = None, set(), "", {}
        if about.verdict is None or about.pending:
            return
        payload = about.verdict.payload
        if payload["action"] == Action.ESCALATE:
            return  # it would be sent to somebody once more
        self.action = Action(payload["action"])
        known = {(policy.number, policy.title) for policy in policies}
        named = {(int(one["number"]), str(one["title"])) for one in payload.get("policies", ())}
        self.numbers = {number for number, _title in named & known}

    def toggle(self, number: int) -> None:
        self.numbers ^= {number}

    def judgement(
        self, desk: Desk, about: Reported, policies: Sequence[HousePolicy], receivers: Sequence[Receiver]
    ) -> Judgement | None:
        """None while no verdict is chosen. Raises Unfilled where a letter has a gap."""
        if self.action is None:
            return None
        chosen = tuple(policy for policy in policies if policy.number in self.numbers)
        made = Judgement(self.action, chosen, self.to if self.action is Action.ESCALATE else "", self.note)
        words = {to: letters.written(desk, letter, about, chosen) for to, letter in self.letter_to.items()}
        made = replace(made, to_author=words.get(To.AUTHOR, ""), to_reporter=words.get(To.REPORTER, ""))
        return addressed(desk, [about.message], made, receivers, by_file=self.by_file)


def policies_shown(policies: Sequence[HousePolicy], chosen: set[int]) -> list[tuple[int, ChoiceShown]]:
    return [
        (policy.number, ChoiceShown(policy.title, str(policy.number), chosen=policy.number in chosen, tip=policy.text))
        for policy in policies
    ]


def urgent_shown(policies: Sequence[HousePolicy], numbers: Collection[int]) -> tuple[Urgent, ...]:
    """What to do at once and whom to call, of those with these numbers that say so."""
    return tuple(
        (policy.title, policy.do, _("Call: {whom}").format(whom=policy.call) if policy.call else "")
        for policy in policies
        if policy.number in numbers and (policy.do or policy.call)
    )


def actions_shown(choice: Choice, can: Capabilities, about: Reported) -> list[tuple[Action, ChoiceShown]]:
    """The four verdicts, with what each means on this platform; one that it doesn't have says so."""
    found = []
    for action, (icon, tone) in _LOOKS.items():
        below, off = _means(action, choice, can, about)
        found.append(
            (action, ChoiceShown(action_title(action), KEYS[action], below, icon, tone, action is choice.action, off))
        )
    return found


def why_not(action: Action, can: Capabilities, about: Reported) -> str:
    """Why this verdict can't be given here, "" where it can."""
    return _means(action, Choice(), can, about)[1]


def _means(action: Action, choice: Choice, can: Capabilities, about: Reported) -> tuple[str, str]:
    """What a verdict means here, and why it can't be given, "" where it can."""
    if action is Action.KEEP:
        back = kind_for(action, MessageState(about.shown), appealed=about.appeal is not None)
        if back is None:
            return _("it goes on being read"), ""
        return _("it stays as it is there") if can.way(back.value) is Way.NO else _("readers see it again"), ""
    if action is Action.ESCALATE:
        return choice.to or _("choose to whom"), ""
    platform = about.platform
    kind = Kind.HIDE if action is Action.HIDE else Kind.DELETE
    way = can.way(kind.value)
    if way is Way.NO:
        verb = kind_verb(kind.value, platform)
        return _("not here"), _("{platform} has no ‘{verb}’.").format(platform=platform_title(platform), verb=verb)
    if way is Way.HANDOFF:
        return _("you finish it"), ""
    verb = kind_verb(kind.value, platform)
    if verb != kind_verb(kind.value):  # as it is called there
        return verb.lower(), ""
    return (_("readers don't see it"), "") if kind is Kind.HIDE else (_("gone there"), "")


def effects_shown(
    desk: Desk,
    plans: Plans,
    about: Reported,
    choice: Choice,
    policies: Sequence[HousePolicy],
    receivers: Sequence[Receiver],
) -> EffectsShown:
    """What the chosen verdict will do, or what is missing before it can be given."""
    try:
        judgement = choice.judgement(desk, about, policies, receivers)
        if judgement is None:
            return EffectsShown(_("Choose a verdict; what it will do stands here."))
        made = plans.plan(about.message, judgement)
    except Unfilled as gap:
        return EffectsShown(unfilled_sentence(gap), tone="warn")
    except Refused as refused:
        nobody = refused.code == "no_receiver" and not receivers
        return EffectsShown(nobody_sentence() if nobody else refusal_sentence(refused), tone="warn")
    return plan_shown(desk, made, receivers)


def plan_shown(desk: Desk, made: Plan, receivers: Sequence[Receiver]) -> EffectsShown:
    """What a verdict will do."""
    said = effects(
        made, desk.undo_ms // 1000, receivers, desk.store.now_ms(), offline=is_offline(desk.store), opens=True
    )
    title = _("What happens with ‘{action}’").format(action=action_title(made.judgement.action))
    return EffectsShown(title, tuple((_ICONS[effect.where], effect.text) for effect in said), ready=True)
