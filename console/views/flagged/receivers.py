"""To whom a message can be passed on, and how it gets to them: by mail, or as a file that the reviewer hands over."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk.seat import Desk
from console.domain.receivers import Receiver
from console.sentences.escalations import receiver_line
from console.store.read.passed_on import mail_way
from console.views.flagged.choice import Choice
from console.words import _

_AS_FILE = "\x00"  # before the name; nobody types it


def receiver_choices(desk: Desk, receivers: Sequence[Receiver]) -> list[tuple[str, str]]:
    """(shown, value) of each way to each receiver; those that mail goes to first."""
    now_ms, mailbox = desk.store.now_ms(), mail_way(desk.store)
    found = []
    for one in receivers:
        if one.mail and mailbox is not None:
            found.append((receiver_line(one, _("by mail"), now_ms), one.name))
        elif not one.mail:
            found.append((receiver_line(one, "", now_ms), one.name))
        found.append((receiver_line(one, _("as a file"), now_ms), _AS_FILE + one.name))
    return found


def receiver_hint(receivers: Sequence[Receiver]) -> str:
    """What can be typed where those are picked; without any also where they are added."""
    return _("A name") if receivers else _("A name, or add people in the settings")


def take_receiver(choice: Choice, value: str) -> None:
    """What was picked from those, or typed."""
    choice.by_file = value.startswith(_AS_FILE)
    choice.to = value.removeprefix(_AS_FILE).strip()
