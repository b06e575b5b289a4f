"""Where things live, and the one readable file of settings: the profile's own over the defaults in resources.

Tests scale time with LUISTERPOST_UNDO_S, LUISTERPOST_SETTLE_SCALE, LUISTERPOST_TIMEOUT_S and LUISTERPOST_POLL_S,
which go before the file.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from console.domain.calendar import WorkingHours
from console.domain.care import Care, Cover, Look
from console.domain.policy import Level, Policy, ReasonKind, Target
from console.domain.receivers import BadPeople, Receiver, people_of
from console.public_holidays import UnknownCountry, public_holidays
from console.store.read.queue import VIEWS
from console.words import LANGUAGES, resources

FILE = "settings.toml"
HOME = "LUISTERPOST_HOME"
THEMES = ("light", "dark", "system")
PICTURES = ("show", "ask", "never")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d) ?[-–] ?(\d{1,2}):([0-5]\d)")
_COUNTRY = re.compile("[A-Z]{2,3}")
_NO_NAME = re.compile(r'^\.|[<>:"/\\|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
_OCTAL = re.compile(r"\\([0-7]{3})")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NETWORK = frozenset((
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "davfs", "fuse.sshfs",
    "fuse.glusterfs", "fuse.davfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.ceph",
))  # fmt: skip


class BrokenSettings(Exception):
    """The settings can't be read. Facts, not words: `console.sentences.troubles` makes the sentence.

    file   the settings file, or the name of an environment variable
    where  the section and name ("[look] theme"), "" where a line or nothing is known
    code   not_toml (facts: line), not_utf8, not_allowed, unknown_section, unknown_name (value, near), not_a_section,
           not_one_of (value, choices), not_a_number (least, most), not_yes_or_no, not_a_text, not_a_list, bad_timezone (value),
           bad_span (value), overlap, unknown_country (value), bad_target, bad_person, no_name, same_name (value),
           bad_mail (value), bad_hours (value)
    """

    def __init__(self, file: Path, where: str, code: str, **facts: object) -> None:
        super().__init__(f"{file.name} {where}: {code} {facts or ''}".rstrip())
        self.file = file
        self.where = where
        self.code = code
        self.facts = facts


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
    single_keys: bool
    undo_s: float
    remind_min: int
    timeout_s: float
    settle_scale: float
    poll_s: float | None
    pictures: str
    pictures_mb: int
    road_view: str
    road_mb: int
    away_min: int
    policy: Policy
    receivers: tuple[Receiver, ...]
    on_duty: tuple[Receiver, ...]
    care: Care


def home(given: Path | None = None) -> Path:
    """The folder of all profiles: what was given, LUISTERPOST_HOME, or the platform's own data folder."""
    if given is not None:
        return given
    if os.environ.get(HOME):
        return Path(os.environ[HOME])
    import platformdirs

    return Path(platformdirs.user_data_dir("luisterpost", appauthor=False))


