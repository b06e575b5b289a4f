"""Writing what goes to somebody without a console into a file, for a person to hand over."""

from __future__ import annotations

import html
import os
from pathlib import Path

from console.desk import by_hand
from console.desk.outbox import found
from console.desk.seat import Desk
from console.domain.outbox import FILE, Intent, NotPossible, On, State
from console.words import language

_LOOK = """body { font: 16px/1.5 sans-serif; max-width: 42em; margin: 2em auto; padding: 0 1em }
p, blockquote { white-space: pre-wrap; overflow-wrap: anywhere }
blockquote { margin: 0; border-left: 3px solid; padding-left: 1em }"""


def write(desk: Desk, intent_id: str, path: Path) -> Intent:
    """Write the file; a name that ends in .txt makes plain text, any other a page. From then on it may be handed over.

    Raises Refused("no_intent"), NotPossible where it is no file that waits for its person, OSError; then nothing changed.
    """
    intent = found(desk, intent_id)
    if intent.outside != FILE or intent.state is not State.HANDOFF:
        raise NotPossible(intent.state, On.OPENED)
    document = intent.text + "\n" if path.suffix.lower() == ".txt" else page(intent.text)
    fresh = path.with_name(f".{path.name}.new")
    # It tells about people: nobody else on this computer reads it.
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as written:
        written.write(document)
        written.flush()
        os.fsync(written.fileno())
    os.replace(fresh, path)
    return by_hand.opened(desk, intent_id, intent.last_byte_at_ms)


def page(text: str) -> str:
    """A letter as a page that any browser shows: its first line is the heading, and all of it is text."""
    title, _line, body = text.partition("\n")
    heading = html.escape(title)
    parts = "\n".join(_part(part) for part in body.strip().split("\n\n"))
    head = f'<head><meta charset="utf-8"><title>{heading}</title>\n<style>{_LOOK}</style></head>'
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}">\n{head}\n<body>\n<h1>{heading}</h1>\n{parts}\n</body>\n</html>\n'
    )


def _part(text: str) -> str:
    lines = text.splitlines()
    if all(line.startswith(">") for line in lines):
        quoted = "\n".join(line[1:].removeprefix(" ") for line in lines)
        return f"<blockquote>{html.escape(quoted)}</blockquote>"
    return f"<p>{html.escape(text)}</p>"
