"""How far a metric could be off: whole cases drawn again, the same for every order.

Reports of one account stand or fall together, so cases are resampled, not rows. Each
case gets a Poisson number of copies with mean 1, which is resampling with replacement
for all but small samples (Chamandy et al., Estimating uncertainty for massive data
streams, 2012), and needs neither a shuffle nor a new sort.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prioritizer.errors import SettingsError, numbered
from prioritizer.evaluation.ties import (
    precision_gains,
    pure_gains,
    refuse_odd_rows,
    unit_of,
)
from prioritizer.seeds import Floats, Ints

METRICS = ("average_precision", "precision", "recall", "lift")
LEVEL = 0.95
# Numbers held at once in a batch of resamples: two megabytes, which caches hold.
_BATCH = 2**18


@dataclass(frozen=True, slots=True)
class Resamples:
    """Metrics of several orders in the same resamples.

    Parameters
    ----------
    orders : tuple of str
        Their names.
    values : ndarray of shape (n_resamples, n_orders, n_metrics)
        In the order of `METRICS`; NaN where a resample has no positive.
    """

    orders: tuple[str, ...]
    values: Floats

    def of(self, order: str, metric: str) -> Floats:
        """Return one metric of one order, shape (n_resamples,)."""
        values = self.values[:, self.orders.index(order), METRICS.index(metric)]
        return np.asarray(values)

    def difference(self, first: str, second: str, metric: str) -> Floats:
        """Return by how much `first` is ahead of `second` in each resample."""
        return self.of(first, metric) - self.of(second, metric)


def interval(values: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the percentile interval of resampled values, without those not known.

    Examples
    --------
    >>> low, high = interval(np.arange(1001.0))
    >>> round(low, 6), round(high, 6)
    (25.0, 975.0)
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap_metrics(
    orders: Mapping[str, pd.Series],
    labels: pd.Series,
    *,
    share: float,
    clusters: pd.Series | None = None,
    weights: pd.Series | None = None,
    resamples: int = 500,
    seed: int = 0,
) -> Resamples:
    """Return metrics of several orders in the same resamples of cases.

    All orders meet the same draws, so that differences between them are paired. A
    resample holds more or fewer reports than there are; its capacity is `share` of
    the weight that it holds, not a count. Copies of a report are ties.

    Parameters
    ----------
    orders : mapping of str to pandas.Series
        Scores by name of the order, index `report_id`; higher is worked first.
    labels : pandas.Series
        1 or 0 for each report to measure on, index `report_id`.
    share : float
        Share of the weight that is worked, above 0 and at most 1.
    clusters : pandas.Series or None
        The case of each report, index `report_id`; a report without one, or all if
        left out, is a case of its own.
    weights : pandas.Series or None
        How many reports each row stands for, index `report_id`; 1 if left out.
    resamples : int
        How many, 1 or more.
    seed : int
        0 or more; equal seeds give equal draws, whatever the order of rows, and the
        number of threads has no part in it.

    Returns
    -------
    Resamples

    Raises
    ------
    SettingsError
        If an argument is out of range, or rows cannot be measured (see
        `prioritizer.evaluation.ties.tied_groups`).

    Examples
    --------
    >>> labels = pd.Series([1, 0, 1, 0], index=[1, 2, 3, 4])
    >>> same = pd.Series([4.0, 3.0, 2.0, 1.0], index=[1, 2, 3, 4])
    >>> drawn = bootstrap_metrics({"a": same, "b": same}, labels, share=0.5)
    >>> drawn.values.shape, float(np.nanmax(drawn.difference("a", "b", "precision")))
    ((500, 2, 4), 0.0)
    """
    _refuse(share, resamples, seed)
    # By number, so that the draws of a case do not hang on where its rows stand.
    truth = labels.sort_index()
    y = truth.to_numpy(np.float64)
    rows = (
        np.ones(len(y))
        if weights is None
        else weights.reindex(truth.index).to_numpy(np.float64)
    )
    cases = cases_of(clusters, truth.index)
    ranked = [
        _Ranked.of(scores.reindex(truth.index).to_numpy(np.float64), y, rows, cases)
        for scores in orders.values()
    ]
    parts = [
        np.stack([each.metrics(copies, share) for each in ranked], axis=1)
        for copies in _batches(
            int(cases.max()) + 1, resamples, seed, max(1, _BATCH // len(y))
        )
    ]
    return Resamples(tuple(orders), np.concatenate(parts))


def cases_of(clusters: pd.Series | None, reports: pd.Index) -> Ints:
    """Return the number of each report's case, 0 or more.

    Parameters
    ----------
    clusters : pandas.Series or None
        The case of each report, index `report_id`.
    reports : pandas.Index
        Whose case to return; one without a case is its own.

    Returns
    -------
    ndarray of int64 of shape (n_reports,)

    Examples
    --------
    >>> cases_of(pd.Series([8, 5, 8], index=[1, 2, 3]), pd.Index([1, 2, 3, 4])).tolist()
    [1, 0, 1, 2]
    """
    if clusters is None:
        return np.arange(len(reports), dtype=np.int64)
    codes, names = pd.factorize(clusters.reindex(reports), sort=True)
    alone = codes < 0
    codes = codes.astype(np.int64)
    codes[alone] = len(names) + np.arange(alone.sum())
    return np.asarray(codes)


def copies_of(cases: int, resamples: int, seed: int) -> Floats:
    """Return how often each case is in each resample.

    Parameters
    ----------
    cases, resamples : int
        How many there are.
    seed : int
        0 or more.

    Returns
    -------
    ndarray of shape (n_resamples, n_cases)
        Whole numbers, Poisson with mean 1.
    """
    return np.concatenate(list(_batches(cases, resamples, seed, resamples)))


def _batches(cases: int, resamples: int, seed: int, size: int) -> Iterator[Floats]:
    """Yield copies of each case, `size` resamples at a time; size does not matter."""
    random = np.random.Generator(np.random.PCG64(seed))
    for begin in range(0, resamples, size):
        shape = (min(size, resamples - begin), cases)
        yield random.poisson(1.0, shape).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One order, sorted once: where its rows, ties and positives are.

    `starts` and `ends` are the first row of each tie and the one past its last;
    `firsts` and `lasts` are the same among the positive rows alone.
    """

    cases: Ints
    weights: Floats
    tie_of_row: Ints
    starts: Ints
    ends: Ints
    positive_rows: Ints
    firsts: Ints
    lasts: Ints
    unit: float

    @classmethod
    def of(
        cls, scores: Floats, labels: Floats, weights: Floats, cases: Ints
    ) -> _Ranked:
        refuse_odd_rows(scores, labels, weights)
        rows = np.argsort(-scores, kind="stable")
        begins = np.diff(scores[rows], prepend=np.inf) != 0
        starts = np.flatnonzero(begins)
        ends = np.append(starts[1:], len(rows))
        positive_rows = np.flatnonzero(labels[rows] == 1)
        return cls(
            cases=cases[rows],
            weights=weights[rows],
            tie_of_row=np.cumsum(begins) - 1,
            starts=starts,
            ends=ends,
            positive_rows=positive_rows,
            firsts=np.searchsorted(positive_rows, starts),
            lasts=np.searchsorted(positive_rows, ends),
            unit=unit_of(weights),
        )

    def metrics(self, copies: Floats, share: float) -> Floats:
        """Return the metrics for copies of cases, shape (n_resamples, n_metrics)."""
        drawn = np.take(copies, self.cases, axis=1) * self.weights
        weight, found = _sums(drawn), _sums(drawn[:, self.positive_rows])
        with np.errstate(divide="ignore", invalid="ignore"):
            reached, worked = self._reached(weight, found, share)
            total, positives = weight[:, -1], found[:, -1]
            precision, recall = reached / worked, reached / positives
            lift = precision / (positives / total)
            ap = self._gains(weight, found) / (positives / self.unit)
        return np.stack([ap, precision, recall, lift], axis=1)

    def _reached(
        self, weight: Floats, found: Floats, share: float
    ) -> tuple[Floats, Floats]:
        """Return the expected positives among what is worked, and its weight."""
        worked = weight[:, -1] * share
        edges = [
            np.searchsorted(sums, k)
            for sums, k in zip(weight[:, 1:], worked, strict=True)
        ]
        tie = self.tie_of_row[np.minimum(edges, len(self.cases) - 1)]
        each = np.arange(len(worked))
        before, after = weight[each, self.starts[tie]], weight[each, self.ends[tie]]
        had, has = found[each, self.firsts[tie]], found[each, self.lasts[tie]]
        left = (worked - before) / (after - before)
        return had + left * (has - had), worked

    def _gains(self, weight: Floats, found: Floats) -> Floats:
        """Return the sums of precisions, from the ties that hold a positive."""
        holds = self.lasts > self.firsts
        before = weight[:, self.starts[holds]] / self.unit
        n = weight[:, self.ends[holds]] / self.unit - before
        had = found[:, self.firsts[holds]] / self.unit
        rows, positives = self.ends - self.starts, self.lasts - self.firsts
        if (rows == positives)[holds].all():
            return np.asarray(pure_gains(n, before, had).sum(axis=1))
        p = found[:, self.lasts[holds]] / self.unit - had
        return np.asarray(precision_gains(n, p, before, had).sum(axis=1))


def _sums(values: Floats) -> Floats:
    """Return sums of the first 0, 1, 2, ... columns, with one column more."""
    sums = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _refuse(share: float, resamples: int, seed: int) -> None:
    problems = []
    if not 0 < share <= 1:
        problems.append("the share that is worked must be above 0 and at most 1")
    if resamples < 1:
        problems.append("there must be 1 resample or more")
    if seed < 0:
        problems.append("the seed must be 0 or more")
    if problems:
        raise SettingsError(numbered(problems), "the bootstrap", "mend these settings")
