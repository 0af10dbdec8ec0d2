"""Take a JSON list apart without building what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Given, Input, input_of, refused
from prioritizer.ingest.sources.files import HeldPart, Part
from prioritizer.ingest.sources.limits import MOST_BYTES, Cut
from prioritizer.ingest.sources.parts import Listed, refusal, runs, stamp_of
from prioritizer.ingest.sources.refusals import (
    BROKEN_LIST,
    EMPTY,
    NO_OBJECT,
    TOO_LARGE,
    why_of,
)

# Quantifiers with a second plus never give back what they took, so that no text,
# however odd, is looked at twice.
_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+\[")
_SCALAR = re.compile(_STRING + rb'|[^\s,\[\]{}"]++', re.DOTALL)
_MARK = re.compile(_STRING + rb'|[{}\[\]"]', re.DOTALL)
_LEVELS = 16  # a report has ten or so; more take the slow way


class Span(NamedTuple):
    """Where an element of a list begins and ends."""

    start: int
    end: int

    @property
    def reports(self) -> int:
        """How many reports it is."""
        return 1

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class ListedElements:
    """Elements of a list that follow each other.

    Parameters
    ----------
    name : str
        The list, as it may be shown.
    whole : Input
        The file it is in.
    first : int
        The number of the first element, counted from 1.
    spans : tuple of Span
        Where each lies in the bytes of `part`.
    part : FilePart or HeldPart
        The bytes.
    """

    name: str
    whole: Input
    first: int
    spans: tuple[Span, ...]
    part: Part

    @property
    def reports(self) -> int:
        """How many reports it holds."""
        return len(self.spans)

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.spans[-1].end - self.spans[0].start

    @property
    def stamp(self) -> bytes:
        """A digest of the list, and of which elements."""
        return stamp_of(self.name, self.whole.sha256, self.first, self.reports)

    def documents(self) -> Iterator[Given]:
        """Yield the elements, each as it stands in the list."""
        try:
            content = self.part.read()
        except DocumentError as problem:
            last = self.first + self.reports - 1
            name = f"{self.name}[{self.first}-{last}]"
            yield refused(name, why_of(problem), self.whole)
            return
        for number, span in enumerate(self.spans, self.first):
            name = f"{self.name}[{number}]"
            yield _element(name, content[span.start : span.end], self.whole)


def is_list(content: bytes) -> bool:
    """Return whether a text begins as a list does.

    Examples
    --------
    >>> is_list(b" [{}]"), is_list(b"{}")
    (True, False)
    """
    return content[:1] != b"{" and _OPENING.match(content) is not None


def is_one_value(content: bytes) -> bool:
    """Return whether a text is one object or list from its first byte to its last.

    Examples
    --------
    >>> is_one_value(b'{"a": [1]}'), is_one_value(b'{"a": ['), is_one_value(b"{} {}")
    (True, False, False)
    """
    if content[:1] not in (b"{", b"["):
        return False
    try:
        return _after(content, _end(content, 0)) == len(content)
    except DocumentError:
        return False


def documents_of_list(name: str, content: bytes) -> Iterator[Given]:
    """Yield the elements of a list as documents of their own.

    Parameters
    ----------
    name : str
        The list, as it may be shown.
    content : bytes
        A text for which `is_list` holds.

    Yields
    ------
    Given
        Each element, named by its number; and where the list is broken, what is
        left of it as one.
    """
    for listed in listed_elements(name, content, Cut(), held_parts(content)):
        yield from listed.documents()


def listed_elements(
    name: str, content: bytes, most: Cut, part: Callable[[int, int], Part]
) -> Iterator[Listed]:
    """Yield the elements of a list in runs that fit into a batch.

    Parameters
    ----------
    name : str
        The list, as it may be shown.
    content : bytes
        A text for which `is_list` holds.
    most : Cut
        How large a batch may be.
    part : callable
        Says where a reader finds the bytes from one place to another.
    """
    whole = input_of(name, content)
    problems: list[DocumentError] = []
    first = 1
    for run in runs(_sound_spans(content, problems), most):
        start, end = run[0].start, run[-1].end
        spans = tuple(Span(each.start - start, each.end - start) for each in run)
        yield ListedElements(name, whole, first, spans, part(start, end))
        first += len(run)
    for problem in problems:
        yield refusal(f"{name}[{first}]", why_of(problem), whole)
    if first == 1 and not problems:
        yield refusal(name, EMPTY, whole)


def held_parts(content: bytes) -> Callable[[int, int], Part]:
    """Return what finds bytes in memory."""
    return lambda start, end: HeldPart(content[start:end])


def _element(name: str, content: bytes, whole: Input) -> Given:
    if content[:1] != b"{":
        return refused(name, NO_OBJECT, whole)
    if len(content) > MOST_BYTES:
        return refused(name, TOO_LARGE, whole)
    return Given(name, (whole,), content)


def _sound_spans(content: bytes, problems: list[DocumentError]) -> Iterator[Span]:
    """Yield where the elements of a list lie, as far as it is sound."""
    opening = _OPENING.match(content)
    place = _after(content, opening.end() if opening else 0)
    goes_on = content[place : place + 1] != b"]"
    try:
        while goes_on:
            end = _end(content, place)
            yield Span(place, end)
            place = _after(content, end)
            goes_on = content[place : place + 1] == b","
            if goes_on:
                place = _after(content, place + 1)
        is_closed = content[place : place + 1] == b"]"
        if not is_closed or _after(content, place + 1) != len(content):
            raise DocumentError(*BROKEN_LIST)
    except DocumentError as problem:
        problems.append(problem)


def _after(content: bytes, place: int) -> int:
    """Return where the blanks at a place end."""
    found = _BLANKS.match(content, place)
    return found.end() if found else place


def _end(content: bytes, start: int) -> int:
    """Return where the value ends that begins at a place.

    Whether it is valid is for its reader to say.
    """
    if content[start : start + 1] not in (b"{", b"["):
        found = _SCALAR.match(content, start)
    else:
        found = _nested().match(content, start)
        if not found:
            return _end_by_marks(content, start)
    if not found:
        raise DocumentError(*BROKEN_LIST)
    return found.end()


def _end_by_marks(content: bytes, start: int) -> int:
    """Return where an object or list ends, however deep things lie in it."""
    depth = 0
    for found in _MARK.finditer(content, start):
        mark = found[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if not depth:
                return found.end()
        elif mark == b'"':  # a string that never ends
            break
    raise DocumentError(*BROKEN_LIST)


@cache
def _nested() -> re.Pattern[bytes]:
    """Return a pattern of an object or list with a few levels of others in it.

    It finds the end of a report without leaving the engine that runs patterns,
    ten times as fast as from bracket to bracket.
    """
    pattern = rb"(?!)"
    for _ in range(_LEVELS):
        inside = rb'[^{}\[\]"]++|' + _STRING + rb"|" + pattern
        pattern = rb"[{\[](?:" + inside + rb")*+[}\]]"
    return re.compile(pattern, re.DOTALL)
