"""The system's keyring: one entry a connection, in pieces where an entry may not be as long as a sign-in's tokens are."""

from __future__ import annotations

import secrets
import sys

SERVICE = "luisterpost"
MOST_CHARS = 1_200 if sys.platform == "win32" else 1_000_000  # Windows keeps 2560 bytes of UTF-16


class NoKeyring(Exception):
    """No keyring answers on this computer: an encrypted file and a passphrase are needed."""


def get(user: str) -> str | None:
    """What is kept for a user, None for nothing. Raises NoKeyring."""
    head = _get(user)
    if head is None or head.startswith("{"):
        return head
    pieces = [_get(name) for name in _names(user, head)]
    return None if not pieces or None in pieces else "".join(piece or "" for piece in pieces)


def put(user: str, kept: str) -> None:
    """Keep a JSON object. What was kept before stays whole until the new is. Raises NoKeyring."""
    before, head = _get(user), kept
    if len(kept) > MOST_CHARS:
        pieces = [kept[at : at + MOST_CHARS] for at in range(0, len(kept), MOST_CHARS)]
        head = f"{secrets.token_hex(4)}.{len(pieces)}"
        for name, piece in zip(_names(user, head), pieces, strict=True):
            _set(name, piece)
    _set(user, head)
    _forget_pieces(user, before)


def delete(user: str) -> None:
    """It is no error if there is nothing. Raises NoKeyring."""
    before = _get(user)
    _delete(user)
    _forget_pieces(user, before)


def _names(user: str, head: str) -> list[str]:
    """The entries of the pieces that a head counts."""
    stamp, _dot, count = head.partition(".")
    return [f"{user}#{stamp}.{number}" for number in range(int(count))] if count.isdecimal() else []


def _forget_pieces(user: str, head: str | None) -> None:
    for name in _names(user, head) if head and not head.startswith("{") else ():
        _delete(name)


def _get(user: str) -> str | None:
    import keyring
    import keyring.errors

    try:
        _real(keyring.get_keyring())
        return keyring.get_password(SERVICE, user)
    except keyring.errors.KeyringError as cause:
        raise NoKeyring from cause


def _set(user: str, secret: str) -> None:
    import keyring
    import keyring.errors

    try:
        _real(keyring.get_keyring())
        keyring.set_password(SERVICE, user, secret)
    except keyring.errors.KeyringError as cause:
        raise NoKeyring from cause


def _delete(user: str) -> None:
    import keyring
    import keyring.errors

    try:
        _real(keyring.get_keyring())
        keyring.delete_password(SERVICE, user)
    except keyring.errors.PasswordDeleteError:
        return
    except keyring.errors.KeyringError as cause:
        raise NoKeyring from cause


def _real(backend: object) -> None:
    """The library falls back to backends that fail or forget: those are no keyring."""
    if type(backend).__module__ in ("keyring.backends.fail", "keyring.backends.null"):
        raise NoKeyring
