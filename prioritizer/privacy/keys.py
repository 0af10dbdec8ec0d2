"""The key with which identifiers are hashed; it lives outside the tables."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from pathlib import Path

from prioritizer.errors import SettingsError

# Invented identifiers belong to nobody; a public key makes them reproducible.
PUBLIC_KEY = b"prioritizer synthetic data, a public key"

_KEY_BYTES = 32
_HEXADECIMAL = re.compile("[0-9a-fA-F]{64}")
_MOST_BYTES = 256  # more than a key file holds, blanks included
_CHECK_BYTES = 8
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class SecretKey(bytes):
    """Bytes that do not show themselves, wherever they are printed by mistake.

    Examples
    --------
    >>> SecretKey(b"secret"), SecretKey(b"secret") == b"secret"
    (<a key, not shown>, True)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Return a text without the key."""
        return "<a key, not shown>"

    __str__ = __repr__


def key_from(value: str | None, path: Path | None) -> bytes:
    """Return the key that the environment holds, or else that of a key file.

    Containers and stores of secrets hand a key over as a variable of the
    environment, so that it need not lie on any disk.

    Parameters
    ----------
    value : str or None
        What the variable `PRIORITIZER_KEY` holds: 64 hexadecimal digits.
    path : pathlib.Path or None
        The key file. Made on first use, though not beside a `value`.

    Returns
    -------
    bytes
        The 32 bytes of the key.

    Raises
    ------
    SettingsError
        If the value is something else, if a key file holds another key, if
        there is neither, or for any reason of `load_key`.

    Examples
    --------
    >>> key_from("0123456789abcdef" * 4, None)
    <a key, not shown>
    """
    if value is None:
        if path is None:
            raise SettingsError(
                "there is no key to hash identifiers with",
                "the key file and PRIORITIZER_KEY",
                "name a key file, or set PRIORITIZER_KEY to 64 hexadecimal digits",
            )
        return load_key(path)
    key = _read(value)
    if key is None:
        raise SettingsError(
            "the identifier key is not 64 hexadecimal digits",
            "environment variable PRIORITIZER_KEY",
            "set it to the text of a key file, or unset it to use a key file",
        )
    if path is not None and path.expanduser().exists() and load_key(path) != key:
        raise SettingsError(
            "two different keys are given, and only one can be meant",
            f"environment variable PRIORITIZER_KEY and key file {path}",
            "unset PRIORITIZER_KEY, or name another key file",
        )
    return key


def load_key(path: Path) -> bytes:
    """Return the key in the file `path`, making it on first use.

    Whoever has the key can test whether a known e-mail address is in the
    tables, so the file must be readable by its owner only.

    Parameters
    ----------
    path : pathlib.Path
        The key file: 64 hexadecimal digits.

    Returns
    -------
    bytes
        The 32 bytes of the key.

    Raises
    ------
    SettingsError
        If the file cannot be read or made, is open to others, or holds
        something else.
    """
    try:
        path = path.expanduser()
        if not path.exists():
            _make(path)
        # Reading anything but a file, such as a pipe, could wait for ever.
        text = _text_of(path) if path.is_file() else ""
        is_open = os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
    except (OSError, ValueError, RuntimeError):
        text, is_open = "", False
    key = _read(text)
    if key is None:
        raise SettingsError(
            "the identifier key cannot be read or made",
            f"key file {path}",
            "name a readable file with --key-file, or one that can be created",
        )
    if is_open:
        raise SettingsError(
            "the identifier key can be read by others than its owner",
            f"key file {path}",
            f"run `chmod 600 {path}`, and make a new key if others may have seen it",
        )
    return key


def key_check(key: bytes) -> str:
    """Return a short text by which tables tell under which key they were made.

    Equal keys give equal texts, and no key can be worked out from one.

    Parameters
    ----------
    key : bytes
        The key.

    Returns
    -------
    str
        16 hexadecimal digits.

    Examples
    --------
    >>> key_check(b"a key") == key_check(b"another key"), len(key_check(b"a key"))
    (False, 16)
    """
    # A kind of its own, so that it is not the hash of any identifier.
    check = hashlib.blake2b(
        b"prioritizer", digest_size=_CHECK_BYTES, key=key, person=b"key check"
    )
    return check.hexdigest()


def _read(text: str) -> SecretKey | None:
    found = _HEXADECIMAL.fullmatch(text.strip())
    return SecretKey.fromhex(found.group()) if found else None


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    return content.decode("ascii") if len(content) <= _MOST_BYTES else ""


def _make(path: Path) -> None:
    _make_folder(path.parent)
    text = secrets.token_hex(_KEY_BYTES)
    # Under another name first: whoever finds the key file finds a whole key, also
    # if we are stopped here or others make theirs at the same moment.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(draft, text)
        _name(draft, path, text)
    except FileExistsError:
        return  # somebody was faster; theirs is the key
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _make_folder(folder: Path) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        # Whoever may write in the folder could put another key in its place.
        each.mkdir(mode=0o700, exist_ok=True)


def _name(draft: Path, path: Path, text: str) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no second names. A key cut short is refused there.
        _write(path, text)


def _write(path: Path, text: str) -> None:
    # Owner-only from the first moment, whatever rights new files have by habit.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        path.chmod(0o600)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Have the folder's entries on disk: tables made under a lost key are lost too."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
