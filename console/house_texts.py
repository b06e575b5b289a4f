"""The texts of the house that people edit: its policies, and the letters that go with a verdict.

The profile's own file goes before the one in resources; it is one for all languages, because an organisation has one
set of policies. How it last could be read is kept beside it, and holds while it can't.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from console.domain import house_policies, letters
from console.domain.house_policies import BadPolicies, HousePolicy
from console.domain.letters import BadLetters, Letter
from console.words import language, resources

Found = TypeVar("Found")
Held = TypeVar("Held", covariant=True)


class HouseText(StrEnum):
    POLICIES = "policies"
    LETTERS = "letters"


class BrokenHouseText(Exception):
    """A text that can't be used: which file, at which line (from 1, 0 for the whole), and why.

    code  no_number, twice, none, to_whom, no_text (value: what stands there), not_utf8, not_allowed
    """

    def __init__(self, file: Path, line: int, code: str, value: str = "") -> None:
        super().__init__(f"{file.name} {line}: {code} {value}".rstrip())
        self.file = file
        self.line = line
        self.code = code
        self.value = value


class InUse(NamedTuple, Generic[Held]):
    """What holds now.

    broken     why it isn't the profile's own text as that stands there, None where it is
    as_before  it is what that said when it last could be read; else what Luisterpost brings
    """

    found: Held
    broken: BrokenHouseText | None = None
    as_before: bool = False


@dataclass(frozen=True, slots=True)
class HouseTexts:
    """The texts of one profile. Each is read anew when it is asked for: people edit them beside the window too."""

    profile: Path

    def own_file(self, which: HouseText) -> Path:
        return self.profile / f"{which.value}.md"

    def text(self, which: HouseText) -> str:
        """The profile's own text, or the one that Luisterpost brings. Raises BrokenHouseText where it can't be read."""
        own = self.own_file(which)
        file = own if own.exists() else _ours(which)
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError as wrong:
            raise BrokenHouseText(file, 0, "not_utf8") from wrong
        except OSError as wrong:
            raise BrokenHouseText(file, 0, "not_allowed") from wrong

    def policies(self) -> InUse[tuple[HousePolicy, ...]]:
        """The policies that hold now. A slip of the pen in the file stops no verdict and keeps no threat quiet."""
        return self._in_use(HouseText.POLICIES, house_policies.parse)

    def letters(self) -> InUse[tuple[Letter, ...]]:
        """The letters that can go with a verdict now."""
        return self._in_use(HouseText.LETTERS, letters.parse)

    def _in_use(self, which: HouseText, parse: Callable[[str], Found]) -> InUse[Found]:
        own, before = self.own_file(which), self.profile / f"{which.value}.before.md"
        if not own.exists():
            with suppress(OSError):
                before.unlink(missing_ok=True)
            return InUse(_brought(which, parse))
        try:
            text = self.text(which)
            found = _read(parse, own, text)
        except BrokenHouseText as broken:
            try:
                return InUse(parse(before.read_text(encoding="utf-8")), broken, as_before=True)
            except (OSError, UnicodeDecodeError, BadPolicies, BadLetters):
                return InUse(_brought(which, parse), broken)
        with suppress(OSError):  # a full disk stops no reading
            _keep(before, text)
        return InUse(found)

    def save(self, which: HouseText, text: str) -> None:
        """Keep a text as the profile's own; one with nothing in it takes the own one away.

        Raises BrokenHouseText where it can't be read as what it should be; then nothing is written.
        """
        file = self.own_file(which)
        if not text.strip():
            file.unlink(missing_ok=True)
            return
        if which is HouseText.POLICIES:
            _read(house_policies.parse, file, text)
        else:
            _read(letters.parse, file, text)
        _write(file, text)


def _ours(which: HouseText) -> Path:
    return resources() / which.value / f"{language()}.md"


def _brought(which: HouseText, parse: Callable[[str], Found]) -> Found:
    """What Luisterpost brings."""
    return parse(_ours(which).read_text(encoding="utf-8"))


def _keep(file: Path, text: str) -> None:
    """Write it where something else stands, or nothing. Raises OSError."""
    if not file.exists() or file.read_bytes() != text.encode():
        _write(file, text)


def _write(file: Path, text: str) -> None:
    """All of it or nothing. Raises OSError."""
    fresh = file.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    os.replace(fresh, file)


def _read(parse: Callable[[str], Found], file: Path, text: str) -> Found:
    try:
        return parse(text)
    except (BadPolicies, BadLetters) as wrong:
        raise BrokenHouseText(file, wrong.line, wrong.code, wrong.value) from wrong
