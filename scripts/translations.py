"""The catalogue of texts: gather them from the code, compile what is translated, list what is missing.

python scripts/translations.py update     gather, keep what is translated, compile
python scripts/translations.py missing    list the texts without a translation
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "resources" / "translations" / "nl" / "LC_MESSAGES"
PO, MO = FOLDER / "luisterpost.po", FOLDER / "luisterpost.mo"
KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def gathered() -> Catalog:
    """All texts of the code, without places: lines move too often."""
    found = Catalog(project="Luisterpost", charset="utf-8")
    for _file, _line, text, comments, context in extract_from_dir(
        str(ROOT / "console"), method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        found.add(text, context=context, auto_comments=comments)
    return found


def translated() -> Catalog:
    if not PO.exists():
        return Catalog(locale="nl", project="Luisterpost", charset="utf-8")
    return read_po(io.BytesIO(PO.read_bytes()), locale="nl")


def updated() -> Catalog:
    """The translated texts, brought up to date with the code: nothing guessed, nothing obsolete."""
    catalog = translated()
    catalog.update(gathered(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def missing(catalog: Catalog) -> list[str]:
    """Texts without a translation, or with one that lacks a plural form."""
    found = []
    for message in catalog:
        if message.id:
            parts = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if not all(parts) or message.fuzzy:
                found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def po_bytes(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, no_location=True, omit_header=False, sort_output=True)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main() -> int:
    catalog = updated()
    if sys.argv[1:] == ["update"]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po_bytes(catalog))
        MO.write_bytes(mo_bytes(catalog))
    left = missing(catalog)
    for text in left:
        print(text)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
