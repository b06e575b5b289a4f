"""Which conversation a mail belongs to: by the mails it names, and where it names none, by a careful look at its subject.

Who is named is looked for among what is held, the nearest first; a mail that is not here yet keeps the place of the
conversation open. Subjects join only an answer that names nothing, within 30 days, where somebody takes part in both.
Whoever answers an old mail to begin about something else begins a conversation (`Weaver._begins_anew`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from console.adapters.contract import Held
from console.adapters.mail_parsing import Mail
from console.domain.conversation import MessageKey, SpaceKey, ThreadKey, key_of

MONTH_MS = 30 * 86_400_000
MOST_SUBJECTS = 300
MOST_PEOPLE = 12
_REPLY = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|antw|antwoord|betr|doorst|sv|tr|vs|rv)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*|\[[^\]]{1,60}\]\s*)",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    r"^\s*(?:\[[^\]]{1,60}\]\s*)*(?:re|fwd?|aw|wg|antw|antwoord|betr|doorst|sv|tr|vs|rv)\s*(?:\[\d+\]|\(\d+\))?\s*:",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"^\s*(?:\[[^\]]{1,60}\]\s*)*(?:re|aw|antw|antwoord|sv|vs)\s*(?:\[\d+\]|\(\d+\))?\s*:", re.IGNORECASE
)


class Keys:
    """Keys of one mailbox: its server and who reads it."""

    def __init__(self, server: str) -> None:
        self._server = server

    def message(self, mail_id: str) -> MessageKey:
        return MessageKey(self._key("message", mail_id))

    def person(self, address: str) -> str:
        return self._key("person", address or "?")

    def robot(self, address: str) -> str:
        """A machine that writes in somebody's name is not that person."""
        return self._key("robot", address or "?")

    def folder(self, name: str) -> SpaceKey:
        return SpaceKey(self._key("folder", name))

    def list(self, list_id: str) -> SpaceKey:
        return SpaceKey(self._key("list", list_id))

    def notices(self) -> SpaceKey:
        """Where the notices of platforms lie that nobody understood."""
        return SpaceKey(self._key("notices", "unknown"))

    def id_in(self, key: str | None, kind: str) -> str:
        """The mail's own id in a key of that kind, else ""."""
        return (key or "").removeprefix(f"mail:{self._server}:{kind}:") if self._is(key, kind) else ""

    def _is(self, key: str | None, kind: str) -> bool:
        return (key or "").startswith(f"mail:{self._server}:{kind}:")

    def _key(self, kind: str, remote: str) -> str:
        return key_of("mail", self._server, kind, remote)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs. `space` is that of the conversation it goes on in, None where it begins one."""

    root: ThreadKey | None
    parent: MessageKey | None
    space: SpaceKey | None


def base_subject(subject: str) -> str:
    """A subject without what answers, forwards and lists put before it."""
    for _ in range(20):
        found = _REPLY.match(subject)
        if found is None:
            break
        subject = subject[found.end() :]
    return subject.strip()


def named_in(mail: Mail) -> list[str]:
    """The ids a mail names as above it, the nearest first."""
    above = [*reversed(mail.references), *mail.in_reply_to, mail.about]
    return [one for one in dict.fromkeys(above) if one and one != mail.id]


class Subjects:
    """The conversations of the last 30 days by subject, as the cursor keeps them: what an answer without names may join."""

    def __init__(self, stored: object) -> None:
        self._rows: dict[str, tuple[str, str, int, tuple[str, ...]]] = {}
        for row in stored if isinstance(stored, list) else ():
            if isinstance(row, list) and len(row) == 5:
                self._rows[str(row[0])] = (str(row[1]), str(row[2]), int(row[3]), tuple(map(str, row[4])))

    def stored(self) -> list[list[object]]:
        newest = sorted(self._rows.items(), key=lambda row: row[1][2])[-MOST_SUBJECTS:]
        return [[mark, root, space, at_ms, list(people)] for mark, (root, space, at_ms, people) in newest]

    def find(self, mark: str, at_ms: int, people: Iterable[str]) -> tuple[ThreadKey, SpaceKey] | None:
        row = self._rows.get(mark)
        if row is None or not 0 <= at_ms - row[2] <= MONTH_MS or not set(row[3]) & set(_short(people)):
            return None
        return ThreadKey(row[0]), SpaceKey(row[1])

    def is_at_home(self, mark: str, root: ThreadKey) -> bool:
        """Whether the newest mail of that subject stands in this conversation."""
        row = self._rows.get(mark)
        return row is not None and row[0] == root

    def note(self, mark: str, root: ThreadKey, space: SpaceKey, at_ms: int, people: Iterable[str]) -> None:
        old = self._rows.get(mark)
        before = old[3] if old is not None and old[0] == root else ()
        everybody = tuple(dict.fromkeys((*before, *_short(people))))[:MOST_PEOPLE]
        self._rows[mark] = (root, space, max(at_ms, old[2] if old is not None and old[0] == root else at_ms), everybody)


def _short(people: Iterable[str]) -> list[str]:
    return sorted(hashlib.sha256(one.encode()).hexdigest()[:8] for one in people)


def marks(mail: Mail) -> Sequence[str]:
    """By what a mail may be joined: Exchange's own number of the conversation, and its subject."""
    base = base_subject(mail.subject).lower()
    return tuple(filter(None, (mail.conversation and f"x:{mail.conversation}", base and f"s:{base[:200]}")))


