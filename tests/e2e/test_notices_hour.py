"""A closed Facebook group that is known by its notices alone: the real window, the real collector, a real mailbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console import settings
from tests.adapters.test_notices import example
from tests.e2e import notices_hour
from tests.e2e.test_moderators_hour import ROOT, screen
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.mailbox import Mailbox

__all__ = ["screen"]
pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None and not os.environ.get("CI"), reason="missing here: Xvfb")
US = "Redactie Voorbeeld"


def ours(text: str, comment: int) -> bytes:
    """The notice of a comment of ours, as other members are sent it."""
    found = example("facebook-comment-nl-2026").replace(b"Dat vraag ik me ook af.", text.encode())
    found = found.replace(b"Joris Bakker", US.encode()).replace(b"comment_id=555001", b"comment_id=%d" % comment)
    found = re.sub(rb"Date: [^\n]*", b"Date: ?", found)
    return found.replace(b"Message-ID: <", b"Message-ID: <%d." % comment)


def test_a_group_of_notices_is_worked_through_in_the_window(tmp_path: Path, screen: str, dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    for name in ("facebook-post-nl-2026", "facebook-pending-nl", "facebook-member-nl"):
        dovecot.session(box.us).append(
            "INBOX", example(name).replace(b", wie wil hem?", b".")
        )  # approved, it asks nothing
    later = tmp_path / "later"
    later.mkdir()
    (later / "first").write_bytes(ours(notices_hour.FIRST, 555002))
    (later / "second").write_bytes(ours(notices_hour.SECOND, 555003))
    profile, passphrase = tmp_path / "default", tmp_path / "passphrase"
    settings.save(profile, {("you", "name"): "Noor"})
    passphrase.write_text("een lange wachtzin", encoding="utf-8")
    environment = os.environ | {
        "LUISTERPOST_PASSPHRASE_FILE": str(passphrase), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "LUISTERPOST_UNDO_S": "1", "LUISTERPOST_POLL_S": "1", "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb",
    }  # fmt: skip
    program = [sys.executable, "-m", "console", "--home", str(tmp_path)]
    subprocess.run(
        [*program, "connect", "mail", "--name", "Meldingen", "--url", f"imap://127.0.0.1:{dovecot.imap_port}",
         "--user", box.us, "--set", f"smtp=smtp://127.0.0.1:{dovecot.smtp_port}", "--set", f"name={US}", "--secret-stdin"],
        input=f"password={PASSWORD}\n", text=True, check=True, capture_output=True, cwd=ROOT, env=environment, timeout=60,
    )  # fmt: skip
    collector = subprocess.Popen(
        [*program, "sync", "--watch"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.e2e.notices_hour", str(profile), str(dovecot.folder / "mail" / box.us), str(later)],
            text=True, check=False, capture_output=True, cwd=ROOT, env=environment, timeout=300,
        )  # fmt: skip
    finally:
        collector.terminate()
        collector.wait(20)
        dovecot.end_sessions()
    assert ended.returncode == 0, ended.stderr[-3000:]
