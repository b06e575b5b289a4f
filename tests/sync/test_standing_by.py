"""A second window's collector stands by: it serves nobody, hands secrets on, and takes over when the first one ends."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from tests.houses import house
from tests.long.processes import QUICK, ROOT, Shared, shared


def standing_by(at: Shared) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*at.arguments, "sync", "--watch", "--stand-by"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=os.environ | QUICK,
    )  # fmt: skip


def until_it_serves(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert any("ready" in json.loads(line) for line in process.stdout), "it ended instead"


def test_it_takes_over_when_the_first_is_killed_and_ends_with_its_stdin(tmp_path: Path) -> None:
    with shared(tmp_path) as at:
        first = standing_by(at)
        until_it_serves(first)
        second, third = standing_by(at), standing_by(at)
        assert third.stdin is not None
        third.stdin.close()
        assert third.wait(30) == 0
        assert third.stdout is not None
        assert third.stdout.read() == "", "it never served"
        assert second.poll() is None
        first.kill()
        first.wait()
        until_it_serves(second)
        assert second.stdin is not None
        second.stdin.close()
        assert second.wait(30) == 0


def test_a_secret_that_it_hears_reaches_the_one_that_serves_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    of = house(tmp_path)
    collector = Collector(of.store, SecretStore(tmp_path, "een wachtzin"), Patience(), lambda said: None)
    SecretStore(tmp_path, "een wachtzin").put("other", {"password": "van een ander"})  # there is no keyring: a file
    collector.hear({"secret": {"ref": "asked", "values": {"password": "appelboom"}}})
    serving = SecretStore(tmp_path, "een wachtzin")
    assert serving.take("asked") == {"password": "appelboom"}
    assert serving.take("asked") == {}
    assert serving.take("other") == {"password": "van een ander"}
    assert "appelboom" not in (tmp_path / "secrets.enc").read_text(encoding="ascii")
