"""Read the entries of a ZIP archive; none of them is believed.

Python's own reader needs the archive's whole directory in every process, and takes
four times as long over a small entry. So the directory is read by it, once, and the
entries are read here. What an entry says of its size must be true to the byte, it must
lie where no other does, and no more of it is unpacked than it says.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from struct import error as StructError
from typing import BinaryIO, NamedTuple

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Input, Why
from prioritizer.ingest.sources.files import State, inputs_in_state
from prioritizer.ingest.sources.limits import BOMB_BYTES, BOMB_RATIO, MOST_BYTES
from prioritizer.ingest.sources.refusals import (
    BOMB,
    DAMAGED,
    ENCRYPTED,
    OTHER_METHOD,
    OVERLAPPING,
    TOO_LARGE,
)

OUTSIDE = -1
"""Where an entry ends that does not begin where entries are."""

_HEADER = Struct("<4s22xHH")
_SIGNATURE = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
# At worst it unpacks to a thousand times as much at once.
_PIECE = 2**14


class Entry(NamedTuple):
    """A file in an archive, as the archive's directory has it.

    Parameters
    ----------
    name : str
        Its name after the archive's, as it may be shown.
    suffix : str
        What says how it is read.
    start, end : int
        Where it begins, and where the next one does.
    packed, unpacked : int
        Its bytes in the archive, and unpacked.
    crc : int
        The CRC-32 of what is unpacked.
    method : int
        How it is packed.
    is_encrypted : bool
        Whether it needs a password.
    """

    name: str
    suffix: str
    start: int
    end: int
    packed: int
    unpacked: int
    crc: int
    method: int
    is_encrypted: bool


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """An archive that is read, and the state in which it was listed."""

    path: str
    state: State
    file: BinaryIO


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry that holds a text, for what reads from a disk and an archive alike."""

    archive: OpenArchive
    entry: Entry

    @property
    def name(self) -> str:
        """What it is called, as it may be shown."""
        return self.entry.name

    def read(self) -> bytes:
        """Return all of it; raise `DocumentError` if it cannot be had."""
        return read_entry(self.archive.file, self.entry, MOST_BYTES)

    def inputs(self) -> tuple[Input, ...]:
        """Return what is known of the archive, if the entry cannot be read."""
        return inputs_in_state(self.archive.path, self.archive.state)


def read_entry(
    file: BinaryIO, entry: Entry, most: int, too_large: Why = TOO_LARGE
) -> bytes:
    """Return the bytes of an entry.

    Parameters
    ----------
    file : file
        The archive.
    entry : Entry
        The entry.
    most : int
        The bytes it may have.
    too_large : tuple of (str, str, str)
        Why it is refused if it has more.

    Raises
    ------
    DocumentError
        If it is larger, damaged, encrypted, or made to do harm.
    """
    if entry.unpacked > most or entry.packed > most:
        _refuse_odd(entry)
        raise DocumentError(*too_large)
    return b"".join(_unpacked(file, entry, max(entry.packed, 1)))


def head_of(file: BinaryIO, entry: Entry) -> bytes:
    """Return the first bytes of an entry, or raise as `read_entry` does."""
    return next(_unpacked(file, entry, _PIECE), b"")


def stream_entry(file: BinaryIO, entry: Entry) -> BinaryIO:
    """Return an entry as a file to be read from its beginning to its end.

    It is unpacked twice, so that of a damaged entry nothing is taken.

    Raises
    ------
    DocumentError
        If it is damaged, encrypted, or made to do harm.
    """
    for _ in _unpacked(file, entry, _PIECE):
        pass
    return io.BufferedReader(_Stream(_unpacked(file, entry, _PIECE)), 2**18)


class _Stream(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase is typed for any buffer
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _unpacked(file: BinaryIO, entry: Entry, piece: int) -> Iterator[bytes]:
    """Yield the bytes of an entry, reading so many at a time."""
    _refuse_odd(entry)
    try:
        place = _start_of_data(file, entry)
        inflate = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
        crc, size, left = 0, 0, entry.packed
        while left:
            file.seek(place)
            data = file.read(min(piece, left))
            if not data:
                break
            place, left = place + len(data), left - len(data)
            # One byte more than it says, so that a lie is seen and not followed.
            room = entry.unpacked - size + 1
            content = inflate.decompress(data, room) if inflate else data[:room]
            crc, size = zlib.crc32(content, crc), size + len(content)
            if size > entry.unpacked:
                raise DocumentError(*DAMAGED)
            yield content
    except (zlib.error, OSError, StructError):
        raise DocumentError(*DAMAGED) from None
    if size != entry.unpacked or crc != entry.crc:
        raise DocumentError(*DAMAGED)


def _refuse_odd(entry: Entry) -> None:
    """Raise if an entry is not to be unpacked at all."""
    if entry.is_encrypted:
        raise DocumentError(*ENCRYPTED)
    if entry.method not in (_STORED, _DEFLATED):
        raise DocumentError(*OTHER_METHOD)
    if entry.unpacked > max(BOMB_BYTES, BOMB_RATIO * entry.packed):
        raise DocumentError(*BOMB)


def _start_of_data(file: BinaryIO, entry: Entry) -> int:
    if entry.end == OUTSIDE:
        raise DocumentError(*DAMAGED)
    file.seek(entry.start)
    signature, name, extra = _HEADER.unpack(file.read(_HEADER.size))
    if signature != _SIGNATURE:
        raise DocumentError(*DAMAGED)
    place = entry.start + _HEADER.size + int(name) + int(extra)
    if place + entry.packed > entry.end:
        raise DocumentError(*OVERLAPPING)
    return place
