"""A mailbox beside the house: it keeps the mails that really left, and its answers can get lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.domain.conversation import (
    ConnectionKey,
    Message,
    MessageKey,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.outbox import Intent, State
from console.domain.platform import Capabilities, Found, Page, Performed, Sighting, Unreachable, capabilities
from console.store.read import outbox
from console.store.write import answers, connections, folding, pages
from console.store.write.connections import NewConnection
from console.sync.delivery import Delivery
from tests.houses import House

MAILBOX = ConnectionKey("mail:here:connection:redactie")
INBOX = SpaceKey("mail:here:folder:INBOX")
OUR_ADDRESS = PersonKey("mail:here:person:redactie@example.org")
CAN = capabilities(read="api", reply="api", mail_out="api", max_bytes=200_000)


def mail_key(mail_id: str) -> MessageKey:
    return MessageKey(f"mail:here:message:{mail_id}")


@dataclass
class MailboxThere:
    """`mails`: (address, text) of all that left, by the id of its intent. `lost`: the next answer doesn't arrive."""

    here: House
    mails: dict[str, tuple[str, str]] = field(default_factory=dict)
    lost: bool = False
    certain_mark = True
    settle_s = 0.0

    def __post_init__(self) -> None:
        new = NewConnection(
            MAILBOX, "Redactie", "mail", "mail", "", "redactie", "here", OUR_ADDRESS, "Redactie", 0, 0, {}
        )
        connections.put(self.here.store, new)
        connections.put_spaces(self.here.store, MAILBOX, [(Space(INBOX, "INBOX", "INBOX"), CAN)])
        self.delivery = Delivery(self.here.store, MAILBOX, self, lambda: self.here.clock.now / 1000)  # type: ignore[arg-type]

    def capabilities(self, space: str | None = None) -> Capabilities:
        return CAN

    async def perform(self, intent: Intent) -> Performed:
        assert intent.id not in self.mails, "sent twice"
        self.mails[intent.id] = intent.outside, intent.text
        if self.lost:
            self.lost = False
            raise Unreachable(maybe_sent=True)
        return Performed(mail_key(intent.id), tuple(self.said(intent.id, OUR_ADDRESS, "Redactie", intent.text)))

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        there = intent.id in self.mails
        return Found(Sighting.SEEN, mail_key(intent.id)) if there else Found(Sighting.ABSENT)

    def deliver(self, forward_ms: int = 11_000) -> None:
        self.here.clock.forward(forward_ms)
        asyncio.run(self.delivery.step())

    def state(self, intent: Intent) -> State:
        row = outbox.intent(self.here.store, intent.id)
        assert row is not None
        return row.intent.state

    def hear(self, name: str, text: str, about: Intent, sender: str = "hr@example.org", **facts: object) -> None:
        """A mail in answer to ours arrives, and the collector does with it what it always does."""
        person = PersonKey(f"mail:here:person:{sender}")
        changes = self.said(
            name, person, sender.partition("@")[0], text, root=mail_key(about.id), handle=sender, **facts
        )
        self.take(changes)

    def take(self, changes: Sequence[object]) -> None:
        page = Page(tuple(changes), {"seq": next(self.here.seq)})  # type: ignore[arg-type]
        touched = pages.apply(self.here.store, MAILBOX, "mail", page).thread_ids
        answers.take(self.here.store, touched)
        folding.catch_up(self.here.store)

    def said(
        self, name: str, person: PersonKey, shown: str, text: str, *, root: str = "", handle: str = "", bot: bool = False,
        doubt: str = "",
    ) -> list[object]:  # fmt: skip
        message = mail_key(name)
        begun = ThreadKey(root or message)
        changes: list[object] = [Space(INBOX, "INBOX", "INBOX"), Person(person, shown, handle, bot=bot)]
        changes.append(Thread(begun, INBOX, text.splitlines()[0]))
        changes.append(
            Message(message, INBOX, person, self.here.clock.now, f"<p>{text}</p>", text, root=begun,
                    parent=MessageKey(root) if root else None, doubt=doubt)
        )  # fmt: skip
        return changes
