"""A keyring whose entries are short, as on Windows, keeps a long sign-in all the same."""

from __future__ import annotations

import json

import keyring
import keyring.errors
import pytest

from console.sync import keyring_entries

SHORT = json.dumps({"password": "geheim"})
LONG = json.dumps({"tokens": "a" * 3_000 + "b" * 3_000})


class Windows:
    """Refuses an entry of more than 2560 bytes of UTF-16. `breaks_at` is the write at which the power goes.

    No subclass of the library's: each of those is a keyring that any other test in this process may be given.
    """

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.breaks_at = -1

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.breaks_at -= 1
        if self.breaks_at == 0:
            raise KeyboardInterrupt
        if len(password.encode("utf-16-le")) > 2560:
            raise keyring.errors.PasswordSetError
        self.entries[username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop(username, None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    made = Windows()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    monkeypatch.setattr(keyring, "get_password", made.get_password)
    monkeypatch.setattr(keyring, "set_password", made.set_password)
    monkeypatch.setattr(keyring, "delete_password", made.delete_password)
    monkeypatch.setattr(keyring_entries, "MOST_CHARS", 1_200)
    return made


def test_in_one_piece_it_would_be_refused(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_entries, "MOST_CHARS", 1_000_000)
    with pytest.raises(keyring_entries.NoKeyring):
        keyring_entries.put("c", LONG)


def test_long_and_short_are_kept_one_after_the_other_and_nothing_stays_behind(windows: Windows) -> None:
    for kept in (SHORT, LONG, LONG.replace("a", "c"), SHORT, LONG):
        keyring_entries.put("c", kept)
        assert keyring_entries.get("c") == kept
    assert len(windows.entries) == 7
    keyring_entries.put("d", SHORT)
    keyring_entries.delete("c")
    assert windows.entries == {"d": SHORT}
    keyring_entries.delete("c")
    assert keyring_entries.get("c") is None


@pytest.mark.parametrize("write", range(1, 8))
def test_what_was_kept_is_whole_until_the_new_is(windows: Windows, write: int) -> None:
    keyring_entries.put("c", LONG)
    new = LONG.replace("b", "d")
    windows.breaks_at = write
    with pytest.raises(KeyboardInterrupt):
        keyring_entries.put("c", new)
    assert keyring_entries.get("c") == LONG
    keyring_entries.put("c", new)
    assert keyring_entries.get("c") == new


def test_pieces_that_somebody_took_away_count_as_nothing(windows: Windows) -> None:
    keyring_entries.put("c", LONG)
    del windows.entries[next(name for name in windows.entries if name.endswith(".3"))]
    assert keyring_entries.get("c") is None
    windows.entries["c"] = "nonsense"
    assert keyring_entries.get("c") is None
