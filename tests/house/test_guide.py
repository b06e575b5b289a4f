"""The guide says what the program does: its keys, sentences, settings, commands, options, links and pictures."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import click
import pytest
import typer

from console import words
from console.cli.app import build
from console.domain.query import HAS, IS, NAMES
from console.words import resources

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAIRS = {
    "review.md": "beoordelen.md",
    "start.md": "beginnen.md", "keys.md": "toetsen.md", "search.md": "zoeken.md", "outbox.md": "outbox.md", "exports.md": "exports.md",
    "settings.md": "instellingen.md", "keeps.md": "bewaart.md", "troubleshooting.md": "problemen.md",
}  # fmt: skip
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])
GUIDE = [page for page in PAGES if page.parent.name in words.LANGUAGES]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_spec = importlib.util.spec_from_file_location("guide", ROOT / "scripts" / "guide.py")
assert _spec is not None
assert _spec.loader is not None
guide = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(guide)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    words.use("en")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def short(page: Path) -> str:
    return str(page.relative_to(ROOT))


def test_keys_sentences_and_the_index_of_decisions_are_those_of_the_program() -> None:
    """If this fails: .venv/bin/python scripts/guide.py"""
    made = guide.pages()
    assert len(made) == 5
    assert [short(file) for file, text in made.items() if text_of(file) != text] == []


def test_a_key_that_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = guide.keys_page("en")
    changed = [command for command in guide.commands() if command.name != "snooze"]
    monkeypatch.setattr(guide, "commands", lambda: changed)
    assert guide.keys_page("en") != before


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_link_and_picture_is_there(page: Path) -> None:
    missing = [
        link for link in _LINK.findall(text_of(page))
        if not link.startswith(("http", "#")) and not (page.parent / link.partition("#")[0]).exists()
    ]  # fmt: skip
    assert missing == []


def test_every_page_of_the_guide_is_there_in_both_languages() -> None:
    assert {page.name for page in (DOCS / "en").glob("*.md")} == set(PAIRS)
    assert {page.name for page in (DOCS / "nl").glob("*.md")} == set(PAIRS.values())


@pytest.mark.parametrize(("english", "dutch"), PAIRS.items(), ids=PAIRS)
def test_both_languages_say_as_much(english: str, dutch: str) -> None:
    one, other = text_of(DOCS / "en" / english), text_of(DOCS / "nl" / dutch)
    shapes = [re.findall(r"^(?:#+|[-|]|\d\.|!)", text, re.MULTILINE) for text in (one, other)]
    assert shapes[0] == shapes[1]
    pictures = [
        [link.replace("-nl.png", "-en.png") for link in _LINK.findall(text) if "pictures" in link]
        for text in (one, other)
    ]
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("page", GUIDE, ids=short)
def test_the_guide_leads_from_its_first_page_to_every_other(page: Path) -> None:
    first = page.parent / {"en": "start.md", "nl": "beginnen.md"}[page.parent.name]
    assert page == first or page.name in _LINK.findall(text_of(first))


def calls(text: str) -> list[list[str]]:
    """Every call of luisterpost in code marks or an indented block, as its words."""
    marked = re.findall(r"`(luisterpost [^`]*)`|‘(luisterpost [^’]*)’|^    (luisterpost .*)$", text, re.MULTILINE)
    return [next(filter(None, found)).split() for found in marked]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_command_and_option_that_is_named_exists(page: Path) -> None:
    program = typer.main.get_command(build())
    commands = program.commands
    shared = options_of(program)
    everything = shared.union(*map(options_of, commands.values()))
    unknown = []
    for _name, *rest in calls(text_of(page)):
        command = next((word for word in rest if not word.startswith("-")), None)
        if command is not None and command not in commands:
            unknown.append(" ".join(rest))
            continue
        known = shared | (options_of(commands[command]) if command else set())
        unknown += [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    unknown += [word for word in re.findall(r"`(--[a-z-]+)", text_of(page)) if word not in everything]
    assert unknown == []


def options_of(command: click.Command) -> set[str]:
    return {name for option in command.params for name in getattr(option, "opts", ())} | {"--help"}


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert calls("Do `luisterpost juggle --high` and\n\n    luisterpost tag x\n") == [
        ["luisterpost", "juggle", "--high"], ["luisterpost", "tag", "x"]
    ]  # fmt: skip


@pytest.mark.parametrize("page", [DOCS / "en" / "settings.md", DOCS / "nl" / "instellingen.md"], ids=short)
def test_every_setting_stands_in_the_guide_with_its_default(page: Path) -> None:
    rows = dict(re.findall(r"^\| `(\w+\.\w+)` \| ([^|]*) \|", text_of(page), re.MULTILINE))
    known = tomllib.loads((resources() / "settings.toml").read_text(encoding="utf-8"))
    names = {f"{section}.{name}": value for section, inside in known.items() for name, value in inside.items()}
    assert set(rows) == set(names)
    for name, value in names.items():
        match value:
            case {"level": level, "within": within}:
                assert rows[name].startswith(f"{level}, {within}"), name
                assert str(value.get("later_after", "")) in text_of(page)
            case [str() as span] if name.startswith("hours."):
                assert rows[name] == span
            case str() if value:
                assert rows[name] == f"`{value}`"
            case bool():
                assert rows[name] == str(value).lower()
            case int() | float():
                assert rows[name] == str(value)


@pytest.mark.parametrize("page", [DOCS / "en" / "search.md", DOCS / "nl" / "zoeken.md"], ids=short)
def test_every_field_of_a_search_stands_in_the_guide(page: Path) -> None:
    text = text_of(page)
    assert re.findall(r"is:(\w+)", text.partition("is:open")[2]) == list(IS[1:])
    assert list(dict.fromkeys(re.findall(r"`has:(\w+)`", text))) == list(HAS)
    assert set(re.findall(r"^\| `(\w+):", text, re.MULTILINE)) == set(NAMES)


def test_every_file_of_a_profile_stands_in_what_is_kept() -> None:
    """Names of files in the code: what is written must be told."""
    source = "\n".join(text_of(file) for file in (ROOT / "console").rglob("*.py"))
    written = set(re.findall(r'"([a-z][a-z.]*\.(?:db|enc|log|lock|toml|journal))"', source))
    assert {"cache.db", "ledger.db", "secrets.enc", "collector.log", "ledger.journal"} <= written
    for page in ("en/keeps.md", "nl/bewaart.md"):
        assert sorted(name for name in written if f"`{name}`" not in text_of(DOCS / page)) == []
