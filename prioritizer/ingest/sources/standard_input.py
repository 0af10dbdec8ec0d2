"""Read documents that another program hands over on standard input."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from prioritizer.ingest.sources.document import Given, Why, input_of
from prioritizer.ingest.sources.files import HeldPart
from prioritizer.ingest.sources.json_lists import (
    held_parts,
    is_list,
    is_one_value,
    listed_elements,
)
from prioritizer.ingest.sources.limits import MOST_BYTES, MOST_BYTES_TOGETHER, Cut
from prioritizer.ingest.sources.lines import listed_lines
from prioritizer.ingest.sources.parts import Listed, refusal, stamp_of
from prioritizer.ingest.sources.refusals import (
    EMPTY,
    LONG_LIST,
    NO_XML_HERE,
    NO_ZIP_HERE,
    TOO_LARGE,
)

STANDARD_INPUT = "-"
"""What the user names, and what documents from it are called."""

# What begins so is refused, and needs no more than its first bytes read.
_REFUSED: tuple[tuple[bytes, Why], ...] = ((b"<", NO_XML_HERE), (b"PK", NO_ZIP_HERE))


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """The only document on standard input."""

    content: bytes
    reports: int = 1

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.content)

    @property
    def stamp(self) -> bytes:
        """A digest of its bytes."""
        return stamp_of(STANDARD_INPUT, input_of(STANDARD_INPUT, self.content))

    def documents(self) -> Iterator[Given]:
        """Yield it."""
        given = input_of(STANDARD_INPUT, self.content)
        yield Given(STANDARD_INPUT, (given,), self.content)


class _Again(io.RawIOBase):
    """A stream, with what was read of it already put before it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = memoryview(head)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # RawIOBase is typed for any buffer
        taken = self._head[: len(buffer)]
        self._head = self._head[len(buffer) :]
        piece = bytes(taken) or self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def listed_stream(stream: BinaryIO, most: Cut) -> Iterator[Listed]:
    """Yield the documents of standard input: NDJSON, or one document or list.

    Parameters
    ----------
    stream : file
        Standard input, of which only as much is held as a document may have.
    most : Cut
        How large a batch may be.
    """
    head = stream.read(MOST_BYTES + 1)
    lead = head[: 2**16].removeprefix(codecs.BOM_UTF8).lstrip()
    why = next((why for start, why in _REFUSED if lead.startswith(start)), None)
    if not lead:
        why = EMPTY
    if why:
        yield _refusal(why, head)
    elif is_list(lead):
        yield from _listed_list(head, stream, most)
    elif _has_lines(head):
        yield from listed_lines(
            STANDARD_INPUT,
            io.BufferedReader(_Again(head, stream)),
            most,
            part=lambda start, end, content: HeldPart(content),
            holds=True,
            origin=STANDARD_INPUT,
        )
    elif len(head) > MOST_BYTES:
        yield _refusal(TOO_LARGE, head)
    else:
        yield ListedDocument(head)


def _listed_list(head: bytes, stream: BinaryIO, most: Cut) -> Iterator[Listed]:
    rest = stream.read(MOST_BYTES_TOGETHER + 1 - len(head))
    content = head + rest
    if len(content) > MOST_BYTES_TOGETHER:
        yield _refusal(LONG_LIST, content)
    else:
        parts = held_parts(content)
        yield from listed_elements(STANDARD_INPUT, content, most, parts)


def _refusal(why: Why, content: bytes) -> Listed:
    """Refuse all, by what was read of it; the rest may never end."""
    return refusal(STANDARD_INPUT, why, input_of(STANDARD_INPUT, content))


def _has_lines(head: bytes) -> bool:
    """Return whether each line is a document, and not all of them one.

    They are if the first one is whole, or if the second begins as a document does
    and all together are none: then the first is broken.
    """
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    first, end, rest = text.partition(b"\n")
    if is_one_value(first.strip()) or (not end and len(head) > MOST_BYTES):
        return True
    return rest.lstrip().startswith(b"{") and not is_one_value(text)
