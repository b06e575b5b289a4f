"""The command `verdict`: a decision on a reported message, with all its effects said before or after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.text import Text

from console.cli import shapes
from console.cli.asking import agreed
from console.cli.bulk import DryRun, Many, Query, View, Yes, decide
from console.cli.deciding import deliver_and_tell, raise_for
from console.cli.house import letters_in_use, policies_in_use
from console.cli.reading import Json
from console.cli.session import FAILED, Failed, Session, now_ms, put_json, say, tell
from console.cli.skipping import SKIP, skipped
from console.cli.terminal import Screen, paragraph, safe
from console.desk import letters, together, verdicts
from console.desk.bulk_verbs import Judge
from console.desk.seat import Decision, Desk, Refused
from console.desk.verdicts import Plan
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy, chosen
from console.domain.letters import Letter, To
from console.domain.outbox import FILE
from console.domain.receivers import Receiver, named
from console.domain.verdicts import NEEDS_POLICY, Action, Judgement
from console.sentences.effects import Effect, effects, together_said
from console.sentences.escalations import addressed, nobody_sentence, planned_together
from console.sentences.outward import outward_noun
from console.sentences.shown import as_sentence, clock, intent_sentence, kind_noun, what_happened
from console.sentences.verdicts import action_title
from console.store.public_id import public_id
from console.store.read import judged, names
from console.store.read.connections import is_offline
from console.store.read.outbox import IntentRow
from console.words import _, ngettext


def verdict(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar=_("MESSAGE ACTION"), help=_("keep, hide, delete, escalate or skip"))],
    policy: Annotated[list[str] | None, typer.Option("--policy", help=_("The number of a policy; hide and delete need one."))] = None,
    to: Annotated[str, typer.Option("--to", help=_("To whom it is passed on."))] = "",
    by_file: Annotated[bool, typer.Option("--as-file", help=_("With escalate: as a file that you hand over, and no mail."))] = False,
    note: Annotated[str, typer.Option("--note", help=_("For your team."))] = "",
    answer: Annotated[str, typer.Option("--letter-to-author", help=_("The letter that goes under the message."))] = "",
    thanks: Annotated[str, typer.Option("--letter-to-reporter", help=_("The letter for whoever reported it."))] = "",
    also: Annotated[str, typer.Option("--also-of", help=_("author or reporter: the same for what else waits of them, after the count."))] = "",
    query: Query = None,
    view: View = None,
    yes: Yes = False,
    again: Annotated[bool, typer.Option("--again", help=_("Judge an appeal against your own verdict yourself."))] = False,
    dry_run: DryRun = False,
    wait: Annotated[bool, typer.Option("--wait", help=_("Deliver it now, without undo time."))] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    session: Session = context.obj
    many = Many(query, view, yes, dry_run, True, as_json)
    if len(words) != 1 + many.named:
        raise typer.BadParameter(_("Say of which message, and what: keep, hide, delete, escalate or skip."))
    which, action = words[0], words[-1]
    if action == SKIP and many.named:
        skipped(session, which, dry_run=dry_run, as_json=as_json)
        return
    if action not in list(Action):
        raise typer.BadParameter(_("Choose one of: {views}.").format(views=", ".join((*Action, SKIP))))
    receivers = session.settings().receivers
    if not many.named:
        _of_all(
            session,
            Judgement(Action(action), _policies(policies_in_use(session), policy or ()), "", note.strip()),
            many,
        )
        return
    with session.desk() as desk:
        message = names.message(desk.store, which)
        policies = _policies(policies_in_use(session), policy or ())
        judgement = Judgement(Action(action), policies, receiver_named(receivers, to, anybody=by_file), note.strip())
        if answer or thanks:
            judgement = _with_letters(desk, message, judgement, letters_in_use(session), answer, thanks)
        beside = _beside(desk, message)
        if also:
            everything = _also(message, beside, also)
            made, said, given = judged_together(
                desk, everything, judgement, receivers, by_file=by_file, yes=yes, dry_run=dry_run, undo=not wait
            )
        else:
            made, said, given = judged_alone(
                desk, message, judgement, receivers, by_file=by_file, dry_run=dry_run, undo=not wait, again=again
            )
    rows = [] if given is None else deliver_and_tell(session, given, wait, quiet=True)
    if as_json:
        others = {who: [public_id("m", key) for key in found] for who, found in beside.items()}
        put_json(_told(made, said, "" if given is None else given.event) | {"others": others}
                 | {"intents": [shapes.intent(row) for row in rows]})  # fmt: skip
    else:
        if dry_run:
            say(
                _("This is what ‘{action}’ would do. Nothing is decided.").format(action=action_title(judgement.action))
            )
        if not (also and asks(yes=yes, dry_run=dry_run)):
            tell(said)
        letters_to_leave = (made.judgement.to_author, made.judgement.to_reporter, made.judgement.letter)
        for words_of_it in filter(None, letters_to_leave) if dry_run else ():
            say(f"“{words_of_it.strip()}”")
        for who, found in beside.items() if not also else ():
            if found:
                say(_beside_said(who, made, found))
        for urgent in policies:
            if urgent.urgent and urgent.call:
                say("! " + _("{title} is urgent. Call: {whom}").format(title=urgent.title, whom=urgent.call))
        tell_files(rows)
        for row in rows if wait else ():
            say(
                f"{outward_noun(row.intent) or kind_noun(row.intent.kind.value)}: {intent_sentence(row.intent, row.platform, now_ms())}"
            )
    raise_for(rows, wait)


def _of_all(session: Session, judgement: Judgement, many: Many) -> None:
    """The same verdict on all that is reported in the threads that match."""
    if judgement.action is Action.ESCALATE:
        raise typer.BadParameter(_("Of many at once it is keep, hide or delete."))
    if judgement.action in NEEDS_POLICY and not judgement.policies:
        raise Refused("no_policy")
    decide(session, Judge(judgement), [], many)


def judged_alone(
    desk: Desk,
    message: MessageKey,
    judgement: Judgement,
    receivers: Sequence[Receiver],
    *,
    by_file: bool,
    dry_run: bool,
    undo: bool,
    again: bool = False,
) -> tuple[Plan, list[Effect], Decision | None]:
    """One message: what it does, and the decision where it was given."""
    judgement = addressed(desk, [message], judgement, receivers, by_file=by_file)
    made = verdicts.plan(desk, message, judgement)
    said = [
        *_instead_of(made),
        *effects(made, desk.undo_ms // 1000, receivers, now_ms(), offline=is_offline(desk.store)),
    ]
    return made, said, None if dry_run else verdicts.give(desk, message, judgement, undo=undo, again=again)


def asks(*, yes: bool, dry_run: bool) -> bool:
    """Whether a decision about several is asked about: its effects are said then."""
    return not (yes or dry_run)


def tell_files(rows: Sequence[IntentRow]) -> None:
    """How what a person hands over is written."""
    for row in rows:
        if row.intent.outside == FILE:
            say(_("Write it with ‘luisterpost outbox write {id} FILE’.").format(id=row.intent.id[-8:]))


def _instead_of(made: Plan) -> list[Effect]:
    """The verdict that stands already, where no appeal asks for another: whoever typed this may not know of it."""
    before = made.about.verdict
    if before is None or made.about.appeal is not None:
        return []
    facts = {"what": as_sentence(what_happened(before)), "name": before.by, "time": clock(before.at_ms, now_ms())}
    return [Effect("here", _("{what} By {name}, {time}; this comes in its place.").format(**facts))]


def _also(message: MessageKey, others: Mapping[str, list[MessageKey]], also: str) -> list[MessageKey]:
    """What else waits of the author, or of whoever reported it, with the message itself."""
    if also not in others:
        raise typer.BadParameter(_("--also-of takes author or reporter, for a message that waits for a verdict."))
    return [message, *others[also]]


def judged_together(
    desk: Desk,
    messages: Sequence[MessageKey],
    judgement: Judgement,
    receivers: Sequence[Receiver],
    *,
    by_file: bool,
    yes: bool,
    dry_run: bool,
    undo: bool,
) -> tuple[Plan, list[Effect], Decision | None]:
    """The same for all of them: the count first."""
    made = planned_together(desk, messages, judgement, receivers, by_file=by_file)
    if not made.plans:
        raise Refused("nothing_left")
    effect = together_said(made, judgement, desk.undo_ms // 1000, receivers, now_ms())
    said = [Effect("receiver" if judgement.action is Action.ESCALATE else "here", effect)]
    if dry_run:
        return made.plans[0], said, None
    if asks(yes=yes, dry_run=dry_run):
        tell(said)
        if not agreed(_("Go on?")):
            raise typer.Exit(FAILED)
    return made.plans[0], said, together.give_together(desk, made, undo=undo)


def _beside(desk: Desk, message: MessageKey) -> dict[str, list[MessageKey]]:
    """What else waits of its author, and of whoever reported it; nothing for a message that doesn't wait itself."""
    everything = judged.waiting(desk.store)
    about = next((one for one in everything if one.message == message), None)
    found = judged.reported(desk.store, message)
    if about is None or found is None:
        return {}
    by = [key for name in found.reporters for key in together.by_reporter(desk, everything, about, name)]
    return {"author": together.of_author(everything, about), "reporter": list(dict.fromkeys(by))}


