"""Importing a mailbox, with search index and reasons, beside `notmuch new` on the same Maildir in the same run."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.big_store import opened
from benchmarks.figures import Figure
from benchmarks.mailbox import lay
from benchmarks.spent import Spent, spent

SHARE = 10  # one mail for so many messages of the big store
WHAT, AIM = "importing mails", "faster than notmuch new"
NOTMUCH = """[database]
path={mail}
[user]
name=Redactie
primary_email=redactie@intra.example
[new]
tags=unread
"""


def measure(messages: int, folder: Path) -> list[Figure]:
    count, mail, home = max(1, messages // SHARE), folder / "mail", folder / "home"
    folder.mkdir()
    lay(mail, count)
    notmuch = _notmuch(mail, folder)
    ours = spent([sys.executable, "-m", "console", "--home", str(home), "--profile", "bench", "import", str(mail)])
    _all_are_there(home / "bench", count)
    found = f"{ours.told()} ({count:,} mails)"
    if notmuch is None:
        return [Figure(WHAT, AIM, found, "nothing: notmuch isn't installed", None)]
    found = f"{notmuch.wall_s / ours.wall_s:.2f}x: {found}"
    return [Figure(WHAT, AIM, found, f"notmuch new: {notmuch.told()}", ours.wall_s < notmuch.wall_s)]


def _notmuch(mail: Path, folder: Path) -> Spent | None:
    if shutil.which("notmuch") is None:
        return None
    settings = folder / "notmuch"
    settings.write_text(NOTMUCH.format(mail=mail), encoding="utf-8")
    took = spent(["notmuch", "new", "--quiet"], NOTMUCH_CONFIG=str(settings))
    shutil.rmtree(mail / ".notmuch")  # it is no part of the mailbox
    return took


def _all_are_there(profile: Path, count: int) -> None:
    """Raises RuntimeError where a mail, or its words in the search index, is missing."""
    store = opened(profile)
    try:
        messages = store.read("SELECT count(*) AS n FROM message")[0]["n"]
        found = store.read("SELECT count(*) AS n FROM message_index")[0]["n"]
    finally:
        store.close()
    if (messages, found) != (count, count):
        raise RuntimeError(f"{messages} messages and {found} in the index, of {count} mails")
