"""Where secrets stay: the system's keyring, or an encrypted file of the profile where no keyring answers.

They are never arguments, environment or plain files. The file's key comes from a passphrase by scrypt; each save
takes a fresh salt and nonce.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from console.store.sealed import NotSealed, WrongPassphrase, opened, seal, write_whole
from console.sync import keyring_entries
from console.sync.keyring_entries import SERVICE, NoKeyring

__all__ = ["PASSPHRASE_FILE", "NoKeyring", "NoPassphrase", "SecretStore", "WrongPassphrase"]
PASSPHRASE_FILE = "LUISTERPOST_PASSPHRASE_FILE"


class NoPassphrase(Exception):
    """The encrypted file is there and nobody gave its passphrase."""


class SecretStore:
    """The secrets of one profile: connection key -> name -> secret."""

    def __init__(self, profile: Path, passphrase: str | None = None) -> None:
        self._profile = profile
        self._file = profile / "secrets.enc"
        # Several threads and processes write the one file, each for its own connection.
        self._turn = FileLock(profile / "secrets.lock")
        self._passphrase = passphrase or _passphrase_from_file()
        self._given: dict[str, dict[str, str]] = {}

    @property
    def encrypted_file(self) -> bool:
        """Whether this profile keeps its secrets in the encrypted file."""
        return self._file.exists()

    def place(self) -> str:
        """Where secrets are kept here: "file", "keyring", or "none" where no keyring answers and there is no file yet."""
        if self.encrypted_file:
            return "file"
        try:
            keyring_entries.get(self._user("doctor"))
        except NoKeyring:
            return "none"
        return "keyring"

    def unlock(self, passphrase: str) -> None:
        """Use this passphrase from now on. Raises WrongPassphrase."""
        before, self._passphrase = self._passphrase, passphrase
        if self.encrypted_file:
            try:
                self._load()
            except WrongPassphrase:
                self._passphrase = before
                raise

    def hand_over(self, connection: str, secrets: Mapping[str, str]) -> None:
        """Secrets given for this run only (a check before anything is stored)."""
        self._given[connection] = dict(secrets)

    def get(self, connection: str) -> dict[str, str]:
        """The secrets of a connection, {} when there are none. Raises NoKeyring, NoPassphrase, WrongPassphrase."""
        if connection in self._given:
            return self._given[connection]
        if self.encrypted_file:
            return dict(self._load().get(connection, {}))
        found = keyring_entries.get(self._user(connection))
        return json.loads(found) if found else {}

    def take(self, ref: str) -> dict[str, str]:
        """The secrets handed over for one request; what another process put down for it is taken away. As `get`."""
        found = self.get(ref)
        if found and ref not in self._given:
            self.forget(ref)
        return found

    def put(self, connection: str, secrets: Mapping[str, str]) -> str:
        """Keep secrets for good; returns "keyring" or "file". Raises NoKeyring when neither is to be had."""
        if not secrets:
            return "keyring"
        if not self.encrypted_file:
            try:
                keyring_entries.put(self._user(connection), json.dumps(dict(secrets)))
                return "keyring"
            except NoKeyring:
                if not self._passphrase:
                    raise
        with self._turn:
            kept = self._load() if self.encrypted_file else {}
            self._save(kept | {connection: dict(secrets)})
        return "file"

    def renew(self, connection: str, secrets: Mapping[str, str]) -> None:
        """Put renewed secrets beside the others of a connection, unless it was taken away meanwhile. As `put` and `get`."""
        kept = self.get(connection)
        if kept:
            self.put(connection, {**kept, **secrets})

    def forget(self, connection: str) -> None:
        """Remove the secrets of a connection; it is no error if there are none."""
        self._given.pop(connection, None)
        if self.encrypted_file:
            with self._turn:
                kept = self._load()
                kept.pop(connection, None)
                self._save(kept)
            return
        try:
            keyring_entries.delete(self._user(connection))
        except NoKeyring:
            return

    def _user(self, connection: str) -> str:
        return f"{self._profile.name}:{connection}"

    def _load(self) -> dict[str, dict[str, str]]:
        if not self._passphrase:
            raise NoPassphrase
        try:
            text = opened(self._file.read_text(encoding="ascii"), self._passphrase, SERVICE)
            found: dict[str, dict[str, str]] = json.loads(text)
        except (NotSealed, ValueError) as cause:
            raise WrongPassphrase from cause
        return found

    def _save(self, secrets: Mapping[str, Mapping[str, str]]) -> None:
        if not self._passphrase:
            raise NoPassphrase
        write_whole(self._file, seal(json.dumps(secrets), self._passphrase, SERVICE))


def _passphrase_from_file() -> str | None:
    name = os.environ.get(PASSPHRASE_FILE)
    if not name:
        return None
    try:
        return Path(name).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
