"""To which version of a report rows belong, as one number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

REPORT = ("report_id", "version")
"""By what rows of all tables name their version of a report."""


def places_of(
    rows: pl.DataFrame, reports: pl.DataFrame, on: Sequence[str] = REPORT
) -> pl.Series:
    """Return at which place of `reports` the version of each row stands.

    Parameters
    ----------
    rows : polars.DataFrame
        Rows of any table.
    reports : polars.DataFrame
        Each version once.
    on : sequence of str
        The columns that name it in both.

    Returns
    -------
    polars.Series of UInt32
        Null where the version is not there.

    Examples
    --------
    >>> reports = pl.DataFrame({"report_id": [7, 5], "version": [1, 1]})
    >>> rows = pl.DataFrame({"report_id": [5, 5, 9], "version": [1, 1, 1]})
    >>> places_of(rows, reports).to_list()
    [1, 1, None]
    """
    # Rows of one version mostly follow each other, so one look finds a run of them.
    is_new = np.zeros(rows.height, bool)
    is_new[:1] = True
    for name in on:
        is_other = rows[name].ne_missing(rows[name].shift())
        is_new |= is_other.to_numpy()
    named = rows.select(on).filter(pl.Series(is_new))
    places = reports.select(on).with_row_index("place")
    if not named.equals(reports.select(on)):  # it mostly is: all versions, in order
        places = named.join(places, on=on, how="left", maintain_order="left")
    return places["place"].gather(pl.Series(np.cumsum(is_new) - 1))
