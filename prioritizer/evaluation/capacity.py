"""How many of the reports that fit into the week were worth reading."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prioritizer.errors import SettingsError, numbered

# The share of waiting reports that an office is taken to have the hours for.
CAPACITY_SHARE = 0.2


def capacity_of(reports: int) -> int:
    """Return how many of so many reports an office reads, 1 or more.

    Examples
    --------
    >>> capacity_of(419), capacity_of(2)
    (83, 1)
    """
    return max(1, int(reports * CAPACITY_SHARE))


def precision_at(
    scores: NDArray[np.float64], labels: NDArray[np.float64], capacity: int
) -> float:
    """Return the expected share of actionable reports among those worked.

    Rows with equal scores are worked in random order, so a tie at the edge
    counts by its mean: no order inside a tie is made up.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
        Higher is worked first.
    labels : ndarray of shape (n_rows,)
        1 or 0, or a probability.
    capacity : int
        How many rows are worked, 1 or more.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    SettingsError
        If scores are not finite, labels are missing or not within 0 and 1,
        or the capacity is below 1.

    Examples
    --------
    >>> precision_at(np.array([3.0, 1.0, 1.0]), np.array([1.0, 1.0, 0.0]), 2)
    0.75
    """
    problems = []
    if not np.isfinite(scores).all():
        problems.append("scores must be finite numbers")
    if not ((labels >= 0) & (labels <= 1)).all():
        problems.append("labels must be 1 or 0")
    if capacity < 1 or not len(scores):
        problems.append("capacity and the number of rows must be 1 or more")
    if problems:
        raise SettingsError(numbered(problems), "the ranking", "mend these columns")
    worked = min(capacity, len(scores))
    order = np.argsort(-scores, kind="stable")
    edge = scores[order[worked - 1]]
    surely, tied = scores > edge, scores == edge
    left = worked - int(surely.sum())
    expected = labels[surely].sum() + left * labels[tied].mean()
    return float(expected / worked)


def compare_orders(
    orders: Mapping[str, pd.Series[float]], labels: pd.Series[float], capacity: int
) -> pd.DataFrame:
    """Return precision at capacity of several orders of the same reports.

    Parameters
    ----------
    orders : mapping of str to pandas.Series
        Scores by name of the order, index `report_id`; higher is worked first.
    labels : pandas.Series
        1 or 0 for each report, index `report_id`.
    capacity : int
        How many reports are worked.

    Returns
    -------
    pandas.DataFrame
        Index `order`; columns `precision` and `lift` over all reports.
    """
    truth = np.asarray(labels, dtype=np.float64)
    rows = {
        name: precision_at(
            np.asarray(scores.reindex(labels.index), dtype=np.float64), truth, capacity
        )
        for name, scores in orders.items()
    }
    precision = pd.Series(rows, name="precision").rename_axis("order")
    return pd.DataFrame({"precision": precision, "lift": precision / truth.mean()})
