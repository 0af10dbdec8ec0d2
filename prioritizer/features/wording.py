"""Short ways to write a feature down, with words for each band of its values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from prioritizer.features.feature import VALUE, YES_OR_NO, Band, Feature

_DAY, _YEAR = 24.0, 8_760.0
# Of the addresses that Germany's police asked for, over 80 % were at most 14 days old
# and over 90 % at most a month (BKA on Bundestag paper 20/3687).
_AGES = (
    (_DAY, "a day"),
    (14 * _DAY, "two weeks"),
    (31 * _DAY, "a month"),
    (_YEAR, "a year"),
)
LONGEST_HOURS = 10 * _YEAR
"""Beyond ten years a time is a typing error, or as useless as one."""


@dataclass(frozen=True, slots=True)
class Group:
    """Features of one section of the catalogue that read one table.

    Parameters
    ----------
    name : str
        The section.
    table : str
        The table.
    """

    name: str
    table: str

    def count(
        self,
        name: str,
        which: pl.Expr,
        one: str,
        many: str,
        *,
        direction: int = 1,
        exemption: str = "",
        none: str = "",
    ) -> Feature:
        """Return a feature that counts rows for which something is true.

        Parameters
        ----------
        name : str
            The column's name.
        which : polars.Expr
            Whether a row counts, or how many things it counts for.
        one, many : str
            What is counted: ``"file"`` and ``"files"``.
        direction, exemption
            As in `Feature`.
        none : str
            The words for none of it; ``"no <one>"`` if left out.
        """
        return self.number(
            name,
            which.sum(),
            one,
            many,
            direction=direction,
            exemption=exemption,
            none=none,
        )

    def number(
        self,
        name: str,
        expression: pl.Expr,
        one: str,
        many: str,
        *,
        direction: int = 1,
        exemption: str = "",
        none: str = "",
    ) -> Feature:
        """Return a feature that is a number of things, as `count` does."""
        bands = (Band(1, f"one {one}"), Band(math.inf, f"{VALUE} {many}"))
        return Feature(
            name,
            self.name,
            self.table,
            expression,
            _unit_of(many),
            bands,
            none or f"no {one}",
            direction=direction,
            exemption=exemption,
        )

    def flag(
        self,
        name: str,
        expression: pl.Expr,
        yes: str,
        no: str,
        *,
        direction: int = 1,
        exemption: str = "",
    ) -> Feature:
        """Return a feature that is yes or no; what is not stated is no."""
        return Feature(
            name,
            self.name,
            self.table,
            expression.fill_null(value=False),
            YES_OR_NO,
            (Band(math.inf, yes),),
            no,
            direction=direction,
            exemption=exemption,
        )

    def category(
        self, name: str, column: str, words: str, unsaid: str, allowed: Sequence[str]
    ) -> Feature:
        """Return a feature that is one of a closed list."""
        return Feature(
            name,
            self.name,
            self.table,
            pl.col(column),
            "category",
            (Band(math.inf, f"{words}: {VALUE}"),),
            unsaid,
            absent=None,
            allowed=tuple(str(each) for each in allowed),
        )

    def age(
        self, name: str, hours: pl.Expr, what: str, unsaid: str, *, exemption: str
    ) -> Feature:
        """Return the age of the newest of something; never, if there is none.

        Parameters
        ----------
        name : str
            The column's name.
        hours : polars.Expr
            The age of each row in hours; null for one without a time.
        what : str
            What is dated, such as ``"newest upload address"``.
        unsaid : str
            The words when nothing is dated.
        exemption : str
            Why age may lower the score.
        """
        return Feature(
            name,
            self.name,
            self.table,
            # Old is not never: what has a time is told apart from what has none.
            hours.min().clip(0.0, LONGEST_HOURS - 1),
            "hours",
            _bands(what, " of arrival", "more than a year old"),
            unsaid,
            direction=-1,
            absent=LONGEST_HOURS,
            exemption=exemption,
        )

    def delay(
        self, name: str, hours: pl.Expr, what: str, unsaid: str, *, exemption: str
    ) -> Feature:
        """Return how long something took; a delay below zero is not known."""
        known = pl.when(hours >= 0).then(hours.clip(upper_bound=LONGEST_HOURS))
        return Feature(
            name,
            self.name,
            self.table,
            known,
            "hours",
            _bands(what, "", "after more than a year"),
            unsaid,
            absent=None,
            exemption=exemption,
        )

    def length(self, name: str, characters: pl.Expr, what: str, none: str) -> Feature:
        """Return how long a text was that is itself not kept."""
        return Feature(
            name,
            self.name,
            self.table,
            characters,
            "characters",
            (
                Band(200, f"{what} of a few lines ({VALUE} characters)"),
                Band(2_000, f"{what} of a page at most ({VALUE} characters)"),
                Band(math.inf, f"{what} of more than a page ({VALUE} characters)"),
            ),
            none,
            direction=1,
        )


_UNITS = (
    "accounts addresses clusters codes contacts details devices files groups records "
    "identifiers look-ups names numbers pages persons places positions providers "
    "recipients reports sources statements states times types users victims"
).split()


def _unit_of(many: str) -> str:
    """Return the noun of what is counted, or the first word.

    Examples
    --------
    >>> _unit_of("child victims with a name")
    'victims'
    """
    words = many.split()
    return next((word for word in words if word in _UNITS), words[0])


def _bands(what: str, of: str, beyond: str) -> tuple[Band, ...]:
    """Return the words for hours, by the ages of addresses that matter."""
    within = (
        Band(most, f"{what} within {words}{of} ({VALUE} hours)")
        for most, words in _AGES
    )
    return (*within, Band(math.inf, f"{what} {beyond} ({VALUE} hours)"))
