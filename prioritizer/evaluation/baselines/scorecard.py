"""A card of points that a pencil can add up, learned from the training reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prioritizer.evaluation.baselines.rules import PRIOR_REPORTS
from prioritizer.seeds import Floats, Ints

MOST_FEATURES = 8
_QUANTILES = (0.2, 0.4, 0.6, 0.8)
# Two points double the odds.
_LOG_ODDS_PER_POINT = np.log(2.0) / 2.0


@dataclass(frozen=True, slots=True)
class Bins:
    """Where the values of a feature are parted.

    Parameters
    ----------
    name : str
        The feature's column.
    edges : tuple of float
        The greatest value of each bin of a number but the last; empty for a category.
    values : tuple of str
        The values of a category, a bin each; empty for a number.
    """

    name: str
    edges: tuple[float, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What each bin holds; the last one holds what is not stated."""
        if self.values:
            return (*self.values, "not stated")
        low = (f"at most {edge:g}" for edge in self.edges)
        above = f"above {self.edges[-1]:g}" if self.edges else "any"
        return (*low, above, "not stated")

    def of(self, column: pd.Series) -> Ints:
        """Return the bin of each value, shape (n_rows,)."""
        missing = len(self.words) - 1
        if self.values:
            texts = column.astype("object")
            places = {text: place for place, text in enumerate(self.values)}
            return np.asarray(texts.map(places).fillna(missing), dtype=np.int64)
        numbers = column.to_numpy(np.float64)
        place = np.searchsorted(self.edges, numbers, side="left")
        return np.asarray(np.where(np.isnan(numbers), missing, place), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Points for the bins of a few features.

    Parameters
    ----------
    bins : tuple of Bins
        The features, in the order in which they were chosen.
    points : tuple of tuple of int
        For each feature the points of each bin. Two points double the odds.
    """

    bins: tuple[Bins, ...]
    points: tuple[tuple[int, ...], ...]

    def score(self, X: pd.DataFrame) -> pd.Series:
        """Return the sum of points of each report, index as in `X`."""
        total = np.zeros(len(X))
        for each, points in zip(self.bins, self.points, strict=True):
            total += np.asarray(points, np.float64)[each.of(X[each.name])]
        return pd.Series(total, index=X.index)

    def table(self) -> pd.DataFrame:
        """Return the card to print: columns `feature`, `value` and `points`."""
        return pd.DataFrame(
            [
                {"feature": each.name, "value": words, "points": number}
                for each, points in zip(self.bins, self.points, strict=True)
                for words, number in zip(each.words, points, strict=True)
            ],
            columns=["feature", "value", "points"],
        )


def learn_scorecard(
    X: pd.DataFrame, y: pd.Series, *, most: int = MOST_FEATURES
) -> Scorecard:
    """Learn a scorecard of a few features.

    Each feature is parted at its training quintiles; what is not stated is a bin of
    its own, and so is each value of a category. A bin's evidence is its log-odds less
    those of all, drawn towards them where it holds few reports. Features are taken
    one by one: each time that whose bins explain most of what the card so far
    misses (the score test of the residuals), until none is worth its bins by
    Akaike's measure. A logistic regression on their evidence then says how much
    each counts beside the others, and points are rounded.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_training, n_features)
        Features of the training reports.
    y : pandas.Series of int
        1 or 0, the same index; both must occur.
    most : int
        How many features at most.

    Returns
    -------
    Scorecard
        Without features if none tells reports apart.

    Examples
    --------
    >>> X = pd.DataFrame({"files": [0.0] * 50 + [3.0] * 50, "noise": [1.0, 2.0] * 50})
    >>> card = learn_scorecard(X, pd.Series([0] * 40 + [1] * 60))
    >>> card.table()["feature"].unique().tolist()
    ['files']
    """
    labels = y.to_numpy(np.float64)
    bins = [_bins(str(name), X[name]) for name in X.columns]
    places = [each.of(X[each.name]) for each in bins]
    taken: list[int] = []
    evidence: list[Floats] = []
    fitted, factors = np.full(len(y), labels.mean()), np.zeros(0)
    while len(taken) < most:
        gains = [_gain(place, labels, fitted) for place in places]
        left = [each for each in range(len(bins)) if each not in taken]
        best = max(left, key=lambda each: gains[each], default=None)
        if best is None or gains[best] <= 0:
            break
        taken.append(best)
        evidence.append(_evidence(places[best], labels, len(bins[best].words)))
        columns = [own[places[each]] for each, own in zip(taken, evidence, strict=True)]
        factors, fitted = _weighed(np.column_stack(columns), labels)
    return Scorecard(
        tuple(bins[each] for each in taken),
        tuple(
            _points(own, factor) for own, factor in zip(evidence, factors, strict=True)
        ),
    )


def _bins(name: str, column: pd.Series) -> Bins:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Bins(name, values=tuple(str(each) for each in column.cat.categories))
    numbers = column.to_numpy(np.float64)
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return Bins(name)
    # Values that occur: a count is parted at a count, and no bin is empty.
    edges = np.unique(np.quantile(known, _QUANTILES, method="lower"))
    return Bins(name, tuple(float(edge) for edge in edges if edge < known.max()))


def _evidence(places: Ints, labels: Floats, bins: int) -> Floats:
    """Return the log-odds of each bin less those of all, shrunk by its size."""
    overall = labels.mean()
    count = np.bincount(places, minlength=bins) + PRIOR_REPORTS
    share = np.bincount(places, weights=labels, minlength=bins)
    share = (share + PRIOR_REPORTS * overall) / count
    return np.asarray(_log_odds(share) - _log_odds(overall))


def _log_odds(share: Floats | float) -> Floats:
    return np.asarray(np.log(share) - np.log1p(-np.asarray(share)))


def _gain(places: Ints, labels: Floats, fitted: Floats) -> float:
    """Return the score statistic of a feature's bins less twice what they cost."""
    missed = np.bincount(places, weights=labels - fitted)
    variance = np.bincount(places, weights=fitted * (1.0 - fitted))
    held = variance > 0
    if held.sum() < 2:
        # What is the same everywhere explains nothing but rounding.
        return 0.0
    statistic = (missed[held] ** 2 / variance[held]).sum()
    return float(statistic - 2.0 * (held.sum() - 1))


def _weighed(evidence: Floats, labels: Floats) -> tuple[Floats, Floats]:
    """Return how much each feature's evidence counts, and the fitted shares."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(solver="newton-cholesky", max_iter=200)
    model.fit(evidence, labels)
    fitted = model.predict_proba(evidence)[:, 1]
    # Evidence that would count backwards beside the others is no line of a card.
    return np.maximum(model.coef_[0], 0.0), np.asarray(fitted)


def _points(evidence: Floats, factor: float) -> tuple[int, ...]:
    points = np.rint(evidence * factor / _LOG_ODDS_PER_POINT)
    return tuple(int(each) for each in points)
