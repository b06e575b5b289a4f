"""What Windows and macOS need and Linux can try: imports, folders, names, keys, replacing a file."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import platformdirs.macos
import platformdirs.windows
import pytest

from console import app
from console.settings import BadName, profile_folder
from console.store.connection import Store
from console.store.preparing import prepare
from console.views.commands import keys_on
from tests.houses import house

ROOT = Path(__file__).parent.parent.parent
IMPORT_ALL = """
import importlib, pkgutil, sys
BLOCKED = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "readline", "curses"}
sys.modules.update(dict.fromkeys(BLOCKED))  # importing one of them raises ImportError
import console
for module in pkgutil.walk_packages(console.__path__, "console."):
    if ".migrations." not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
importlib.import_module("console.__main__")
print(len([name for name in sys.modules if name.startswith("console.")]))
"""
BLOCKS = """
import sys
sys.modules["fcntl"] = None
import fcntl
"""


def test_nothing_of_ours_needs_a_posix_module_to_be_imported() -> None:
    assert subprocess.run([sys.executable, "-c", BLOCKS], capture_output=True, check=False).returncode == 1, (
        "the control"
    )
    # Ours alone: what the standard library takes for itself was imported by it before.
    before = "import subprocess, asyncio, getpass, filelock, selectors, multiprocessing.util\n"
    ended = subprocess.run(
        [sys.executable, "-c", before + IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert int(ended.stdout) > 120


def test_no_signal_and_no_call_of_posix_alone_is_made_without_asking() -> None:
    only_posix = re.compile(
        r"os\.(fork|getuid|geteuid|kill|mkfifo|setsid|getpgid|O_NOFOLLOW)\b|signal\.SIG(KILL|HUP|USR)"
    )
    found = {
        file.name for file in (ROOT / "console").rglob("*.py") if only_posix.search(file.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_files_are_replaced_and_never_only_renamed() -> None:
    """`rename` fails on Windows where the new name exists."""
    renamed = re.compile(r"\bos\.rename\(|\.rename\(")
    found = {
        file.name: line.strip() for file in (ROOT / "console").rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines() if renamed.search(line)
    }  # fmt: skip
    # They set a damaged file aside: its new name has the moment in it.
    assert set(found) <= {"care.py", "backup.py"}


def test_profiles_stand_in_the_folder_each_system_has_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUISTERPOST_HOME", raising=False)
    monkeypatch.setattr("platformdirs.windows.get_win_folder", lambda name: rf"C:\\Users\\noor\\{name}")
    windows = platformdirs.windows.Windows("luisterpost", appauthor=False)
    assert PureWindowsPath(windows.user_data_dir).parts[-2:] == ("CSIDL_LOCAL_APPDATA", "luisterpost")
    mac = platformdirs.macos.MacOS("luisterpost", appauthor=False)
    assert mac.user_data_dir.endswith("/Library/Application Support/luisterpost")
    for system, folder in (("windows", windows.user_data_dir), ("macos", mac.user_data_dir)):
        monkeypatch.setattr("platformdirs.user_data_dir", lambda name, appauthor, folder=folder: folder)
        assert str(profile_folder(None, "default")).startswith(folder), system


@pytest.mark.parametrize("name", [
    "CON", "con", "nul", "NUL.txt", "com1", "LPT9", "aux.db", "a:b", "a/b", "a\\b", "..", ".hidden", "dot.", "space ",
    "what?", "a*", 'say"', "<x>", "a|b", "tab\t", "",
])  # fmt: skip
def test_a_profile_has_a_name_that_is_one_on_every_system(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadName):
        profile_folder(tmp_path, name)


@pytest.mark.parametrize(
    "name", ["default", "Noor van der Meer", "console", "communicatie-2", "Café", "工作", "com", "null"]
)
def test_ordinary_names_are_names(name: str, tmp_path: Path) -> None:
    assert profile_folder(tmp_path, name) == tmp_path / name


def test_a_share_of_windows_is_a_network_folder() -> None:
    from console.settings import NetworkFolder

    with pytest.raises(NetworkFolder):
        profile_folder(Path("\\\\server\\share"), "default")


def test_files_of_a_profile_have_short_plain_names(tmp_path: Path) -> None:
    house(tmp_path / "profile")
    names = [file.name for file in (tmp_path / "profile").iterdir()]
    assert "ledger.db" in names
    assert [name for name in names if len(name) > 40 or not re.fullmatch(r"[a-zA-Z0-9._-]+", name)] == []


def test_a_new_profile_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    house(folder).store.close()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o750)  # whoever opens it to a colleague afterwards meant to
    store = Store(folder, now_ms=lambda: 0, policy=house(tmp_path / "other").store.policy)
    prepare(store.folder)
    assert folder.stat().st_mode & 0o777 == 0o750


def test_on_a_mac_the_key_above_enter_removes() -> None:
    assert keys_on("darwin", ["Del"]) == ["Del", "Backspace"]
    assert keys_on("linux", ["Del"]) == keys_on("win32", ["Del"]) == ["Del"]
    assert keys_on("darwin", ["Ctrl+Z"]) == ["Ctrl+Z"]


@pytest.mark.parametrize(("program", "collector"), [
    ("/opt/x/luisterpost-window", "/opt/x/luisterpost"), ("/opt/x/luisterpost", "/opt/x/luisterpost"),
    ("/opt/x/luisterpost-window.exe", "/opt/x/luisterpost.exe"),
])  # fmt: skip
def test_the_window_starts_the_terminals_program_as_its_collector(
    monkeypatch: pytest.MonkeyPatch, program: str, collector: str, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", program)
    started, arguments = app.collector_command(tmp_path / "noor")
    assert started == collector
    assert arguments == ["--home", str(tmp_path), "--profile", "noor", "sync", "--watch", "--stand-by"]
