"""Secrets stay in the keyring, or in an encrypted file where none answers; never in plain."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from console.store.backup import back_up
from console.sync import secret_store
from console.sync.secret_store import NoKeyring, NoPassphrase, SecretStore, WrongPassphrase
from tests.houses import CONNECTION, house


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    import keyring
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    monkeypatch.delenv(secret_store.PASSPHRASE_FILE, raising=False)


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_it_says_so_and_stores_nothing(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    with pytest.raises(NoKeyring):
        store.put("c", {"password": "geheim woord"})
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_keyring")
def test_the_encrypted_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    SecretStore(tmp_path, "een lange wachtzin").put("c", {"password": "geheim woord"})
    file = tmp_path / "secrets.enc"
    assert b"geheim" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert SecretStore(tmp_path, "een lange wachtzin").get("c") == {"password": "geheim woord"}
    with pytest.raises(WrongPassphrase):
        SecretStore(tmp_path, "iets anders").get("c")
    with pytest.raises(NoPassphrase):
        SecretStore(tmp_path).get("c")


@pytest.mark.usefixtures("no_keyring")
def test_the_passphrase_may_stand_in_a_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "wachtzin"
    named.write_text("een lange wachtzin\n", encoding="utf-8")
    monkeypatch.setenv(secret_store.PASSPHRASE_FILE, str(named))
    profile = tmp_path / "p"
    profile.mkdir()
    SecretStore(profile).put("c", {"password": "x"})
    assert SecretStore(profile).get("c") == {"password": "x"}
    SecretStore(profile).forget("c")
    assert SecretStore(profile).get("c") == {}


@pytest.mark.usefixtures("no_keyring")
def test_a_changed_file_is_not_believed(tmp_path: Path) -> None:
    SecretStore(tmp_path, "w").put("c", {"password": "x"})
    file = tmp_path / "secrets.enc"
    file.write_text(file.read_text(encoding="ascii").replace('"sealed": "', '"sealed": "AAAA'), encoding="ascii")
    with pytest.raises(WrongPassphrase):
        SecretStore(tmp_path, "w").get("c")


KEYRING_SCRIPT = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from console.sync.secret_store import SecretStore
folder = Path(sys.argv[1])
SecretStore(folder).put("c", {"password": "geheim woord"})
assert SecretStore(folder).get("c") == {"password": "geheim woord"}
assert not (folder / "secrets.enc").exists()
SecretStore(folder).forget("c")
assert SecretStore(folder).get("c") == {}
print("kept")
"""


@pytest.mark.skipif(
    shutil.which("gnome-keyring-daemon") is None or shutil.which("dbus-run-session") is None,
    reason="no Secret Service to be started here: gnome-keyring and dbus are missing",
)
def test_a_real_keyring_keeps_them(tmp_path: Path) -> None:
    profile = tmp_path / "p"
    profile.mkdir()
    script = tmp_path / "script.py"
    script.write_text(KEYRING_SCRIPT, encoding="utf-8")
    unlock = f'echo -n w | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "{sys.executable}" "{script}" "{profile}"'
    environment = os.environ | {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    ended = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", unlock], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.stdout.strip().endswith("kept"), ended.stderr[-2000:]


@pytest.mark.usefixtures("no_keyring")
def test_no_file_of_the_profile_and_no_call_holds_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = house(tmp_path)
    (tmp_path / "passphrase").write_text("een lange wachtzin", encoding="utf-8")
    monkeypatch.setenv(secret_store.PASSPHRASE_FILE, str(tmp_path / "passphrase"))
    SecretStore(tmp_path).put(CONNECTION, {"password": "geheim-woord-4711"})
    back_up(tmp_path)
    of.say("a", "Hoi?")
    assert SecretStore(tmp_path).get(CONNECTION) == {"password": "geheim-woord-4711"}
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"ledger.db", "cache.db", "secrets.enc", "ledger.backup.db"} <= {file.name for file in files}
    assert not [file.name for file in files if b"geheim-woord-4711" in file.read_bytes()]
    own = Path("/proc/self")
    if own.exists():
        assert b"geheim-woord-4711" not in (own / "cmdline").read_bytes() + (own / "environ").read_bytes()


@pytest.mark.usefixtures("no_keyring")
def test_what_is_renewed_joins_what_is_kept_and_never_comes_back_after_it_was_taken_away(tmp_path: Path) -> None:
    secrets = SecretStore(tmp_path, "w")
    secrets.put("a", {"token": "old", "device": "d"})
    secrets.renew("a", {"token": "new"})
    assert SecretStore(tmp_path, "w").get("a") == {"token": "new", "device": "d"}
    secrets.forget("a")
    secrets.renew("a", {"token": "newer"})
    assert SecretStore(tmp_path, "w").get("a") == {}


@pytest.mark.usefixtures("no_keyring")
def test_renewals_of_several_connections_at_once_keep_them_all(tmp_path: Path) -> None:
    names = [f"connection {number}" for number in range(8)]
    for name in names:
        SecretStore(tmp_path, "w").put(name, {"token": "old"})
    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(lambda name: SecretStore(tmp_path, "w").renew(name, {"token": f"new of {name}"}), names))
    assert [SecretStore(tmp_path, "w").get(name) for name in names] == [{"token": f"new of {name}"} for name in names]
