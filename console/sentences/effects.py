"""What a verdict will do, line by line: here, on the platform, who hears of it, and whether it can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.desk.together import Together
from console.desk.verdicts import Plan, Step
from console.domain.outbox import LEAVES, Kind
from console.domain.platform import Way
from console.domain.receivers import Receiver
from console.domain.verdicts import LETS_STAND, SETTLES, Action, Judgement, action_of
from console.sentences.shown import kind_verb, platform_title
from console.sentences.troubles import refusal_sentence
from console.sentences.verdicts import action_title, policies_said, reports_said
from console.store.read.judged import Appeal
from console.words import _, ngettext


@dataclass(frozen=True, slots=True)
class Effect:
    """One line. where: platform, here, receiver, author, reporter, leaves, back."""

    where: str
    text: str


def effects(
    plan: Plan, undo_s: int, receivers: Sequence[Receiver], now_ms: int, *, offline: bool, opens: bool = False
) -> list[Effect]:
    """Every effect of a verdict, in the order people ask for them. `opens`: what is done by hand opens at once."""
    return [
        *_there(plan, opens=opens and not offline), *_here(plan, receivers, now_ms), *_heard(plan), *_leaves(plan, offline=offline),
        *_back(plan, undo_s),
    ]  # fmt: skip


def together_said(
    together: Together, judgement: Judgement, undo_s: int, receivers: Sequence[Receiver], now_ms: int
) -> str:
    """How many messages get the same verdict, what becomes of them, who hears of it, and which are left out for what."""
    count, action = len(together.plans), judgement.action
    said = [
        ngettext("{n} message: {action}.", "{n} messages: {action}.", count).format(
            n=count, action=action_title(action)
        )
    ]
    ways = Counter(step.way for plan in together.plans for step in _acts(plan))
    if ways[Way.API]:
        said.append(
            ngettext("{n} is done there by us.", "{n} are done there by us.", ways[Way.API]).format(n=ways[Way.API])
        )
    if ways[Way.HANDOFF]:
        said.append(ngettext("{n} waits for you in the outbox.", "{n} wait for you in the outbox.", ways[Way.HANDOFF]).format(n=ways[Way.HANDOFF]))  # fmt: skip
    reports = sum(plan.pending for plan in together.plans)
    if reports:
        said.append(reports_said(reports, SETTLES[action]))
    if together.left_out:
        why = " ".join(dict.fromkeys(refusal_sentence(refused) for _message, refused in together.left_out))
        said.append(ngettext("{n} is left out: {why}", "{n} are left out: {why}", len(together.left_out)).format(n=len(together.left_out), why=why))  # fmt: skip
    if action is Action.ESCALATE and count:
        said += _receiver_of_all(together.letter, count, judgement.to, receivers, now_ms)
    said.append(_back_together(together, undo_s))
    if together.letter is not None and together.letter.through is not None:
        said.append(_("The mail can be taken back for {n} s.").format(n=undo_s))
    said.append(_("Authors and reporters get no letter."))
    return " ".join(said)


def _back_together(together: Together, undo_s: int) -> str:
    stays = sum(step.back is Way.NO for plan in together.plans for step in _acts(plan))
    if not stays:
        return _("One undo takes all of it back.")
    return ngettext("One undo takes all of it back for {s} s. After that {n} can't be put back there.", "One undo takes all of it back for {s} s. After that {n} can't be put back there.", stays).format(s=undo_s, n=stays)  # fmt: skip


def _acts(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if step.kind in LEAVES]


def _there(plan: Plan, *, opens: bool) -> Iterator[Effect]:
    title = platform_title(plan.about.platform)
    for step in _acts(plan):
        yield Effect("platform", _done_there(step, plan.about.platform, opens=opens))
    if not _acts(plan):
        if plan.gone and plan.judgement.action is Action.KEEP:
            said = _("It can't be put back on {platform}: the verdict stands here only.").format(platform=title)
        elif plan.judgement.action is Action.KEEP and plan.about.shown in LETS_STAND:
            said = _("{platform} can't show it again: the verdict stands here only.").format(platform=title)
        elif plan.gone:
            said = _("The message is no longer on {platform}.").format(platform=title)
        elif plan.judgement.action in (Action.HIDE, Action.DELETE):
            said = _("On {platform} it is so already.").format(platform=title)
        else:
            said = _("Nothing changes on {platform}: readers go on seeing it.").format(platform=title)
        yield Effect("platform", said)
    for step in plan.steps:
        if step.kind is Kind.SETTLE and step.way is Way.API:
            yield Effect("platform", _("The reports are closed on {platform} too.").format(platform=title))
        elif step.kind is Kind.SETTLE:
            yield Effect("platform", _("You close the reports on {platform} yourself: that waits for you in the outbox.").format(platform=title))  # fmt: skip
    if plan.stays_listed:
        yield Effect(
            "platform", _("{platform} can't be told: the reports stay on its own list.").format(platform=title)
        )


def _done_there(step: Step, platform: str, *, opens: bool) -> str:
    title = platform_title(platform)
    if step.way is Way.HANDOFF:
        verb = kind_verb(step.kind.value, platform)
        if opens:
            return _("{verb}: you do that on {platform} yourself; it opens when you confirm.").format(
                verb=verb, platform=title
            )
        return _("{verb}: you do that on {platform} yourself; it waits for you in the outbox.").format(verb=verb, platform=title)  # fmt: skip
    match step.kind:
        case Kind.HIDE if platform == "wordpress":
            return _("We put it on hold on {platform}. Visitors don't see it any more, moderators do.").format(platform=title)  # fmt: skip
        case Kind.HIDE:
            return _("We hide it on {platform}. Readers don't see it any more.").format(platform=title)
        case Kind.DELETE:
            return _("We remove it on {platform}.").format(platform=title)
        case Kind.APPROVE:
            return _("We approve it on {platform}: readers see it.").format(platform=title)
        case _:
            return _("We show it again on {platform}: readers see it.").format(platform=title)


def _here(plan: Plan, receivers: Sequence[Receiver], now_ms: int) -> Iterator[Effect]:
    judgement = plan.judgement
    if plan.about.appeal is not None and judgement.action is not Action.ESCALATE:
        yield Effect("here", _appeal(plan, plan.about.appeal))
    if plan.first is not None:
        yield Effect("here", _first(plan.first))
    if plan.pending:
        yield Effect("here", reports_said(plan.pending, SETTLES[judgement.action]))
    if judgement.action is Action.ESCALATE:
        yield Effect("here", _("It waits for {name} until a person decides.").format(name=judgement.to))
        yield from _receiver(plan, receivers, now_ms)
    named = policies_said([{"number": policy.number, "title": policy.title} for policy in judgement.policies])
    if named:
        yield Effect("here", _("The verdict stands in the history with {policies}.").format(policies=named))
    else:
        yield Effect("here", _("The verdict stands in the history."))


def _first(who: str) -> str:
    """Who gave the verdict doesn't judge the appeal first."""
    if who:
        return _("You gave the first verdict: {name} is asked first.").format(name=who)
    return _("You gave the first verdict: somebody else is asked first.")


