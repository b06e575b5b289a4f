"""The headers of a mail, as a person reads them, whatever bytes they hold.

Nothing here raises on what a mail holds: what can't be decoded is shown with marks in its place.
"""

from __future__ import annotations

import binascii
import codecs
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message as Parsed
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from quopri import decodestring

from charset_normalizer import from_bytes

MAX_HEADER_CHARS = 10_000  # of one header that we look at; a real one is a tenth of that
MAX_ADDRESSES = 100
MAX_HEADERS = 300
MAX_IDS = 100
_SHORT_CHARS = 300
_MOST_GUESSED = 20_000
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]*)?\?([bBqQ])\?([^?\s]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_ID = re.compile(r"<([!-;=?-~]{1,200}@[!-;=?-~]{1,200})>")
_ANY = re.compile(r"[^\s<>@,;:\"()]{1,64}@[^\s<>@,;:\"()]{1,255}")
# Codecs that are no character set of a mail, or take time by the square.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_LATIN = frozenset({"iso8859-1", "cp1252", "ascii", "iso8859-15"})


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody in a header. `address` is in lower case, "" when it is none."""

    name: str
    address: str


def decode(data: bytes, charset: str = "") -> str:
    """Bytes as text: by the charset they claim if they keep to it, else by what they look like."""
    codec = _codec(charset)
    # What calls itself Latin and is whole UTF-8 is UTF-8: the other way round hardly ever happens by itself.
    for name in ("utf-8", codec) if codec in _LATIN or not codec else (codec, "utf-8"):
        try:
            return data.decode("cp1252" if name == "iso8859-1" else name)
        except (UnicodeDecodeError, UnicodeError, LookupError):
            continue
    guessed = from_bytes(data[:_MOST_GUESSED]).best() if len(data) > 20 else None
    return data.decode(guessed.encoding if guessed is not None else "cp1252", "replace")


def _codec(charset: str) -> str:
    """Python's name of a charset, "" for what is none."""
    name = charset.strip("\"' ").lower()
    try:
        found = codecs.lookup(name) if name and name.isascii() and "\0" not in name else None
    except (LookupError, ValueError):
        return ""
    if found is None or found.name in _NO_CHARSETS or not getattr(found, "_is_text_encoding", False):
        return ""
    return found.name


def text_of(value: str) -> str:
    """A header's value with its encoded words decoded, on one line."""
    value = _raw_bytes_decoded(value[:MAX_HEADER_CHARS])
    if "=?" in value:
        value = _WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1", value))
    return " ".join(value.split())


def _raw_bytes_decoded(value: str) -> str:
    """What came as bytes beyond ASCII: the parser keeps each as half a character."""
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape"))


def _decoded_word(match: re.Match[str]) -> str:
    charset, way, coded = match.groups()
    data = coded.encode("ascii", "replace")
    try:
        raw = b64decode(data + b"=" * (-len(data) % 4)) if way in "bB" else decodestring(data, header=True)
    except (binascii.Error, ValueError):
        return match.group()
    return decode(raw, charset)


Header = tuple[str, str]  # its name in lower case, and its value on one line


def in_order(part: Parsed) -> tuple[Header, ...]:
    """All headers from the top down, also those that stand there twice: who wrote one is told by its place."""
    found = ((name.lower(), str(value)) for name, value in list(part.raw_items())[:MAX_HEADERS])
    return tuple((name, text_of(value)) for name, value in found)


class Headers:
    """The headers of one part, each looked at as far as MAX_HEADER_CHARS."""

    def __init__(self, part: Parsed) -> None:
        self._held: dict[str, str] = {}
        for name, value in part.raw_items():
            self._held.setdefault(name.lower(), str(value)[:MAX_HEADER_CHARS])

    def get(self, name: str) -> str:
        """The first of that name as text, "" where there is none."""
        return text_of(self._first(name))

    def has(self, name: str) -> bool:
        return name.lower() in self._held

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Who stands there. Names are decoded after the list is taken apart: a comma in one separates nobody."""
        value = " ".join(_raw_bytes_decoded(self._first(name)).split())
        return _addresses(value) if len(value) > _SHORT_CHARS else _known_addresses(value)

    def ids(self, name: str) -> tuple[str, ...]:
        """Message ids without their brackets, in their order, once each."""
        return tuple(dict.fromkeys(_ID.findall(self._first(name))))[-MAX_IDS:]

    def id(self, name: str) -> str:
        """The one message id that stands there; "" where it isn't well-formed."""
        match = _ID.fullmatch(self._first(name).strip())
        return match.group(1) if match else ""

    def date_ms(self, name: str) -> int | None:
        """A moment as UTC epoch milliseconds; in Received it stands at the end."""
        try:
            return int(parsedate_to_datetime(self._first(name).rpartition(";")[2][:200]).timestamp() * 1000)
        except (ValueError, TypeError, OverflowError, IndexError, OSError):
            return None

    def _first(self, name: str) -> str:
        return self._held.get(name.lower(), "")


def _addresses(value: str) -> tuple[Address, ...]:
    try:
        pairs = getaddresses([value])[:MAX_ADDRESSES] if value else []
    except (ValueError, TypeError, IndexError, AttributeError):
        pairs = []
    if not any(address for _name, address in pairs):  # the library gives up on the whole of a list it doubts
        pairs = [("", address) for address in _ANY.findall(value)[:MAX_ADDRESSES]]
    found = (Address(text_of(name).strip("\"' "), _mailbox(address)) for name, address in pairs)
    return tuple(one for one in found if one.address or one.name)


# In one mailbox the same people come again and again.
_known_addresses = lru_cache(maxsize=4096)(_addresses)


def _mailbox(address: str) -> str:
    local, at, host = address.strip().rpartition("@")
    if not at or not local or not host or re.search(r"[\s<>\x00-\x1f]", address):
        return ""
    return f"{local}@{host}".lower()[:320]


def first(addresses: Sequence[Address]) -> Address:
    return addresses[0] if addresses else Address("", "")
