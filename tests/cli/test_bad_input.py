"""Broken files and folders get one plain sentence with what to do, and lose nothing."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console import words
from console.cli.app import run
from console.store.errors import StoreFull
from tests.cli.program import Ended, Process, Program
from tests.demos import copied


def plain(ended: Ended, code: int, *words: str) -> None:
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    for word in words:
        assert word in ended.stderr, ended.stderr


def test_a_damaged_copy_is_kept_aside_and_decisions_stay(own: Program) -> None:
    thread = own.json("queue")["threads"][0]["id"]
    own.json("tag", thread, "vroeg")
    cache = own.home / "demo" / "cache.db"
    for file in own.home.glob("demo/cache.db-*"):
        file.unlink()
    cache.write_bytes(b"this was a database once" * 500)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(cache).execute("SELECT count(*) FROM sqlite_master").fetchall()
    plain(own("sync", "--once"), 0, "damaged", "decisions are still there")
    assert list((own.home / "demo").glob("cache.damaged-*"))
    assert own.json("show", thread)["tags"] == ["vroeg"]


def test_a_damaged_ledger_comes_back_with_every_decision_and_word(own: Program) -> None:
    thread = own.json("queue")["threads"][0]["id"]
    own.json("tag", thread, "vroeg")
    own.json("sync", "--once")
    assert (own.home / "demo" / "ledger.backup.db").exists(), "a round of collecting makes the first backup"
    own.json("note", thread, "--text", "Na de back-up geschreven.")
    before = own.json("show", thread)
    spoil(own.home / "demo" / "ledger.db")
    plain(own("queue"), 0, "decisions file was damaged", "backup is back", "no word lost")
    assert {name: own.json("show", thread)[name] for name in ("tags", "notes", "history")} == {
        name: before[name] for name in ("tags", "notes", "history")
    }
    assert list((own.home / "demo").glob("ledger.damaged-*"))
    assert own.json("doctor")["ok"]


def test_a_damaged_ledger_without_backup_and_journal_is_left_as_it_is(own: Program) -> None:
    ledger = own.home / "demo" / "ledger.db"
    for file in own.home.glob("demo/ledger.*"):
        if file != ledger:
            file.unlink()
    spoil(ledger)
    before = ledger.read_bytes()
    plain(own("queue"), 1, "decisions is damaged", "doctor")
    plain(own("doctor"), 1, "decisions is damaged")
    assert ledger.read_bytes() == before


def spoil(file: Path) -> None:
    """Overwrite the beginning of a database, so that nothing can open it."""
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    with file.open("rb+") as opened:
        opened.write(b"this was a database once" * 200)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(file).execute("SELECT count(*) FROM sqlite_master").fetchall()


def test_a_store_of_a_newer_version_is_not_touched(own: Program) -> None:
    connection = sqlite3.connect(own.home / "demo" / "ledger.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    plain(own("queue"), 1, "newer Luisterpost", "nothing was changed")


def test_broken_settings_are_named_with_their_place(own: Program) -> None:
    (own.home / "demo" / "settings.toml").write_text('[look]\ntheme = "paars"\n', encoding="utf-8")
    plain(own("queue"), 1, "theme", "paars")
    (own.home / "demo" / "settings.toml").write_text("[look\n", encoding="utf-8")
    plain(own("queue"), 1, "settings")


def test_a_second_collector_is_told_that_there_is_one(own: Program) -> None:
    watching = subprocess.Popen(
        Process(own.home).command("sync", "--watch"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert watching.stdout is not None
    assert watching.stdin is not None
    try:
        assert watching.stdout.readline(), "it collects"
        plain(own("sync", "--watch"), 1, "Another collector")
        plain(own("sync", "--once"), 0)  # it hands its request over
    finally:
        watching.stdin.close()
        assert watching.wait(30) == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into, and only we may write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become nobody")
def test_a_folder_that_may_not_be_written_says_so(made_demo: Path, open_folder: Path) -> None:
    copied(made_demo, open_folder / "demo")
    copy = Program(open_folder)
    nobody = pwd.getpwnam("nobody").pw_uid
    with pytest.raises(PermissionError):
        _as(nobody, lambda: (copy.home / "demo" / "probe").write_text("x"))
    told, ending = copy.home / "told", copy.home / "ended"
    for file in (told, ending):
        file.touch()
        file.chmod(0o666)

    def call() -> None:
        with told.open("w") as sys.stderr:
            ending.write_text(str(run(arguments)))

    words.use("en")
    arguments = ["--home", str(copy.home), "--profile", "demo", "queue"]
    assert run(arguments) == 0, "as ourselves it works, and all modules are there before we become nobody"
    _as(nobody, call)
    assert ending.read_text() == "1"
    assert "may not write" in told.read_text()
    assert "Traceback" not in told.read_text()


def _as(uid: int, action: object) -> None:
    """Do something as another user in a process of its own, and raise what it raised."""
    assert callable(action)
    child = os.fork()
    if child == 0:
        os.setuid(uid)
        try:
            action()
        except PermissionError:
            os._exit(13)
        except BaseException:
            os._exit(99)
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 13:
        raise PermissionError


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of hardly more than a megabyte, if we may have one."""
    yield from disk_of(tmp_path, "1400k")


