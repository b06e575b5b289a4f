"""Setting up on a computer where system packages are missing and nobody may install them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="no Debian: there is nothing to bring")
@pytest.mark.parametrize("kind", ["run", "test"])
def test_who_may_not_install_gets_the_one_command_and_goes_on(tmp_path: Path, kind: str) -> None:
    for name, text in {
        "dpkg-query": "exit 1",
        "id": "echo 1000",
        "sudo": "exit 1",
        "apt-get": "touch installed",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
        (tmp_path / name).chmod(0o755)
    ended = subprocess.run(
        ["bash", str(ROOT / "scripts" / "system-packages.sh"), kind], cwd=tmp_path, capture_output=True, text=True,
        check=False, env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    commands = [line for line in ended.stderr.splitlines() if "apt-get" in line]
    assert len(commands) == 1
    assert commands[0].strip().startswith("sudo sh -c 'apt-get update && apt-get install -y")
    assert "libegl1" in commands[0]
    assert ("wordpress" in commands[0]) == (kind == "test")
    assert not (tmp_path / "installed").exists()
