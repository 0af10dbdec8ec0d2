"""Orders of the same reports side by side, and which the model does not beat."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd

from prioritizer.errors import SettingsError, numbered
from prioritizer.evaluation.bootstrap import (
    METRICS,
    Resamples,
    bootstrap_metrics,
    interval,
)
from prioritizer.evaluation.ties import (
    expected_average_precision,
    expected_lift,
    expected_precision,
    expected_recall,
    tied_groups,
)
from prioritizer.seeds import Floats

FLOOR_FAIL = "FLOOR-FAIL"
NOT_CLEAR = "not clear"
# What the model must be ahead in, and the name of its columns.
_AHEAD = {"average_precision": "ap_difference", "precision": "precision_difference"}
# Less than this is rounding: two equal orders may differ by it.
_ROUNDING = 1e-12


class Resampling(TypedDict, total=False):
    """How intervals are drawn; see `bootstrap_metrics` for each and its default."""

    clusters: pd.Series | None
    resamples: int
    seed: int


def leaderboard(
    orders: Mapping[str, pd.Series],
    labels: pd.Series,
    *,
    model: str,
    capacity: int,
    baselines: Collection[str] = (),
    weights: pd.Series | None = None,
    **resampling: Unpack[Resampling],
) -> pd.DataFrame:
    """Return metrics of several orders, and how far the model is ahead of each.

    A model that does not beat a trivial order is no use, however good it looks alone:
    each such *floor* is marked. Differences are paired: both orders meet the same
    reports and the same resamples of cases.

    Parameters
    ----------
    orders : mapping of str to pandas.Series
        Scores by name of the order, index `report_id`; higher is worked first. Rows
        that `labels` does not have are left out.
    labels : pandas.Series
        1 or 0 for each report to measure on, index `report_id`; both must occur.
    model : str
        Which of the orders the others are compared with.
    capacity : int
        How many of these reports are worked, 1 or more. With weights, and in
        each resample, it is the same share of the weight. Where all are worked no
        order has a higher precision than another, and every floor fails.
    baselines : collection of str
        The orders that the model must beat.
    weights : pandas.Series or None
        How many reports each row stands for, index `report_id`, such as one over the
        probability that its outcome was seen; 1 if left out.
    clusters : pandas.Series or None
        The case of each report, index `report_id`: cases are resampled, not rows. Each
        report is its own if left out.
    resamples : int, default=500
        How many.
    seed : int, default=0
        Of the resamples.

    Returns
    -------
    pandas.DataFrame
        Index `order`, the highest precision first, then average precision, then
        as given. Columns `average_precision`, `precision`, `recall` and `lift`
        at capacity, all expected over ties; `ap_difference` and
        `precision_difference`, the model's less that of the order; each with
        `_low` and `_high`, its 95 % percentile interval; and `floor`, for a baseline
        ``"FLOOR-FAIL"`` if the model is not ahead in average precision, or at capacity
        surely not; else ``"not clear"`` if either interval reaches 0; else empty.

    Raises
    ------
    SettingsError
        Listing all that is wrong with the arguments.

    Examples
    --------
    >>> reports = [11, 12, 13, 14]
    >>> labels = pd.Series([1, 0, 1, 0], index=reports)
    >>> good = pd.Series([0.9, 0.1, 0.8, 0.2], index=reports)
    >>> orders = {"good": good, "constant": good * 0}
    >>> board = leaderboard(
    ...     orders, labels, model="good", capacity=2, baselines=["constant"]
    ... )
    >>> board["precision"].to_dict()
    {'good': 1.0, 'constant': 0.5}
    >>> failed_floors(board)
    []
    """
    _refuse(orders, labels, [model, *baselines], capacity)
    _refuse_twice(
        *orders.items(),
        ("labels", labels),
        ("weights", weights),
        ("clusters", resampling.get("clusters")),
    )
    _refuse_rows(orders, labels, weights)
    share = min(1.0, capacity / len(labels))
    drawn = bootstrap_metrics(
        orders, labels, share=share, weights=weights, **resampling
    )
    points = {
        name: _points(scores.reindex(labels.index), labels, weights, capacity)
        for name, scores in orders.items()
    }
    rows = [{"order": name, **_row(name, model, points, drawn)} for name in orders]
    board = pd.DataFrame(rows).set_index("order")
    is_floor = board.index.isin(list(baselines)) & (board.index != model)
    return board.assign(floor=_floors(board).where(is_floor, "")).sort_values(
        ["precision", "average_precision"], ascending=False, kind="stable"
    )


def failed_floors(board: pd.DataFrame) -> list[str]:
    """Return the baselines that the model does not beat, in the board's order.

    Parameters
    ----------
    board : pandas.DataFrame
        As `leaderboard` returns it.

    Returns
    -------
    list of str
        Empty if it beats all of them.
    """
    return [str(name) for name in board.index[board["floor"] == FLOOR_FAIL]]


def _points(
    scores: pd.Series, labels: pd.Series, weights: pd.Series | None, capacity: int
) -> dict[str, float]:
    own = None if weights is None else weights.reindex(labels.index).to_numpy()
    groups = tied_groups(scores.to_numpy(), labels.to_numpy(), own)
    worked = capacity * (groups.weight / len(labels))
    return {
        "average_precision": expected_average_precision(groups),
        "precision": expected_precision(groups, worked),
        "recall": expected_recall(groups, worked),
        "lift": expected_lift(groups, worked),
    }


def _row(
    name: str, model: str, points: Mapping[str, Mapping[str, float]], drawn: Resamples
) -> dict[str, float]:
    row: dict[str, float] = {}
    for metric in METRICS:
        row |= _with_interval(metric, points[name][metric], drawn.of(name, metric))
    for metric, column in _AHEAD.items():
        ahead = points[model][metric] - points[name][metric]
        row |= _with_interval(column, ahead, drawn.difference(model, name, metric))
    return row


def _with_interval(column: str, point: float, values: Floats) -> dict[str, float]:
    low, high = interval(values)
    return {column: point, f"{column}_low": low, f"{column}_high": high}


def _floors(board: pd.DataFrame) -> pd.Series:
    """Return what each order would be marked with if it were a baseline.

    Average precision hears all reports and decides. At capacity few count, and one of
    them may turn the figure: there a floor fails only if the whole interval says so.
    """
    ahead = board[["ap_difference", "precision_difference_high"]] > _ROUNDING
    # An interval that is not known, for want of positives, is not clear either.
    clearly = board[[f"{column}_low" for column in _AHEAD.values()]] > _ROUNDING
    marks = pd.Series(FLOOR_FAIL, index=board.index)
    marks = marks.where(~ahead.all(axis="columns"), NOT_CLEAR)
    return marks.where(~clearly.all(axis="columns") | (marks == FLOOR_FAIL), "")


def _refuse(
    orders: Mapping[str, pd.Series],
    labels: pd.Series,
    compared: Sequence[str],
    capacity: int,
) -> None:
    problems = [
        f"{name!r} is to be compared and is none of the orders"
        for name in dict.fromkeys(compared)
        if name not in orders
    ]
    if capacity < 1:
        problems.append("the capacity must be 1 or more")
    if set(labels.unique()) != {0, 1}:
        problems.append("labels must be 1 or 0, and both must occur")
    if problems:
        raise SettingsError(numbered(problems), "the leaderboard", "mend these")


def _refuse_twice(*columns: tuple[str, pd.Series | None]) -> None:
    problems = [
        f"{name} has a report twice"
        for name, column in columns
        if column is not None and not column.index.is_unique
    ]
    if problems:
        raise SettingsError(numbered(problems), "the leaderboard", "keep one of each")


def _refuse_rows(
    orders: Mapping[str, pd.Series], labels: pd.Series, weights: pd.Series | None
) -> None:
    problems = []
    for name, scores in orders.items():
        own = scores.reindex(labels.index).to_numpy(np.float64)
        if odd := int((~np.isfinite(own)).sum()):
            problems.append(f"{name} has no finite score for {odd} labelled reports")
    if weights is not None:
        own = weights.reindex(labels.index).to_numpy(np.float64)
        if odd := int((~(np.isfinite(own) & (own >= 0))).sum()):
            problems.append(f"{odd} labelled reports have no weight of 0 or more")
        elif not all((own[labels == value] > 0).any() for value in (0, 1)):
            problems.append("of each label one must have a weight above 0")
    if problems:
        raise SettingsError(numbered(problems), "the leaderboard", "mend these")