class Weaver:
    """Places the mails of one page, each after the others."""

    def __init__(self, keys: Keys, held: Mapping[MessageKey, Held], subjects: Subjects, us: frozenset[str]) -> None:
        self._keys = keys
        self._held = held
        self._subjects = subjects
        self._us = us
        self._here: dict[MessageKey, Held] = {}
        self._titles: dict[ThreadKey, str] = {}

    def place(self, mail: Mail, key: MessageKey, at_ms: int) -> Place:
        named = [self._keys.message(one) for one in named_in(mail)]
        parent = named[0] if named else None
        above = {one: found for one in named if (found := self._here.get(one) or self._held.get(one)) is not None}
        if above:
            nearest, found = next(iter(above.items()))
            self._titles.setdefault(found.thread, found.title)
            if not mail.automatic and not self._is_about_it(mail, found.thread):
                if nearest != parent:  # the one above isn't here: it says, when it comes, where both belong
                    return Place(ThreadKey(named[0]), parent, None)
                if self._begins_anew(mail, key, found, above.values()):
                    return Place(ThreadKey(key), None, None)
            return Place(found.thread, parent, found.space)
        joined = self._by_subject(mail, at_ms) if not named else None
        if joined is not None:
            return Place(joined[0], None, joined[1])
        others = [one for one in mail.references if one != mail.id]
        if others:
            return Place(ThreadKey(self._keys.message(others[0])), parent, None)
        return Place(None if parent else ThreadKey(key), parent, None)

    def _is_about_it(self, mail: Mail, thread: ThreadKey) -> bool:
        """Whether a mail's subject is that of a conversation, or one that it took on since, or nobody knows."""
        mine, title = (base_subject(one).casefold() for one in (mail.subject, self._titles[thread].removeprefix("⚠ ")))
        return mine in title or title in mine or self._subjects.is_at_home(f"s:{mine[:200]}", thread)

    def _begins_anew(self, mail: Mail, key: MessageKey, parent: Held, above: Iterable[Held]) -> bool:
        """Whether somebody who didn't take part answered an old mail, and wrote another subject over its own."""
        own = self._held.get(key)
        if own is not None:  # read once more: it stays where it is
            return own.thread == ThreadKey(key) != parent.thread
        return not _PREFIXED.match(mail.subject) and self._keys.person(mail.author.address) not in {
            one.author for one in above
        }

    def _by_subject(self, mail: Mail, at_ms: int) -> tuple[ThreadKey, SpaceKey] | None:
        # Who writes must have taken part before; our own address takes part in everything.
        others = {mail.author.address, mail.sender.address} - self._us
        for mark in marks(mail):
            if mark.startswith("x:") or _ANSWERS.match(mail.subject):
                found = self._subjects.find(mark, at_ms, others)
                if found is not None:
                    return found
        return None

    def woven(self, mail: Mail, key: MessageKey, root: ThreadKey, space: SpaceKey, at_ms: int) -> None:
        """Note where a mail went, for those that come after it."""
        self._titles.setdefault(root, base_subject(mail.subject))
        self._here[key] = Held(root, space, "", self._titles[root], self._keys.person(mail.author.address))
        for mark in marks(mail):
            self._subjects.note(mark, root, space, at_ms, mail.people - self._us)
