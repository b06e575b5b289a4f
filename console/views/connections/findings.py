"""What a check answered, as the card shows it: findings in three states, and the text to hand on to an administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.domain.platform import CheckLine, Outcome
from console.sentences.for_administrators import explanation, to_do
from console.sentences.shown import administrator_of, check_told, error_sentence, platform_title
from console.widgets.check_card import FindingShown
from console.words import _

TONES = {Outcome.OK: "ok", Outcome.LIMITED: "warn", Outcome.FAILED: "danger"}


def lines_of(facts: Mapping[str, Any]) -> list[CheckLine]:
    return [CheckLine(line["code"], line["ok"], line["facts"], line["limited"]) for line in facts["lines"]]


def shown(lines: Sequence[CheckLine], platform: str, us: str, titles: Sequence[str]) -> list[FindingShown]:
    """A finding each, what is in order first, but that a server was found and lets us in is one. `titles` are those of the spaces there are."""
    codes = [line.code for line in lines]
    found = []
    for line in lines:
        heading, detail = check_told(line, platform)
        if line.code == "found" and "signed_in" in codes and line.ok:
            heading = _("Found and signed in")
            name = str(line.facts.get("name") or platform_title(platform))
            detail = _("{site} knows you as {name}.").format(site=name, name=us)
        elif line.code == "signed_in" and "found" in codes and line.ok:
            continue
        elif line.code == "spaces" and len(titles) > 1 and not detail:
            first, *_between, last = sorted(titles, key=str.casefold)
            detail = _("From ‘{first}’ to ‘{last}’. In the next step you choose.").format(first=first, last=last)
        found.append(FindingShown(TONES[line.outcome], heading.removesuffix("."), detail))
    return sorted(found, key=lambda one: list(TONES.values()).index(one.tone))


def refused(facts: Mapping[str, Any], platform: str) -> FindingShown:
    """A check that didn't get anywhere."""
    error, words, code = (str(facts.get(name, "")) for name in ("error", "words", "code"))
    heading, _dot, detail = error_sentence(error, platform, words, code).partition(". ")
    return FindingShown("danger", heading.removesuffix("."), detail)


def for_administrator(lines: Sequence[CheckLine], platform: str, url: str, us: str) -> str:
    """What to hand on of a check's findings; "" where there is nothing."""
    asked = [(check_told(line, platform)[0], administrator_of(line)) for line in lines]
    return _handed_on([one for one in asked if one[1]], platform, url, us, works=all(line.ok for line in lines))


def refusal_for_administrator(facts: Mapping[str, Any], platform: str, url: str, user: str) -> str:
    """The same of a check that didn't get anywhere."""
    todo = to_do(str(facts.get("code", "")))
    found = refused(facts, platform)
    return _handed_on([(f"{found.heading}.", todo)] if todo else [], platform, url, user, works=False)


def _handed_on(asked: Sequence[tuple[str, str]], platform: str, url: str, us: str, *, works: bool) -> str:
    return explanation(platform_title(platform), url, us, asked, works=works) if asked else ""
