"""Mails in files: mbox, a Maildir, .eml and Apple's .emlx, alone, in folders or in zips, also mixed.

Each file is seen by how it begins. What is said is read as the mail adapter reads it, so that a mail has the same key
whichever way it came, given the same mailbox (`Options.server`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice

from console.adapters.contract import Held
from console.adapters.imports.beside import Beside
from console.adapters.imports.entry import READ_ONLY, Entry, Options, Skipped
from console.adapters.imports.mbox import FOLLOWS, FROM, KEPT_BYTES, split, stamp_ms
from console.adapters.imports.source import HEAD_BYTES, Item, Source
from console.adapters.mail_parsing import MAX_HEAD_BYTES, Mail, headers_in, read
from console.adapters.mail_reading import Account, Lying, changes_of, key_of_mail, keys_wanted
from console.adapters.mail_threading import Keys, Subjects
from console.adapters.notices import Notices, likely_servers
from console.domain.conversation import Message, MessageKey, Thread, ThreadKey
from console.domain.platform import Capabilities, Cursor

ENDS_READER = "ends_reader"  # why a mail is left out whose reading ends each process that tries
SERVER = "file"  # of mails whose mailbox nobody named
BATCH, BATCH_BYTES = 100, 8_000_000
MOST_LOOKED_AT = 200  # files, to see whether any of them is a mail
RECENT = 300
SAMPLE = 500  # mails, to see which server took them in
_FIRST_MAILS_MS = 315_532_800_000  # 1980
_QUOTED = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)
_KNOWN = frozenset((b"from", b"to", b"subject", b"date", b"received", b"message-id", b"return-path", b"delivered-to",
                    b"mime-version", b"x-mozilla-status", b"x-gm-thrid"))  # fmt: skip
_EMLX = re.compile(rb"\d{1,12}[ \t]*\r?\n")
_MAILDIR = re.compile(r"(?:\A|/)(?:cur|new)/[^/]+\Z")
_ENDINGS = re.compile(r"\.(?:mbox|mbx|eml|emlx|txt)\Z", re.IGNORECASE)


class Mails:
    key = "mail"
    platform = "mail"
    capabilities: Capabilities = READ_ONLY

    def recognises(self, source: Source) -> bool:
        filled = [item for item in _wanted(source) if item.size_bytes]
        return any(_kind(source.head(item)) for item in filled[:MOST_LOOKED_AT])

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        trusted = options.trusted or vouched_for(source, options.beside)
        batches = _Batches(options, trusted, (after or {}).get("subjects"))
        for batch, mails in mails_in(source, options.beside, after):
            yield from batches.entries(batch, mails)


@dataclass(frozen=True, slots=True)
class Raw:
    """One mail as it lies in a file. `at` is where to go on after it; `stamp_ms` is what a mbox says of its arrival."""

    at: dict[str, int]
    where: str
    folder: str
    data: bytes
    stamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class NoMail:
    at: dict[str, int]
    where: str
    reason: str


@dataclass(slots=True)
class Batch:
    """Mails that are read together, and what lies behind the last of them, where that is none.

    troubles  how many the source had when the last of them was read
    """

    raws: list[Raw] = field(default_factory=list)
    then: NoMail | None = None
    troubles: int = 0


def _batched(found: Iterable[Raw | NoMail], source: Source) -> Iterator[Batch]:
    batch, size = Batch(), 0
    for one in found:
        if isinstance(one, NoMail):
            batch.then = one
        elif not batch.raws or (len(batch.raws) < BATCH and size + len(one.data) <= BATCH_BYTES):
            batch.raws.append(one)
            batch.troubles = len(source.troubles)
            size += len(one.data)
            continue
        yield batch
        batch, size = Batch(troubles=len(source.troubles)), 0
        if isinstance(one, Raw):
            batch.raws.append(one)
            size = len(one.data)
    if batch.raws:
        yield batch


def mails_in(source: Source, beside: Beside, after: Cursor | None = None) -> Iterator[tuple[Batch, list[Mail | None]]]:
    """The mails of a source with what each says; None where reading it ends the process that does so."""
    batches = _batched(raw_mails(source, after), source)
    return beside.ahead(read, ((batch, [raw.data for raw in batch.raws]) for batch in batches))


def raw_mails(source: Source, after: Cursor | None = None) -> Iterator[Raw | NoMail]:
    """The mails of a source behind the one whose `at` that is, in the order of its files."""
    file, at, count = (int(str((after or {}).get(name, 0))) for name in ("file", "at", "mail"))
    items = _wanted(source)
    for number, item in enumerate(items[file:], file):
        if not item.size_bytes:
            continue
        with source.open(item) as stream:
            data = stream.read(HEAD_BYTES)
            kind = _kind(data)
            if kind in ("eml", "emlx"):
                data += stream.read(KEPT_BYTES)
        done = {"file": number + 1, "at": 0}
        if kind == "mbox":
            yield from _of_mbox(source, item, number, at if number == file else 0, count if number == file else 0)
        elif kind:
            yield Raw(done, item.where, _folder(item), _without_length(data) if kind == "emlx" else data)
        else:
            yield NoMail(done, item.where, "no_mail")


def vouched_for(source: Source, beside: Beside) -> frozenset[str]:
    """The servers that took most of these mails in: what they say of who sent a mail holds."""
    known = len(source.troubles)
    sample = islice((raw for raw in raw_mails(source) if isinstance(raw, Raw)), SAMPLE)
    batches = _batched(sample, source)
    heads = beside.ahead(headers_in, ((None, [raw.data[:MAX_HEAD_BYTES] for raw in batch.raws]) for batch in batches))
    found = likely_servers(headers for _of, several in heads for headers in several if headers is not None)
    del source.troubles[known:]  # reading them meets those again, each in its place
    return found


def _wanted(source: Source) -> Sequence[Item]:
    """In a Maildir what lies in its folders of mails, elsewhere every file."""
    return [item for item in source.items if _MAILDIR.search(item.name)] or source.items


def _kind(head: bytes) -> str:
    """How a file begins: "mbox", "eml", "emlx", or "" for no mail."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if found := FROM.match(head):
        return "mbox" if _is_mail(head[found.end() :]) else ""
    if found := _EMLX.match(head):
        return "emlx" if _is_mail(head[found.end() :]) else ""
    return "eml" if _is_mail(head) else ""


