"""What NCMEC's analysts finished only after a report arrived, left out."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from prioritizer.tables.sections import only_sections
from prioritizer.vocabulary.section import SECTIONS, Section

_REPORT = ["report_id", "version"]
_BEFORE = [section for section in SECTIONS if section is not Section.C]
_TABLES = ("reports", "locations")


def without_later_words(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the tables without what section C says that was finished after arrival.

    NCMEC makes most reports available when its analysts are done. Where it says that
    they finished later than the report arrived, nobody here knew of it then.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Tables by name. Not modified.

    Returns
    -------
    dict of str to polars.DataFrame
        The same tables, rows in their order; those of no such report are the same.
    """
    is_late = pl.col("processed_at") > pl.col("arrival_at")
    late = tables["reports"].filter(is_late).select(_REPORT)
    if late.is_empty():
        return dict(tables)
    timely = dict(tables)
    for name in _TABLES:
        rows = tables[name].with_row_index("row")
        of_late = rows.join(late, on=_REPORT, how="semi")
        others = rows.join(late, on=_REPORT, how="anti")
        silent = only_sections({name: of_late}, _BEFORE)[name]
        timely[name] = pl.concat([others, silent]).sort("row").drop("row")
    return timely
