"""Take a text apart in which each line is a document (NDJSON)."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Given, Input, input_of, refused
from prioritizer.ingest.sources.files import Part
from prioritizer.ingest.sources.limits import MOST_BYTES, Cut
from prioritizer.ingest.sources.parts import Listed, refusal, stamp_of
from prioritizer.ingest.sources.refusals import EMPTY, LONG_LINE, why_of

_BLANKS = b" \t\r\n"
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class ListedLines:
    """Lines that follow each other.

    Parameters
    ----------
    name : str
        The text they are in, as it may be shown.
    first, last : int
        The numbers of the first and the last line, counted from 1.
    reports : int
        How many of them are not blank.
    size : int
        Their bytes.
    part : FilePart or HeldPart
        Where their bytes are.
    stamp : bytes
        A digest of the text they are in, and of which lines they are.
    """

    name: str
    first: int
    last: int
    reports: int
    size: int
    part: Part
    stamp: bytes

    def documents(self) -> Iterator[Given]:
        """Yield the lines that are not blank."""
        try:
            content = self.part.read()
        except DocumentError as problem:
            name = f"{self.name}:{self.first}-{self.last}"
            yield refused(name, why_of(problem), *self.part.inputs())
            return
        yield from _lines(self.name, content, self.first)


def documents_of_lines(name: str, content: bytes) -> Iterator[Given]:
    """Yield the lines of a whole text as documents of their own.

    Parameters
    ----------
    name : str
        The text, as it may be shown.
    content : bytes
        All of it, no longer than one document may be.

    Yields
    ------
    Given
        Each line that is not blank, named by its number.
    """
    is_empty = True
    for given in _lines(name, content, 1):
        is_empty = False
        yield given
    if is_empty:
        yield refused(name, EMPTY, input_of(name, content))


def listed_lines(
    name: str,
    stream: BinaryIO,
    most: Cut,
    *,
    part: Callable[[int, int, bytes], Part],
    holds: bool,
    origin: object,
) -> Iterator[Listed]:
    """Yield the lines of a text, however long it is, in runs that fit into a batch.

    Parameters
    ----------
    name : str
        The text, as it may be shown.
    stream : file
        The text.
    most : Cut
        How large a batch may be.
    part : callable
        Says where a reader finds the bytes from one place to another; it is given
        the bytes too, if they are to be held.
    holds : bool
        Whether the bytes are held, because they cannot be had again.
    origin : object
        What tells the text from others, and from itself in another state.
    """
    run = _Run(1, 0)
    is_empty, blanks = True, sha256()
    while line := stream.readline(MOST_BYTES + 1):
        is_long = len(line) > MOST_BYTES and line[-1:] != b"\n"
        if run.reports and (is_long or not run.has_room(line, most)):
            yield run.listed(name, part, origin)
            run = run.following()
        if is_long:
            is_empty = False
            long, end = _long_line(f"{name}:{run.next_line}", line, stream)
            yield refusal(long.name, LONG_LINE, long)
            run = _Run(run.next_line + 1, run.end + end)
        else:
            run.take(line, holds=holds)
            is_empty &= not run.reports
            if is_empty:
                blanks.update(line)
    if run.reports:
        yield run.listed(name, part, origin)
    if is_empty:
        whole = Input(name, blanks.hexdigest(), run.end)
        yield refusal(name, EMPTY, whole)


class _Run:
    """Lines that were read and will be one part of a batch."""

    def __init__(self, first: int, start: int) -> None:
        self.first = self.next_line = first
        self.start = self.end = start
        self.reports = 0
        self._held: list[bytes] = []

    def following(self) -> _Run:
        """Return the run that begins where this ends."""
        return _Run(self.next_line, self.end)

    def has_room(self, line: bytes, most: Cut) -> bool:
        """Return whether a line can be taken too."""
        size = self.end - self.start + len(line)
        return self.reports < most.reports and size <= most.size

    def take(self, line: bytes, *, holds: bool) -> None:
        self.next_line += 1
        self.end += len(line)
        self.reports += not line.isspace()
        if not self.reports:
            self.first, self.start = self.next_line, self.end
        elif holds:
            self._held.append(line)

    def listed(
        self, name: str, part: Callable[[int, int, bytes], Part], origin: object
    ) -> ListedLines:
        content = b"".join(self._held)
        digest = sha256(content).digest()
        return ListedLines(
            name,
            self.first,
            self.next_line - 1,
            self.reports,
            self.end - self.start,
            part(self.start, self.end, content),
            stamp_of(name, origin, self.first, self.start, self.end, digest),
        )


def _long_line(name: str, line: bytes, stream: BinaryIO) -> tuple[Input, int]:
    """Read to the end of a line without holding it; return where that is, too."""
    digest, size = sha256(), 0
    while line:
        digest.update(line.removesuffix(b"\n"))
        size += len(line)
        if line[-1:] == b"\n":
            return Input(name, digest.hexdigest(), size - 1), size
        line = stream.readline(_PIECE)
    return Input(name, digest.hexdigest(), size), size


def _lines(name: str, content: bytes, first: int) -> Iterator[Given]:
    if first == 1:
        content = content.removeprefix(codecs.BOM_UTF8)
    for number, line in enumerate(content.split(b"\n"), first):
        if line and not line.isspace():
            called = f"{name}:{number}"
            document = line.strip(_BLANKS)
            yield Given(called, (input_of(called, document),), document)