def _is_mail(head: bytes) -> bool:
    """Whether lines of headers stand here, among them one that every mail has."""
    names: set[bytes] = set()
    for line in head[:16_384].splitlines():
        if not line.strip():
            break
        if line[:1] in b" \t>" and names:
            continue
        if not FOLLOWS.match(line):
            return False
        names.add(line.partition(b":")[0].lower())
    return bool(names & _KNOWN)


def _without_length(data: bytes) -> bytes:
    found = _EMLX.match(data)
    return data[found.end() :][: int(found.group())] if found else data


def _folder(item: Item) -> str:
    """The folder a mail lies in, as people call it: of a Maildir "Vragen/Parkeren", else the names above the file."""
    above = _ENDINGS.sub("", item.archive).removesuffix(".zip")
    path = re.sub(r"(?:\A|/)(?:cur|new)/[^/]+\Z", "", item.name)
    if path == item.name:
        path = item.name.rpartition("/")[0]
    elif path.startswith("."):
        path = path[1:].replace(".", "/")
    return "/".join(filter(None, (above, path)))


def _of_mbox(source: Source, item: Item, number: int, begin: int, count: int) -> Iterator[Raw]:
    named = len(_wanted(source)) > 1
    folder = "/".join(filter(None, (_folder(item), _ENDINGS.sub("", item.base)))).replace(".sbd/", "/") if named else ""
    with source.open(item, begin) as stream:
        for data, end in split(stream, begin):
            count += 1
            data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
            found = FROM.match(data)
            stamp, mail = (found.group(), data[found.end() :]) if found else (b"", data)
            if b">From " in mail:
                mail = _QUOTED.sub(rb"\1", mail)
            at = {"file": number, "at": end, "mail": count}
            yield Raw(at, f"{item.where}:{count}", folder, mail, stamp_ms(stamp))


