"""What the titles in a Facebook export say: who did it, and in which group. They are sentences in the person's language."""

from __future__ import annotations

import re

# One a language. Where the verb stands last, the group stands before it.
_SENTENCES = tuple(
    re.compile(sentence)
    for sentence in (
        # nl: "Sanne de Wit heeft een bericht geplaatst in Vragen aan de directie."
        r"(?P<who>.+?) (?:heeft|had) (?:[^.]*? )?"
        r"(?:geplaatst|gepost|gedeeld|toegevoegd|gemaakt|gestart|gesteld|ge\u00fcpload|bijgewerkt|gereageerd|geantwoord)\b"
        r"(?:.*?) in (?:de groep:? )?(?P<group>.+?)\.?",
        r"(?P<who>.+?) (?:heeft|had) in (?:de groep:? )?(?P<group>.+?) (?:iets |een \w+ )?"
        r"(?:geplaatst|gepost|gedeeld|toegevoegd|gereageerd)\.?",
        # en: "Sanne de Wit posted in Questions.", "… shared a link to the group: Questions."
        r"(?P<who>.+?) (?:posted|shared|added|updated|created|uploaded|asked|started|commented|replied|was)\b"
        r"(?:.*?)(?: in(?: the group)?| to the group):? (?P<group>.+?)\.?",
        # de: "Sanne de Wit hat etwas in Fragen gepostet."
        r"(?P<who>.+?) hat (?:.*? )?in (?:der Gruppe:? )?(?P<group>.+?) "
        r"(?:gepostet|geteilt|hinzugef\u00fcgt|ver\u00f6ffentlicht|erstellt|gestellt|kommentiert|geantwortet)\.?",
        # fr: "Sanne de Wit a publié dans Questions."
        r"(?P<who>.+?) a (?:publi\u00e9|partag\u00e9|ajout\u00e9|cr\u00e9\u00e9|pos\u00e9|comment\u00e9|r\u00e9pondu)\b(?:.*?) dans (?:le groupe:? )?"
        r"(?P<group>.+?)\.?",
    )
)
# Of what names no group, who did it: the words before the verb.
_WHO = re.compile(r"(?P<who>.+?) (?:heeft|had|hat|a|posted|shared|added|updated|created|commented|replied|was)\b")
MOST_CHARS = 600  # of a title that is taken apart


def read_title(title: str, writer: str = "") -> tuple[str, str]:
    """Who did it and in which group, "" for what the title doesn't tell.

    writer  the name of the person whose export it is, where that is known: then only the rest is taken apart
    """
    title = " ".join(title.split())[:MOST_CHARS]
    if writer and title.startswith(f"{writer} "):
        title = f"\N{BULLET}{title.removeprefix(writer)}"  # a name may hold a verb: it is one word now
    for sentence in _SENTENCES:
        if found := sentence.fullmatch(title):
            return _name(found["who"], writer), found["group"].strip()
    found = _WHO.match(title)
    return (_name(found["who"], writer) if found else writer), ""


def _name(found: str, writer: str) -> str:
    return writer if found == "\N{BULLET}" else found.strip()
