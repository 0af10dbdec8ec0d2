"""The two files of a pair of keys: one signs models, the other checks who signed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from prioritizer.errors import SettingsError
from prioritizer.model.signing import ALGORITHM, PrivateKey, PublicKey, fingerprint

_MOST_BYTES = 16 * 2**10  # more than any key file holds
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# NIST SP 800-63B, section on passwords: at least 8 characters.
_LEAST_CHARACTERS = 8
_MOST_CHARACTERS = 200  # 1,023 bytes are what the file's own format takes
_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


def make_keys(private: Path, public: Path, *, passphrase: str | None = None) -> str:
    """Make a pair of keys in two new files, and return its fingerprint.

    Parameters
    ----------
    private : pathlib.Path
        For the key that signs: PEM, PKCS #8, readable by its owner only.
    public : pathlib.Path
        For the key that checks: PEM.
    passphrase : str or None
        What the private key is encrypted with, if anything.

    Returns
    -------
    str

    Raises
    ------
    SettingsError
        If either file is there, or the passphrase is too short or too long.
    """
    for path in (private, public):
        if path.exists() or path.is_symlink():
            raise SettingsError(
                "a key is there already",
                str(path),
                "choose another name, or move it away",
            )
    key = PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _lock(passphrase))
    shown = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    # Whoever may write in the folder could put another key in its place.
    private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    public.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(private, pem, 0o600)
    _write(public, shown, 0o644)
    return fingerprint(key.public_key())


def _lock(passphrase: str | None) -> KeySerializationEncryption:
    if passphrase is None:
        return NoEncryption()
    if not _LEAST_CHARACTERS <= len(passphrase) <= _MOST_CHARACTERS:
        raise SettingsError(
            f"the passphrase has not {_LEAST_CHARACTERS} to {_MOST_CHARACTERS} "
            "characters",
            "the passphrase of the private key",
            "choose another one",
        )
    return BestAvailableEncryption(passphrase.encode())


def _write(path: Path, content: bytes, mode: int) -> None:
    # With these rights from the first moment, whatever new files have by habit.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        path.chmod(mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def load_public_key(path: Path) -> PublicKey:
    """Return the key in a file, with which signatures are checked.

    Raises
    ------
    SettingsError
        If it holds something else.
    """
    try:
        key = load_pem_public_key(_content(path))
    except (OSError, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, PublicKey):
        raise SettingsError(
            f"the file holds no public key of {ALGORITHM}",
            f"key file {path}",
            "name the .public.pem that `prioritizer models keys` made",
        )
    return key


def load_private_key(path: Path, ask: Callable[[], str | None]) -> PrivateKey:
    """Return the key in a file, with which models are signed.

    Parameters
    ----------
    path : pathlib.Path
        The file: PEM, PKCS #8, readable by its owner only.
    ask : callable
        Asked for the passphrase if the key is encrypted; None if there is none.

    Returns
    -------
    PrivateKey

    Raises
    ------
    SettingsError
        If it holds something else, is open to others, or the passphrase is wrong.
    """
    try:
        content = _content(path)
        is_open = os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
    except OSError:
        content, is_open = b"", False
    if is_open:
        raise SettingsError(
            "the private key can be read by others than its owner",
            f"key file {path}",
            f"run `chmod 600 {path}`, and make new keys if others may have seen it",
        )
    passphrase = None
    if _ENCRYPTED in content and (passphrase := ask()) is None:
        raise SettingsError(
            "the private key is encrypted, and there is no passphrase",
            f"key file {path}",
            "set PRIORITIZER_PASSPHRASE, or sign where you can be asked for it",
        )
    try:
        secret = None if passphrase is None else passphrase.encode()
        key = load_pem_private_key(content, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, PrivateKey):
        which = " that this passphrase opens" if passphrase else ""
        raise SettingsError(
            f"the file holds no private key of {ALGORITHM}{which}",
            f"key file {path}",
            "name the .private.pem that `prioritizer models keys` made",
        ) from None
    return key


def _content(path: Path) -> bytes:
    # Reading anything but a file, such as a pipe, could wait for ever.
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    return content if len(content) <= _MOST_BYTES else b""