# -- what they say -------------------------------------------------------------------------------------------------------


class _Batches:
    """Puts mails where they belong, each after the others; what came just before stays known to them."""

    def __init__(self, options: Options, trusted: frozenset[str], subjects: object) -> None:
        self._options = options
        self._keys = Keys(options.server or SERVER)
        self._account = Account(
            frozenset(filter(None, (options.account.lower(),))), options.name, "", Notices(trusted, options.servers)
        )
        self._recent: dict[MessageKey, Held] = {}
        self._subjects = Subjects(subjects)

    def entries(self, batch: Batch, mails: Sequence[Mail | None]) -> Iterator[Entry | Skipped]:
        """What the mails of a batch say, and in their places what is none or can't be read."""
        for is_read, several in groupby(zip(batch.raws, mails, strict=True), lambda one: one[1] is not None):
            if is_read:
                read_ones = [(raw, mail) for raw, mail in several if mail is not None]
                yield replace(self.entry(read_ones), troubles=batch.troubles)
            else:
                yield from (self.skipped(NoMail(raw.at, raw.where, ENDS_READER)) for raw, _mail in several)
        if batch.then is not None:
            yield self.skipped(batch.then)

    def skipped(self, found: NoMail) -> Skipped:
        return Skipped({**found.at, "subjects": self._subjects.stored()}, found.where, found.reason)

    def entry(self, mails: Sequence[tuple[Raw, Mail]]) -> Entry:
        """What these mails say; those that are here already say nothing new."""
        known = {key_of_mail(self._keys, mail.id, mail.digest): mail for _raw, mail in mails}
        held = {**self._options.held([*known, *keys_wanted(self._keys, known.values(), self._account)]), **self._recent}
        changes = changes_of(self._keys, list(self._lying(mails, held)), held, self._subjects, self._account)
        self._note(changes)
        self._subjects = Subjects(self._subjects.stored())
        return Entry({**mails[-1][0].at, "subjects": self._subjects.stored()}, tuple(changes))

    def _lying(self, mails: Sequence[tuple[Raw, Mail]], held: Mapping[MessageKey, Held]) -> Iterator[Lying]:
        """Each mail once; a second one under the same id that says something else is suspicious."""
        said: dict[MessageKey, list[str]] = {}
        for raw, mail in mails:
            key = key_of_mail(self._keys, mail.id, mail.digest)
            bodies = said.setdefault(key, [])
            if key in held or mail.body_digest in bodies:
                continue
            bodies.append(mail.body_digest)
            folder = "/".join(filter(None, (self._options.name, raw.folder))) or "mail"
            yield Lying(mail, folder, _arrived_ms(mail, raw), suspicious=len(bodies) > 1)

    def _note(self, changes: Sequence[object]) -> None:
        titles = {change.key: change.title for change in changes if isinstance(change, Thread)}
        for change in changes:
            if isinstance(change, Message):
                root = ThreadKey(change.root or change.key)
                known = self._recent.get(MessageKey(root))
                title = titles.get(root) or (known.title if known is not None else "")
                self._recent[change.key] = Held(root, change.space, change.state.value, title, change.author)
        for key in list(self._recent)[:-RECENT]:
            del self._recent[key]


def _arrived_ms(mail: Mail, raw: Raw) -> int:
    """When a mail arrived, by whoever took it in, else by itself; what says 1970 doesn't know."""
    told = [at for at in (mail.received_ms, mail.date_ms, raw.stamp_ms) if at is not None]
    return next((at for at in told if at >= _FIRST_MAILS_MS), max(told, default=0))
