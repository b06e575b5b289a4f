"""The built program and its package, made once for a run: both take a while."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Built:
    """`folder` holds both programs. `before_mb`, `after_mb`: without what nothing opens, as the build says."""

    folder: Path
    before_mb: int
    after_mb: int

    @property
    def program(self) -> Path:
        return self.folder / "luisterpost"

    @property
    def window(self) -> Path:
        return self.folder / "luisterpost-window"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    pytest.importorskip("PyInstaller", reason="PyInstaller isn't installed here")
    folder = tmp_path_factory.mktemp("built")
    ended = subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", str(folder / "dist"),
         "--workpath", str(folder / "build"), str(ROOT / "build_installer.spec")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    told = re.findall(r"(\d+) MB becomes (\d+) MB", ended.stdout)
    before, after = (sum(int(line[n]) for line in told) for n in (0, 1))
    return Built(folder / "dist" / "luisterpost", before, after)


@pytest.fixture(scope="session")
def package(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .deb of it."""
    folder = tmp_path_factory.mktemp("deb")
    subprocess.run(
        [sys.executable, str(ROOT / "installer" / "deb.py"), str(built.folder), str(folder)], check=True, cwd=ROOT
    )
    return next(folder.glob("*.deb"))


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen of our own. Its server keeps what is on it in a file: a header of 32-bit numbers, then the pixels."""

    name: str
    file: Path

    def painted(self, left: int, top: int, width: int, height: int) -> float:
        """Which part of a rectangle's pixels has another colour than most of them, from 0 to 1."""
        held = self.file.read_bytes()
        head = struct.unpack(">25I", held[:100])
        at, line = head[0] + head[19] * 12, head[12]
        pixels: Counter[bytes] = Counter()
        for y in range(top, top + height):
            row = held[at + y * line + left * 4 : at + y * line + (left + width) * 4]
            pixels.update(row[n : n + 4] for n in range(0, len(row), 4))
        return 1 - pixels.most_common(1)[0][1] / (width * height)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    if shutil.which("Xvfb") is None and not os.environ.get("CI"):
        pytest.skip("missing here: Xvfb")
    folder = tmp_path / "screen"
    folder.mkdir()
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-fbdir", str(folder),
         "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield Screen(f":{number}", folder / "Xvfb_screen0")
    server.terminate()
    server.wait(10)