def profile_folder(given: Path | None, profile: str) -> Path:
    """A profile's folder. Raises NetworkFolder; BadName for what is no name of a folder on any of the systems."""
    if not profile or _NO_NAME.search(profile):
        raise BadName(profile)
    folder = home(given) / profile
    kind = file_system(folder)
    if kind in _NETWORK or str(folder).startswith("\\\\"):  # a Windows share
        raise NetworkFolder(folder, kind or "share")
    return folder


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The kind of file system a folder stands on, "" where the system doesn't tell."""
    if not sys.platform.startswith("linux") or not mounts.exists():
        return ""
    best, kind = "", ""
    place = str(folder.resolve())
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), parts[1])  # a space is written \040
        if (place == point or place.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind


def load(profile: Path) -> Settings:
    """The settings of a profile. Raises BrokenSettings naming the file, the place and what is wrong."""
    own = profile / FILE
    return _checked(own, _read(own) if own.exists() else {})


def save(profile: Path, changes: Mapping[tuple[str, str], Any]) -> None:
    """Write (section, name) -> value into the profile's own file, keeping its comments and the rest.

    Raises BrokenSettings where the file is broken already or would be with these; then nothing is written.
    """
    import tomlkit

    file = profile / FILE
    if file.exists():
        _read(file)
        document = tomlkit.parse(file.read_text(encoding="utf-8"))
    else:
        document = tomlkit.document()
    for (section, name), value in changes.items():
        if not isinstance(document.get(section), dict):
            document[section] = tomlkit.table()
        document[section][name] = value
    _checked(file, document.unwrap())
    profile.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as written:
        written.write(tomlkit.dumps(document))
        written.flush()
        os.fsync(written.fileno())
    os.replace(fresh, file)


def _checked(file: Path, own: Mapping[str, Any]) -> Settings:
    """What a file says over the defaults."""
    merged = {section: dict(values) for section, values in _read(resources() / FILE).items()}
    for section, values in own.items():
        if section not in merged:
            names = {name: known for known, inside in merged.items() for name in inside}
            code = "not_a_section" if section in names else "unknown_section"
            near = names.get(section, _near(section, merged))
            raise BrokenSettings(file, f"[{section}]" if code == "unknown_section" else section, code, near=near)
        if not isinstance(values, Mapping):
            raise BrokenSettings(file, section, "not_a_section", near=section)
        unknown = sorted(set(values) - set(merged[section]))
        if unknown:
            near = _near(unknown[0], merged[section])
            raise BrokenSettings(file, f"[{section}] {unknown[0]}", "unknown_name", near=near)
        merged[section] |= values
    return _Checked(file, merged).settings()


def _near(name: str, known: Iterable[str]) -> str:
    """The known name that somebody may have meant, "" for none."""
    return next(iter(difflib.get_close_matches(name, list(known), 1)), "")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as wrong:
        line = re.search(r"line (\d+)", str(wrong))
        raise BrokenSettings(file, "", "not_toml", line=int(line[1]) if line else None) from wrong
    except UnicodeDecodeError as wrong:
        raise BrokenSettings(file, "", "not_utf8") from wrong
    except OSError as wrong:
        raise BrokenSettings(file, "", "not_allowed") from wrong


class _Checked:
    """Values with their types and ranges looked at, each complaint naming its place."""

    def __init__(self, file: Path, values: Mapping[str, Mapping[str, Any]]) -> None:
        self._file = file
        self._values = values

    def settings(self) -> Settings:
        return Settings(
            name=self._text("you", "name"), language=self._one_of("look", "language", ("", *LANGUAGES)),
            theme=self._one_of("look", "theme", THEMES), text_percent=int(self._number("look", "text_percent", 80, 200)),
            single_keys=self._yes_or_no("keys", "single"),
            undo_s=self._timing("UNDO_S", "sending", "undo_s", 0, 600),
            remind_min=int(self._number("sending", "remind_min", 1, 10_000)),
            timeout_s=self._timing("TIMEOUT_S", "collecting", "timeout_s", 0.1, 600),
            settle_scale=self._timing("SETTLE_SCALE", "collecting", "settle_scale", 0, 100),
            poll_s=_from_outside("POLL_S", 3600), pictures=self._one_of("pictures", "show", PICTURES),
            pictures_mb=int(self._number("pictures", "keep_mb", 1, 100_000)),
            road_view=self._one_of("road", "view", VIEWS), road_mb=int(self._number("road", "limit_mb", 1, 100_000)),
            away_min=int(self._number("road", "away_min", 1, 10_000)), policy=self._policy(),
            receivers=self._people("escalate", "receivers"), on_duty=self._people("duty", "people"), care=self._care(),
        )  # fmt: skip

    def _timing(self, outside: str, section: str, name: str, least: float, most: float) -> float:
        """A number of the file, unless the environment sets another."""
        value = self._number(section, name, least, most)
        given = _from_outside(outside, most)
        return value if given is None else given

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
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self._wrong("hours", "timezone", "bad_timezone", value=timezone) from None
        days = {number: self._spans(name) for number, name in enumerate(_DAYS)}
        return WorkingHours(timezone, days, self._holidays())

    def _spans(self, day: str) -> tuple[tuple[int, int], ...]:
        spans = tuple(self._span(day, text) for text in self._texts("hours", day))
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise self._wrong("hours", day, "overlap")
        return spans

    def _span(self, day: str, text: str) -> tuple[int, int]:
        found = _SPAN.fullmatch(text.strip())
        start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
        if not 0 <= start < end <= 1440:
            raise self._wrong("hours", day, "bad_span", value=text)
        return start, end

    def _holidays(self) -> frozenset[date]:
        country = self._text("hours", "holidays")
        if not country:
            return frozenset()
        try:
            if not _COUNTRY.fullmatch(country):
                raise UnknownCountry(country)
            return public_holidays(country, date.today(), self._file.parent)
        except UnknownCountry:
            raise self._wrong("hours", "holidays", "unknown_country", value=country) from None

    def _targets(self) -> dict[ReasonKind, Target]:
        return {kind: self._target(kind.value, self._values["targets"][kind.value]) for kind in ReasonKind}

    def _target(self, name: str, target: Any) -> Target:
        known = {"level", "within", "later", "later_after"}
        wrong = self._wrong("targets", name, "bad_target")
        if not isinstance(target, Mapping) or set(target) - known or ("later" in target) != ("later_after" in target):
            raise wrong
        levels = {level.word: level for level in Level}
        level, later = target.get("level"), target.get("later")
        minutes = [target.get("within"), target.get("later_after", 0)]
        if level not in levels or later not in (None, *levels) or not all(map(_is_minutes, minutes)):
            raise wrong
        return Target(levels[level], minutes[0], None if later is None else levels[later], minutes[1])

    def _people(self, section: str, name: str) -> tuple[Receiver, ...]:
        try:
            return people_of(self._values[section][name], self._hours())
        except BadPeople as wrong:
            raise self._wrong(section, name, wrong.code, value=wrong.value) from None

    def _care(self) -> Care:
        return Care(
            self._yes_or_no("care", "on"), Cover(self._one_of("care", "cover", tuple(Cover))),
            Look(self._one_of("care", "pictures", tuple(Look))), tuple(self._texts("care", "words")),
            int(self._number("care", "limit", 0, 10_000)), int(self._number("care", "lighter_after", 0, 100)),
        )  # fmt: skip

    def _text(self, section: str, name: str) -> str:
        value = self._values[section][name]
        if not isinstance(value, str):
            raise self._wrong(section, name, "not_a_text")
        return value

    def _yes_or_no(self, section: str, name: str) -> bool:
        value = self._values[section][name]
        if not isinstance(value, bool):
            raise self._wrong(section, name, "not_yes_or_no")
        return value

    def _one_of(self, section: str, name: str, choices: Sequence[str]) -> str:
        value = self._text(section, name)
        if value not in choices:
            raise self._wrong(section, name, "not_one_of", value=value, choices=", ".join(filter(None, choices)))
        return value

    def _texts(self, section: str, name: str) -> list[str]:
        value = self._values[section][name]
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise self._wrong(section, name, "not_a_list")
        return [part for part in value if part.strip()]

    def _number(self, section: str, name: str, least: float, most: float) -> float:
        value = self._values[section][name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self._wrong(section, name, "not_a_number", least=least, most=most)
        return float(value)

    def _wrong(self, section: str, name: str, code: str, **facts: object) -> BrokenSettings:
        return BrokenSettings(self._file, f"[{section}] {name}", code, **facts)


def _is_minutes(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000


def _from_outside(name: str, most: float) -> float | None:
    """A number that the environment sets, None where it doesn't."""
    text = os.environ.get(f"LUISTERPOST_{name}")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise BrokenSettings(Path(f"LUISTERPOST_{name}"), "", "not_a_number", least=0, most=most)
    return value
