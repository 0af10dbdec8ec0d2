"""The key with which identifiers are hashed; it lives outside the tables."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from prioritizer.errors import SettingsError

# Invented identifiers belong to nobody; a public key makes them reproducible.
PUBLIC_KEY = b"prioritizer synthetic data, a public key"

_KEY_BYTES = 32


def load_key(path: Path) -> bytes:
    """Return the key in the file `path`, making it on first use.

    Whoever has the key can test whether a known e-mail address is in the
    tables, so the file is readable by its owner only.

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
        If the file cannot be read or made, or holds something else.
    """
    try:
        path = path.expanduser()
        if not path.exists():
            _make(path)
        # Reading anything but a file, such as a pipe, could wait for ever.
        text = path.read_text(encoding="ascii") if path.is_file() else ""
        key = bytes.fromhex(text.strip())
    except (OSError, ValueError, RuntimeError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(
            "the identifier key cannot be read or made",
            f"key file {path}",
            "name a readable file with --key-file, or one that can be created",
        )
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Owner-only from the first moment, not after a chmod.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
