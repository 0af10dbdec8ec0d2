"""All trivial rivals at once, as orders of the test reports."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.errors import FeatureError, SettingsError, numbered
from prioritizer.evaluation.baselines.logistic import logistic_scores
from prioritizer.evaluation.baselines.rules import (
    arrival_order,
    by_value,
    completeness_only,
    ncmec_priority,
    newest_first,
    shares_by_value,
)
from prioritizer.evaluation.baselines.scorecard import learn_scorecard
from prioritizer.evaluation.baselines.single import best_feature

BASELINES = (
    "arrival_order",
    "newest_first",
    "ncmec_priority",
    "completeness_only",
    "incident_type",
    "points_scorecard",
    "logistic",
    "one_feature",
)
"""The names of the rivals, from the simplest on."""

_CODE, _TYPE = "ncmec_priority_code", "incident_type"


def baseline_orders(
    frames: Mapping[str, pl.DataFrame],
    X: pd.DataFrame,
    arrivals: pd.Series,
    y_train: pd.Series,
    test: pd.Index,
) -> dict[str, pd.Series]:
    """Return the scores of every trivial rival for the test reports.

    None sees a label of the test. The first four learn nothing. `incident_type`
    reads reports in the order of the training share that is actionable among those
    of their type: an order of statutes would be the weaker rival, since it ranks how
    grave a type is and not how often it leads anywhere. `points_scorecard`,
    `logistic` and `one_feature` learn from all features.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        The tables, as in `prioritizer.pipeline.preparation.Prepared`.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features of all reports, index `report_id`.
    arrivals : pandas.Series of datetime
        Arrival of each report of `X`, index `report_id`.
    y_train : pandas.Series of int
        1 or 0 for each training report, index `report_id`; both must occur.
    test : pandas.Index
        The reports to order; none of them in `y_train`.

    Returns
    -------
    dict of str to pandas.Series of float
        By the names of `BASELINES`; index `test`, higher is read first.

    Raises
    ------
    SettingsError
        If training or test reports are missing, stand in both, or the
        training labels are not 1 and 0.
    FeatureError
        If `X` lacks a column that a rival reads, or holds infinite values.
    """
    _refuse(X, arrivals, y_train, test)
    taught, tested, times = X.loc[y_train.index], X.loc[test], arrivals.loc[test]
    _refuse_features(taught, tested)
    completeness = completeness_only(frames, times)
    if lost := int(completeness.isna().sum()):
        raise SettingsError(
            f"{lost} test reports are not in the tables",
            "table reports",
            "hand in the tables from which X was computed",
        )
    shares = shares_by_value(taught[_TYPE], y_train)
    orders = (
        arrival_order(times),
        newest_first(times),
        ncmec_priority(tested[_CODE]),
        completeness,
        by_value(tested[_TYPE], shares),
        learn_scorecard(taught, y_train).score(tested),
        logistic_scores(taught, y_train, tested),
        best_feature(taught, y_train).score(tested),
    )
    return {
        name: scores.rename(name)
        for name, scores in zip(BASELINES, orders, strict=True)
    }


def _refuse(
    X: pd.DataFrame, arrivals: pd.Series, y_train: pd.Series, test: pd.Index
) -> None:
    problems = [
        f"{lost} {what} reports have no {part}"
        for what, wanted in (("training", y_train.index), ("test", test))
        for part, index in (("features", X.index), ("arrival", arrivals.index))
        if (lost := int((~wanted.isin(index)).sum()))
    ]
    indexes = {"X": X.index, "arrivals": arrivals.index, "y_train": y_train.index}
    problems += [
        f"{name} has a report twice"
        for name, index in {**indexes, "test": test}.items()
        if not index.is_unique
    ]
    if both := int(y_train.index.isin(test).sum()):
        problems.append(f"{both} reports would train and test")
    if set(y_train.unique()) != {0, 1}:
        problems.append("training labels must be 1 or 0, and both must occur")
    if test.empty:
        problems.append("there is no report to test on")
    if problems:
        raise SettingsError(numbered(problems), "the baselines", "split by time")


def _refuse_features(*parts: pd.DataFrame) -> None:
    problems = [
        f"{name} is missing" for name in (_TYPE, _CODE) if name not in parts[0].columns
    ]
    problems += [
        f"{name} is infinite"
        for name in parts[0].select_dtypes("number").columns
        if any(np.isinf(part[name].to_numpy()).any() for part in parts)
    ]
    if problems:
        raise FeatureError(numbered(problems), "X", "compute X with `compute_features`")
