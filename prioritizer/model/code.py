"""One hash for the code that trains, so that a run says which code made it."""

from __future__ import annotations

import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def code_hash(package: Path = _PACKAGE) -> str:
    """Return the SHA-256 over all Python sources of a package.

    A version number says what a release was meant to be; this says what ran,
    uncommitted changes included.

    Parameters
    ----------
    package : pathlib.Path
        The package's folder; this one's if left out.

    Returns
    -------
    str
        64 hexadecimal digits, over the sorted names below the folder and the
        hash of each file, so that moving a file changes it too.

    Examples
    --------
    >>> len(code_hash())
    64
    """
    total = hashlib.sha256()
    files = {path.relative_to(package).as_posix(): path for path in _sources(package)}
    for name in sorted(files):
        content = hashlib.sha256(files[name].read_bytes()).hexdigest()
        total.update(f"{content}  {name}\n".encode())
    return total.hexdigest()


def _sources(package: Path) -> list[Path]:
    return [path for path in package.rglob("*.py") if path.is_file()]
