"""The contract every adapter meets, for mail on a real Dovecot and a real submission server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Tools
from console.adapters.imap import LIMIT_SCALE
from console.domain.conversation import MessageKey, MessageState, ThreadKey
from tests.servers.dovecot import Dovecot
from tests.servers.mail_line import MailLine
from tests.servers.mailbox import Mailbox, now_ms
from tests.servers.on_a_line import OnALine

DAY_MS = 86_400_000


class InTheMailbox(OnALine):
    """Colleagues who write to a shared address, and a line to its servers that can fail."""

    limit_s = LIMIT_SCALE * 5.0  # of the suite's patience

    def __init__(self, box: Mailbox, line: MailLine) -> None:
        super().__init__(line)
        self._box = box
        self._began_ms = now_ms()
        self.space = box.space

    def adapter(self, tools: Tools) -> Adapter:
        config = self._box.config(self._line.url, self._line.smtp_url, since_ms=self._began_ms - DAY_MS)
        return self._box.adapter(tools, config)

    def now_ms(self) -> int:
        return now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return self._box.open_thread(title, text)

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        return self._box.say(thread, text, parent)

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return self._box.say_many(thread, count, text)

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        return self._box.open_many(count, text)

    def change(self, message: MessageKey, text: str) -> None:
        raise AssertionError("nobody edits a mail")

    def remove(self, message: MessageKey) -> None:
        self._box.remove(message)

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        return {key: (text, MessageState.VISIBLE) for key, text in self._box.texts(thread).items()}

    def spoil(self, message: MessageKey) -> bool:
        return False


class TestMail(AdapterContract):
    @pytest.fixture
    def platform(self, dovecot: Dovecot) -> Iterator[InTheMailbox]:
        box = Mailbox(dovecot)
        with MailLine(dovecot.imap_port, dovecot.smtp_port) as line:
            yield InTheMailbox(box, line)
        dovecot.end_sessions()
        dovecot.forget(box.us)
