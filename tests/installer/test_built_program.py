"""The built programs, as a person without Python gets them: alone, and from a package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import filelock
import pytest

from tests.figures import Note
from tests.installer.conftest import Built, Screen

POLLS = 1200  # of 50 ms


def surroundings(**more: str) -> dict[str, str]:
    """No screen unless one is given, and nothing of this checkout."""
    without = {"DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "VIRTUAL_ENV", "QT_QPA_PLATFORM"}
    return (
        {name: value for name, value in os.environ.items() if name not in without} | {"LUISTERPOST_LANG": "en"} | more
    )


def call(program: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), "--home", str(home), *arguments], cwd=home, capture_output=True, text=True, check=False,
        env=surroundings(QT_QPA_PLATFORM="offscreen", HOME=str(home)),
    )  # fmt: skip


def folder_mb(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*")) / 1e6


def collects(profile: Path) -> bool:
    """Whether a collector holds the profile's lock."""
    try:
        with filelock.FileLock(profile / "collector.lock", timeout=0):
            return False
    except filelock.Timeout:
        return True


def wait_for(process: subprocess.Popen[bytes], condition: object) -> None:
    """Until the condition holds; the process has to go on meanwhile."""
    assert callable(condition)
    for _poll in range(POLLS):
        if condition():
            return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"it ended with {process.returncode}")
    pytest.fail("it never came to that")


def opens_its_window(program: Path, home: Path, screen: Screen) -> float:
    """Start the window on the demo that is there; seconds until rows are on the screen. Ends it again."""
    assert screen.painted(230, 150, 400, 600) == 0
    began = time.monotonic()
    process = subprocess.Popen(
        [str(program), "--home", str(home), "--profile", "demo"], cwd=home,
        env=surroundings(DISPLAY=screen.name, QT_QPA_PLATFORM="xcb", HOME=str(home)),
    )  # fmt: skip
    try:
        wait_for(process, lambda: screen.painted(230, 150, 400, 600) > 0.02)
        took = time.monotonic() - began
        wait_for(process, lambda: collects(home / "demo"))
    finally:
        process.terminate()
        process.wait(20)
    with filelock.FileLock(home / "demo" / "collector.lock", timeout=30):  # with its window the collector goes
        return took


@pytest.mark.parametrize("name", ["program", "window"])
def test_both_programs_say_their_version(built: Built, tmp_path: Path, name: str) -> None:
    assert call(getattr(built, name), "--version", home=tmp_path).stdout.startswith("luisterpost 0.")


@pytest.mark.parametrize("name", ["program", "window"])
def test_both_contain_every_adapter(built: Built, tmp_path: Path, name: str) -> None:
    ended = call(getattr(built, name), "platforms", "--json", home=tmp_path)
    assert ended.returncode == 0, ended.stderr
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    adapters = re.findall(r'^(\w+) = "console\.adapters\.', project, re.MULTILINE)
    assert len(adapters) >= 2
    assert [name for name in adapters if f'"key": "{name}"' not in ended.stdout] == []


