"""What NCMEC said of a report only after it had arrived, left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from prioritizer.tables import REPORT
from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary.section import SECTIONS, Section

_TABLES = ("reports", "locations")
# When NCMEC's analysts were done, and when the first agency could see the report.
_SAID_AT = {Section.C: "processed_at", Section.D: "recipient_available_at"}


def without_later_words(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables without what NCMEC says that it said only after arrival.

    Most reports are made available when its analysts are done. Where the report itself
    says that they finished later than it arrived, nobody here knew of it then; where it
    does not say when it was made available, its arrival is NCMEC's receipt, and only
    what is dated before it was known.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Tables by name. Not modified.

    Returns
    -------
    dict of str to polars.DataFrame
        The same tables, rows in their order; those of no such report are the same.
    """
    timely = dict(tables)
    for section, said_at in _SAID_AT.items():
        late = tables["reports"].filter(is_said_late(said_at)).select(REPORT)
        if not late.is_empty():
            others = [each for each in SECTIONS if each is not section]
            timely |= {
                n: _silenced(timely[n], n, late, others) for n in _TABLES if n in timely
            }
    return timely


def is_said_late(said_at: str) -> pl.Expr:
    """Return whether what has its date in a column was said after arrival.

    Parameters
    ----------
    said_at : str
        A column of `reports`, of which the date is often left out.

    Returns
    -------
    polars.Expr
        True if it was later; without a date, if the arrival is only NCMEC's receipt,
        when nobody there can have looked at the report.
    """
    is_receipt = pl.col("made_available_at").is_null()
    return pl.coalesce(pl.col(said_at) > pl.col("arrival_at"), is_receipt)


def _silenced(
    frame: pl.DataFrame, name: str, late: pl.DataFrame, sections: Collection[Section]
) -> pl.DataFrame:
    rows = frame.with_row_index("row")
    of_late = rows.join(late, on=REPORT, how="semi")
    others = rows.join(late, on=REPORT, how="anti")
    silent = only_sections({name: of_late}, sections)[name]
    return pl.concat([others, silent]).sort("row").drop("row")
