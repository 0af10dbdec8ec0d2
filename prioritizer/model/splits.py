"""Which reports train, calibrate and test: always the past, then what came after.

A split is a moment. What was known before it trains, what arrived from it on tests, as
it would be for a model that is put to work at that moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from prioritizer.errors import ModelError


@dataclass(frozen=True, slots=True)
class Split:
    """Which reports train, calibrate and test, in order of arrival.

    Attributes
    ----------
    test_begins_at, test_ends_at : pandas.Timestamp
        Reports that arrive from the first until before the second test. Nothing
        known from the first on trains.
    train, calibration, test : pandas.Index
        Report ids. `train` and `calibration` have a label that was known
        before `test_begins_at`; `test` is every report of its window.
    waiting : pandas.Index
        Earlier reports without a label by then: nobody worked them, or nobody said yet.
    purged : pandas.Index
        Labelled reports left out of training because their cluster goes on in `test`.
    """

    test_begins_at: pd.Timestamp
    test_ends_at: pd.Timestamp
    train: pd.Index
    calibration: pd.Index
    test: pd.Index
    waiting: pd.Index = field(default_factory=lambda: pd.Index([]))
    purged: pd.Index = field(default_factory=lambda: pd.Index([]))

    @property
    def labelled(self) -> pd.Index:
        """Reports with a label from which a model learns, in order of arrival."""
        return self.train.append(self.calibration)


def split_at(
    arrivals: pd.Series,
    labels: pd.Series[int],
    window: tuple[pd.Timestamp, pd.Timestamp],
    *,
    calibration_share: float,
    clusters: pd.Series | None = None,
) -> Split:
    """Return what a model that is put to work at a moment may learn from.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`, in order.
    labels : pandas.Series of int
        Labels known before the window begins, index `report_id`.
    window : tuple of pandas.Timestamp
        When it begins and ends.
    calibration_share : float
        Share of the labelled reports, the newest, that set the calibration.
    clusters : pandas.Series or None
        The cluster of each report, index `report_id`: reports of one case must not
        both teach and test, or the test asks what it told. None lets them.

    Returns
    -------
    Split

    Raises
    ------
    ModelError
        If no report with a label is left to train or to calibrate.
    """
    begins, ends = window
    test = arrivals[(arrivals >= begins) & (arrivals < ends)].index
    past = arrivals[arrivals < begins].index
    labelled = past[past.isin(labels.index)]
    purged = labelled[:0]
    if clusters is not None:
        goes_on = clusters.reindex(labelled).isin(set(clusters.reindex(test).dropna()))
        purged = labelled[goes_on.to_numpy()]
        labelled = labelled[~goes_on.to_numpy()]
    cut = int(len(labelled) * (1.0 - calibration_share))
    if cut < 1 or cut == len(labelled):
        raise ModelError(
            f"{len(labelled)} reports have an outcome that can train",
            f"table outcomes, before the test window begins on {begins:%Y-%m-%d}",
            "begin later, train on tables with more outcomes, or choose other shares",
        )
    waiting = past[~past.isin(labels.index)]
    return Split(begins, ends, labelled[:cut], labelled[cut:], test, waiting, purged)


def split_by_time(
    arrivals: pd.Series,
    labels: pd.Series[int],
    *,
    test_share: float,
    calibration_share: float,
    clusters: pd.Series | None = None,
) -> Split:
    """Split reports once: the past trains, the newest share of all reports tests.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`, in order.
    labels : pandas.Series of int
        Labels known before `newest_begins_at(arrivals, test_share)`.
    test_share, calibration_share, clusters
        As for `newest_begins_at` and `split_at`.

    Returns
    -------
    Split

    Raises
    ------
    ModelError
        If there are no reports, or none with a label is left to train.
    """
    window = newest_begins_at(arrivals, test_share), _just_after(arrivals)
    return split_at(
        arrivals, labels, window, calibration_share=calibration_share, clusters=clusters
    )


def _just_after(arrivals: pd.Series) -> pd.Timestamp:
    return pd.Timestamp(arrivals.iloc[-1]) + pd.Timedelta(microseconds=1)


def newest_begins_at(arrivals: pd.Series, test_share: float) -> pd.Timestamp:
    """Return the arrival from which on the newest `test_share` of reports came.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`, in order.
    test_share : float
        Between 0 and 1.

    Returns
    -------
    pandas.Timestamp

    Raises
    ------
    ModelError
        If there are no reports.
    """
    if arrivals.empty:
        raise ModelError(
            "there are no reports to train on", "table reports", "ingest some first"
        )
    place = min(len(arrivals) - 1, int(len(arrivals) * (1.0 - test_share)))
    return pd.Timestamp(arrivals.iloc[place])


def rolling_windows(
    arrivals: pd.Series, *, months: int, folds: int
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    """Yield the windows of rolling-origin validation, the oldest first.

    Whole months, so that a window is a deployment that somebody could have made; the
    last one ends with the newest report.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report, in order.
    months : int
        How long each window is.
    folds : int
        How many.

    Raises
    ------
    ModelError
        If the reports do not reach back so far.
    """
    last = pd.Timestamp(arrivals.iloc[-1])
    end = (last + pd.offsets.MonthBegin(1)).normalize()
    edges = [end - pd.DateOffset(months=months * each) for each in range(folds, -1, -1)]
    if edges[0] <= arrivals.iloc[0]:
        raise ModelError(
            f"{folds} windows of {months} months need reports from before "
            f"{edges[0]:%Y-%m-%d}, and there are none",
            "table reports, column 'arrival_at'",
            "ask for fewer or shorter windows",
        )
    yield from pairwise(edges)
