"""A hand-over in words: what is in it, and what can be wrong with its file."""

from __future__ import annotations

from pathlib import Path

from console.domain.hand_over import HandOver, NotAHandOver
from console.store.sealed import NotSealed, WrongPassphrase
from console.words import _, ngettext, number


def contents(hand_over: HandOver) -> str:
    """What is in it, counted; of what there is none nothing is said."""
    assigned, snoozed, drafts, notes = hand_over.counts
    total = len(hand_over.threads)
    counted = [
        ngettext("{n} conversation", "{n} conversations", total).format(n=number(total)),
        ngettext("{n} assignment", "{n} assignments", assigned).format(n=number(assigned)),
        ngettext("{n} snoozed", "{n} snoozed", snoozed).format(n=number(snoozed)),
        ngettext("{n} draft", "{n} drafts", drafts).format(n=number(drafts)),
        ngettext("{n} note", "{n} notes", notes).format(n=number(notes)),
    ]
    return ", ".join(one for one, n in zip(counted, (total, *hand_over.counts), strict=True) if n) + "."


def missing_said(count: int) -> str:
    """Of conversations that aren't held here; "" for none."""
    if not count:
        return ""
    return ngettext(
        "{n} conversation isn't here yet: it comes once its connection is collected here too.",
        "{n} conversations aren't here yet: they come once their connections are collected here too.",
        count,
    ).format(n=number(count))


def file_trouble(error: Exception, file: Path) -> str:
    """Why a file can't be written or read as a hand-over, and what to do."""
    match error:
        case WrongPassphrase():
            return _("The passphrase doesn't open {file}, or the file was damaged on its way. Type it again, or ask for the file anew.").format(file=file.name)  # fmt: skip
        case NotAHandOver() if error.newer:
            return _("A newer Luisterpost made {file}. Install that version; nothing was taken over.").format(file=file.name)  # fmt: skip
        case NotSealed() | NotAHandOver():
            return _("{file} is no hand-over of Luisterpost, or only a part of one arrived.").format(file=file.name)
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError() | PermissionError():
            return _("We can't get at {path}: name a file in a folder that exists.").format(path=file)
        case OSError():
            return _("{path} can't be written or read: {why}. Nothing has changed here.").format(path=file, why=error.strerror or type(error).__name__)  # fmt: skip
        case _:
            raise error
