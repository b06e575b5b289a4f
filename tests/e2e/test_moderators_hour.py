"""The real window under a virtual screen, beside the real collector, on the real WordPress."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import settings
from tests.pictures import photo
from tests.servers.wordpress import WordPress

ROOT = Path(__file__).parent.parent.parent
NEEDED = [name for name in ("Xvfb", "strace") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(NEEDED) and not os.environ.get("CI"), reason=f"missing here: {', '.join(NEEDED)}")
NETWORK = re.compile(r"socket\(AF_INET6?\b")


@pytest.fixture
def screen() -> Iterator[str]:
    """A screen of our own; Xvfb says which number it took."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def traced(folder: Path, *command: str, **more: object) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run under strace; returns the end and every socket that was opened."""
    trace = folder / "trace"
    ended = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=socket", "-o", str(trace), *command],
        capture_output=True, text=True, check=False, cwd=ROOT, **more,
    )  # fmt: skip
    return ended, trace.read_text(encoding="utf-8", errors="replace")


def test_strace_sees_a_network_socket_when_there_is_one(tmp_path: Path) -> None:
    """The control."""
    program = "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)"
    _ended, sockets = traced(tmp_path, sys.executable, "-c", program)
    assert NETWORK.search(sockets)


def test_a_moderators_hour_opens_no_network_socket_and_lands_on_the_blog(
    tmp_path: Path, screen: str, wordpress: WordPress
) -> None:
    (wordpress.site / "wp-content" / "uploads" / "week.jpg").write_bytes(photo())
    picture = f"<img src='{wordpress.url}/wp-content/uploads/week.jpg' alt='De week'>"
    post = wordpress.new_post("Hoe was jullie week?", f"<p>Vertel</p>{picture}")
    held = wordpress.comment("sanne", post, "Mag ik ook iets vragen?", held=True)
    profile = tmp_path / "default"
    settings.save(profile, {("you", "name"): "Noor"})
    passphrase, fifo = tmp_path / "passphrase", tmp_path / "stdin"
    passphrase.write_text("een lange wachtzin", encoding="utf-8")
    os.mkfifo(fifo)
    environment = os.environ | {
        "LUISTERPOST_PASSPHRASE_FILE": str(passphrase), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "LUISTERPOST_UNDO_S": "1", "LUISTERPOST_POLL_S": "1", "PICTURE": str(tmp_path / "window.png"),
    }  # fmt: skip
    reading = os.open(fifo, os.O_RDWR)  # so that neither side waits for the other to open it
    collector = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(tmp_path), "sync", "--watch"],
        stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT, env=environment,
    )  # fmt: skip
    account = wordpress.accounts["redactie"]
    try:
        ended, sockets = traced(
            tmp_path, sys.executable, "-m", "tests.e2e.moderators_hour", str(profile), str(fifo), wordpress.url,
            account.name, input=account.password + "\n",
            env=environment | {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"},
        )  # fmt: skip
    finally:
        os.close(reading)
        collector.terminate()
        collector.wait(20)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert not NETWORK.search(sockets)
    assert "AF_UNIX" in sockets, "the trace saw the window's process"
    there = {comment.id: comment for comment in wordpress.comments(post)}
    assert there[held].status == "approved"
    answers = [comment for comment in there.values() if comment.content == "Dank voor je vraag"]
    assert [answer.parent for answer in answers] == [held]
    assert (tmp_path / "window.png").stat().st_size > 20_000
