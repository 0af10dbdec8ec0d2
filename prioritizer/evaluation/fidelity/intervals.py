"""Sampling intervals where reports of one actor go together.

A measured share rests on fewer than its reports if an actor's reports are alike. Each
interval here takes the actor as the unit: the influence of its reports on the figure
is added up before it is squared (linearisation; Cochran, Sampling Techniques, 3rd
ed., 1977, sections 6.3 and 9A).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prioritizer.seeds import Bools, Floats, Ints

_NORMAL = 1.959963984540054  # the 97.5 % point of the normal distribution


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured figure with its 95 % sampling interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Estimate:
        """Return the same estimate in another unit."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


def begins_of(cluster: Ints) -> Ints:
    """Return where each actor's reports begin, in reports sorted by actor.

    Examples
    --------
    >>> begins_of(np.array([4, 4, 9])).tolist()
    [0, 2]
    """
    changed = np.diff(cluster, prepend=cluster[:1] - 1) != 0
    return np.flatnonzero(changed)


def share(part: Floats | Bools, whole: Floats | Bools, begins: Ints) -> Estimate | None:
    """Return the share that `part` is of `whole`.

    The interval is Wilson's at the effective number of reports, so it holds for
    rare shares and for none at all.

    Parameters
    ----------
    part, whole : ndarray of shape (n_reports,)
        What counts, and of what, report by report; sorted by actor.
    begins : ndarray of int64 of shape (n_actors,)
        Where each actor's reports begin.

    Returns
    -------
    Estimate or None
        None if there is nothing to take a share of.

    Examples
    --------
    >>> seen = np.array([1.0, 1.0, 0.0, 0.0])
    >>> alone = share(seen, np.ones(4), np.arange(4))
    >>> together = share(seen, np.ones(4), np.array([0, 2]))
    >>> alone.value == together.value, alone.high < together.high
    (True, True)
    """
    parts, wholes = _sums(part, begins), _sums(whole, begins)
    total = wholes.sum()
    if not total:
        return None
    value = float(parts.sum() / total)
    variance = ((parts - value * wholes) ** 2).sum() / total**2
    # If all are alike there is no variance to see; then each actor counts once.
    actors = np.count_nonzero(wholes)
    effective = value * (1 - value) / variance if variance else actors
    low, high = _wilson(value, float(min(effective, total)))
    return Estimate(value, low, high)


def ratio(part: Floats | Bools, whole: Floats | Bools, begins: Ints) -> Estimate | None:
    """Return the ratio of two sums, any size; the interval is even in its logarithm.

    Examples
    --------
    >>> ratio(np.array([2.0, 4.0]), np.ones(2), np.arange(2)).value
    3.0
    """
    parts, wholes = _sums(part, begins), _sums(whole, begins)
    if not parts.sum() or not wholes.sum():
        return None
    value = float(parts.sum() / wholes.sum())
    influence = parts / parts.sum() - wholes / wholes.sum()
    return _around_logarithm(value, influence)


def ratio_of_means(
    values: Floats, above: Bools, below: Bools, begins: Ints
) -> Estimate | None:
    """Return the mean of some reports over the mean of others.

    Parameters
    ----------
    values : ndarray of shape (n_reports,)
        Positive numbers, sorted by actor.
    above, below : ndarray of bool of shape (n_reports,)
        Whose mean stands above, and whose below.
    begins : ndarray of int64
        Where each actor's reports begin.

    Examples
    --------
    >>> first = np.array([True, False])
    >>> ratio_of_means(np.array([1.0, 4.0]), first, ~first, np.arange(2)).value
    0.25
    """
    if not (values[above].sum() > 0 and values[below].sum() > 0):
        return None
    value = float(values[above].mean() / values[below].mean())
    influence = np.zeros(len(values))
    for sign, these in ((1, above), (-1, below)):
        mean = values[these].mean()
        influence[these] += sign * (values[these] - mean) / values[these].sum()
    return _around_logarithm(value, _sums(influence, begins))


def correlation(x: Floats, y: Floats, begins: Ints) -> Estimate | None:
    """Return the correlation of two numbers of each report.

    Examples
    --------
    >>> up = np.arange(5.0)
    >>> round(correlation(up, up, np.arange(5)).value, 6)
    1.0
    """
    if not len(x) or not (x.std() and y.std()):
        return None
    left, right = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    value = float((left * right).mean())
    influence = left * right - value * (left**2 + right**2) / 2
    error = float(np.sqrt((_sums(influence, begins) ** 2).sum())) / len(x)
    return Estimate(
        value,
        max(-1.0, value - _NORMAL * error),
        min(1.0, value + _NORMAL * error),
    )


def _sums(values: Floats | Bools, begins: Ints) -> Floats:
    if not len(values):
        return np.zeros(0)
    return np.asarray(np.add.reduceat(values.astype(np.float64), begins))


def _around_logarithm(value: float, influence: Floats) -> Estimate:
    factor = float(np.exp(_NORMAL * np.sqrt((influence**2).sum())))
    return Estimate(value, value / factor, value * factor)


def _wilson(value: float, count: float) -> tuple[float, float]:
    """Return Wilson's interval of a share of `count` that need not be whole."""
    square = _NORMAL**2
    middle = (value + square / (2 * count)) / (1 + square / count)
    spread = value * (1 - value) / count + square / (4 * count**2)
    half = _NORMAL * float(np.sqrt(spread)) / (1 + square / count)
    return max(0.0, min(value, middle - half)), min(1.0, max(value, middle + half))