@pytest.fixture
def larger_disk(tmp_path: Path) -> Iterator[Path]:
    yield from disk_of(tmp_path, "16m")


def disk_of(tmp_path: Path, size: str) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_says_what_is_kept(made_demo: Path, small_disk: Path) -> None:
    full = Process(small_disk)  # what it held open of the disk ends with it
    (small_disk / "demo").mkdir()
    for name in ("ledger.db", "world.db", "settings.toml"):
        shutil.copy(made_demo / name, small_disk / "demo" / name)
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "filler").write_bytes(b"x" * 2_000_000)
    plain(full("queue"), 1, "disk is full")


def fill(folder: Path) -> None:
    """Write until nothing more fits."""
    with pytest.raises(OSError, match="No space left"):
        write_without_end(folder / "filler")


def write_without_end(file: Path) -> None:
    with file.open("wb", buffering=0) as filler:
        while filler.write(b"x" * 4096):
            pass


def test_words_that_find_no_room_are_refused_and_what_was_there_stays(made_demo: Path, larger_disk: Path) -> None:
    copied(made_demo, larger_disk / "demo")
    copy, refused = Program(larger_disk), Process(larger_disk)
    thread = copy.json("queue")["threads"][0]["id"]
    copy.json("note", thread, "--text", "Eerst geschreven.")
    before = copy.json("outbox", "--all")
    fill(larger_disk)
    plain(refused("note", thread, "--text", "Hier is geen plaats voor. " * 400), 1, "disk is full", "make room")
    plain(refused("reply", thread, "--text", "Hier ook niet voor. " * 400), 1, "disk is full")
    (larger_disk / "filler").unlink()
    shown = copy.json("show", thread)
    assert [note["text"] for note in shown["notes"]] == ["Eerst geschreven."]
    assert copy.json("outbox", "--all") == before
    copy.json("note", thread, "--text", "Nu wel.")
    told = json.loads(copy("doctor", "--json").stdout)["checks"]
    assert [check["name"] for check in told if not check["ok"]] == ["disk"], "a disk of 16 MB is nearly full"


def test_a_disk_that_is_nearly_full_keeps_its_room_for_decisions(made_demo: Path, larger_disk: Path) -> None:
    copied(made_demo, larger_disk / "demo")
    copy = Program(larger_disk)
    before = copy.json("queue", "--view", "flagged")
    plain(copy("sync", "--for-the-road", "--view", "all"), 1, "nearly full", "make room")
    assert copy.json("queue", "--view", "flagged") == before
    thread = before["threads"][0]["id"]
    copy.json("note", thread, "--text", "Er is nog plaats om te beslissen.")


