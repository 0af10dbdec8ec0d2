"""From tables, or a file of columns, to the leaks in them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from prioritizer.errors import (
    FeatureError,
    MissingInputError,
    SettingsError,
    TableError,
    numbered,
)
from prioritizer.evaluation.leaks import LeakCheck, find_leaks, find_leaks_in_columns
from prioritizer.tables import latest_versions, open_tables

_FIX = (
    "write a Parquet file with one row a report: its number in report_id, and each "
    "column as numbers, truth values or categories"
)


def check_leaks(folder: Path, *, columns: Path | None = None) -> LeakCheck:
    """Return which features know more than was known when a report arrived.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    columns : pathlib.Path or None
        A Parquet file of features, a row for each report by its `report_id`, to
        check in place of the catalogue.

    Returns
    -------
    prioritizer.evaluation.leaks.LeakCheck
        What was found, what was tried, and what could not be tried.

    Raises
    ------
    FeatureError
        If the file's rows or columns cannot be checked.
    SettingsError
        If the file is not Parquet.
    MissingInputError
        If the folder holds no tables, or there is no file.
    TableError
        If the tables are not what their manifest and the vocabulary say, or empty.
    """
    _, frames = open_tables(folder)
    if frames["reports"].is_empty():
        raise TableError("the tables hold no reports", str(folder), "ingest some first")
    if columns is None:
        return find_leaks(frames)
    latest = latest_versions(frames["reports"]).select("report_id", "arrival_at")
    arrivals = latest.to_pandas().set_index("report_id")["arrival_at"]
    X = _read(columns)
    try:
        found = find_leaks_in_columns(X, arrivals, frames["outcomes"])
    except FeatureError as odd:
        raise FeatureError(odd.what, str(columns), _FIX) from None
    by_code = (
        f"interventions: what made the {X.shape[1]:,} columns of the file is not "
        "known, so they could not be computed again",
    )
    return LeakCheck(found.leaks, found.tried, (*found.not_tried, *by_code))


def _read(file: Path) -> pd.DataFrame:
    if not file.is_file():
        raise MissingInputError(
            "there is no file of columns", str(file), "name a Parquet file"
        )
    try:
        frame = pl.DataFrame(pl.from_arrow(pq.read_table(file)))
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError):
        raise SettingsError("the file is not Parquet", str(file), _FIX) from None
    plain = (pl.selectors.boolean(), pl.selectors.by_dtype(pl.Null))
    # Of our own file the version says which row it is, and is no feature.
    values = frame.drop("report_id", "version", strict=False).with_columns(
        pl.selectors.numeric().cast(pl.Float64),
        *(each.cast(pl.Float64) for each in plain),
    )
    ids, problems = _ids(frame)
    if problems:
        texts = [
            f"column {name!r} holds no numbers"
            for name, dtype in values.schema.items()
            if not (dtype.is_numeric() or dtype in (pl.Categorical, pl.Enum))
        ]
        raise FeatureError(numbered([*problems, *texts]), str(file), _FIX)
    return values.to_pandas().set_index(pd.Index(ids.to_numpy(), name="report_id"))


def _ids(frame: pl.DataFrame) -> tuple[pl.Series, list[str]]:
    """Return the reports' numbers, which may be text, and what is wrong with them."""
    if "report_id" not in frame.columns:
        return pl.Series(dtype=pl.Int64), ["column 'report_id' is missing"]
    column = frame["report_id"]
    if not (column.dtype.is_integer() or column.dtype == pl.String):
        return column, ["column 'report_id' holds no whole numbers"]
    ids = column.cast(pl.Int64, strict=False)
    unread = ids.null_count()
    return ids, [f"rows without a report's number: {unread:,}"] * (unread > 0)
