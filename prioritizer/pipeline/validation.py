"""Put candidates to work at several moments of the past, and see how each fares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import polars as pl

from prioritizer.errors import ModelError
from prioritizer.evaluation import (
    baseline_orders,
    capacity_of,
    expected_average_precision,
    expected_precision,
    expected_recall,
    tied_groups,
)
from prioritizer.features import CATALOGUE
from prioritizer.model import (
    Experiment,
    Selection,
    Split,
    TrainSettings,
    fit_estimator,
    labels_as_of,
    newest_begins_at,
    rolling_windows,
    split_at,
    understand_selection,
)
from prioritizer.pipeline.fits import Figures, Fits, series_hash
from prioritizer.pipeline.preparation import Prepared

FAR_FUTURE = pd.Timestamp("2262-01-01", tz="UTC")
BASELINES = "baselines"
"""The name of the fits that the simple orders need."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One moment of the past at which candidates are put to work.

    Attributes
    ----------
    number : int
        0 for the oldest.
    split : Split
        What was known then, and which reports came after.
    labels : pandas.Series of int
        Labels known then, index `report_id`.
    told_since : pandas.Series of float
        Labels of the reports that came after, as far as they were known when the
        candidates were compared.
    """

    number: int
    split: Split
    labels: pd.Series[int]
    told_since: pd.Series[float]


def folds_of(prepared: Prepared, experiment: Experiment) -> list[Fold]:
    """Return the moments of the past at which candidates are put to work.

    All lie before the newest reports, which test the model that is chosen.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    experiment : Experiment
        How many moments, and how long each.

    Returns
    -------
    list of Fold
        The oldest first.

    Raises
    ------
    ModelError
        If the reports do not reach back so far, or nothing was known by one of the
        moments.
    """
    wanted = experiment.validation
    if not wanted.folds:
        return []
    settings = experiment.train
    begins = newest_begins_at(prepared.arrivals, settings.test_share)
    past = prepared.arrivals[prepared.arrivals < begins]
    windows = rolling_windows(past, months=wanted.months, folds=wanted.folds)
    # Who chooses at that moment knows no outcome that came later.
    return [
        fold_at(prepared, settings, (begin, min(end, begins)), number, told_by=begins)
        for number, (begin, end) in enumerate(windows)
    ]


def fold_at(
    prepared: Prepared,
    settings: TrainSettings,
    window: tuple[pd.Timestamp, pd.Timestamp],
    number: int = 0,
    *,
    told_by: pd.Timestamp = FAR_FUTURE,
) -> Fold:
    """Return what was known when a window began, and what is known of it since.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    settings : TrainSettings
        What counts as a label, and which share calibrates.
    window : tuple of pandas.Timestamp
        When it begins and ends.
    number : int
        The fold's number.
    told_by : pandas.Timestamp
        Outcomes known before it say how a model would have fared.

    Returns
    -------
    Fold

    Raises
    ------
    ModelError
        If no outcome that can train was known by then.
    """
    outcomes, reports = prepared.tables["outcomes"], prepared.tables["reports"]
    labels = labels_as_of(outcomes, window[0], reports, interim=settings.interim)
    if labels.empty:
        ever = labels_as_of(outcomes, FAR_FUTURE, reports, interim=settings.interim)
        _refuse_unlabelled(outcomes, ever, window[0])
    since = labels_as_of(outcomes, told_by, reports, interim=settings.interim)
    split = split_at(
        prepared.arrivals,
        labels,
        window,
        calibration_share=settings.calibration_share,
        clusters=prepared.cases,
    )
    told = since[since.index.isin(split.test)].astype(float)
    return Fold(number, split, labels, told)


def _refuse_unlabelled(
    outcomes: pl.DataFrame, ever: pd.Series[int], begins: pd.Timestamp
) -> None:
    """Say why nothing can train: too late, too early, or not there at all."""
    if not ever.empty:
        raise ModelError(
            f"none of {len(ever):,} labels was known before {begins:%Y-%m-%d}",
            "table outcomes, column 'known_at'",
            "begin the window later, or mend when outcomes became known",
        )
    raise ModelError(
        f"none of {outcomes.height:,} outcomes says of a report as it is now whether "
        "it was actionable",
        "table outcomes",
        "add outcomes with `prioritizer outcomes`; those that were decided or known "
        "before their report arrived are no labels, nor are those that "
        "`prioritizer schema --labels` calls none, interim ones that are left out, and "
        "late ones that fade",
    )


def measured(scores: pd.Series[float], told: pd.Series[float]) -> Figures:
    """Return how well an order finds actionable reports among those with a label.

    Parameters
    ----------
    scores : pandas.Series
        Higher is read first, index `report_id`.
    told : pandas.Series
        Labels of the reports to measure on, index `report_id`.

    Returns
    -------
    dict of str to float
        `average_precision`, and `precision` and `recall` at the capacity of an office.
    """
    values = np.asarray(scores.loc[told.index], dtype=np.float64)
    groups = tied_groups(values, np.asarray(told, dtype=np.float64))
    capacity = capacity_of(len(told))
    return {
        "average_precision": expected_average_precision(groups),
        "precision": expected_precision(groups, capacity),
        "recall": expected_recall(groups, capacity),
    }


def compare_candidates(
    prepared: Prepared,
    folds: list[Fold],
    candidates: Mapping[str, TrainSettings],
    fits: Fits,
    *,
    advance: Callable[[], None] = lambda: None,
) -> pd.DataFrame:
    """Return how each candidate, and each simple order, fared at each moment.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    folds : list of Fold
        The moments.
    candidates : mapping of str to TrainSettings
        How each candidate is trained.
    fits : Fits
        What was measured before.
    advance : callable
        Called after each fit.

    Returns
    -------
    pandas.DataFrame
        A row for each fold and candidate: `fold`, `begins_at`, `ends_at`, `candidate`,
        `is_baseline`, `average_precision`, `precision` and `recall`.

    Raises
    ------
    ModelError
        If a fold's labels are all the same.
    """
    rows: list[dict[str, object]] = []
    for fold in folds:
        refuse_one_sided(fold)
        when = {
            "fold": fold.number,
            "begins_at": fold.split.test_begins_at,
            "ends_at": fold.split.test_ends_at,
        }
        for name, settings in candidates.items():
            figures = figures_of(prepared, fold, settings, fits)
            rows.append({**when, "candidate": name, "is_baseline": False, **figures})
            advance()
        for name, figures in _baselines(prepared, fold, fits):
            rows.append({**when, "candidate": name, "is_baseline": True, **figures})
        advance()
    return pd.DataFrame(rows)


def selection_of(prepared: Prepared, fold: Fold, settings: TrainSettings) -> Selection:
    """Return which reports teach in a fold, and how much each counts."""
    return understand_selection(
        prepared.X,
        fold.labels,
        fold.split,
        arrivals=prepared.arrivals,
        logged=prepared.propensity,
        clusters=prepared.cases,
        settings=settings.selection,
    )


def refuse_one_sided(fold: Fold) -> None:
    """Raise if the reports of a fold do not have both labels.

    Raises
    ------
    ModelError
    """
    if fold.told_since.nunique() < 2:
        raise ModelError(
            "the reports of a window do not have both labels",
            f"fold {fold.number}, from {fold.split.test_begins_at:%Y-%m-%d}",
            "choose longer or fewer windows",
        )


def figures_of(
    prepared: Prepared, fold: Fold, settings: TrainSettings, fits: Fits
) -> Figures:
    """Return how a candidate fares in a fold, trained only if that is not known."""

    def make() -> Figures:
        rows = selection_of(prepared, fold, settings).every_row()
        estimator = fit_estimator(prepared.X, rows, CATALOGUE, settings)
        told = fold.told_since
        raw = estimator.decision_function(prepared.X.loc[told.index])
        return measured(pd.Series(raw, index=told.index), told)

    return fits.figures({**_window(fold), "train": asdict(settings)}, make)


def is_compared(fold: Fold, settings: TrainSettings | None, fits: Fits) -> bool:
    """Return whether a candidate, or with None the simple orders, were measured."""
    how = BASELINES if settings is None else asdict(settings)
    return fits.is_known({**_window(fold), "train": how})


def _baselines(
    prepared: Prepared, fold: Fold, fits: Fits
) -> Iterator[tuple[str, Figures]]:
    """Yield the figures of the simple orders; all are kept as one fit."""

    def make() -> Figures:
        orders = baseline_orders(
            prepared.tables,
            prepared.X,
            prepared.arrivals,
            fold.labels.loc[fold.split.labelled],
            fold.told_since.index,
        )
        return {
            f"{name}/{metric}": value
            for name, scores in orders.items()
            for metric, value in measured(scores, fold.told_since).items()
        }

    said = fits.figures({**_window(fold), "train": BASELINES}, make)
    by_name: dict[str, Figures] = {}
    for key, value in said.items():
        name, _, metric = key.rpartition("/")
        by_name.setdefault(name, {})[metric] = value
    yield from by_name.items()


def _window(fold: Fold) -> dict[str, object]:
    return {
        "begins_at": fold.split.test_begins_at,
        "ends_at": fold.split.test_ends_at,
        "labels": series_hash(fold.labels.loc[fold.split.labelled]),
        "told_since": series_hash(fold.told_since),
    }
