"""Read files of a disk, as long as they are files and no larger than expected."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Input, Why, shown
from prioritizer.ingest.sources.limits import MOST_BYTES
from prioritizer.ingest.sources.refusals import (
    CHANGED,
    GONE,
    NOT_READABLE,
    NOT_REGULAR,
    TOO_LARGE,
)

# A pipe must not keep a worker waiting; the second is of Windows.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_ABSENT = (FileNotFoundError, NotADirectoryError)
_PIECE = 2**18


class State(NamedTuple):
    """What tells whether a file is still the one that was listed.

    Parameters
    ----------
    size : int
        Its bytes; 0 if nothing can be known.
    changed_at : tuple of int
        When its content and its properties last changed, in nanoseconds.
    """

    size: int
    changed_at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FileText:
    """A file that holds a text, for what reads from a disk and an archive alike."""

    path: str
    name: str

    def read(self) -> bytes:
        """Return all of it; raise `DocumentError` if it cannot be had."""
        return read_file(self.path, MOST_BYTES)

    def inputs(self) -> tuple[Input, ...]:
        """Return what is known of it, if it cannot be read."""
        return inputs_of_file(self.path)


@dataclass(frozen=True, slots=True)
class FilePart:
    """The bytes from `start` to `end` of a file that was in `state`."""

    path: str
    state: State
    start: int
    end: int

    def read(self) -> bytes:
        """Return them; raise `DocumentError` if they cannot be had."""
        try:
            with open_in_state(self.path, self.state) as file:
                file.seek(self.start)
                return file.read(self.end - self.start)
        except OSError:
            raise DocumentError(*NOT_READABLE) from None

    def inputs(self) -> tuple[Input, ...]:
        """Return what is known of the file, if they cannot be had."""
        return inputs_in_state(self.path, self.state)


@dataclass(frozen=True, slots=True)
class HeldPart:
    """Bytes that cannot be had again, such as those of standard input."""

    content: bytes

    def read(self) -> bytes:
        """Return them."""
        return self.content

    def inputs(self) -> tuple[Input, ...]:
        """Return nothing, because they can always be had."""
        return ()


Part = FilePart | HeldPart


def place_in(folder: str, name: str) -> str:
    """Return the path of what is in a folder.

    Examples
    --------
    >>> place_in("inbox", "a.json"), place_in(".", "a.json"), place_in("/", "a.json")
    ('inbox/a.json', 'a.json', '/a.json')
    """
    if folder == ".":
        return name
    return f"{folder}{name}" if folder[-1:] == "/" else f"{folder}/{name}"


def read_file(path: str, most: int, too_large: Why = TOO_LARGE) -> bytes:
    """Return the content of a file.

    Parameters
    ----------
    path : str
        The file.
    most : int
        The bytes it may have.
    too_large : tuple of (str, str, str)
        Why it is refused if it has more.

    Raises
    ------
    DocumentError
        If it is not there, not a file, too large, or cannot be read.
    """
    handle, status = _opened(path)
    try:
        if status.st_size > most:
            raise DocumentError(*too_large)
        content = os.read(handle, status.st_size + 1)
        if len(content) != status.st_size:
            content = _rest(handle, content, most)
    except OSError:
        raise DocumentError(*NOT_READABLE) from None
    finally:
        os.close(handle)
    if len(content) > most:
        raise DocumentError(*too_large)
    return content


def inputs_of_file(path: str) -> tuple[Input, ...]:
    """Return a file that is refused as an input; nothing if its bytes cannot be had.

    Two bad files of one name are two documents, and only their digests tell that.
    """
    try:
        handle, status = _opened(path)
    except DocumentError:
        return ()
    # No more than it had when it was opened: it may grow as fast as it is read.
    digest, left = sha256(), status.st_size
    try:
        while left and (piece := os.read(handle, min(left, _PIECE))):
            digest.update(piece)
            left -= len(piece)
    except OSError:
        return ()
    finally:
        os.close(handle)
    return (Input(shown(path), digest.hexdigest(), status.st_size - left),)


@lru_cache(maxsize=16)
def inputs_in_state(path: str, state: State) -> tuple[Input, ...]:
    """Return the same; of a file in one state, which many refusals share, read once."""
    return inputs_of_file(path)


def state_of(path: str) -> State:
    """Return the state of a file, whatever it is."""
    try:
        return _state(os.stat(path))  # noqa: PTH116  # for every file
    except OSError:
        return State(0, (0, 0))


def open_in_state(path: str, state: State) -> BinaryIO:
    """Open a file that was listed in a state.

    Raises
    ------
    DocumentError
        If it cannot be opened, or is in another state now.
    """
    handle, status = _opened(path)
    if _state(status) != state:
        os.close(handle)
        raise DocumentError(*CHANGED)
    # Entries and lines that follow each other are read at once.
    return os.fdopen(handle, "rb", buffering=2**18)


def is_absent(path: str) -> bool:
    """Return whether nothing is there; what is closed does not even tell that."""
    try:
        Path(path).stat()
    except _ABSENT:
        return True
    except OSError:
        return False
    return False


def _opened(path: str) -> tuple[int, os.stat_result]:
    try:
        handle = os.open(path, _FLAGS)
    except OSError:
        raise DocumentError(*_why_closed(path)) from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise DocumentError(*NOT_REGULAR)
    return handle, status


def _state(status: os.stat_result) -> State:
    return State(status.st_size, (status.st_mtime_ns, status.st_ctime_ns))


def _rest(handle: int, content: bytes, most: int) -> bytes:
    """Return more than was expected, or what a slow disk gave in pieces."""
    pieces, size = [content], len(content)
    while size <= most and (piece := os.read(handle, most + 1 - size)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _why_closed(path: str) -> Why:
    """Return why a file could not be opened."""
    is_link = os.path.islink(path)  # noqa: PTH114  # a Path's raises where it is closed
    try:
        mode = Path(path).stat().st_mode
    except _ABSENT:
        return NOT_REGULAR if is_link else GONE
    except OSError:
        return NOT_REGULAR if is_link else NOT_READABLE
    return NOT_READABLE if stat.S_ISREG(mode) else NOT_REGULAR
