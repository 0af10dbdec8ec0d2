"""What an order of reports finds, and by how much two orders differ by chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from prioritizer.evaluation import CAPACITY_SHARE
from prioritizer.seeds import Floats, Ints

CAPACITIES = (0.1, CAPACITY_SHARE)
"""Shares of the reports that an office has the hours for."""

METRICS = (
    "average precision",
    *(f"recall at {share:.0%}" for share in CAPACITIES),
)
"""What is measured of an order, in this order."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Reports from the highest score to the lowest, those with equal scores together.

    Attributes
    ----------
    rows : ndarray of shape (n_rows,)
        Places of the reports.
    ends : ndarray of shape (n_groups,)
        Where among `rows` each group of equal scores ends.
    truth : ndarray of shape (n_rows,)
        1 or 0 for each of `rows`.
    """

    rows: NDArray[np.intp]
    ends: NDArray[np.intp]
    truth: Floats

    @classmethod
    def by(cls, scores: Floats, truth: Floats) -> Self:
        """Return the order of some scores, shape (n_rows,), the highest first."""
        rows = np.argsort(-scores, kind="stable")
        falls = np.flatnonzero(np.diff(scores[rows]))
        return cls(rows, np.append(falls, len(rows) - 1), truth[rows])

    def measured(
        self, weights: Floats | None = None, *, volume: float | None = None
    ) -> Floats:
        """Return `METRICS`, with each report counted so many times.

        Reports with equal scores are worked in random order: recall counts those at
        the edge by their mean, average precision takes each group at its end.

        Parameters
        ----------
        weights : ndarray of shape (n_rows,) or None
            Copies of each report, 0 or more; one of each if left out.
        volume : float or None
            Of how many reports capacities are a share; of all if left out.

        Returns
        -------
        ndarray of shape (n_metrics,)
            Between 0 and 1; NaN where nothing is actionable.

        Examples
        --------
        >>> order = Order.by(np.array([3.0, 2.0, 1.0]), np.array([1.0, 0.0, 1.0]))
        >>> order.measured().round(2).tolist()
        [0.83, 0.15, 0.3]
        """
        copies = np.ones(len(self.rows)) if weights is None else weights[self.rows]
        worked = np.cumsum(copies)[self.ends]
        found = np.cumsum(copies * self.truth)[self.ends]
        if not found[-1]:
            return np.full(len(METRICS), np.nan)
        gained = np.diff(found, prepend=0.0)
        # A group of which there is no copy finds nothing, and divides nothing.
        precision = found / np.maximum(worked, np.finfo(float).tiny)
        whole = worked[-1] if volume is None else volume
        recalls = [
            np.interp(share * whole, np.append(0.0, worked), np.append(0.0, found))
            for share in CAPACITIES
        ]
        found_at = np.array([(gained * precision).sum(), *recalls])
        return np.asarray(found_at / found[-1])


def interval(values: Floats) -> tuple[float, float]:
    """Return what 95 % of resampled values lie within, without those not known.

    Examples
    --------
    >>> interval(np.arange(201.0))
    (5.0, 195.0)
    """
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Orders of the same reports, resampled alike.

    Paired: every order is measured on the same resamples, so that the difference of
    two is that of the orders, not that of the reports drawn. Reports of one cluster are
    drawn together, as often as a Poisson number of mean 1 says.

    Attributes
    ----------
    truth : ndarray of shape (n_rows,)
        1 or 0 for each report.
    clusters : ndarray of shape (n_rows,)
        The cluster of each report.
    resamples : int
        How often clusters are drawn.
    seed : int
        Of what is drawn.
    points : dict of str to ndarray of shape (n_metrics,)
        `METRICS` of each order that was added.
    drawn : dict of str to ndarray of shape (n_resamples, n_metrics)
        The same in each resample.

    Examples
    --------
    >>> truth = np.arange(50.0) % 2
    >>> compared = Comparison(truth, np.arange(50), resamples=3)
    >>> compared.add("right", truth)
    >>> compared.add("wrong", -truth)
    >>> compared.share("right", "right", 0)
    (100.0, (100.0, 100.0))
    >>> round(compared.share("wrong", "right", 0)[0])
    50
    """

    truth: Floats
    clusters: Ints
    resamples: int = 300
    seed: int = 0
    points: dict[str, Floats] = field(default_factory=dict)
    drawn: dict[str, Floats] = field(default_factory=dict)

    def add(self, name: str, scores: Floats) -> None:
        """Measure one more order, by its scores of shape (n_rows,)."""
        order = Order.by(scores, self.truth)
        _, number = np.unique(self.clusters, return_inverse=True)
        # The same seed for each, hence the same resamples.
        random = np.random.Generator(np.random.PCG64(self.seed))
        self.points[name] = order.measured()
        self.drawn[name] = np.array(
            [
                order.measured(random.poisson(1.0, number.max() + 1)[number])
                for _ in range(self.resamples)
            ]
        )

    def share(
        self, name: str, other: str, place: int
    ) -> tuple[float, tuple[float, float]]:
        """Return a metric of one order in per cent of that of another.

        Parameters
        ----------
        name, other : str
            Orders that were added.
        place : int
            Of the metric in `METRICS`.

        Returns
        -------
        float
            100 if both are equal.
        tuple of float
            What 95 % of resamples lie within.
        """
        ratios = self.drawn[name][:, place] / self.drawn[other][:, place]
        ratio = self.points[name][place] / self.points[other][place]
        return float(100 * ratio), interval(100 * ratios)
