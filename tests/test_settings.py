"""The settings file: readable defaults, a person's own over them, and plain words where it is broken."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console import settings as settings_of
from console.domain.policy import Level, ReasonKind, Target, default_targets
from console.public_holidays import UnknownCountry, public_holidays
from console.sentences.troubles import settings_sentence
from console.settings import BadName, BrokenSettings, NetworkFolder, Settings, file_system, load, profile_folder, save
from console.words import resources, use


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNDO_S", "SETTLE_SCALE", "POLL_S", "TIMEOUT_S", "HOME"):
        monkeypatch.delenv(f"LUISTERPOST_{name}", raising=False)
    use("en")


def written(folder: Path, text: str) -> Path:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder


def broken(folder: Path, text: str) -> BrokenSettings:
    with pytest.raises(BrokenSettings) as wrong:
        load(written(folder, text))
    return wrong.value


# defaults
def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert (found.name, found.language, found.theme, found.text_percent) == ("", "", "system", 100)
    assert (found.undo_s, found.settle_scale, found.poll_s) == (10, 1, None)
    assert found.policy.targets == default_targets()
    assert found.policy.hours.timezone == "Europe/Amsterdam"
    assert found.policy.hours.days == {**dict.fromkeys(range(5), ((510, 1020),)), 5: (), 6: ()}
    assert (found.policy.newcomer_days, found.policy.history_days) == (30, 90)


def test_every_line_of_the_defaults_is_explained() -> None:
    """A name's own line ends in a comment, or its section begins with one."""
    lines = (resources() / "settings.toml").read_text(encoding="utf-8").splitlines()
    explained = {"hours", "targets"}
    section = ""
    for line in filter(None, lines):
        section = line.strip("[]") if line.startswith("[") else section
        if not line.startswith(("#", "[")):
            assert "#" in line or section in explained, line


def test_every_default_is_read(tmp_path: Path) -> None:
    """No setting that nothing reads: each name, given a value of another type, is complained about."""
    for section, names in tomllib.loads((resources() / "settings.toml").read_text(encoding="utf-8")).items():
        for name in names:
            wrong = broken(tmp_path, f"[{section}]\n{name} = 2026-01-01")
            assert wrong.where == f"[{section}] {name}"


def test_the_holidays_are_those_of_the_country(tmp_path: Path) -> None:
    dutch = load(tmp_path).policy.hours.holidays
    this_year = date.today().year
    for year in range(this_year - 1, this_year + 3):
        assert {date(year, 4, 26), date(year, 4, 27)} & dutch, "King's Day"
        assert {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)} <= dutch
    german = load(written(tmp_path, '[hours]\nholidays = "DE"')).policy.hours.holidays
    assert {date(this_year, 10, 3)} == {date(this_year, 10, 3)} & (german - dutch)
    assert load(written(tmp_path, '[hours]\nholidays = ""')).policy.hours.holidays == frozenset()


def test_holidays_are_computed_once_a_year(tmp_path: Path) -> None:
    first = public_holidays("NL", date(2026, 5, 1), tmp_path)
    kept = tmp_path / "holidays-NL-2026.txt"
    assert f"{date(2026, 4, 27)}" in kept.read_text(encoding="ascii").split()
    kept.write_text("2026-07-07\n", encoding="ascii")
    assert public_holidays("NL", date(2026, 6, 1), tmp_path) == {date(2026, 7, 7)}
    assert public_holidays("NL", date(2027, 1, 1), tmp_path) > first - {d for d in first if d.year < 2025}
    kept.write_text("nonsense", encoding="ascii")
    assert public_holidays("NL", date(2026, 6, 1), tmp_path) == first
    with pytest.raises(UnknownCountry):
        public_holidays("ZZ", date(2026, 6, 1), tmp_path)


