"""The notices of one mailbox, as it is read: which server vouches for its mails, and what was recognised a moment ago."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.adapters.contract import Held
from console.adapters.mail_parsing import Mail
from console.adapters.notices import bringing
from console.adapters.notices.recognising import Notice, Reading, read
from console.domain.conversation import Change, MessageKey

MOST_REMEMBERED = 300


def nowhere(platform: str) -> tuple[str, ...]:
    """Where nobody knows of other connections."""
    return ()


def trusted_in(setting: str) -> frozenset[str]:
    """The names of our own receiving servers, as a setting writes them: "mx.example.org; -"."""
    return frozenset(name for one in setting.replace(",", ";").split(";") if (name := one.strip().lower()))


class Notices:
    """Recognises the notices among mails. One mail is asked about twice: what to look up for it, and what it brings."""

    def __init__(self, trusted: frozenset[str] = frozenset(), servers: bringing.Servers = nowhere) -> None:
        self._trusted = trusted
        self._servers = servers
        self._read: dict[tuple[str, str], Reading | None] = {}

    def of(self, mail: Mail) -> Reading | None:
        if mail.told is None:
            return None
        name = mail.digest, mail.body_digest
        if name not in self._read:
            if len(self._read) >= MOST_REMEMBERED:
                self._read.clear()
            self._read[name] = read(mail, self._trusted)
        return self._read[name]

    def keys_wanted(self, mails: Iterable[Mail]) -> list[MessageKey]:
        """What to ask the store about, before these mails' notices are brought in."""
        found = (self.of(mail) for mail in mails)
        return [key for one in found if isinstance(one, Notice) for key in bringing.keys_wanted(one, self._servers)]

    def changes_of(self, notice: Notice, mail: Mail, at_ms: int, held: Mapping[MessageKey, Held]) -> list[Change]:
        """What a notice brings, whose mail was written at that moment."""
        brought = bringing.Brought(notice, at_ms, mail.id or mail.digest)
        return bringing.changes_of(brought, held, self._servers)
