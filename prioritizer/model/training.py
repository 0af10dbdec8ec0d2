"""Train a model on the past and hold back the newest outcomes to test it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import lightgbm as lgb
import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt, MinLen

from prioritizer.errors import ModelError
from prioritizer.features import Feature
from prioritizer.model.calibration import calibrate
from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.labels import LABEL_VERSION
from prioritizer.model.scoring import ScoringModel
from prioritizer.vocabulary.section import SECTIONS, Section, sections_as_text


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a model is trained.

    Parameters
    ----------
    test_share : float
        Share of the reports, the newest, that are kept for testing.
    calibration_share : float
        Share of the labelled reports before these, the newest, that set the
        calibration.
    rounds, learning_rate, pairs, max_bin, min_leaf_weight
        As for `ActionabilityClassifier`.
    random_state : int
        Seed of the estimator.
    sections : tuple of Section
        Whose words the model sees, such as those of section A alone; the lanes
        of a queue see those of all.
    """

    test_share: Annotated[float, Gt(0), Lt(1)] = 0.2
    calibration_share: Annotated[float, Gt(0), Lt(1)] = 0.25
    rounds: Annotated[int, Ge(1), Le(5000)] = 150
    learning_rate: Annotated[float, Gt(0), Le(1)] = 0.05
    pairs: Annotated[int, Ge(0), Le(1000)] = 24
    max_bin: Annotated[int, Ge(2), Le(255)] = 63
    min_leaf_weight: Annotated[float, Ge(0), Le(1e6)] = 5.0
    random_state: Annotated[int, Ge(0), Lt(2**31)] = 0
    sections: Annotated[tuple[Section, ...], MinLen(1)] = SECTIONS


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One training run, with all that a log of runs wants to keep.

    Attributes
    ----------
    folder : pathlib.Path
        Where the model is stored.
    model : ScoringModel
        The model as stored.
    booster : lightgbm.Booster
        Its trees.
    settings : TrainSettings
        How it was trained.
    metrics : dict
        What was measured.
    """

    folder: Path
    model: ScoringModel
    booster: lgb.Booster
    settings: TrainSettings
    metrics: dict[str, object]


@dataclass(frozen=True, slots=True)
class Split:
    """Which reports train, calibrate and test, in order of arrival.

    Attributes
    ----------
    test_begins_at : pandas.Timestamp
        Reports from here on test; nothing known from here on trains.
    train, calibration, test : pandas.Index
        Report ids. `train` and `calibration` have a label that was known
        before `test_begins_at`; `test` is every report from then on.
    """

    test_begins_at: pd.Timestamp
    train: pd.Index
    calibration: pd.Index
    test: pd.Index


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


def split_by_time(
    arrivals: pd.Series, labels: pd.Series[int], settings: TrainSettings
) -> Split:
    """Split reports by time: the past trains, the newest outcomes test.

    Parameters
    ----------
    arrivals : pandas.Series of datetime
        Arrival of each report, index `report_id`, in order.
    labels : pandas.Series of int
        Labels known before the test window begins, index `report_id`.
    settings : TrainSettings
        The shares.

    Returns
    -------
    Split
        The three parts.

    Raises
    ------
    ModelError
        If no report with a label is left to train on.
    """
    begins = newest_begins_at(arrivals, settings.test_share)
    past = arrivals[(arrivals < begins) & arrivals.index.isin(labels.index)].index
    cut = int(len(past) * (1.0 - settings.calibration_share))
    if cut < 1 or cut == len(past):
        raise ModelError(
            f"{len(past)} reports have an outcome that can train",
            "table outcomes, before the test window begins",
            "train on tables with more outcomes, or choose other shares",
        )
    test = arrivals[arrivals >= begins].index
    return Split(begins, past[:cut], past[cut:], test)


def train(
    X: pd.DataFrame,
    labels: pd.Series[int],
    split: Split,
    features: tuple[Feature, ...],
    settings: TrainSettings,
) -> tuple[ScoringModel, lgb.Booster]:
    """Train and calibrate a model.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, computed from the sections in `settings`.
    labels : pandas.Series of int
        Labels, index `report_id`.
    split : Split
        Which reports train and calibrate.
    features : tuple of Feature
        What the columns of `X` are.
    settings : TrainSettings
        How to train.

    Returns
    -------
    ScoringModel
        The model, not stored yet.
    lightgbm.Booster
        Its trees, which are the oracle of its tables.

    Raises
    ------
    ModelError
        If either part holds one label only.
    """
    y = labels.loc[split.train]
    if y.nunique() < 2:
        raise ModelError(
            "all reports that can train have the same label",
            "table outcomes, before the test window begins",
            "add outcomes of reports that were acted on and of such that were not",
        )
    estimator = ActionabilityClassifier(
        rounds=settings.rounds,
        learning_rate=settings.learning_rate,
        pairs=settings.pairs,
        max_bin=settings.max_bin,
        min_leaf_weight=settings.min_leaf_weight,
        directions={feature.name: feature.direction for feature in features},
        random_state=settings.random_state,
    ).fit(X.loc[split.train], y)
    held_out = np.asarray(labels.loc[split.calibration], dtype=np.float64)
    raw = estimator.decision_function(X.loc[split.calibration])
    facts: dict[str, object] = {
        "sections": sections_as_text(settings.sections),
        "label_version": LABEL_VERSION,
        "labels_known_before": split.test_begins_at.isoformat(),
        "train_reports": len(split.train),
        "train_actionable_share": round(float(np.mean(y)), 4),
        "calibration_reports": len(split.calibration),
        "test_begins_at": split.test_begins_at.isoformat(),
    }
    model = ScoringModel(
        tuple(features), estimator.tables_, calibrate(raw, held_out), facts
    )
    return model, estimator.booster_