def test_a_second_start_imports_nothing_to_know_the_holidays(tmp_path: Path) -> None:
    load(tmp_path)
    script = (
        "import sys; from pathlib import Path; from console.settings import load; "
        "hours = load(Path(sys.argv[1])).policy.hours; print(len(hours.holidays) > 40, 'holidays' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert ran.stdout.split() == ["True", "False"], ran.stderr


# a person's own
def test_what_a_person_sets_goes_before_the_defaults(tmp_path: Path) -> None:
    text = """
        [you]
        name = "Karin"
        moderators = ["Daan", " "]
        mentions = ["@redactie"]
        [look]
        theme = "dark"
        [hours]
        monday = ["09:00-12:00", "13:00 - 17:30"]
        [targets]
        mention = { level = "today", within = 60, later = "first", later_after = 120 }
    """
    found = load(written(tmp_path, text))
    assert (found.name, found.theme, found.text_percent) == ("Karin", "dark", 100)
    assert found.policy.us_names == {"Karin", "Daan"}
    assert found.policy.mentions == ("@redactie",)
    assert found.policy.hours.days[0] == ((540, 720), (780, 1050))
    assert found.policy.targets[ReasonKind.MENTION] == Target(Level.TODAY, 60, Level.FIRST, 120)
    assert found.policy.targets[ReasonKind.HELD] == default_targets()[ReasonKind.HELD]


@pytest.mark.parametrize(("name", "field"), [
    ("UNDO_S", "undo_s"), ("SETTLE_SCALE", "settle_scale"), ("POLL_S", "poll_s"), ("TIMEOUT_S", "timeout_s"),
])  # fmt: skip
def test_tests_can_make_time_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, field: str) -> None:
    for value in ("0", "0.25"):
        monkeypatch.setenv(f"LUISTERPOST_{name}", value)
        assert getattr(load(tmp_path), field) == float(value)
    for wrong in ("soon", "-1", "nan", "inf"):
        monkeypatch.setenv(f"LUISTERPOST_{name}", wrong)
        with pytest.raises(BrokenSettings) as refused:
            load(tmp_path)
        assert f"LUISTERPOST_{name}" in settings_sentence(refused.value)


# saving
def test_saving_keeps_a_persons_comments_and_the_rest(tmp_path: Path) -> None:
    written(tmp_path, '# mine\n[you]\nname = "Karin"  # that is me\n\n[look]\ntheme = "dark"\n')
    save(tmp_path, {("you", "name"): "Daan", ("you", "moderators"): ["Karin"], ("sending", "undo_s"): 30})
    text = (tmp_path / "settings.toml").read_text(encoding="utf-8")
    assert text.startswith("# mine\n[you]\n")
    assert "# that is me" in text
    found = load(tmp_path)
    assert (found.name, found.theme, found.undo_s) == ("Daan", "dark", 30)
    assert found.policy.us_names == {"Daan", "Karin"}
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".new"] == []


def test_saving_makes_the_profile_and_its_file(tmp_path: Path) -> None:
    save(tmp_path / "new", {("look", "theme"): "light"})
    assert load(tmp_path / "new").theme == "light"


@pytest.mark.parametrize("changes", [
    {("look", "theme"): "purple"}, {("look", "text_percent"): 10}, {("look", "colour"): "red"}, {("tea", "time"): 5},
])  # fmt: skip
def test_what_cannot_be_read_again_is_not_saved(tmp_path: Path, changes: dict[tuple[str, str], Any]) -> None:
    written(tmp_path, '[look]\ntheme = "dark"\n')
    with pytest.raises(BrokenSettings):
        save(tmp_path, changes)
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8") == '[look]\ntheme = "dark"\n'


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    written(tmp_path, "theme = = dark")
    with pytest.raises(BrokenSettings):
        save(tmp_path, {("look", "theme"): "light"})
    assert (tmp_path / "settings.toml").read_text(encoding="utf-8") == "theme = = dark"


# broken files
BROKEN = [
    ("[look]\ntheme = dark", "not_toml", "line 2"),
    ("[look\n", "not_toml", "line 1"),
    ("[lok]\ntheme = 'dark'", "unknown_section", "‘look’"),
    ("[tea]\ntime = 5", "unknown_section", "[tea]"),
    ("theme = 'dark'", "not_a_section", "[look]"),
    ("look = 5", "not_a_section", "[look]"),
    ("[look]\nthem = 'dark'", "unknown_name", "‘theme’"),
    ("[look]\ncolour = 'dark'", "unknown_name", "[look] colour"),
    ("[look]\ntheme = 'purple'", "not_one_of", "light, dark, system"),
    ("[look]\nlanguage = 'fr'", "not_one_of", "nl, en"),
    ("[look]\ntext_percent = 20", "not_a_number", "80"),
    ("[look]\ntext_percent = true", "not_a_number", "200"),
    ("[sending]\nundo_s = '10'", "not_a_number", "600"),
    ("[you]\nname = 5", "not_a_text", "quotes"),
    ("[you]\nmentions = '@communicatie'", "not_a_list", "list"),
    ("[you]\nmentions = [1]", "not_a_list", "list"),
    ("[hours]\ntimezone = 'Europe/Utrecht'", "bad_timezone", "Europe/Utrecht"),
    ("[hours]\ntimezone = '../../etc/passwd'", "bad_timezone", "passwd"),
    ("[hours]\nholidays = 'Nederland'", "unknown_country", "Nederland"),
    ("[hours]\nholidays = 'ZZ'", "unknown_country", "ZZ"),
    ("[hours]\nmonday = ['9-17']", "bad_span", "9-17"),
    ("[hours]\nmonday = ['17:00-09:00']", "bad_span", "17:00-09:00"),
    ("[hours]\nmonday = ['08:00-25:00']", "bad_span", "25:00"),
    ("[hours]\nmonday = ['08:00-12:00', '11:00-17:00']", "overlap", "[hours] monday"),
    ("[targets]\nheld = 5", "bad_target", "[targets] held"),
    ("[targets]\nheld = { level = 'soon', within = 60 }", "bad_target", "within"),
    ("[targets]\nheld = { level = 'first' }", "bad_target", "within"),
    ("[targets]\nheld = { level = 'first', within = -1 }", "bad_target", "within"),
    ("[targets]\nheld = { level = 'today', within = 60, later = 'first' }", "bad_target", "within"),
    ("[targets]\nheld = { level = 'today', within = 60, after = 5 }", "bad_target", "within"),
    ("[targets]\nbored = { level = 'today', within = 60 }", "unknown_name", "bored"),
]


