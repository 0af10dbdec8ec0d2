"""Read a text: one report, a list of reports, or one report a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from prioritizer.errors import DocumentError
from prioritizer.ingest.sources.document import Given, Input, input_of, refused
from prioritizer.ingest.sources.json_lists import documents_of_list, is_list
from prioritizer.ingest.sources.kinds import has_lines
from prioritizer.ingest.sources.limits import BYTES_OF_A_REPORT
from prioritizer.ingest.sources.lines import documents_of_lines
from prioritizer.ingest.sources.refusals import why_of


class Text(Protocol):
    """A file, or an entry of an archive, that holds a text."""

    @property
    def name(self) -> str:
        """What it is called, as it may be shown."""
        ...

    def read(self) -> bytes:
        """Return all of it; raise `DocumentError` if it cannot be had."""
        ...

    def inputs(self) -> tuple[Input, ...]:
        """Return what is known of it, or of the archive it is in, if it cannot."""
        ...


def estimated_reports(suffix: str, size: int) -> int:
    """Return about how many documents a text holds.

    Examples
    --------
    >>> estimated_reports(".ndjson", 8_192), estimated_reports(".json", 8_192)
    (4, 1)
    """
    return max(1, size // BYTES_OF_A_REPORT) if has_lines(suffix) else 1


def documents_of_text(text: Text, suffix: str) -> Iterator[Given]:
    """Yield the documents of a text.

    Parameters
    ----------
    text : Text
        The text.
    suffix : str
        The suffix of its name, which says how it is read.

    Yields
    ------
    Given
        The one document; or each line, or each element of the list.
    """
    try:
        content = text.read()
    except DocumentError as problem:
        yield refused(text.name, why_of(problem), *text.inputs())
        return
    if has_lines(suffix):
        yield from documents_of_lines(text.name, content)
    elif is_list(content):
        yield from documents_of_list(text.name, content)
    else:
        yield Given(text.name, (input_of(text.name, content),), content)
