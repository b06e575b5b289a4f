"""What goes to somebody that a message is passed on to: the words of the mail or the file, and what they can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.desk.seat import Desk
from console.desk.together import Together, plan_together, with_letter
from console.domain.characters import honest
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import FILE
from console.domain.receivers import Receiver
from console.domain.verdicts import Action, Judgement
from console.sentences.shown import clock, platform_title
from console.store.read.passed_on import Quoted, mail_way, quoted
from console.words import _, ngettext

MOST_CHARS = 20_000  # of all messages in a letter; all of each stands at its link
LEAST_CHARS = 500  # of each, however many there are


def letter(about: Sequence[Quoted], judgement: Judgement, moderator: str, now_ms: int) -> str:
    """The whole letter about one message or several, its subject in the first line.

    The subject says nothing of what was written, nor by whom.
    """
    parts = [
        " ".join(_subject(about).split()),
        _("Dear {name},").format(name=judgement.to),
        ngettext(
            "{moderator} passes this message on to you. It waits until you have answered and a person has decided.",
            "{moderator} passes these {n} messages on to you. They wait until you have answered and a person has decided.",
            len(about),
        ).format(moderator=moderator, n=len(about)),
    ]  # fmt: skip
    most_chars = max(LEAST_CHARS, MOST_CHARS // len(about))
    for one in about:
        parts += _told(one, most_chars)
    if judgement.note.strip():
        parts.append(_("Note of {moderator}: {note}").format(moderator=moderator, note=judgement.note.strip()))
    parts += [_policy(policy) for policy in judgement.policies]
    parts.append(
        _("Answer this in your own words: what you did, or what you would like to be done. Your answer goes to {moderator}.").format(moderator=moderator)
    )  # fmt: skip
    return honest("\n\n".join(parts))


def _subject(about: Sequence[Quoted]) -> str:
    if len(about) > 1:
        return ngettext("Passed on to you: {n} message", "Passed on to you: {n} messages", len(about)).format(
            n=len(about)
        )
    platform = platform_title(about[0].platform)
    return _("Passed on to you: a message in {space} on {platform}").format(space=about[0].space, platform=platform)


def _told(about: Quoted, most_chars: int) -> list[str]:
    """One of the messages: who wrote it where, its words, why it was reported, and its link."""
    parts = [
        _("{author} wrote on {time} in {space} on {platform}:").format(
            author=about.author, time=clock(about.posted_at_ms, 0), space=about.space,
            platform=platform_title(about.platform),
        ),
        _quotation(about.text, most_chars),
    ]  # fmt: skip
    if about.reasons:
        parts.append(_("It was reported for: {reasons}.").format(reasons="; ".join(about.reasons)))
    if about.url:
        parts.append(_("The message stands here: {url}").format(url=about.url))
    return parts


def _quotation(text: str, most_chars: int) -> str:
    """A message with a mark before each line, so that nothing of it reads as ours."""
    shown = text.strip() if len(text) <= most_chars else text[:most_chars].rstrip() + " […]"
    return "\n".join(f"> {line}".rstrip() for line in shown.splitlines()) or "> " + _("(no text)")


def _policy(policy: HousePolicy) -> str:
    lines = [f"{policy.number}. {policy.title}. {policy.text}".strip()]
    lines += [_("What to do: {what}").format(what=policy.do)] if policy.do else []
    lines += [_("Whom to call: {whom}").format(whom=policy.call)] if policy.call else []
    return "\n".join(lines)


def receiver_line(receiver: Receiver, way: str, now_ms: int) -> str:
    """Somebody in a list to choose from: name, how it gets to them, hours, and whether they are there."""
    parts = [receiver.name, way, "" if receiver.is_there(now_ms) else _("not there now"), receiver.said]
    return " · ".join(filter(None, parts))


def nobody_sentence() -> str:
    """Where nobody can be chosen to pass something on to."""
    return _("Nobody stands in the settings to pass this on to. Add them there, under ‘Who a reported message can be passed on to’.")  # fmt: skip


def addressed(
    desk: Desk, messages: Sequence[MessageKey], judgement: Judgement, receivers: Sequence[Receiver], *, by_file: bool
) -> Judgement:
    """A verdict that passes these on, with its letter: by mail to who has an address, as a file where no mailbox can send it.

    Whoever is not in the settings, or has no address there, gets a file only where that is chosen.
    """
    if judgement.action is not Action.ESCALATE or not judgement.to.strip():
        return judgement
    mail = next((one.mail for one in receivers if one.name == judgement.to), "")
    about = [one for one in (quoted(desk.store, message) for message in messages) if one is not None]
    if not about or not (mail or by_file):
        return judgement
    outside = FILE if by_file or mail_way(desk.store) is None else mail
    return replace(judgement, outside=outside, letter=letter(about, judgement, desk.moderator, desk.store.now_ms()))


def planned_together(
    desk: Desk, messages: Sequence[MessageKey], judgement: Judgement, receivers: Sequence[Receiver], *, by_file: bool
) -> Together:
    """What giving a verdict to all of these would do; passed on, they go in one letter. Raises Refused: no_mail, too_long."""
    made = plan_together(desk, messages, judgement)
    written = addressed(desk, made.messages, judgement, receivers, by_file=by_file)
    return with_letter(desk, made, written)