@pytest.mark.parametrize(("text", "code", "names"), BROKEN, ids=[text.replace("\n", " ") for text, _, _ in BROKEN])
def test_a_broken_file_says_where_and_what_in_one_line(tmp_path: Path, text: str, code: str, names: str) -> None:
    wrong = broken(tmp_path, text)
    assert wrong.code == code
    for language in ("en", "nl"):
        use(language)
        sentence = settings_sentence(wrong)
        assert str(tmp_path / "settings.toml") in sentence
        assert "\n" not in sentence
        assert not re.search(r"\{[a-z]+\}", sentence), sentence
    use("en")
    assert names in settings_sentence(wrong)


def test_a_file_that_is_no_text_or_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b'[you]\nname = "Karin\xff"')
    with pytest.raises(BrokenSettings) as wrong:
        load(tmp_path)
    assert wrong.value.code == "not_utf8"
    assert "UTF-8" in settings_sentence(wrong.value)
    (tmp_path / "settings.toml").unlink()
    (tmp_path / "settings.toml").mkdir()
    with pytest.raises(BrokenSettings) as wrong:
        load(tmp_path)
    assert wrong.value.code == "not_allowed"
    assert "We may not read" in settings_sentence(wrong.value)


# where the profile stands
def test_a_profile_stands_in_the_folder_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert profile_folder(tmp_path, "demo") == tmp_path / "demo"
    monkeypatch.setenv("LUISTERPOST_HOME", str(tmp_path / "home"))
    assert profile_folder(None, "demo") == tmp_path / "home" / "demo"
    monkeypatch.delenv("LUISTERPOST_HOME")
    assert profile_folder(None, "demo").parent.name == "luisterpost"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", ".hidden"])
def test_a_profiles_name_is_a_plain_word(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadName):
        profile_folder(tmp_path, name)


MOUNTS = """
/dev/sda1 / ext4 rw 0 0
tmpfs /var tmpfs rw 0 0
server:/home {home} nfs4 rw 0 0
/dev/sdb1 {home}/local ext4 rw 0 0
//server/team\\040files {home}\\040share cifs rw 0 0
karin@host: {home}-far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("", "nfs4"),
        ("/luisterpost/default", "nfs4"),
        ("/local/x", "ext4"),
        (" share/x", "cifs"),
        ("-far/x", "fuse.sshfs"),
        ("elsewhere", "tmpfs"),
    ],
)
def test_the_kind_of_file_system_is_that_of_the_nearest_mount(tmp_path: Path, folder: str, kind: str) -> None:
    home = Path("/var/karin")
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.replace("{home}", str(home)), encoding="utf-8")
    assert file_system(Path(f"{home}{folder}"), mounts) == kind


def test_a_link_into_a_network_drive_is_seen_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "here").symlink_to(tmp_path / "there")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/there nfs rw 0 0\n", encoding="utf-8")
    assert file_system(tmp_path / "here" / "default", mounts) == "nfs"


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    assert profile_folder(tmp_path, "default")
    monkeypatch.setattr(settings_of, "file_system", lambda folder: kind)
    with pytest.raises(NetworkFolder) as refused:
        profile_folder(tmp_path, "default")
    assert refused.value.kind == kind


def test_settings_are_plain_values(tmp_path: Path) -> None:
    assert isinstance(load(tmp_path), Settings)
    with pytest.raises(AttributeError):
        load(tmp_path).name = "Karin"  # type: ignore[misc]
