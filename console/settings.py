"""Where things live, and the one readable file of settings: the profile's own over the defaults in resources.

Tests scale time with LUISTERPOST_UNDO_S, LUISTERPOST_SETTLE_SCALE, LUISTERPOST_TIMEOUT_S and LUISTERPOST_POLL_S.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from console.domain.calendar import WorkingHours
from console.domain.policy import Level, Policy, ReasonKind, Target, default_targets
from console.words import LANGUAGES, resources

FILE = "settings.toml"
HOME = "LUISTERPOST_HOME"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "9p", "ceph", "glusterfs"})


class BrokenSettings(Exception):
    """The settings can't be read: `where` is a line or a key, `what` is wrong with it."""

    def __init__(self, file: Path, where: str, what: str) -> None:
        super().__init__(f"{file.name}, {where}: {what}")
        self.file = file
        self.where = where
        self.what = what


class BadName(ValueError):
    """A profile's name that is no plain folder name."""


class NetworkFolder(Exception):
    """The profile would stand on a network file system, where two computers can spoil a database."""

    def __init__(self, folder: Path, kind: str) -> None:
        super().__init__(f"{folder} ({kind})")
        self.folder = folder
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set."""

    name: str
    language: str
    theme: str
    text_percent: int
    undo_s: float
    timeout_s: float
    settle_scale: float
    poll_s: float | None
    policy: Policy


def home(given: Path | None = None) -> Path:
    """The folder of all profiles: what was given, LUISTERPOST_HOME, or the platform's own data folder."""
    if given is not None:
        return given
    if os.environ.get(HOME):
        return Path(os.environ[HOME])
    import platformdirs

    return Path(platformdirs.user_data_dir("luisterpost", appauthor=False))