def _beside_said(who: str, made: Plan, found: Sequence[MessageKey]) -> str:
    """How to go through them, one after the other or together."""
    ids, count = " ".join(public_id("m", key) for key in found), len(found)
    if who == "author":
        said = ngettext("{n} more of {name} waits: {ids}.", "{n} more of {name} wait: {ids}.", count).format(
            n=count, name=made.about.author, ids=ids
        )
    else:
        said = ngettext(
            "{n} more that {name} reported waits: {ids}.", "{n} more that {name} reported wait: {ids}.", count
        ).format(n=count, name=", ".join(made.about.reporters), ids=ids)
    return said + " " + _("The same for all: --also-of {who}.").format(who=who)


def _policies(known: Sequence[HousePolicy], typed: Sequence[str]) -> tuple[HousePolicy, ...]:
    try:
        return chosen(known, [int(number) for number in typed])
    except (KeyError, ValueError):
        listed = ", ".join(f"{policy.number} ({policy.title})" for policy in known)
        raise typer.BadParameter(_("There is no such policy. There are: {policies}.").format(policies=listed)) from None


def receiver_named(receivers: Sequence[Receiver], typed: str, *, anybody: bool) -> str:
    """The receiver that was meant, as the settings have them. `anybody`: else the name as it was typed.

    Raises Failed where it is none of them, and has to be.
    """
    found = named(receivers, typed)
    if found is None and typed.strip() and receivers and not anybody:
        raise Failed(
            _("The settings name nobody ‘{name}’, or several who begin so.").format(name=typed.strip()) + " "
            + receivers_listed(receivers) + " " + _("For anybody else: --as-file, a file that you hand over.")
        )  # fmt: skip
    return typed.strip() if found is None else found.name


