"""An interval for each probability, wider where few labels speak.

A Venn-Abers predictor asks what isotonic regression would say of a report if it were
one of the calibrating rows: once with label 0 and once with label 1. Both answers
depend on the score alone, so they are two step functions that are computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from prioritizer.model.tables import Floats

# Ends are rounded outward to this many digits, which bounds the number of steps.
_DIGITS = 4
_MOST_STEPS = 10**_DIGITS
_ROUNDING = 1e-6  # of a last digit: what sums of doubles are off by


@dataclass(frozen=True, slots=True, eq=False)
class VennAbers:
    """Two step functions of the raw score: both ends of an interval.

    If the report and the calibrating rows are exchangeable, one of the two ends, the
    one of the label that the report will turn out to have, is a calibrated
    probability. Rows that drifted since are not exchangeable with it.

    Parameters
    ----------
    low_at : ndarray of shape (n,)
        Raw scores from which on the lower end is the next of `low`.
    low : ndarray of shape (n + 1,)
        Lower ends, never falling.
    high_at : ndarray of shape (m,)
        Raw scores above which the upper end is the next of `high`.
    high : ndarray of shape (m + 1,)
        Upper ends, never falling.

    References
    ----------
    Vovk, V., Petej, I., Fedorova, V. (2015). Large-scale probabilistic predictors
    with and without guarantees of validity. NeurIPS 28.

    Examples
    --------
    >>> raw, labels = np.array([-1.0, 1.0]), np.array([0.0, 1.0])
    >>> low, high = venn_abers(raw, labels)(np.array([-2.0, 0.0, 2.0]))
    >>> low.tolist(), high.tolist()
    ([0.0, 0.0, 0.5], [0.5, 1.0, 1.0])
    """

    low_at: Floats
    low: Floats
    high_at: Floats
    high: Floats

    def __call__(self, raw: Floats) -> tuple[Floats, Floats]:
        """Return lower and upper ends for raw scores, each of shape (n_rows,)."""
        low = self.low[np.searchsorted(self.low_at, raw, side="right")]
        return low, self.high[np.searchsorted(self.high_at, raw, side="left")]

    def around(self, raw: Floats, p: Floats) -> tuple[Floats, Floats]:
        """Return the ends, widened where the probability itself lies outside."""
        low, high = self(raw)
        return np.minimum(low, p), np.maximum(high, p)

    def problems(self) -> list[str]:
        """Return what would make the intervals wrong."""
        ends = ((self.low_at, self.low), (self.high_at, self.high))
        if not all(_are_steps(at, values) for at, values in ends):
            return ["the ends of the intervals are no rising steps"]
        low, high = self(np.concatenate([[-np.inf], self.low_at, self.high_at]))
        return [] if (low <= high).all() else ["intervals end before they begin"]

    def as_json(self) -> dict[str, object]:
        """Return the steps as they are stored."""
        return {name: getattr(self, name).tolist() for name in self.__slots__}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """Return the steps that `as_json` gave; see `problems` before use."""
        return cls(*(np.array(said[name], float) for name in cls.__slots__))


def _are_steps(at: Floats, values: Floats) -> bool:
    if at.ndim != 1 or values.shape != (len(at) + 1,) or len(at) > _MOST_STEPS:
        return False
    in_order = (np.diff(at) > 0).all() and (np.diff(values) >= 0).all()
    within = ((values >= 0) & (values <= 1)).all()
    return bool(np.isfinite(at).all() and in_order and within)


def venn_abers(raw: Floats, labels: Floats, weights: Floats | None = None) -> VennAbers:
    """Learn the intervals from rows that the model was not trained on.

    Parameters
    ----------
    raw : ndarray of shape (n_rows,)
        Raw scores, finite.
    labels : ndarray of shape (n_rows,)
        1 or 0.
    weights : ndarray of shape (n_rows,) or None
        Weights of the rows, 0 or more. The report that is scored counts as 1, and
        weights are scaled so that they add up to the number of equally weighted rows
        that would be as sure (Kish's). What the interval promises holds for
        rows of equal weight; with others it is an approximation.

    Returns
    -------
    VennAbers
        Both ends, rounded outward to four digits.

    References
    ----------
    Kish, L. (1965). Survey sampling. Section 11.7, effective sample size.
    """
    weights = np.ones(len(raw)) if weights is None else np.asarray(weights, float)
    kept = weights > 0
    scores, place = np.unique(raw[kept], return_inverse=True)
    worth = weights[kept]
    worth = worth * worth.sum() / max(float(worth @ worth), np.finfo(float).tiny)
    count, positive = (
        np.asarray(np.bincount(place, each, len(scores)), dtype=np.float64)
        for each in (worth, worth * labels[kept])
    )
    with_one = _if_it_were_one(count, positive)
    # A report with label 0 is one with label 1 where all is seen upside down.
    with_zero = 1.0 - _if_it_were_one(count[::-1], (count - positive)[::-1])[::-1]
    unit = 10.0**_DIGITS
    low = np.floor(with_zero * unit + _ROUNDING) / unit
    high = np.ceil(with_one * unit - _ROUNDING) / unit
    return VennAbers(*_steps(scores, low), *_steps(scores, high))


def _steps(scores: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return only the scores at which the values change."""
    values = np.maximum.accumulate(np.clip(values, 0.0, 1.0))
    changes = np.diff(values) > 0
    return scores[changes], np.concatenate([values[:1], values[1:][changes]])


def _if_it_were_one(count: Floats, positive: Floats) -> Floats:
    """Return what isotonic regression says of a further row with label 1.

    Isotonic regression is the slope of the greatest convex minorant of the points
    (weight so far, positives so far). The further row is a step of (1, 1), which
    walks from before the first score to after the last; the minorant's corners to its
    right are mended on the way, so that all of it takes linear time.

    Parameters
    ----------
    count, positive : ndarray of shape (n_scores,)
        Weight and positive weight of each distinct score, in rising order.

    Returns
    -------
    ndarray of shape (n_scores + 1,)
        For a row at or below each score and above the one before; last, above all.
    """
    xs = [-1.0, 0.0, *np.cumsum(count).tolist()]
    ys = [-1.0, 0.0, *np.cumsum(positive).tolist()]
    points = list(zip(xs, ys, strict=True))
    corners: list[tuple[float, float]] = []
    for point in reversed(points):
        _push(corners, point)
    found = np.ones(len(count) + 1)
    for place in range(len(count)):
        (x, y), (right, top) = corners[-1], corners[-2]
        found[place] = (top - y) / (right - x)
        # The further row comes after this score: all up to it moves by (-1, -1).
        x_now, y_now = points[place + 2][0] - 1.0, points[place + 2][1] - 1.0
        if (y_now - y) * (right - x) < (top - y) * (x_now - x):
            corners.pop()
            _push(corners, (x_now, y_now))
    return found


def _push(corners: list[tuple[float, float]], point: tuple[float, float]) -> None:
    """Put a corner before the others, without those that are none any more."""
    x, y = point
    while len(corners) > 1:
        (x1, y1), (x2, y2) = corners[-1], corners[-2]
        if (y1 - y) * (x2 - x) < (y2 - y) * (x1 - x):
            break
        corners.pop()
    corners.append(point)
