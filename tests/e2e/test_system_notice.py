"""An urgent report reaches the desktop over its session bus: a notice without its text, a number on the icon, a click."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.notice_raised import SECRET
from tests.e2e.test_moderators_hour import ROOT, screen

__all__ = ["screen"]
MISSING = [name for name in ("Xvfb", "dbus-daemon") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(
    bool(MISSING) and not os.environ.get("CI"), reason=f"missing here: {', '.join(MISSING)}"
)


@pytest.fixture
def bus() -> Iterator[str]:
    """The address of a session bus of our own."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.wait(10)


def test_a_notice_and_a_number_without_a_word_of_it_and_a_click_opens_the_review(
    tmp_path: Path, screen: str, bus: str
) -> None:
    environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": bus, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
    desktop = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.session_bus"], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert desktop.stdout is not None
    try:
        assert json.loads(desktop.stdout.readline()) == {"ready": True}
        ended = subprocess.run(
            [sys.executable, "-m", "tests.e2e.notice_raised", str(tmp_path)], text=True, check=False,
            capture_output=True, cwd=ROOT, env=environment, timeout=60,
        )  # fmt: skip
    finally:
        desktop.terminate()
        told = desktop.stdout.read()
        desktop.wait(10)
    assert ended.returncode == 0, ended.stderr[-3000:] + told
    said = [json.loads(line) for line in told.splitlines()]
    (notice,) = [one["notice"] for one in said if "notice" in one]
    assert notice[:2] == ["Luisterpost", "1 dringende melding"]
    assert "Dreigen of intimideren" in notice[2]
    assert ["application://luisterpost.desktop", 1, True] in [one["number"] for one in said if "number" in one]
    assert SECRET not in told
