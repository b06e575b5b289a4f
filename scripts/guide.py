"""The parts of the guide that the program itself knows: the page of keys, and the sentences of what goes wrong.

    python scripts/guide.py    writes docs/en/keys.md, docs/nl/toetsen.md, the lists in the pages on trouble,
                               and the index of decisions

A list stands between `<!-- sentences: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from console import words
from console.views import command_list
from console.views.commands import Command

ROOT = Path(__file__).parent.parent
KEYS = {"en": "keys.md", "nl": "toetsen.md"}
TROUBLE = {"en": "troubleshooting.md", "nl": "problemen.md"}
# name of a list -> the functions of console/ whose sentences it holds
FAMILIES = {
    "connecting": (
        "sentences.platform_troubles._connecting",
        "sentences.platform_troubles._signing_in",
        "sentences.yammer.yammer_trouble",
        "sentences.pages.page_trouble",
    ),
    "platform": ("sentences.shown.error_sentence",),
    "mail": ("sentences.mail.mail_trouble",),
    "deciding": (
        "sentences.platform_troubles._deciding",
        "sentences.troubles.refusal_sentence",
        "sentences.troubles.unfilled_sentence",
        "sentences.shown.conflict_sentence",
    ),
    "store": ("sentences.troubles.store_sentence", "sentences.platform_troubles._keeping", "cli.care.fix"),
    "settings": (
        "sentences.troubles.settings_sentence",
        "sentences.troubles._settings_what",
        "sentences.troubles.house_text_sentence",
    ),
    "search": ("sentences.troubles.query_sentence",),
}
_DECISIONS = """# Decisions

Choices that cost a day or more to reverse, half a page each: context, decision, what we gave up, what would change our
mind.

"""
_LIST = re.compile(r"(<!-- sentences: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_OTHER_NAMES = {"Del": "Delete", "Esc": "Escape", "Return": "Enter", "Down": "↓", "Up": "↑", "Left": "←"}
_TEXTS = {
    "en": ("Keys", "Every key of the window, as its menus have them. `?` shows them over the window. On a Mac, ⌘ stands"
           " for Ctrl, and ⌫ does what Delete does.", "does", "key", "In the answer",
           [("send", "Ctrl+Enter"), ("send, and done with the conversation", "Ctrl+Shift+Enter"),
            ("leave it; what you wrote stays", "Escape")], "then"),
    "nl": ("Toetsen", "Elke toets van het venster, zoals de menu’s ze hebben. `?` toont ze over het venster. Op een Mac staat ⌘"
           " voor Ctrl, en doet ⌫ wat Delete doet.", "doet", "toets", "In het antwoord",
           [("verstuur", "Ctrl+Enter"), ("verstuur, en klaar met het gesprek", "Ctrl+Shift+Enter"),
            ("verlaat het; wat je schreef blijft", "Escape")], "dan"),
}  # fmt: skip


def commands() -> list[Command]:
    """The command table of the window, in the language chosen. The commands are read here and never run."""
    anything: Any = MagicMock()
    anything.services.demo_fault = None
    return command_list.commands(*[anything] * 9)  # the window and its rooms


def keys_page(language: str) -> str:
    """The page of keys: a table for each menu, with all commands that have a key."""
    words.use(language)
    title, intro, does, key, answer, in_answer, then = _TEXTS[language]
    menus: dict[str, list[tuple[str, str]]] = {}
    for command in commands():
        if command.keys:
            menus.setdefault(command.menu, []).append((command.text, " / ".join(_named(k, then) for k in command.keys)))
    lines = [f"# {title}", "", intro]
    for menu, rows in [*menus.items(), (answer, in_answer)]:
        lines += ["", f"## {menu}", "", f"| {does} | {key} |", "|---|---|", *(f"| {what} | {k} |" for what, k in rows)]
    return "\n".join(lines) + "\n"


def with_sentences(page: str, language: str) -> str:
    """A page with its lists as the program says them now. Raises KeyError for a list nobody knows."""
    words.use(language)

    def filled(found: re.Match[str]) -> str:
        lines = "".join(f"- {line}\n" for line in sentences(FAMILIES[found[2]]))
        return f"{found[1]}{lines}{found[3]}"

    return _LIST.sub(filled, page)


def sentences(functions: Sequence[str]) -> list[str]:
    """What these functions can say, in the language chosen; what is filled in stands as …"""
    found: list[str] = []
    for name in functions:
        module, _dot, function = name.rpartition(".")
        tree = ast.parse((ROOT / "console" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
        node = next(part for part in ast.walk(tree) if isinstance(part, ast.FunctionDef) and part.name == function)
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_":
                assert isinstance(call.args[0], ast.Constant)
                found.append(re.sub(r"\{\w+\}", "…", words._(call.args[0].value)))
    return sorted({line for line in found if line.endswith((".", "?"))})


def decisions(folder: Path) -> str:
    """The index of decisions, with the first line of each."""
    files = sorted(folder.glob("[0-9]*.md"))
    titles = [file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for file in files]
    return _DECISIONS + "".join(f"- [{title}]({file.name})\n" for title, file in zip(titles, files, strict=True))


def pages() -> dict[Path, str]:
    """Every page that holds something generated, as it should be."""
    folder = ROOT / "docs" / "decisions"
    found = {folder / "README.md": decisions(folder)}
    for language in words.LANGUAGES:
        folder = ROOT / "docs" / language
        found[folder / KEYS[language]] = keys_page(language)
        trouble = folder / TROUBLE[language]
        found[trouble] = with_sentences(trouble.read_text(encoding="utf-8"), language)
    return found


def _named(key: str, then: str) -> str:
    """A key as it stands on a keyboard: "G, I" becomes `G` then `I`."""
    return f" {then} ".join(
        f"`{'+'.join(_OTHER_NAMES.get(part, part) for part in stroke.split('+'))}`" for stroke in key.split(", ")
    )


def main() -> int:
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
