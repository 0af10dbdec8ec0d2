"""A report as it was read: rows whose identifiers are still in clear text.

Raw records never touch a disk or a log. `prioritizer.privacy` turns their
identifiers into keyed hashes before anything is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from prioritizer.vocabulary import DOCUMENT_TABLES

Row = dict[str, object]
"""A row: column name to value; times are µs since 1970 UTC."""


@dataclass(slots=True)
class RawReport:
    """The rows of one report, by table, and what the reader noticed.

    Attributes
    ----------
    rows : dict of str to list of dict
        For each table of `DOCUMENT_TABLES`, its rows.
    unreadable : collections.Counter
        Columns in which something stood that could not be read.
    unknown : collections.Counter
        Names of elements and keys that the vocabulary does not have.
    unlisted : collections.Counter
        Columns in which a text stood that their closed list does not hold.
    rules : collections.Counter
        Rules for habits of providers that set something, and how many values.
    stated : int
        How many values were read.
    has_braces : bool
        Whether a text of which only the length is kept holds a brace, as what
        programs write does.
    """

    rows: dict[str, list[Row]] = field(
        default_factory=lambda: {table.name: [] for table in DOCUMENT_TABLES}
    )
    unreadable: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    stated: int = 0
    has_braces: bool = False

    @property
    def report(self) -> Row:
        """The one row of the table `reports`."""
        (row,) = self.rows["reports"]
        return row