@contextmanager
def at_a_terminal(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """The program as a terminal starts it: Ctrl+C reaches it, also where whoever runs the tests ignores that."""
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"LUISTERPOST_UNDO_S": "600"}, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def test_ctrl_c_while_it_waits_for_words_is_a_plain_ending(own: Program) -> None:
    thread, before = own.json("queue")["threads"][0]["id"], own.json("outbox", "--all")
    with at_a_terminal(Process(own.home).command("reply", thread, "--stdin")) as waiting:
        assert waiting.stdin is not None
        waiting.stdin.write("Half a sentence")
        waiting.stdin.flush()
        nothing = threading.Event()
        while fcntl.ioctl(waiting.stdin.fileno(), termios.FIONREAD, bytes(4)) != bytes(4):
            assert waiting.poll() is None
            nothing.wait(0.02)
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, out) == (1, "")
    assert err.strip() == "Stopped. What was confirmed is kept."
    assert own.json("outbox", "--all") == before


def test_ctrl_c_ends_a_collector_well(own: Program) -> None:
    with at_a_terminal(Process(own.home).command("sync", "--watch")) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        _out, err = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert "Traceback" not in err
    assert (own.home / "demo" / "ledger.backup.db").exists(), "a clean end makes a backup"


def test_a_folder_that_cannot_be_made_is_a_plain_sentence(own: Program, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        (tmp_path / "file" / "demo").mkdir(parents=True)
    plain(Program(tmp_path / "file")("demo"), 1, str(tmp_path / "file"), "--home")


def test_a_mistake_of_our_own_is_a_plain_sentence_with_its_place(own: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise LookupError("deep inside")

    monkeypatch.setattr("console.store.read.queue.page", broken)
    plain(own("queue"), 1, "What was confirmed is kept", "LookupError", "test_bad_input.py:", "deep inside")


def test_what_an_adapter_stumbles_over_stands_in_the_log_and_not_on_the_terminal(
    own: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_given: object) -> None:
        raise LookupError("deep inside")

    monkeypatch.setattr("console.adapters.memory.Memory.pull", broken)
    ended = own("sync", "--once")
    plain(ended, 1, "made a mistake")
    assert "deep inside" not in ended.stderr
    assert "LookupError: deep inside" in (own.home / "demo" / "collector.log").read_text()


def test_no_room_for_what_a_platform_says_is_the_disks_trouble_and_not_the_adapters(
    own: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise StoreFull(own.home / "demo" / "cache.db")

    monkeypatch.setattr("console.store.write.pages.apply", full)
    ended = own("sync", "--once")
    plain(ended, 1, "no room", "make room")
    assert "made a mistake" not in ended.stderr


@pytest.mark.parametrize(
    "call", [("show", "\udcff"), ("history", "\udcff"), ("note", "THREAD", "--text", "Kapot \udcff")]
)
def test_bytes_that_are_no_text_are_refused_and_nothing_is_kept(own: Program, call: tuple[str, ...]) -> None:
    (thread,) = (row["id"] for row in own.json("queue", "--limit", "1")["threads"])
    before = own.json("history")
    plain(own(*(thread if word == "THREAD" else word for word in call)), 2, "no text in UTF-8")
    assert own.json("history") == before


def test_nobodys_words_are_changed_but_our_own(own: Program) -> None:
    thread = next(row["id"] for row in own.json("queue")["threads"] if row["platform"] == "wordpress")
    theirs = own.json("show", thread)["messages"][0]["id"]
    before = own.json("outbox")
    plain(own("edit", theirs, "--text", "Dat zei ik nooit"), 1, "Somebody else wrote that")
    assert own.json("outbox") == before


def test_a_copy_that_was_thrown_away_is_not_taken_for_an_empty_queue(own: Program) -> None:
    assert "collected yet" not in own("queue", "tag:nergens").stderr
    (own.home / "demo" / "cache.db").unlink()
    assert "Nothing was collected yet" in own("queue").stderr


def test_a_narrow_terminal_keeps_the_reason(own: Program) -> None:
    (row,) = own.json("queue", "--view", "flagged", "--limit", "1")["threads"]
    narrow, wide = (
        own("queue", "--view", "flagged", "--limit", "1", COLUMNS=columns).stdout for columns in ("80", "160")
    )
    assert (row["author"] in wide, row["author"] in narrow) == (True, False)
    assert f"{row['reports']} report" in narrow


def test_who_forgets_the_profile_hears_which_there_are(own: Program) -> None:
    plain(own("queue", profile="default"), 1, "no profile", "--profile demo")
