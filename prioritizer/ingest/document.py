"""One thing that should become one report, wherever it lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prioritizer.errors import DocumentError
from prioritizer.formats import RawReport

SIDECAR = "submission.json"
"""What lies beside a submission, with its number and receipt."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that should become one report.

    Parameters
    ----------
    name : str
        The file, as it may be shown.
    read : callable
        Reads it and returns its raw record; raises `DocumentError`.
    """

    name: str
    read: Callable[[], RawReport]


def refused(name: str, why: tuple[str, str]) -> Document:
    """Return a document that will be rejected by name, with what is wrong and a fix."""

    def read() -> RawReport:
        raise DocumentError(why[0], "the whole file", why[1])

    return Document(name, read)


def shown(path: Path) -> str:
    """Return a path as text that any file and any terminal can take.

    Examples
    --------
    >>> shown(Path("a" + chr(27) + ".json")).count(chr(27))
    0
    """
    text = str(path).encode("utf-8", "backslashreplace").decode()
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
