"""What each mail of a source was taken for: for whoever wants to see that before anything is imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.adapters.deep_links import thread_key
from console.adapters.imports.entry import Options
from console.adapters.imports.mail import ENDS_READER, Raw, mails_in, vouched_for
from console.adapters.imports.source import Source
from console.adapters.mail_parsing import Mail
from console.adapters.notices import Notice, NotUnderstood, Suspicious
from console.adapters.notices import read as read_notice


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one mail was taken for.

    taken_for  "notice", "suspicious", "not_understood", "mail", "receipt" or "no_mail"
    platform   whose notice it is, or gives itself out for; "mail" for an ordinary mail
    space      title of the group, of a digest that of its first conversation, like what follows
    thread     key of the conversation that it tells of; `url` is where that stands
    told_of    of how many conversations it tells
    layout     the layout that it was read by
    reason     why it is suspicious, not understood or no mail; of a notice the kind: "post", "comment" …
    """

    file: str
    taken_for: str
    platform: str = ""
    space: str = ""
    thread: str = ""
    url: str = ""
    told_of: int = 0
    layout: str = ""
    reason: str = ""


def verdicts(source: Source, options: Options) -> Iterator[Verdict]:
    """One for each mail, in the order of the files."""
    trusted = options.trusted or vouched_for(source, options.beside)
    for batch, mails in mails_in(source, options.beside):
        for raw, mail in zip(batch.raws, mails, strict=True):
            yield Verdict(raw.where, "no_mail", reason=ENDS_READER) if mail is None else _verdict(raw, mail, trusted)
        if batch.then is not None:
            yield Verdict(batch.then.where, "no_mail", reason=batch.then.reason)


def _verdict(raw: Raw, mail: Mail, trusted: frozenset[str]) -> Verdict:
    match read_notice(mail, trusted):
        case Notice() as notice:
            card = next(iter(notice.cards), None)
            if card is None:
                return Verdict(raw.where, "notice", notice.platform, layout=notice.layout, reason=notice.kind.value)
            return Verdict(
                raw.where, "notice", notice.platform, card.group, thread_key(card.place), card.place.permalink,
                len(notice.cards), notice.layout, notice.kind.value,
            )  # fmt: skip
        case Suspicious() as doubted:
            return Verdict(raw.where, "suspicious", doubted.platform, reason=doubted.reason)
        case NotUnderstood() as unknown:
            return Verdict(raw.where, "not_understood", unknown.platform, reason=unknown.reason)
        case None:
            return Verdict(raw.where, "receipt" if mail.receipt else "mail", "mail")
