"""A moderator's day with a mailbox: connect in the terminal, read, answer; and a new mail stands in the queue at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.store.read import queue
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import PASSPHRASE_FILE, SecretStore
from tests.figures import Note
from tests.servers.connected import Connected, connected, until
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.mailbox import Mailbox
from tests.servers.test_matrix_journey import Terminal


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connected]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("een wachtzin", encoding="utf-8")
    monkeypatch.setenv(PASSPHRASE_FILE, str(passphrase))
    with connected("mail", tmp_path) as found:
        yield found


def test_a_new_mail_stands_in_the_queue_because_the_server_told(
    there: Connected, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    """Nobody looks by himself for an hour here: what comes in, comes in because the server told."""
    monkeypatch.setattr("console.adapters.mail.WAIT_S", 3_600.0)
    patience = Patience(timeout_s=30.0, settle_scale=0.003, poll_s=3_600.0)

    async def story() -> float:
        collector = Collector(there.store, SecretStore(there.profile), patience, lambda said: None)
        watching = asyncio.create_task(collector.watch())
        await until(lambda: there.line.count(lambda request: request.target == "IDLE") > 0)
        began_s = time.monotonic()
        asked = await asyncio.to_thread(there.place.say, "Is het rooster er al?")
        await until(lambda: asked in there.held())
        took_s = time.monotonic() - began_s
        collector.stop()
        await watching
        return took_s

    took_s = asyncio.run(story())
    row = queue.row(there.store, there.place.thread)
    assert row is not None
    assert row.reasons
    note(f"a new mail stood in the queue {took_s:.2f} s after it was handed to the server")


def test_a_mailbox_is_connected_read_and_answered_in_the_terminal(dovecot: Dovecot, tmp_path: Path) -> None:
    box = Mailbox(dovecot)
    terminal = Terminal(tmp_path)
    url, smtp = f"imap://127.0.0.1:{dovecot.imap_port}", f"smtp=smtp://127.0.0.1:{dovecot.smtp_port}"
    connect = ("connect", "mail", "--name", "Redactie", "--url", url, "--user", box.us, "--set", smtp, "--secret-stdin")
    assert "doesn't take this name and password" in terminal(*connect, stdin="password=fout\n", exit=4)
    told = terminal(*connect, stdin=f"password={PASSWORD}\n")
    assert "This server tells at once when mail arrives." in told
    thread = box.open_thread("Rooster", "Wanneer komt het rooster?")
    terminal("sync", "--once")
    shown = terminal("show", terminal.thread("Rooster"))
    assert "Wanneer komt het rooster?" in shown
    terminal("reply", terminal.thread("Rooster"), "--text", "Morgen om tien uur.", "--wait")
    assert [words for _id, words in box.sent_by_us(thread)] == ["Morgen om tien uur."]
    box.remove(thread)
    terminal("sync", "--once")
    assert "no longer in its folder" in terminal("show", terminal.thread("Rooster"))