def receivers_listed(receivers: Sequence[Receiver]) -> str:
    """Who can be passed on to, by name."""
    if not receivers:
        return nobody_sentence()
    return _("In the settings stand: {names}.").format(names="; ".join(one.name for one in receivers))


def _with_letters(
    desk: Desk, message: MessageKey, judgement: Judgement, known: Sequence[Letter], answer: str, thanks: str
) -> Judgement:
    about = judged.reported(desk.store, message)
    assert about is not None  # the message was found by its name a moment ago

    def text(to: To, typed: str) -> str:
        letter = letters.found(known, to, typed) if typed else None
        if typed and letter is None:
            listed = ", ".join(f"‘{one.title}’" for one in known if one.to is to)
            raise Failed(_("There is no such letter, or more than one. There are: {letters}.").format(letters=listed))
        return "" if letter is None else letters.written(desk, letter, about, judgement.policies)

    return Judgement(
        judgement.action, judgement.policies, judgement.to, judgement.note, text(To.AUTHOR, answer),
        text(To.REPORTER, thanks),
    )  # fmt: skip


def _told(made: Plan, said: Sequence[Effect], event: str) -> dict[str, Any]:
    judgement = made.judgement
    return {
        "verdict": {
            "id": event or None, "message": public_id("m", made.about.message), "thread": public_id("t", made.about.thread),
            "action": judgement.action.value, "to": judgement.to or None, "reports": made.pending,
            "policies": [{"number": policy.number, "title": policy.title} for policy in judgement.policies],
        },
        "effects": [shapes.effect(effect) for effect in said],
    }  # fmt: skip


def policies(context: typer.Context, as_json: Json = False) -> None:
    """The house's policies by their numbers."""
    found = policies_in_use(context.obj)
    if as_json:
        put_json({"policies": [shapes.policy(policy) for policy in found]})
        return
    for policy in found:
        print_policy(policy)


def print_policy(policy: HousePolicy) -> None:
    title = f"{policy.number}. {safe(policy.title)}"
    urgent = _("urgent, before the rest") if policy.first else _("urgent")
    Screen().print(Text(" · ".join([title, urgent] if policy.urgent else [title]), style="bold"))
    for line in filter(None, (policy.text, policy.do, policy.call and _("Call: {whom}").format(whom=policy.call))):
        Screen().print(paragraph(line))
