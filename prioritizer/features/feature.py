"""What a feature is: an expression over one report, and the words for its values."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

VALUE = "{value}"
BROUGHT = "brought"
"""The table of a feature that its user computed elsewhere and brings as a column."""
YES_OR_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Band:
    """The words for some values.

    Parameters
    ----------
    at_most : float
        The greatest value that they are for; infinity for the last band.
    words : str
        What such a value says, with ``{value}`` where the value stands.
    """

    at_most: float
    words: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of X.

    Parameters
    ----------
    name : str
        The column's name.
    group : str
        The section of the catalogue and of an explanation.
    table : str
        The table it is computed from. For a table with several rows a report,
        the expression aggregates them.
    expression : polars.Expr
        How it is computed, from columns of that table and those that
        `prioritizer.features.matrix` joins to it.
    unit : str
        What a value counts: ``"hours"``, ``"files"``, ``"yes or no"``.
    bands : tuple of Band
        The words for values, the smallest first; the last has no end.
    unsaid : str
        The words when the report says nothing; empty if the bands will do.
    direction : int
        1 if more of it never lowers the score, -1 if more never raises it, 0
        if it may do either.
    absent : float or None
        The value when the report says nothing. A feature with a direction has
        its worst value here, for LightGBM's constraints do not bind the
        missing bin.
    allowed : tuple of str
        The closed list of a category; empty for a number.
    exemption : str
        Why more of it may lower the score, wherever it may.
    """

    name: str
    group: str
    table: str
    expression: pl.Expr = field(compare=False, repr=False)
    unit: str
    bands: tuple[Band, ...]
    unsaid: str = ""
    direction: int = 0
    absent: float | None = 0.0
    allowed: tuple[str, ...] = ()
    exemption: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that the expression reads."""
        return tuple(dict.fromkeys(self.expression.meta.root_names()))

    @property
    def is_category(self) -> bool:
        """Whether values come from a closed list."""
        return bool(self.allowed)

    def words_of(self, value: object) -> str:
        """Return the words for a value, with ``{value}`` where it stands.

        Parameters
        ----------
        value : float, str or None
            The value; None and NaN for one that is not known.
        """
        is_unknown = value is None or value != value
        if self.unsaid and (is_unknown or value == self.absent):
            return self.unsaid
        if is_unknown or isinstance(value, str):
            return self.bands[-1].words
        number = float(str(value))
        return next(band.words for band in self.bands if number <= band.at_most)
