"""The one feature that alone orders the training reports best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from prioritizer.errors import SettingsError
from prioritizer.evaluation.baselines.rules import by_value, shares_by_value
from prioritizer.evaluation.ties import TiedGroups, expected_average_precision
from prioritizer.seeds import Floats


@dataclass(frozen=True, slots=True)
class SingleFeature:
    """One feature as an order.

    Parameters
    ----------
    name : str
        Its column.
    average_precision : float
        On the training reports, expected over ties.
    is_lowest_first : bool
        Whether its smallest values are read first. Missing ones always come last.
    shares : mapping of str to float
        Of a category: the training share that is actionable, by value, and how
        values are ordered; empty for a number.
    """

    name: str
    average_precision: float
    is_lowest_first: bool = False
    shares: Mapping[str, float] = field(default_factory=dict)

    def score(self, X: pd.DataFrame) -> pd.Series:
        """Return scores of reports, higher first, index as in `X`."""
        column = X[self.name]
        if self.shares:
            return by_value(column, self.shares)
        return pd.Series(
            _read_order(column, is_lowest_first=self.is_lowest_first), index=X.index
        )


def best_feature(X: pd.DataFrame, y: pd.Series) -> SingleFeature:
    """Return the feature that alone has the highest average precision.

    Numbers are tried in both directions, categories by their training shares. Of
    several that are equal the first column is taken, and the direction in which
    more is better.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_training, n_features)
        Features of the training reports.
    y : pandas.Series of int
        1 or 0, the same index; both must occur.

    Returns
    -------
    SingleFeature

    Raises
    ------
    SettingsError
        If `X` has no column.

    Examples
    --------
    >>> X = pd.DataFrame({"noise": [1.0, 1.0, 2.0, 2.0], "hours": [1.0, 9.0, 2.0, 8.0]})
    >>> found = best_feature(X, pd.Series([1, 0, 1, 0]))
    >>> found.name, found.is_lowest_first, found.average_precision
    ('hours', True, 1.0)
    """
    labels = y.to_numpy(np.float64)
    found = [each for name in X.columns for each in _tried(name, X[name], y, labels)]
    if not found:
        raise SettingsError(
            "there is no feature to choose from", "X", "hand in its columns"
        )
    # `max` keeps the first of equals; rounding must not make a difference.
    return max(found, key=lambda each: round(each.average_precision, 12))


def _tried(
    name: str, column: pd.Series, y: pd.Series, labels: Floats
) -> Iterator[SingleFeature]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        shares = shares_by_value(column, y)
        ap = expected_average_precision(_groups(by_value(column, shares), labels))
        yield SingleFeature(name, ap, shares=shares)
        return
    for is_lowest_first in (False, True):
        ordered = _read_order(column, is_lowest_first=is_lowest_first)
        ap = expected_average_precision(_groups(ordered, labels))
        yield SingleFeature(name, ap, is_lowest_first)


def _groups(scores: Floats | pd.Series, labels: Floats) -> TiedGroups:
    _, group = np.unique(-np.asarray(scores), return_inverse=True)
    return TiedGroups(
        np.bincount(group).astype(np.float64),
        np.bincount(group, weights=labels).astype(np.float64),
    )


def _read_order(column: pd.Series, *, is_lowest_first: bool) -> Floats:
    """Return a number as scores, in which a missing one comes last."""
    values = column.to_numpy(np.float64)
    scores = -values if is_lowest_first else values
    known = scores[~np.isnan(scores)]
    # Below all others; of values so large that 1 is lost, the tie is with the last.
    last = known.min() - 1.0 if len(known) else 0.0
    return np.asarray(np.where(np.isnan(scores), last, scores))