def _appeal(plan: Plan, appeal: Appeal) -> str:
    """What becomes of the appeal by this verdict."""
    before = plan.about.verdict
    if before is not None and action_of(before) is plan.judgement.action:
        return _("The appeal of {name} is closed: the first verdict stands.").format(name=appeal.author)
    return _("The appeal of {name} is closed: this verdict comes in place of the first.").format(name=appeal.author)


def _receiver_of_all(
    letter: Step | None, count: int, name: str, receivers: Sequence[Receiver], now_ms: int
) -> Iterator[str]:
    if letter is None:
        yield _nothing_sent(name)
    elif letter.through is None:
        yield ngettext("You hand {name} one file about it. It waits for you in the outbox.", "You hand {name} one file about all {n}. It waits for you in the outbox.", count).format(name=name, n=count)  # fmt: skip
    else:
        yield ngettext("{name} gets one mail about it at {address}, by ‘{mailbox}’.", "{name} gets one mail about all {n} at {address}, by ‘{mailbox}’.", count).format(name=name, n=count, address=letter.outside, mailbox=letter.through.name)  # fmt: skip
    yield from _absent(name, receivers, now_ms)


def _nothing_sent(name: str) -> str:
    return _("Nothing is sent to {name} by itself: tell them.").format(name=name)


