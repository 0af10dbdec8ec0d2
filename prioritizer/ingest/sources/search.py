"""Find what the user named, lazily, and hand it out in batches."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from prioritizer.errors import MissingInputError
from prioritizer.ingest.sources.document import Batch, shown
from prioritizer.ingest.sources.files import is_absent
from prioritizer.ingest.sources.limits import Cut
from prioritizer.ingest.sources.parts import Listed, batches_of
from prioritizer.ingest.sources.standard_input import STANDARD_INPUT, listed_stream
from prioritizer.ingest.sources.walk import Walk


@dataclass(slots=True)
class Search:
    """A search through what the user named.

    Parameters
    ----------
    sources : tuple of str
        Files, folders, and perhaps "-".
    stdin : file or None
        Standard input.
    most : Cut
        How large a batch may be.

    Attributes
    ----------
    ignored : collections.Counter
        How many files of other kinds there are, by suffix. It is filled while
        batches are listed.
    """

    sources: tuple[str, ...]
    stdin: BinaryIO | None = None
    most: Cut = field(default_factory=Cut)
    ignored: Counter[str] = field(default_factory=Counter)

    def batches(self) -> Iterator[Batch]:
        """Yield everything that was named or found, each thing once.

        The order, and where batches are cut, depends on nothing but what is
        there. Folders are looked at, and large texts are read through, only when
        their batches are asked for; documents are read by the batches. Standard
        input can be had once only.
        """
        self.ignored.clear()
        yield from batches_of(self._listed(), self.most)

    def _listed(self) -> Iterator[Listed]:
        if self.stdin and STANDARD_INPUT in self.sources:
            yield from listed_stream(self.stdin, self.most)
        named = [source for source in self.sources if source != STANDARD_INPUT]
        yield from Walk(named, self.most, self.ignored).listed()


def find_sources(
    sources: Iterable[Path], *, stdin: BinaryIO | None = None, most: Cut | None = None
) -> Search:
    """Return a search through files and folders.

    Parameters
    ----------
    sources : iterable of pathlib.Path
        Files and folders; "-" is standard input. A folder is searched through. One
        that holds a `<report>` is one submission, together with its other XML
        files.
    stdin : file or None
        Standard input, as bytes.
    most : Cut or None
        How large a batch may be.

    Returns
    -------
    Search
        It yields batches of documents, each document once however often it was
        named or linked.

    Raises
    ------
    MissingInputError
        If sources are not there.

    Examples
    --------
    >>> import io
    >>> search = find_sources([Path("-")], stdin=io.BytesIO(b'{"reportId": 1}'))
    >>> [given.name for batch in search.batches() for given in batch.documents()]
    ['-:1']
    """
    named = [os.fspath(source) for source in sources]
    absent = [
        source
        for source in dict.fromkeys(named)
        if (stdin is None if source == STANDARD_INPUT else is_absent(source))
    ]
    if absent:
        what = (
            "a source is not there"
            if len(absent) == 1
            else f"{len(absent)} sources are not there"
        )
        where = ", ".join(map(shown, absent))
        raise MissingInputError(what, where, "name files or folders that are")
    return Search(tuple(named), stdin, most or Cut())
