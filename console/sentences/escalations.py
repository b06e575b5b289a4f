"""What goes to somebody that a message is passed on to: the words of the mail or the file, and what they can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.desk.seat import Desk
from console.domain.characters import honest
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import FILE
from console.domain.receivers import Receiver
from console.domain.verdicts import Action, Judgement
from console.sentences.shown import clock, platform_title
from console.store.read.passed_on import Quoted, mail_way, quoted
from console.words import _

MOST_CHARS = 20_000  # of the message; all of it stands at its link


def letter(about: Quoted, judgement: Judgement, moderator: str, now_ms: int) -> str:
    """The whole letter, its subject in the first line. The subject says nothing of what was written, nor by whom."""
    platform = platform_title(about.platform)
    subject = _("Passed on to you: a message in {space} on {platform}").format(space=about.space, platform=platform)
    parts = [
        " ".join(subject.split()),
        _("Dear {name},").format(name=judgement.to),
        _("{moderator} passes this message on to you. It waits until you have answered and a person has decided.").format(
            moderator=moderator
        ),
        _("{author} wrote on {time} in {space} on {platform}:").format(
            author=about.author, time=clock(about.posted_at_ms, 0), space=about.space, platform=platform
        ),
        _quotation(about.text),
    ]  # fmt: skip
    if about.reasons:
        parts.append(_("It was reported for: {reasons}.").format(reasons="; ".join(about.reasons)))
    if judgement.note.strip():
        parts.append(_("Note of {moderator}: {note}").format(moderator=moderator, note=judgement.note.strip()))
    parts += [_policy(policy) for policy in judgement.policies]
    if about.url:
        parts.append(_("The message stands here: {url}").format(url=about.url))
    parts.append(
        _("Answer this in your own words: what you did, or what you would like to be done. Your answer goes to {moderator}.").format(moderator=moderator)
    )  # fmt: skip
    return honest("\n\n".join(parts))


def _quotation(text: str) -> str:
    """A message with a mark before each line, so that nothing of it reads as ours."""
    shown = text.strip() if len(text) <= MOST_CHARS else text[:MOST_CHARS].rstrip() + " […]"
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


def addressed(
    desk: Desk, message: MessageKey, judgement: Judgement, receivers: Sequence[Receiver], *, by_file: bool
) -> Judgement:
    """A verdict that passes on, with its letter: by mail to who has an address, as a file where no mailbox can send it.

    Whoever is not in the settings, or has no address there, gets a file only where that is chosen.
    """
    if judgement.action is not Action.ESCALATE or not judgement.to.strip():
        return judgement
    mail = next((one.mail for one in receivers if one.name == judgement.to), "")
    about = quoted(desk.store, message)
    if about is None or not (mail or by_file):
        return judgement
    outside = FILE if by_file or mail_way(desk.store) is None else mail
    return replace(judgement, outside=outside, letter=letter(about, judgement, desk.moderator, desk.store.now_ms()))
