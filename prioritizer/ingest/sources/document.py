"""One thing that should become one report, wherever it lies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from prioritizer.formats import ParsedSubmission

SIDECAR = "submission.json"
"""What lies beside a submission, with its number and receipt."""

Why = tuple[str, str, str]
"""Why a document is refused: what, where, fix."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file, an entry of an archive, or a line, as it was given.

    Parameters
    ----------
    name : str
        What it is called, as it may be shown.
    sha256 : str
        Its SHA-256, in hexadecimal digits.
    size : int
        Its bytes.
    """

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that should become one report.

    Parameters
    ----------
    name : str
        The document, as it may be shown.
    inputs : tuple of Input
        All that belongs to it, the report itself first. For an entry of an archive
        that cannot be read stands the archive; what is closed or gone is not here.
    content : bytes, ParsedSubmission or None
        A law-enforcement JSON, or the documents of a submission; None if refused.
    refusal : tuple of (str, str, str) or None
        Why it is refused before it is read: what, where, fix.
    """

    name: str
    inputs: tuple[Input, ...]
    content: bytes | ParsedSubmission | None
    refusal: Why | None = None


class Batch(Protocol):
    """Some documents that one worker reads; it can be sent to another process."""

    @property
    def identity(self) -> str:
        """Which files it is made of, and in what state, as hexadecimal digits."""
        ...

    def documents(self) -> Iterator[Given]:
        """Yield the documents, in their order."""
        ...


def input_of(name: str, content: bytes) -> Input:
    """Return what was read as an input.

    Examples
    --------
    >>> input_of("a.json", b"{}").sha256[:8]
    '44136fa3'
    """
    return Input(name, sha256(content).hexdigest(), len(content))


def refused(name: str, why: Why, *inputs: Input) -> Given:
    """Return a document that is refused by name.

    Examples
    --------
    >>> refused("a.json", ("it is empty", "the whole file", "ask again")).content
    """
    return Given(name, inputs, None, why)


def shown(path: str | Path) -> str:
    """Return a path as text that any file and any terminal can take.

    Examples
    --------
    >>> shown("a" + chr(27) + ".json").count(chr(27))
    0
    """
    text = os.fspath(path)
    if text.isprintable():
        return text
    text = text.encode("utf-8", "backslashreplace").decode()
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