def _absent(name: str, receivers: Sequence[Receiver], now_ms: int) -> Iterator[str]:
    found = next((one for one in receivers if one.name == name), None)
    if found is not None and not found.is_there(now_ms):
        yield _("{name} isn't there now; they are there {hours}.").format(name=name, hours=found.said)


def _receiver(plan: Plan, receivers: Sequence[Receiver], now_ms: int) -> Iterator[Effect]:
    name = plan.judgement.to
    step = next((step for step in plan.steps if step.outside), None)
    if step is None:
        yield Effect("receiver", _nothing_sent(name))
    elif step.through is None:
        yield Effect("receiver", _("You hand {name} a file (the message, its policy, your note and the link; nothing of other people). It waits for you in the outbox.").format(name=name))  # fmt: skip
    else:
        yield Effect("receiver", _("{name} gets a mail at {address}, by ‘{mailbox}’: the message, its policy, your note and the link; nothing of other people.").format(name=name, address=step.outside, mailbox=step.through.name))  # fmt: skip
    for said in _absent(name, receivers, now_ms):
        yield Effect("receiver", said)


def _heard(plan: Plan) -> Iterator[Effect]:
    replies = [step for step in plan.steps if step.kind is Kind.REPLY]
    letters = [step for step in plan.steps if step.kind is Kind.WRITE and not step.outside]
    author = plan.about.author
    if not replies:
        yield Effect("author", _("{name} gets no message of ours.").format(name=author))
    for step in replies:
        if step.way is Way.API:
            yield Effect("author", _("{name} gets an answer of ours; all readers see it.").format(name=author))
        else:
            yield Effect(
                "author", _("You place the answer to {name} yourself; all readers see it.").format(name=author)
            )
    for step in letters:
        if step.way is Way.API:
            yield Effect("reporter", _("{name} gets a private message of ours.").format(name=step.recipient))
        else:
            yield Effect("reporter", _("You send the words to {name} yourself: we copy them.").format(name=step.recipient))  # fmt: skip
    if plan.about.reporters and not letters:
        count = len(plan.about.reporters)
        yield Effect("reporter", ngettext("Who reported it hears nothing of us.", "Who reported it hear nothing of us.", count))  # fmt: skip


def _leaves(plan: Plan, *, offline: bool) -> Iterator[Effect]:
    if offline and any(step.way is Way.API for step in plan.steps):
        yield Effect("leaves", _("It leaves as soon as you're online. If something changed by then, we ask you first."))


def _back(plan: Plan, undo_s: int) -> Iterator[Effect]:
    title = platform_title(plan.about.platform)
    acts = _acts(plan)
    if any(step.back is Way.NO for step in acts):
        yield Effect("back", _("Can be taken back for {n} s. After that it can't be put back on {platform}.").format(n=undo_s, platform=title))  # fmt: skip
    elif any(step.back is Way.HANDOFF for step in acts):
        yield Effect("back", _("Can be taken back, tomorrow too; on {platform} you then do that yourself.").format(platform=title))  # fmt: skip
    else:
        yield Effect("back", _("Can be taken back, tomorrow too."))
    kinds = {step.kind for step in plan.steps if step.way is Way.API}
    if Kind.SETTLE in kinds:
        yield Effect("back", _("Closed reports can't be opened again on {platform} after {n} s.").format(platform=title, n=undo_s))  # fmt: skip
    if Kind.REPLY in kinds:
        yield Effect("back", _("A sent answer stays; you can remove it there."))
    if any(step.through for step in plan.steps):
        yield Effect("back", _("The mail can be taken back for {n} s.").format(n=undo_s))
