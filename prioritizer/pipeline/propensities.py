"""The chances with which an office was to work reports, as it logged them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl

from prioritizer.errors import MissingInputError, SettingsError, numbered
from prioritizer.model import Experiment, Feedback

_COLUMNS = ("report_id", "propensity")
_FIX = (
    "give a CSV or Parquet file with a row for each report: its number in report_id "
    "and its chance of being worked, above 0 and at most 1, in propensity"
)


def propensity_of(file: Path | None, experiment: Experiment) -> pd.Series | None:
    """Return the propensities in a file that an experiment makes use of; None for none.

    Raises
    ------
    MissingInputError, SettingsError
        If the file cannot be used, or nothing would use it.
    """
    if file is None:
        return None
    if experiment.train.selection.feedback is Feedback.NAIVE:
        raise SettingsError(
            "nothing would use the propensities: labelled reports count alike",
            str(file),
            'say feedback = "weighted" under [train.selection], or leave out the file',
        )
    return read_propensity(file)


def read_propensity(file: Path) -> pd.Series[float]:
    """Return the propensities in a file.

    Whether each is one, and each report that needs one has it, is checked where they
    are used.

    Parameters
    ----------
    file : pathlib.Path
        CSV, or Parquet if its name ends so, with the columns `report_id` and
        `propensity`.

    Returns
    -------
    pandas.Series of float
        Index `report_id`.

    Raises
    ------
    MissingInputError
        If there is no such file.
    SettingsError
        If it is of another kind, or lacks a column, or a report's number or a
        propensity is no number; all problems are listed.
    """
    if not file.is_file():
        raise MissingInputError("there is no file of propensities", str(file), _FIX)
    try:
        rows = _read(file)
    except (pl.exceptions.PolarsError, OSError, ValueError):
        raise SettingsError(
            "the file of propensities cannot be read", str(file), _FIX
        ) from None
    missing = [name for name in _COLUMNS if name not in rows.columns]
    if missing:
        problems = [f"column {name!r} is missing" for name in missing]
        raise SettingsError(numbered(problems), str(file), _FIX)
    numbers = rows.select(
        pl.col("report_id").cast(pl.Int64, strict=False),
        pl.col("propensity").cast(pl.Float64, strict=False),
    )
    odd = {name: numbers[name].null_count() for name in _COLUMNS}
    problems = [
        f"column {name!r} holds {count} rows without a number"
        for name, count in odd.items()
        if count
    ]
    if problems:
        raise SettingsError(numbered(problems), str(file), _FIX)
    return numbers.to_pandas().set_index("report_id")["propensity"]


def _read(file: Path) -> pl.DataFrame:
    if file.suffix.lower() == ".parquet":
        return pl.read_parquet(file)
    return pl.read_csv(file, infer_schema=False)
