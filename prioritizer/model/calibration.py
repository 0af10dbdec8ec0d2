"""From log-odds to a probability that means what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.special import betaln, expit, logit
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression

from prioritizer.errors import ModelError, numbered
from prioritizer.model.tables import Floats, Ints

_MOST_KNOTS = 64
# With fewer labels than this the line stands; bins of fewer say too little.
_LEAST_TO_BEND, _LABELS_IN_A_BIN, _MOST_BINS = 1000.0, 100.0, 62
# How many labels the line may be worth in each bin. The last says that nothing
# speaks against it.
_PRIORS = (10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e5)
# Knots that differ by less are one: a curve that is written down must still rise.
_LEAST_RISE = 1e-6
# Beyond these log-odds a double cannot be told from 0 or 1.
_FARTHEST = 30.0
_LARGEST = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A rising curve in log-odds: straight between knots, and straight beyond.

    It keeps the order of the raw scores, makes no ties, and never says 0 or 1. Two
    knots are the straight line that Platt proposed.

    Parameters
    ----------
    raw : ndarray of shape (n_knots,)
        Raw scores of the knots, rising.
    log_odds : ndarray of shape (n_knots,)
        Calibrated log-odds there, rising.
    end_slope : float
        Slope before the first knot and after the last one, above 0.

    Examples
    --------
    >>> bent = Calibration(np.array([0.0, 1.0]), np.array([0.0, 2.0]), 0.5)
    >>> bent.log_odds_of(np.array([-1.0, 0.5, 3.0])).tolist()
    [-0.5, 1.0, 3.0]
    >>> bent(np.array([0.0])).tolist()
    [0.5]
    """

    raw: Floats
    log_odds: Floats
    end_slope: float

    def problems(self) -> list[str]:
        """Return what would make the probabilities wrong."""
        knots = self.raw.shape
        if len(knots) != 1 or not 2 <= knots[0] <= _MOST_KNOTS:
            return [f"the calibration does not have 2 to {_MOST_KNOTS} knots"]
        if self.log_odds.shape != knots:
            return ["the calibration has knots without a value"]
        size = np.abs([*self.raw, *self.log_odds, self.end_slope])
        rises = (np.diff(self.raw) > 0).all() and (np.diff(self.log_odds) > 0).all()
        right = (size < _LARGEST).all() and rises and self.end_slope > 0
        return [] if right else ["the calibration does not keep the order of scores"]

    def log_odds_of(self, raw: Floats) -> Floats:
        """Return the calibrated log-odds of each raw score, shape (n_rows,)."""
        left = np.searchsorted(self.raw[1:-1], raw, side="right")
        x, y = self.raw[left], self.log_odds[left]
        share = (raw - x) / (self.raw[left + 1] - x)
        top = self.log_odds[left + 1]
        # Rounding may not lift a score over the next knot, or order would suffer.
        between = np.minimum(y + share * (top - y), top)
        before = self.log_odds[0] + self.end_slope * (raw - self.raw[0])
        after = self.log_odds[-1] + self.end_slope * (raw - self.raw[-1])
        inside = np.where(raw < self.raw[0], before, between)
        return np.where(raw > self.raw[-1], after, inside)

    def __call__(self, raw: Floats) -> Floats:
        """Return the probability of each raw score, shape (n_rows,)."""
        within = np.clip(self.log_odds_of(raw), -_FARTHEST, _FARTHEST)
        return np.asarray(expit(within))

    def as_json(self) -> dict[str, object]:
        """Return the knots as they are stored."""
        return {
            "raw": self.raw.tolist(),
            "log_odds": self.log_odds.tolist(),
            "end_slope": self.end_slope,
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        """Return the calibration that `as_json` gave; see `problems` before use."""
        raw, log_odds = (np.array(said[each], float) for each in ("raw", "log_odds"))
        return cls(raw, log_odds, float(said["end_slope"]))


def calibrate(
    raw: Floats, labels: Floats, weights: Floats | None = None
) -> Calibration:
    """Learn the calibration from rows that the model was not trained on.

    Few labels give Platt's line. From a thousand on the curve may bend: the rows are
    cut into bins of equal weight, each bin's share of actionable reports is drawn
    towards the line as if that were worth some further labels, and isotonic
    regression of these shares gives the knots. Of each plateau the middle is kept, so
    that the curve rises everywhere. How much the line is worth is what makes the
    labels most likely; where nothing speaks against it, it stands.

    Parameters
    ----------
    raw : ndarray of shape (n_rows,)
        Raw scores.
    labels : ndarray of shape (n_rows,)
        1 or 0.
    weights : ndarray of shape (n_rows,) or None
        How often each row counts; 1 if left out. Weights that make up for rows that
        nobody saw should have a mean of 1, or they pretend to more labels.

    Returns
    -------
    Calibration
        One that keeps the order of the scores.

    Raises
    ------
    ModelError
        If scores are not finite or weights are not 0 or more, if there are not both
        labels, or higher scores are actionable less often.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines.
    Oron, A., Flournoy, N. (2017). Centered isotonic regression: point and interval
    estimation for dose-response studies. Stat. Biopharm. Res. 9(3).
    """
    weights = np.ones(len(raw)) if weights is None else np.asarray(weights, float)
    _refuse_odd(raw, weights)
    kept = weights > 0
    raw, labels, weights = raw[kept], np.asarray(labels, float)[kept], weights[kept]
    slope, intercept = _platt(raw, labels, weights)
    ends = np.array([raw.min(), raw.max()])
    line = Calibration(ends, slope * ends + intercept, slope)
    total = float(weights.sum())
    if total < _LEAST_TO_BEND:
        return line
    bins = _bins(raw, weights, min(_MOST_BINS, int(total / _LABELS_IN_A_BIN)))
    count = _sums(bins, weights)
    middle = _sums(bins, weights * raw) / count
    positive = _sums(bins, weights * labels)
    expected = _sums(bins, weights * line(raw)) / count
    prior = _worth_of_line(count, positive, expected)
    if prior == _PRIORS[-1] or len(count) < 2:
        return line
    shares = (positive + prior * expected) / (count + prior)
    knots, log_odds = _centered(middle, shares, count + prior)
    # Shares that fall throughout leave one plateau, which is no curve.
    return line if len(knots) < 2 else Calibration(knots, log_odds, slope)


def _refuse_odd(raw: Floats, weights: Floats) -> None:
    problems = []
    if not np.isfinite(raw).all():
        problems.append("raw scores are not finite")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        problems.append("weights are not numbers of 0 or more")
    if problems:
        raise ModelError(
            numbered(problems), "the calibration window", "mend how they are computed"
        )


def _platt(raw: Floats, labels: Floats, weights: Floats) -> tuple[float, float]:
    """Return slope and intercept of Platt's line."""
    positives = float(weights @ labels)
    negatives = float(weights @ (1.0 - labels))
    if not (positives > 0 and negatives > 0):
        raise ModelError(
            "the calibration window does not hold both labels",
            "the newest of the reports with an outcome",
            "train on more outcomes, or raise calibration_share",
        )
    # Platt's targets: a step away from 0 and 1, as far as the counts are small.
    high = (positives + 1.0) / (positives + 2.0)
    low = 1.0 / (negatives + 2.0)
    target = np.where(labels == 1, high, low)
    both = np.concatenate([raw, raw]).reshape(-1, 1)
    outcome = np.repeat([1, 0], len(labels))
    share = np.concatenate([weights * target, weights * (1.0 - target)])
    slope = 0.0
    if np.ptp(raw) > 0:
        solver = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8)
        line = solver.fit(both, outcome, sample_weight=share)
        slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    if slope <= 0:
        raise ModelError(
            "in the calibration window higher scores are actionable less often, or "
            "there are no higher ones",
            "the newest of the reports with an outcome",
            "check the outcomes of that window, or train on more of them",
        )
    return slope, intercept


