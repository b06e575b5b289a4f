"""The built program, as a person without Python gets it: it starts, knows its adapters, and shows the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.xdist_group("installer")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("PyInstaller", reason="PyInstaller isn't installed here")
    folder = tmp_path_factory.mktemp("built")
    ended = subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", str(folder / "dist"),
         "--workpath", str(folder / "build"), str(ROOT / "build_installer.spec")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    return folder / "dist" / "luisterpost" / "luisterpost"


def call(program: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "LUISTERPOST_LANG": "en", "HOME": str(home)}
    return subprocess.run(
        [str(program), "--home", str(home), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_it_says_its_version(built: Path, tmp_path: Path) -> None:
    assert call(built, "--version", home=tmp_path).stdout.startswith("luisterpost 0.")


def test_it_contains_every_adapter(built: Path, tmp_path: Path) -> None:
    ended = call(built, "platforms", "--json", home=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert '"wordpress"' in ended.stdout
    assert '"memory"' in ended.stdout


def test_it_shows_the_demo_and_its_own_collector_watches(built: Path, tmp_path: Path) -> None:
    ended = call(built, "demo", home=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "Twee nachten" in ended.stdout
    assert (tmp_path / "demo" / "window.png").exists()
    watching = subprocess.Popen(
        [str(built), "--home", str(tmp_path), "--profile", "demo", "sync", "--watch"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert watching.stdin is not None
    watching.stdin.close()  # the window goes: its collector goes too
    assert watching.wait(60) == 0
