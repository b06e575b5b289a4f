"""Heavy messages in the terminal: a line in their place until somebody asks for them; scripts get all of it, and nobody the count."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import settings
from console.cli.session import now_ms
from console.desk import hand_over
from console.domain.hand_over import to_text
from console.heavy_count import NAME, HeavyCount
from console.store.backup import back_up
from console.store.connection import Store
from console.store.read import judged
from tests.cli.program import Program

SECRET = "Dit leest niemand per ongeluk"


@pytest.fixture
def heavy(own: Program) -> str:
    """A thread that opens with a message that was reported as a threat; returns its id."""
    folder = own.home / "demo"
    store = Store(folder, now_ms=now_ms, policy=settings.load(folder).policy)
    message = next(one.message for one in judged.waiting(store) if one.message == one.thread)
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(
            "UPDATE report SET reason = 'Threats or intimidation', text = 'hij slaat' WHERE message = ?", (message,)
        )
        cache.exec_driver_sql("UPDATE message SET text = ? WHERE key = ?", (SECRET, message))
        cache.exec_driver_sql("UPDATE thread SET title = '', snippet = ? WHERE key = ?", (SECRET, message))
    found = store.read("SELECT public_id FROM thread WHERE key = :key", {"key": message})
    store.close()
    return str(found[0]["public_id"])


def test_a_heavy_message_is_one_line_until_it_is_asked_for(own: Program, heavy: str) -> None:
    shown = own("show", heavy, "--versions").stdout
    assert "Reported as ‘Threats or intimidation’, in" in shown
    assert "--reveal" in shown
    assert SECRET not in shown
    assert "hij slaat" not in shown
    listed = own("queue", "--view", "flagged", "--limit", "100").stdout
    assert SECRET[:12] not in listed
    assert "Covered: rep" in listed
    assert HeavyCount(own.home / "demo").today() == 0
    opened = own("show", heavy, "--reveal").stdout
    assert SECRET in opened
    assert "hij slaat" in opened
    assert SECRET[:12] in own("queue", "--view", "flagged", "--limit", "100", "--reveal").stdout
    assert HeavyCount(own.home / "demo").today() == 1


def test_what_scripts_read_is_whole(own: Program, heavy: str) -> None:
    assert own.json("show", heavy)["messages"][0]["text"] == SECRET
    assert own.json("show", heavy) == own.json("show", heavy, "--reveal")
    assert own.json("queue") == own.json("queue", "--reveal")
    assert HeavyCount(own.home / "demo").today() == 0, "a script is nobody who reads"


def test_search_and_history_cover_it_too(own: Program, heavy: str) -> None:
    assert own("note", heavy, "--text", "Gebeld").returncode == 0
    found, decided = own("search", "is:flagged", "--limit", "1000"), own("history")
    assert "Reported as ‘Threats or intimidation’, in" in found.stdout
    lines = found.stdout.count("--reveal")
    assert lines > 0
    assert "Covered: reported as" in decided.stdout
    assert SECRET[:12] not in found.stdout + decided.stdout
    told = own.json("search", "is:flagged", "--limit", "1000")
    assert SECRET in [message["text"] for message in told["messages"]]
    assert HeavyCount(own.home / "demo").today() == 0
    assert SECRET in own("history", "--reveal").stdout
    assert HeavyCount(own.home / "demo").today() == 0, "a title opens no message"
    assert SECRET in own("search", "is:flagged", "--limit", "1000", "--reveal").stdout
    assert HeavyCount(own.home / "demo").today() == lines


def test_off_everything_is_shown_as_it_is(own: Program, heavy: str) -> None:
    settings.save(own.home / "demo", {("care", "on"): False})
    assert SECRET in own("show", heavy).stdout


def test_the_count_is_in_no_backup_history_export_or_hand_over(own: Program, heavy: str, tmp_path: Path) -> None:
    folder, out = own.home / "demo", tmp_path / "out"
    out.mkdir()
    HeavyCount(folder).add(73_518)
    own("show", heavy, "--reveal")
    assert own("verdict", heavy.replace("t", "m", 1), "keep").returncode in (0, 1)
    assert own("assign", heavy, "Noor van der Meer").returncode == 0
    assert HeavyCount(folder).today() == 73_519
    for kind in ("csv", "jsonl"):
        assert own("export", "is:open", "--format", kind, str(out / f"export.{kind}")).returncode == 0
    sealed = out / "work.luisterpost"
    given = own("hand-over", str(sealed), "--to", "Sanne", "--passphrase-stdin", stdin="kool en geit 1\n")
    assert given.returncode == 0, given.stderr
    (out / "hand-over").write_text(to_text(hand_over.read(sealed, "kool en geit 1")), encoding="utf-8")
    back_up(folder)
    for command in (("history",), ("outbox",), ("doctor",), ("show", heavy), ("queue",)):
        (out / command[0]).write_text(own(*command).stdout + own(*command, "--json").stdout, encoding="utf-8")
    files = [file for place in (folder, out) for file in place.rglob("*") if file.is_file()]
    assert {"ledger.backup.db", "ledger.db", "export.csv", "hand-over", "history"} <= {file.name for file in files}
    assert [file.name for file in files if b"73519" in file.read_bytes()] == [NAME]
    assert [file.name for file in files if NAME.encode() in file.read_bytes()] == []
