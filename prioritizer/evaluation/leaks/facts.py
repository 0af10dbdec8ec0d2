"""What columns are compared with: outcomes, order and numbers of reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.evaluation.leaks.concordance import neighbours_of
from prioritizer.model import labels_as_of
from prioritizer.seeds import Bools, Draws, Floats, Ints

NEIGHBOURS = 100
"""Of how many reports in order of arrival those of the two kinds are compared."""

_FAR_FUTURE = pd.Timestamp("2262-01-01", tz="UTC")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of each report by now, in the order of X.

    Parameters
    ----------
    ids, arrivals : ndarray of float
        Numbers of the reports, and when they arrived, in microseconds.
    groups : ndarray of int64
        Reports of one group are neighbours in arrival.
    folds : ndarray of int64
        Numbers at random.
    first, last : pandas.DataFrame
        The first and the last statement on each report of those that became known
        at its arrival or later: `what` it says as a number, `decided_at` and
        `known_at` in microseconds; NaN without one.
    labels : ndarray of float
        1 for an actionable report, 0 for another, NaN if that is not known.
    is_worked : ndarray of bool
        Whether anything was stated.
    chance : float
        How often one test of one column may be wrong.
    """

    ids: Floats
    arrivals: Floats
    groups: Ints
    folds: Ints
    first: pd.DataFrame
    last: pd.DataFrame
    labels: Floats
    is_worked: Bools
    chance: float


def gather_facts(
    arrivals: pd.Series, outcomes: pl.DataFrame, *, chance: float, seed: int
) -> Facts:
    """Return what is known of reports by now.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report of X, index `report_id`, in its order.
    outcomes : polars.DataFrame
        The table `outcomes`.
    chance : float
        How often one test of one column may be wrong.
    seed : int
        Same seed, same folds.
    """
    told = outcomes.to_pandas()
    told = told.assign(arrival_at=told["report_id"].map(arrivals))
    told = told[told["known_at"] >= told["arrival_at"]].sort_values("known_at")
    what = told["case_status"].astype(str) + "/" + told["closed_reason"].astype(str)
    told = told.assign(
        what=pd.factorize(what)[0] * 1.0,
        decided_at=_microseconds(told["decided_at"]),
        known_at=_microseconds(told["known_at"]),
    )
    first, last = (
        told.drop_duplicates("report_id", keep=keep)
        .set_index("report_id")[["what", "decided_at", "known_at"]]
        .reindex(arrivals.index)
        for keep in ("first", "last")
    )
    labels = labels_as_of(outcomes[told.index.to_numpy()], _FAR_FUTURE)
    moments = _microseconds(arrivals)
    rows = np.arange(len(arrivals), dtype=np.uint64)
    return Facts(
        ids=np.asarray(arrivals.index, dtype=np.float64),
        arrivals=moments,
        groups=neighbours_of(moments, NEIGHBOURS),
        folds=Draws(seed, "leaks").whole("folds", rows, 0, 1000),
        first=first,
        last=last,
        labels=np.asarray(labels.reindex(arrivals.index), dtype=np.float64),
        is_worked=np.asarray(first["what"].notna()),
        chance=chance,
    )


def _microseconds(moments: pd.Series) -> Floats:
    return np.asarray(moments.dt.as_unit("us").astype("int64"), dtype=np.float64)
