"""The command line's own words in the person's language: help, usage, and what a wrong call gets told.

The library that reads calls speaks English only, so its headings are put into our words here, and its errors are
told by their kind.
"""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from console.words import _

_KINDS = re.compile(r" <[a-z]+(?:\[[a-z]+\])?>(?=\s)")  # what kind of value an argument is, in a programmer's words


class Worded:
    """What command and group have in common."""

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = super().get_params(ctx)  # type: ignore[misc]  # of the command it is mixed into
        for param in params:
            if param.param_type_name == "option" and param.metavar is None and not param.is_flag:
                param.metavar = _metavar(param)
        return params

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        pieces = [_("[OPTIONS]")]
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                name = _name(param)
                pieces.append(name if param.required or name.startswith("[") else f"[{name}]")
        return [*pieces, _("COMMAND …")] if isinstance(self, TyperGroup) else pieces

    def get_help(self, ctx: Any) -> str:
        text: str = super().get_help(ctx)  # type: ignore[misc]
        text = _KINDS.sub("", text)
        for theirs, ours in _headings():
            text = text.replace(theirs, ours)
        return text

    def get_usage(self, ctx: Any) -> str:
        text: str = super().get_usage(ctx)  # type: ignore[misc]
        for theirs, ours in _headings():
            text = text.replace(theirs, ours)
        return text


class Command(Worded, TyperCommand):
    """One command."""


class Group(Worded, TyperGroup):
    """All commands."""


def _headings() -> tuple[tuple[str, str], ...]:
    """What the library writes, and what we write instead; in the order in which they are replaced."""
    return (
        ("Usage: ", _("Usage:") + " "),
        ("\nOptions:\n", "\n" + _("Options:") + "\n"),
        ("\nArguments:\n", "\n" + _("Arguments:") + "\n"),
        ("\nCommands:\n", "\n" + _("Commands:") + "\n"),
        ("Show this message and exit.", _("This text, then end.")),
        ("[default:", "[" + _("default") + ":"),
        ("; required]", "; " + _("required") + "]"),
        ("[required]", "[" + _("required") + "]"),
    )


def _metavar(param: Any) -> str:
    if getattr(param, "min", None) is not None:
        return _("NUMBER")
    return {
        "home": _("FOLDER"), "profile": _("NAME"), "name": _("NAME"), "lang": "nl|en", "kind": "csv|xlsx|jsonl",
        "url": "URL", "after": "NEXT", "view": _("VIEW"), "query": _("QUERY"), "to": _("WHO"), "space": _("SPACE"),
        "setting": _("KEY=VALUE"), "follow": _("SPACE"), "ignore": _("SPACE"), "connection": _("NAME"), "user": _("NAME"),
    }.get(str(param.name), _("TEXT"))  # fmt: skip


def wrong_call(error: Any) -> str:
    """The sentence for a call that can't be read, with how it goes after it."""
    context = error.ctx
    lines = [_sentence(error)]
    if context is not None:
        lines += [context.get_usage(), _("More: {call} --help").format(call=context.command_path)]
    return "\n".join(lines)


def _sentence(error: Any) -> str:
    match type(error).__name__:
        case "MissingParameter":
            return _("{name} is missing.").format(name=_name(error.param))
        case "NoSuchOption":
            text = _("There is no option {name}.").format(name=_shown(error.option_name))
            return text + _near(error.possibilities)
        case "BadOptionUsage" if "requires" in error.message:
            return _("The option {name} needs a value after it.").format(name=error.option_name)
        case "BadOptionUsage":
            return _("The option {name} takes no value.").format(name=error.option_name)
        case "BadParameter" if error.param is None or "Input should be" not in error.message:
            return str(error.message)  # ours, and in words already
        case "BadParameter" if getattr(error.param, "min", None) is not None:
            return _("{name} needs a whole number from {least} to {most}.").format(
                name=_name(error.param), least=error.param.min, most=error.param.max
            )
        case "BadParameter":
            return _("{name} can't be that.").format(name=_name(error.param))
    if found := re.match(r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?", error.message):
        near = re.findall("'(.*?)'", found[2] or "")
        return _("There is no command ‘{name}’.").format(name=_shown(found[1])) + _near(near)
    if found := re.search(r"extra argument\(s\) \((.*)\)", error.message):
        return _("That is too much: {rest}.").format(rest=_shown(found[1]))
    return str(error.message)


def _name(param: Any) -> str:
    if param is None:
        return ""
    return str(param.opts[0] if param.param_type_name == "option" else (param.metavar or param.name.upper()))


def _near(names: Any) -> str:
    return " " + _("Did you mean {names}?").format(names=", ".join(names)) if names else ""


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
