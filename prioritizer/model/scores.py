"""Scores on disk: read them back only for the reports that they were made for."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from prioritizer.errors import SettingsError
from prioritizer.features import by_name
from prioritizer.model.refits import MOST_REFITS
from prioritizer.tables.stamped import read_stamped

# Columns that older files do not have.
_INTERVAL = ("p_low", "p_high")
_REFIT = re.compile(r"refit_[1-9]\d?")


def read_scores(
    path: Path, versions: pd.Series[int], data_hash: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the scores of some reports, and what they were made from.

    Parameters
    ----------
    path : pathlib.Path
        A file made by `prioritizer score` without `--keep`.
    versions : pandas.Series of int
        The version of each report that is wanted, index `report_id`.
    data_hash : str
        The hash of the tables that hold these reports.

    Returns
    -------
    pandas.DataFrame
        As `ScoringModel.score` returns them, index as in `versions`; without the
        interval of `p` and without refits where the file has none.
    dict of str to str
        The file's stamp.

    Raises
    ------
    MissingInputError
        If there is no such file.
    SettingsError
        If it holds something else, or scores of other tables or versions.
    """
    rows, stamp = read_stamped(
        path,
        holds="scores with all contributions",
        command="prioritizer score",
        numbers=("report_id", "version", "raw", "p", "base"),
    )
    points = [name for name in rows.columns if name.startswith("c_")]
    refits = [name for name in rows.columns if _REFIT.fullmatch(name)]
    beside = [*(name for name in _INTERVAL if name in rows.columns), *refits]
    known = by_name()
    scores = rows.astype({"version": versions.dtype}).set_index("report_id")
    if stamp.get("data_hash") != data_hash:
        problem = "the scores were made from other tables"
    elif not {name.removeprefix("c_") for name in points} <= known.keys():
        problem = "the scores are of features that the catalogue does not have"
    elif len(refits) > MOST_REFITS or not all(map(_is_number, rows[beside].dtypes)):
        problem = "the scores hold intervals or refits that are none"
    elif scores.index.has_duplicates or not versions.index.isin(scores.index).all():
        problem = "the scores do not hold each report once"
    elif not scores.loc[versions.index, "version"].equals(versions):
        problem = "the scores are of versions that came after the queue's moment"
    else:
        names = ["raw", "p", *beside, "base", *points]
        return scores.loc[versions.index, names], stamp
    raise SettingsError(problem, str(path), "score these tables again, or use --model")


def _is_number(dtype: object) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "fiu"
