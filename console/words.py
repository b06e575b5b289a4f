"""The one catalogue of texts, for window and command line alike. English is the source; Dutch is translated."""

from __future__ import annotations

import gettext as _gettext
import os
from pathlib import Path

LANGUAGES = ("nl", "en")
DOMAIN = "luisterpost"

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def resources() -> Path:
    """The folder of resources: inside the package when installed, beside it in a checkout."""
    inside = Path(__file__).parent / "resources"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "resources"


def use(language: str | None = None) -> str:
    """Speak a language from now on; None takes the one of this computer. Returns the language chosen."""
    global _catalogue, _language  # the one thing every text depends on
    _language = language if language in LANGUAGES else preferred()
    folder = str(resources() / "translations")
    _catalogue = _gettext.translation(DOMAIN, folder, languages=[_language], fallback=True)
    return _language


def preferred() -> str:
    """The language this computer asks for, English if it asks for none of ours."""
    for name in ("LUISTERPOST_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        asked = os.environ.get(name, "")[:2].lower()
        if asked in LANGUAGES:
            return asked
    return "en"


def language() -> str:
    return _language


def _(text: str) -> str:
    return _catalogue.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    return _catalogue.ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    return _catalogue.pgettext(context, text)


def size(size_bytes: int) -> str:
    """How much it is, as people write it: 15 kB, 1,2 MB in Dutch, 1.2 MB in English."""
    return f"{size_bytes // 1000} kB" if size_bytes < 1_000_000 else f"{decimal(size_bytes / 1_000_000)} MB"


def number(count: int) -> str:
    """A count as people write it: 1.284 in Dutch, 1,284 in English."""
    return f"{count:,}".replace(",", ".") if language() == "nl" else f"{count:,}"


def decimal(value: float) -> str:
    """A number with one place as people write it: 0,2 in Dutch, 0.2 in English."""
    return f"{value:.1f}".replace(".", ",") if language() == "nl" else f"{value:.1f}"
