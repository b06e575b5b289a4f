"""Names as people type them: without capitals and accents, so that `ozlem` finds Özlem."""

from __future__ import annotations


def folded(text: str) -> str:
    """Lower case without marks; also a dotless i is an i. The searched words' index does much the same by itself."""
    if text.isascii():
        return text.lower()
    import unicodedata  # only for who is searched for, and starting is to be quick

    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return "".join(char for char in plain if not unicodedata.combining(char))
