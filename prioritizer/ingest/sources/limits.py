"""How much of what a stranger sends is read, and how it is cut into batches."""

from __future__ import annotations

from typing import NamedTuple

MOST_BYTES = 32 * 2**20
"""Of one document. A report is some kilobytes, or a few megabytes with thousands of
files; what claims to be so much more is no report."""

MOST_BYTES_TOGETHER = 256 * 2**20
"""Of a JSON list, which is held in memory while it is taken apart; two workers may hold
one each."""

MOST_BYTES_OF_SUBMISSION = 32 * 2**20
"""Of the documents of one submission together: forty thousand files. As trees they take
up to thirty times as much memory."""

MOST_ENTRIES = 500_000
"""Of one archive. Its directory takes 600 bytes of memory an entry."""

MOST_BYTES_OF_DIRECTORY = 256 * 2**20
"""Of an archive's directory: half a million entries with names of 500 bytes."""

BOMB_BYTES = 2**20
"""An entry that unpacks to no more than this does no harm, however small it was."""

BOMB_RATIO = 100
"""By how much an entry may grow. Reports in JSON grow 10 to 30 times, and Deflate
cannot do more than 1,032."""


BYTES_OF_A_REPORT = 2048
"""About, where files are few; it tells how many a text may hold before it is read."""


class Cut(NamedTuple):
    """How large a batch may be.

    Parameters
    ----------
    reports : int
        Reports: few enough to be held in memory as rows, and many enough that
        columns are hashed at a stroke.
    size : int
        Bytes, where documents are large.
    """

    reports: int = 4_000
    size: int = 32 * 2**20

    @property
    def large(self) -> int:
        """From how many bytes on a text of several documents is itself cut."""
        return self.size // 8
