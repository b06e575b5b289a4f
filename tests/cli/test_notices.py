"""Notifications that nobody understood are listed, counted, and written to a file without anything personal."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.adapters.mail_reading import Account, Lying, changes_of
from console.adapters.mail_threading import Keys, Subjects
from console.adapters.notices import Notices
from console.cli.app import run
from console.domain.platform import Page
from console.store import care
from console.store.write import pages
from tests.adapters.test_notices import OURS, mail
from tests.houses import CONNECTION, House, house

NAMES = ("unknown-facebook-events", "unknown-linkedin", "unknown-yammer", "facebook-post-nl-2026")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[House]:
    """A profile in which three notices weren't understood, and one was."""
    here = house(tmp_path / "default")
    lying = [Lying(mail(name), "INBOX", here.clock.now) for name in NAMES]
    account = Account(frozenset(), "INBOX", "Sent", Notices(OURS))
    changes = changes_of(Keys("imap.example/us"), lying, {}, Subjects(None), account)
    pages.apply(here.store, CONNECTION, "mail", Page(tuple(changes), {"n": 1}))
    yield here
    here.store.close()


def luisterpost(here: House, *words: str) -> int:
    return run(["--home", str(here.store.folder.parent), "--lang", "en", *words])


def test_they_are_counted_and_listed(kept: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert next(check.detail for check in care.checks(kept.store) if check.name == "notices") == "3"
    assert luisterpost(kept, "notices") == 0
    told = capsys.readouterr().out
    assert len(re.findall(r"(?m)^t[0-9a-f]{12} ", told)) == 3
    assert "Je campagne loopt af" in told


def test_they_are_written_as_mails_without_anything_personal(
    kept: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "unknown.mbox"
    assert luisterpost(kept, "notices", "export", str(file)) == 0
    assert "3 notifications written" in capsys.readouterr().err
    written = mailbox.mbox(file, create=False)
    assert sorted(one["From"].partition(" <")[0] for one in written) == [
        '"Facebook Groups"',
        '"LinkedIn"',
        '"Viva Engage"',
    ]
    assert "Sanne" not in file.read_text(encoding="utf-8")


def test_a_call_that_names_no_file_or_an_impossible_one_says_so(kept: House, tmp_path: Path) -> None:
    assert luisterpost(kept, "notices", "export") == 2
    assert luisterpost(kept, "notices", "list", "x") == 2
    assert luisterpost(kept, "notices", "export", str(tmp_path / "none" / "x.mbox")) == 1
