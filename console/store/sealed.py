"""Text sealed with a passphrase: AES-GCM, its key from the passphrase by scrypt, with a fresh salt and nonce each time."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

_COST = 2**15  # about 0.1 s and 32 MB: once for each opening


class WrongPassphrase(Exception):
    """The passphrase doesn't open it, or it was damaged: the two can't be told apart."""


class NotSealed(Exception):
    """It isn't anything sealed."""


def seal(text: str, passphrase: str, about: str) -> str:
    """One line of ASCII that only `opened` with the same passphrase and `about` reads."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to import, and seldom needed

    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, text.encode(), about.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()})


def opened(line: str, passphrase: str, about: str) -> str:
    """What was sealed. Raises WrongPassphrase, NotSealed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        parts = json.loads(line)
        salt, nonce, sealed = (base64.b64decode(parts[name], validate=True) for name in ("salt", "nonce", "sealed"))
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        raise NotSealed from cause
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, about.encode()).decode()
    except (InvalidTag, ValueError) as cause:
        raise WrongPassphrase from cause


def write_whole(path: Path, line: str) -> None:
    """Put a file in place that only its owner reads, all of it or nothing: who is interrupted keeps the one there was.

    Raises OSError.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _key(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode())
