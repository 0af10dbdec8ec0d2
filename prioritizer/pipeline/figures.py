"""The figures of a trained model on the reports that came after it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from prioritizer.evaluation import (
    CAPACITY_SHARE,
    baseline_orders,
    capacity_of,
    failed_floors,
    leaderboard,
)
from prioritizer.evaluation.slices import slices
from prioritizer.model import THE_MODEL, ScoringModel
from prioritizer.model.sensitivity import (
    odds_ratio_sensitivity,
    precision_bounds,
    share_bounds,
)
from prioritizer.pipeline.preparation import Prepared
from prioritizer.pipeline.validation import Fold
from prioritizer.tables import latest_versions

Rows = list[dict[str, object]]
# How reports are parted on the card: the name of the way, and the column.
_WAYS = {"kind": "incident_type", "provider": "esp_name", "door": "source_format"}
_HEADLINE = frozenset(
    f"{name}{end}"
    for name in ("average_precision", "precision", "recall", "lift")
    for end in ("", "_low", "_high")
)
_DIGITS = 4


def leaderboard_of(
    prepared: Prepared, model: ScoringModel, newest: Fold
) -> pd.DataFrame:
    """Return the model among the simple orders, on reports with a label since.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    model : ScoringModel
        The model.
    newest : Fold
        The reports that it was not trained on.

    Returns
    -------
    pandas.DataFrame
        As `prioritizer.evaluation.leaderboard` returns it; empty where the outcomes
        of these reports are all the same so far.
    """
    told = newest.told_since
    if told.nunique() < 2:
        return pd.DataFrame()
    y = newest.labels.loc[newest.split.labelled]
    simple = baseline_orders(
        prepared.tables, prepared.X, prepared.arrivals, y, told.index
    )
    scores = model.raw_scores(prepared.X.loc[told.index])
    return leaderboard(
        {THE_MODEL: scores, **simple},
        told,
        model=THE_MODEL,
        capacity=capacity_of(len(told)),
        clusters=prepared.cases,
        baselines=simple.keys(),
    )


def headline(newest: Fold, board: pd.DataFrame) -> dict[str, object]:
    """Return the figures of the model, and its leaderboard as rows.

    Parameters
    ----------
    newest : Fold
        The reports that it was not trained on.
    board : pandas.DataFrame
        As `leaderboard_of` returns it.

    Returns
    -------
    dict
    """
    told = newest.told_since
    found: dict[str, object] = {"test_reports_with_outcome": len(told)}
    if board.empty:
        return found
    own = as_rows(board.loc[[THE_MODEL]])[0]
    return {
        **found,
        "test_actionable_share": round(float(told.mean()), _DIGITS),
        "test_reports_at_capacity": capacity_of(len(told)),
        **{name: value for name, value in own.items() if name in _HEADLINE},
        "failed_floors": len(failed_floors(board)),
        "leaderboard": as_rows(board.reset_index()),
    }


def unheard_of(prepared: Prepared, model: ScoringModel, newest: Fold) -> Rows:
    """Return what would hold if reports nobody told of were other than they look.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    model : ScoringModel
        The model.
    newest : Fold
        The reports that it was not trained on.

    Returns
    -------
    list of dict
        The rows of `prioritizer.model.sensitivity.odds_ratio_sensitivity`, and before
        them the least and the most that the precision at capacity can be.
    """
    raw, p = _scored(prepared, model, newest.split.test)
    order = raw.sort_values(ascending=False, kind="stable").index
    capacity = capacity_of(len(order))
    told = newest.told_since
    least = precision_bounds(order, told, capacity)
    found = odds_ratio_sensitivity(p, told, order=order, capacity=capacity)
    known = int(told.sum()), len(told), len(order) - len(told)
    share = share_bounds(*known)
    ends: Rows = [
        {
            "odds_ratio": words,
            "actionable_share": round(whole, _DIGITS),
            "precision": round(first, _DIGITS),
        }
        for words, whole, first in (
            ("none of them", share.low, least.low),
            ("all of them", share.high, least.high),
        )
    ]
    return [ends[0], *as_rows(found.reset_index()), ends[1]]


def slices_of(prepared: Prepared, model: ScoringModel, newest: Fold) -> Rows:
    """Return how the model fares by kind, provider and door.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    model : ScoringModel
        The model.
    newest : Fold
        The reports that it was not trained on.

    Returns
    -------
    list of dict
        The rows of `prioritizer.evaluation.slices.slices`.
    """
    test = newest.split.test
    latest = latest_versions(prepared.tables["reports"], prepared.as_of)
    columns = latest.select("report_id", **_WAYS).to_pandas().set_index("report_id")
    _, p = _scored(prepared, model, test)
    found = slices(
        columns.loc[test], p, newest.told_since, capacity_share=CAPACITY_SHARE
    )
    return as_rows(found.reset_index())


def _scored(
    prepared: Prepared, model: ScoringModel, reports: pd.Index
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return raw scores and probabilities, without the parts that nobody asks for."""
    raw = model.raw_scores(prepared.X.loc[reports])
    p = model.calibration(np.asarray(raw, dtype=np.float64))
    return raw, pd.Series(p, index=reports)


def as_rows(frame: pd.DataFrame) -> Rows:
    """Return the rows of a frame as JSON knows them, without what they leave empty.

    Parameters
    ----------
    frame : pandas.DataFrame
        Numbers, texts and moments.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> as_rows(pd.DataFrame({"fold": [0, 1], "recall": [0.123456, None]}))
    [{'fold': 0, 'recall': 0.1235}, {'fold': 1}]
    """
    return [
        {str(name): _plain(value) for name, value in row.items() if pd.notna(value)}
        for row in frame.to_dict(orient="records")
    ]


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return round(value, _DIGITS)
    return ", ".join(value) if isinstance(value, tuple) else value