def _bins(raw: Floats, weights: Floats, most: int) -> Ints:
    """Return bins of about equal weight, from 0; equal scores share one."""
    place = np.unique(raw, return_inverse=True)[1]
    weight = _sums(place, weights)
    before = np.cumsum(weight) - 0.5 * weight
    cut = np.minimum((before * most / weight.sum()).astype(np.int64), most - 1)
    return np.unique(cut, return_inverse=True)[1][place]


def _sums(bins: Ints, values: Floats) -> Floats:
    return np.asarray(np.bincount(bins, values), dtype=np.float64)


def _worth_of_line(count: Floats, positive: Floats, expected: Floats) -> float:
    """Return how many labels the line is worth in a bin.

    If shares scatter around the line as a beta distribution with so many labels, the
    counts are beta-binomial; the most likely number is taken.
    """
    prior = np.array(_PRIORS)[:, None]
    ours, theirs = prior * expected, prior * (1.0 - expected)
    each = betaln(positive + ours, count - positive + theirs) - betaln(ours, theirs)
    return _PRIORS[int(each.sum(axis=1).argmax())]


def _centered(middle: Floats, shares: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the knots of centered isotonic regression, in log-odds."""
    pooled = isotonic_regression(shares, sample_weight=weights)
    rises = np.diff(logit(pooled)) > _LEAST_RISE
    plateau = np.concatenate([[0], np.cumsum(rises)])
    weight = _sums(plateau, weights)
    knots = _sums(plateau, weights * middle) / weight
    return knots, np.asarray(logit(_sums(plateau, weights * pooled) / weight))
