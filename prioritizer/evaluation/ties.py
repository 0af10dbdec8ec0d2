"""Metrics of an order in which rows are tied: their mean over all orders of the ties.

No order inside a tie is made up, neither one that flatters nor one that harms. A row's
weight is how many reports it stands for: the copies of a resample, or one over the
probability that its outcome was seen. Copies of a row are tied with one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from prioritizer.errors import SettingsError, numbered
from prioritizer.seeds import Floats

# From here on the expansion of `_harmonic_step` is good to 13 digits.
_FAR = 1000.0


@dataclass(frozen=True, slots=True)
class TiedGroups:
    """What is worked, tie by tie, the best first.

    Parameters
    ----------
    total : ndarray of shape (n_groups,)
        Weight of each group of equal scores, above 0.
    positive : ndarray of shape (n_groups,)
        How much of it is actionable.
    unit : float
        Weight of one copy in `expected_average_precision`: 1, or the smallest
        weight of a row where that is less.
    """

    total: Floats
    positive: Floats
    unit: float = 1.0

    @property
    def weight(self) -> float:
        """Weight of all rows."""
        return float(self.total.sum())

    @property
    def base_rate(self) -> float:
        """Share of the weight that is actionable."""
        return float(self.positive.sum() / self.total.sum())


def tied_groups(
    scores: Floats, labels: Floats, weights: Floats | None = None
) -> TiedGroups:
    """Return the groups of equal scores, the highest first.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
        Higher is worked first.
    labels : ndarray of shape (n_rows,)
        1 or 0.
    weights : ndarray of shape (n_rows,) or None
        How many reports each row stands for, 0 or more; 1 if left out.

    Returns
    -------
    TiedGroups
        Rows of weight 0 are in none.

    Raises
    ------
    SettingsError
        If the lengths differ, scores or weights are not finite, a weight is
        negative, labels are not 1 or 0, or no weight is above 0.

    Examples
    --------
    >>> groups = tied_groups(np.array([3.0, 1.0, 1.0]), np.array([1.0, 1.0, 0.0]))
    >>> groups.total.tolist(), groups.positive.tolist()
    ([1.0, 2.0], [1.0, 1.0])
    """
    scores, labels = np.asarray(scores, np.float64), np.asarray(labels, np.float64)
    given = np.ones(len(labels)) if weights is None else np.asarray(weights, np.float64)
    refuse_odd_rows(scores, labels, given)
    counted = given > 0
    _, group = np.unique(-scores[counted], return_inverse=True)
    rows, worth = given[counted], labels[counted]
    return TiedGroups(
        np.bincount(group, weights=rows).astype(np.float64),
        np.bincount(group, weights=rows * worth).astype(np.float64),
        unit_of(given),
    )


def refuse_odd_rows(scores: Floats, labels: Floats, weights: Floats) -> None:
    """Raise if these rows cannot be measured.

    Parameters
    ----------
    scores, labels, weights : ndarray of shape (n_rows,)
        As for `tied_groups`.

    Raises
    ------
    SettingsError
        Naming every problem.
    """
    problems = []
    if not len(scores) == len(labels) == len(weights):
        problems.append("scores, labels and weights must be of one length")
    if not np.isfinite(scores).all():
        problems.append("scores must be finite numbers")
    if not np.isin(labels, (0.0, 1.0)).all():
        problems.append("labels must be 1 or 0")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        problems.append("weights must be finite and 0 or more")
    elif not weights.any():
        problems.append("there must be a row with a weight above 0")
    if problems:
        raise SettingsError(numbered(problems), "the ranking", "mend these columns")


def unit_of(weights: Floats) -> float:
    """Return the weight of one copy: 1, or the smallest weight above 0 if less.

    Examples
    --------
    >>> unit_of(np.array([0.0, 2.5, 0.5])), unit_of(np.array([3.0, 1.5]))
    (0.5, 1.0)
    """
    return float(min(1.0, weights[weights > 0].min()))


def expected_precision(groups: TiedGroups, capacity: float) -> float:
    """Return the expected share that is actionable among what is worked.

    A group of weight n with p positives, behind N with P, adds (k - N) p / n if the
    capacity k ends within it: E precision = (P + (k - N) p / n) / k.

    Parameters
    ----------
    groups : TiedGroups
        The order.
    capacity : float
        How much weight is worked, above 0; all of it if there is less.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    SettingsError
        If the capacity is not above 0.

    Examples
    --------
    >>> expected_precision(TiedGroups(np.array([1.0, 2.0]), np.array([1.0, 1.0])), 2)
    0.75
    """
    worked = _worked(groups, capacity)
    return _found(groups, worked) / worked


def expected_recall(groups: TiedGroups, capacity: float) -> float:
    """Return the expected share of all that is actionable which is worked.

    Parameters
    ----------
    groups, capacity
        As for `expected_precision`.

    Returns
    -------
    float
        Between 0 and 1; NaN if nothing is actionable.

    Examples
    --------
    >>> expected_recall(TiedGroups(np.array([1.0, 2.0]), np.array([1.0, 1.0])), 2)
    0.75
    """
    positives = float(groups.positive.sum())
    found = _found(groups, _worked(groups, capacity))
    return found / positives if positives else float("nan")


def expected_lift(groups: TiedGroups, capacity: float) -> float:
    """Return how many times better than reading at random the order is.

    Parameters
    ----------
    groups, capacity
        As for `expected_precision`.

    Returns
    -------
    float
        Expected precision over `groups.base_rate`; NaN if nothing is actionable.

    Examples
    --------
    >>> expected_lift(TiedGroups(np.array([1.0, 3.0]), np.array([1.0, 0.0])), 1)
    4.0
    """
    rate = groups.base_rate
    return expected_precision(groups, capacity) / rate if rate else float("nan")


def expected_average_precision(groups: TiedGroups) -> float:
    """Return the expected average precision over all orders of the ties.

    Average precision is the mean, over the positives, of the precision at the place of
    each (not interpolated). Under ties this is its mean over all orders that
    the scores allow, each as likely as any other, which is what McSherry and Najork
    call tie-aware. scikit-learn instead reads a tied block at once, all at the
    precision of its end. Without ties and weights the two agree.

    A row of weight w counts as w / `groups.unit` copies that are tied. For whole
    numbers of copies this is exact. For others the harmonic numbers are continued
    by the digamma function, which keeps the value between 0 and 1 and moves
    smoothly with the weights.

    Parameters
    ----------
    groups : TiedGroups
        The order.

    Returns
    -------
    float
        Between 0 and 1; NaN if nothing is actionable.

    References
    ----------
    McSherry, F. and Najork, M. (2008). Computing information retrieval performance
    measures efficiently in the presence of tied scores. ECIR 2008, LNCS 4956.

    Examples
    --------
    >>> one_of_two = TiedGroups(np.array([2.0]), np.array([1.0]))
    >>> expected_average_precision(one_of_two)  # it comes first or second
    0.75
    """
    n, p = groups.total / groups.unit, groups.positive / groups.unit
    before, found = np.cumsum(n) - n, np.cumsum(p) - p
    positives = float(p.sum())
    has = p > 0
    gains = precision_gains(n[has], p[has], before[has], found[has])
    return float(gains.sum() / positives) if positives else float("nan")


def precision_gains(n: Floats, p: Floats, before: Floats, found: Floats) -> Floats:
    """Return the expected sum of precisions at the positives of tied groups.

    At place j of a group, a positive has N + j - 1 rows before it, of which P and
    (j - 1) r are positive, with r = (p - 1) / (n - 1); summed over j = 1..n and
    times p / n: (p / n) (n r + (P + 1 - r (N + 1)) (H(N + n) - H(N))).

    Parameters
    ----------
    n, p : ndarray
        Copies in each group, 1 or more, and the positives among them; a group
        may have none at all (0 and 0).
    before, found : ndarray of the same shape
        N copies and P positives before the group.

    Returns
    -------
    ndarray of the same shape

    Examples
    --------
    >>> one, zero = np.array([1.0]), np.array([0.0])
    >>> precision_gains(one, one, before=one, found=zero).tolist()
    [0.5]
    """
    others = n - 1.0
    # Of a single copy there is no other; the rate then cancels out, and with 1 a
    # perfect order comes to 1 without rounding.
    rate = np.divide(p - 1.0, others, out=np.ones_like(n), where=others > 0)
    # Within 0 and 1 but for rounding, where sums of weights come near to 1.
    np.clip(rate, 0.0, 1.0, out=rate)
    share = np.divide(p, n, out=np.zeros_like(n), where=n > 0)
    step = _harmonic_step(before, n)
    return np.asarray(share * (n * rate + (found + 1.0 - rate * (before + 1.0)) * step))


def pure_gains(n: Floats, before: Floats, found: Floats) -> Floats:
    """Return `precision_gains` of groups that hold positives only, in less time.

    Examples
    --------
    >>> two, zero = np.array([2.0]), np.array([0.0])
    >>> pure_gains(two, before=zero, found=zero).tolist()
    [2.0]
    """
    return np.asarray(n + (found - before) * _harmonic_step(before, n))


def _harmonic_step(before: Floats, count: Floats) -> Floats:
    """Return H(before + count) - H(before), H continued by the digamma function.

    Far out the two are nearly equal and their difference would lose its digits, so
    it is expanded there: H(x) = ln(x + 1/2) + 1 / (24 (x + 1/2)**2) + constant.
    """
    middle = before + 0.5
    step = np.log1p(count / middle)
    # Products, since a power of -2 takes ten times as long.
    end = middle + count
    step += (1.0 / (end * end) - 1.0 / (middle * middle)) / 24.0
    near = before < _FAR
    first = before[near] + 1.0
    step[near] = digamma(first + count[near]) - digamma(first)
    return np.asarray(step)


def _worked(groups: TiedGroups, capacity: float) -> float:
    if not capacity > 0:
        raise SettingsError(
            "the capacity is not above 0", "the ranking", "state how many are worked"
        )
    return min(float(capacity), groups.weight)


def _found(groups: TiedGroups, worked: float) -> float:
    """Return the expected positives among what is worked."""
    ends = np.cumsum(groups.total)
    edge = min(int(np.searchsorted(ends, worked)), len(ends) - 1)
    n, p = groups.total[edge], groups.positive[edge]
    left = worked - (ends[edge] - n)
    return float(groups.positive[:edge].sum() + left * p / n)