def test_it_shows_the_demo_and_its_own_collector_watches(built: Built, tmp_path: Path) -> None:
    ended = call(built.program, "demo", home=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("First")
    assert len(ended.stdout.splitlines()) > 20, "the queue of the demo"
    assert (tmp_path / "demo" / "window.png").exists()
    watching = subprocess.Popen(
        [str(built.program), "--home", str(tmp_path), "--profile", "demo", "sync", "--watch"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert watching.stdin is not None
    watching.stdin.close()  # the window goes: its collector goes too
    assert watching.wait(60) == 0


def test_nothing_in_it_is_under_the_gpl_alone(built: Built) -> None:
    """GNU readline comes with Python on Debian; so do gdbm and Berkeley DB."""
    names = [file.name for file in built.folder.rglob("*")]
    assert len(names) > 200
    assert not [name for name in names if re.match(r"(lib)?(readline|gdbm|_gdbm|db-\d)", name)]


def test_the_guide_is_in_it(built: Built) -> None:
    guide = built.folder / "_internal" / "resources" / "guide"
    assert (guide / "nl" / "beginnen.md").exists()
    assert (guide / "en" / "start.md").exists()
    assert (guide / "pictures" / "desk-nl.png").exists()


def test_the_package_installs_starts_and_goes_without_a_trace(
    package: Path, built: Built, tmp_path: Path, screen: Screen, note: Note
) -> None:
    """In a root of its own, as dpkg does it; then the terminal's program fills a demo and the window shows it."""
    root, home = tmp_path / "root", tmp_path / "home"
    (root / "var/lib/dpkg/info").mkdir(parents=True)
    (root / "var/lib/dpkg/updates").mkdir()
    (root / "var/lib/dpkg/status").touch()
    home.mkdir()
    fields = subprocess.run(["dpkg-deb", "--field", str(package)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Package: luisterpost$", fields, re.MULTILINE)
    assert int(re.findall(r"^Installed-Size: (\d+)$", fields, re.MULTILINE)[0]) > 50_000
    dpkg = ["dpkg", f"--root={root}", "--force-not-root", "--force-depends", "--log=/dev/null"]
    if os.geteuid() != 0:
        dpkg.insert(0, "fakeroot")  # it gives files to root
    as_root = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    subprocess.run([*dpkg, "--install", str(package)], check=True, capture_output=True, env=as_root)
    listed = subprocess.run([*dpkg, "--listfiles", "luisterpost"], capture_output=True, text=True, check=True).stdout
    for name in ("applications/luisterpost.desktop", "icons/hicolor/scalable/apps/luisterpost.svg",
                 "doc/luisterpost/copyright"):  # fmt: skip
        assert f"/usr/share/{name}" in listed
    assert call(root / "usr/bin/luisterpost", "--version", home=home).stdout.startswith("luisterpost 0.")
    assert call(root / "usr/bin/luisterpost", "platforms", home=home).returncode == 0
    ended = call(root / "usr/bin/luisterpost", "demo", home=home)
    assert ended.returncode == 0, ended.stderr
    first = opens_its_window(root / "usr/bin/luisterpost-window", home, screen)
    subprocess.run([*dpkg, "--purge", "luisterpost"], check=True, capture_output=True, env=as_root)
    assert not (root / "usr").exists()
    note(
        f"package {package.stat().st_size / 1e6:.0f} MB, installed {folder_mb(built.folder):.0f} MB"
        f" ({built.before_mb} MB before what nothing opens was left out, {built.after_mb} MB after);"
        f" rows on the screen {first:.1f} s after luisterpost-window started"
    )


def test_what_the_package_needs_is_what_set_up_brings_and_is_there(package: Path) -> None:
    """Every name in Depends is a package of this system: a misspelled one could never be installed."""
    depends = subprocess.run(
        ["dpkg-deb", "--field", str(package), "Depends"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert "libxcb-cursor0" in depends
    for group in depends.split(", "):
        names = [re.sub(r" \(.*\)", "", name) for name in group.split(" | ")]
        known = [subprocess.run(["dpkg", "-s", name], capture_output=True, check=False).returncode for name in names]
        assert 0 in known, group


def test_every_library_finds_what_it_needs(built: Built) -> None:
    """In the folder or on this system: nothing that was left out is missed."""
    inside = built.folder / "_internal"
    qt = inside / "PySide6" / "Qt" / "lib"
    libraries = [str(file) for file in inside.rglob("*.so*") if file.is_file() and not file.is_symlink()]
    assert len(libraries) > 100
    told = subprocess.run(
        ["ldd", *libraries], capture_output=True, text=True, check=False, env={"LD_LIBRARY_PATH": f"{inside}:{qt}"}
    ).stdout
    assert "libQt6Core.so.6 =>" in told
    assert [line for line in told.splitlines() if "not found" in line] == []


def test_the_entry_in_the_menu_is_in_both_languages() -> None:
    entry = (Path(__file__).parents[2] / "installer" / "luisterpost.desktop").read_text(encoding="utf-8")
    for name in ("GenericName", "Comment", "Keywords"):
        assert f"\n{name}=" in entry
        assert f"\n{name}[nl]=" in entry
    if shutil.which("desktop-file-validate"):
        subprocess.run(
            ["desktop-file-validate", str(Path(__file__).parents[2] / "installer/luisterpost.desktop")], check=True
        )