def profile_folder(given: Path | None, profile: str) -> Path:
    """A profile's folder. Raises NetworkFolder, BadName."""
    if not profile or profile != Path(profile).name or profile.startswith("."):
        raise BadName(profile)
    folder = home(given) / profile
    kind = file_system(folder)
    if kind in _NETWORK:
        raise NetworkFolder(folder, kind)
    return folder


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system a folder stands on, "" where the system doesn't tell."""
    if not sys.platform.startswith("linux") or not mounts.exists():
        return ""
    best, kind = "", ""
    place = str(folder.absolute())
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(" ")
        point = parts[1].replace("\\040", " ")
        if (place == point or place.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def load(profile: Path) -> Settings:
    """The settings of a profile. Raises BrokenSettings naming the file, the place and what is wrong."""
    own = profile / FILE
    defaults = _read(resources() / FILE)
    merged = {section: dict(values) for section, values in defaults.items()}
    if own.exists():
        for section, values in _read(own).items():
            if section not in merged:
                raise BrokenSettings(own, f"[{section}]", "unknown section")
            if not isinstance(values, dict):
                raise BrokenSettings(own, section, "not a section")
            unknown = set(values) - set(merged[section])
            if unknown:
                raise BrokenSettings(own, f"[{section}] {min(unknown)}", "unknown name")
            merged[section] |= values
    return _Checked(own, merged).settings()


def save(profile: Path, changes: Mapping[tuple[str, str], Any]) -> None:
    """Write (section, name) -> value into the profile's own file, keeping its comments and the rest."""
    import tomlkit

    file = profile / FILE
    document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
    for (section, name), value in changes.items():
        if section not in document:
            document[section] = tomlkit.table()
        document[section][name] = value
    profile.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
    os.replace(fresh, file)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        raise BrokenSettings(file, str(wrong).partition("(at ")[2].rstrip(")") or "?", str(wrong)) from wrong
    except UnicodeDecodeError as wrong:
        raise BrokenSettings(file, f"byte {wrong.start}", "not UTF-8") from wrong


class _Checked:
    """Values with their types and ranges looked at, each complaint naming its place."""

    def __init__(self, file: Path, values: Mapping[str, Mapping[str, Any]]) -> None:
        self._file = file
        self._values = values

    def settings(self) -> Settings:
        language = self._text("look", "language")
        theme = self._text("look", "theme")
        if language and language not in LANGUAGES:
            raise self._wrong("look", "language", f'"{language}" is not one of {", ".join(LANGUAGES)}')
        if theme not in ("light", "dark", "system"):
            raise self._wrong("look", "theme", f'"{theme}" is not light, dark or system')
        poll = os.environ.get("LUISTERPOST_POLL_S")
        return Settings(
            name=self._text("you", "name"), language=language, theme=theme,
            text_percent=int(self._number("look", "text_percent", 80, 200)),
            undo_s=_scaled("LUISTERPOST_UNDO_S", self._number("sending", "undo_s", 0, 600)),
            timeout_s=_scaled("LUISTERPOST_TIMEOUT_S", self._number("collecting", "timeout_s", 0.1, 600)),
            settle_scale=_scaled("LUISTERPOST_SETTLE_SCALE", self._number("collecting", "settle_scale", 0, 100)),
            poll_s=float(poll) if poll else None, policy=self._policy(),
        )  # fmt: skip

    def _policy(self) -> Policy:
        names = self._texts("you", "moderators")
        me = self._text("you", "name")
        return Policy(
            hours=self._hours(), targets=self._targets(), us_names=frozenset(filter(None, (*names, me))),
            mentions=tuple(self._texts("you", "mentions")),
            newcomer_days=int(self._number("newcomers", "days", 1, 365)),
            history_days=int(self._number("newcomers", "history_days", 1, 3650)),
        )  # fmt: skip

    def _hours(self) -> WorkingHours:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        timezone = self._text("hours", "timezone")
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise self._wrong("hours", "timezone", f'"{timezone}" is not a time zone') from None
        days = {number: tuple(self._span(name, text) for text in self._texts("hours", name))
                for number, name in enumerate(_DAYS)}  # fmt: skip
        return WorkingHours(timezone, days, self._holidays())

    def _span(self, day: str, text: str) -> tuple[int, int]:
        try:
            start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
        except ValueError:
            start, end = 0, 0
        if not 0 <= start < end <= 1440:
            raise self._wrong("hours", day, f'"{text}" is not a span like "08:30-17:00"')
        return start, end

    def _holidays(self) -> frozenset[date]:
        country = self._text("hours", "holidays")
        if not country:
            return frozenset()
        import holidays

        this_year = date.today().year
        try:
            return frozenset(holidays.country_holidays(country, years=range(this_year - 2, this_year + 3)))
        except NotImplementedError:
            raise self._wrong("hours", "holidays", f'"{country}" is not a country we know') from None

    def _targets(self) -> dict[ReasonKind, Target]:
        targets = default_targets()
        for kind in ReasonKind:
            target: Any = self._values["targets"].get(kind.value)
            try:
                later = target.get("later")
                targets[kind] = Target(
                    Level[target["level"].upper()], int(target["within"]), Level[later.upper()] if later else None,
                    int(target.get("later_after", 0)),
                )  # fmt: skip
            except (KeyError, TypeError, ValueError, AttributeError):
                raise self._wrong("targets", kind.value, 'not like { level = "today", within = 480 }') from None
        return targets

    def _text(self, section: str, name: str) -> str:
        value = self._values[section][name]
        if not isinstance(value, str):
            raise self._wrong(section, name, "a text in quotes is expected")
        return value

    def _texts(self, section: str, name: str) -> list[str]:
        value = self._values[section][name]
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise self._wrong(section, name, "a list of texts is expected")
        return value

    def _number(self, section: str, name: str, least: float, most: float) -> float:
        value = self._values[section][name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self._wrong(section, name, f"a number from {least:g} to {most:g} is expected")
        return value

    def _wrong(self, section: str, name: str, what: str) -> BrokenSettings:
        return BrokenSettings(self._file, f"[{section}] {name}", what)


def _scaled(name: str, value: float) -> float:
    return float(os.environ[name]) if os.environ.get(name) else float(value)
