"""Train a model on the past and hold back the newest outcomes to test it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import lightgbm as lgb
import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt, MinLen
from sklearn.base import clone

from prioritizer.errors import ModelError
from prioritizer.features import Feature
from prioritizer.model.calibration import calibrate
from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.labels import LABEL_VERSION
from prioritizer.model.scoring import ScoringModel
from prioritizer.model.splits import Split
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
    stop_share : float
        Share of the labelled reports that train, the newest, on which it is found how
        many rounds help; the model then learns from all of them in so many rounds.
    rounds, learning_rate, pairs, max_bin, min_leaf_weight
        As for `ActionabilityClassifier`; rounds are the most.
    random_state : int
        Seed of the estimator.
    sections : tuple of Section
        Whose words the model sees, such as those of section A alone; the lanes
        of a queue see those of all.
    """

    test_share: Annotated[float, Gt(0), Lt(1)] = 0.2
    calibration_share: Annotated[float, Gt(0), Lt(1)] = 0.25
    stop_share: Annotated[float, Ge(0), Lt(1)] = 0.2
    rounds: Annotated[int, Ge(1), Le(5000)] = 300
    learning_rate: Annotated[float, Gt(0), Le(1)] = 0.05
    pairs: Annotated[int, Ge(0), Le(1000)] = 64
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
    leaderboard : pandas.DataFrame
        The model among simple orders and rivals on the newest reports, index `order`,
        as `prioritizer.evaluation.leaderboard` returns it.
    folds : pandas.DataFrame
        What validation measured: a row for each `fold` (counted from 0, the oldest)
        and `candidate`, with `begins_at`, `ends_at`, `average_precision`, `precision`
        and `recall`. Empty where there was none.
    """

    folder: Path
    model: ScoringModel
    booster: lgb.Booster
    settings: TrainSettings
    metrics: dict[str, object]
    leaderboard: pd.DataFrame = field(default_factory=pd.DataFrame)
    folds: pd.DataFrame = field(default_factory=pd.DataFrame)


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
    estimator = _estimator(settings, features)
    estimator.set_params(
        rounds=_rounds_that_help(estimator, X.loc[y.index], y, settings)
    )
    estimator.fit(X.loc[y.index], y)
    held_out = np.asarray(labels.loc[split.calibration], dtype=np.float64)
    raw = estimator.decision_function(X.loc[split.calibration])
    facts: dict[str, object] = {
        "sections": sections_as_text(settings.sections),
        "label_version": LABEL_VERSION,
        "labels_known_before": split.test_begins_at.isoformat(),
        "rounds": estimator.rounds,
        "train_reports": len(split.train),
        "train_actionable_share": round(float(np.mean(y)), 4),
        "purged_reports": len(split.purged),
        "calibration_reports": len(split.calibration),
        "test_begins_at": split.test_begins_at.isoformat(),
    }
    model = ScoringModel(
        tuple(features), estimator.tables_, calibrate(raw, held_out), facts
    )
    return model, estimator.booster_


def _estimator(
    settings: TrainSettings, features: tuple[Feature, ...]
) -> ActionabilityClassifier:
    return ActionabilityClassifier(
        rounds=settings.rounds,
        learning_rate=settings.learning_rate,
        pairs=settings.pairs,
        max_bin=settings.max_bin,
        min_leaf_weight=settings.min_leaf_weight,
        directions={feature.name: feature.direction for feature in features},
        random_state=settings.random_state,
    )


def _rounds_that_help(
    estimator: ActionabilityClassifier,
    X: pd.DataFrame,
    y: pd.Series[int],
    settings: TrainSettings,
) -> int:
    """Return after how many rounds the newest of the training reports gain no more."""
    cut = int(len(y) * (1.0 - settings.stop_share))
    if y[:cut].nunique() < 2 or y[cut:].nunique() < 2:
        return settings.rounds  # too few to tell
    later = (X[cut:], y[cut:], None)
    fitted = clone(estimator).fit(X[:cut], y[:cut], stop_on=later)
    return int(fitted.booster_.best_iteration)
