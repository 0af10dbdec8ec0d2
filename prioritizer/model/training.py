"""Train a model on the past and hold back the newest outcomes to test it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt, MinLen
from sklearn.base import clone

from prioritizer.errors import ModelError
from prioritizer.features import Feature, check_features
from prioritizer.model.calibration import calibrate
from prioritizer.model.classifier import ActionabilityClassifier
from prioritizer.model.labels import LABEL_VERSION, Interim
from prioritizer.model.refits import refit
from prioritizer.model.scoring import ScoringModel, seen_categories
from prioritizer.model.selective import LearningRows, Selection, SelectionSettings
from prioritizer.model.splits import Split
from prioritizer.model.tables import Floats
from prioritizer.model.venn_abers import venn_abers
from prioritizer.vocabulary.section import SECTIONS, Section, sections_as_text

if TYPE_CHECKING:
    import lightgbm as lgb

# In so many parts recent cases are held out for the calibration, one at a time.
_HELD_OUT_PARTS = 4


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How a model is trained.

    Parameters
    ----------
    test_share : float
        Share of the reports, the newest, that are kept for testing.
    calibration_share : float
        Share of the labelled reports before these, the newest, that set the
        calibration; the model learns from them too.
    stop_share : float
        Share of the labelled reports that train, the newest, on which it is found how
        many rounds help; the model then learns from all of them in so many rounds.
    rounds, learning_rate, pairs, max_bin, min_leaf_weight
        As for `ActionabilityClassifier`; rounds are the most.
    refits : int
        How often the model is fitted again on other draws of the past cases, for the
        interval of a report's place; 0 for no interval.
    interactions : {"pairs", "any"}
        With "any" deep trees grow, which can be compared with and not be stored.
    interim : Interim
        What a status that may still change counts as.
    selection : SelectionSettings
        What is made of it that outcomes are known only of some reports.
    random_state : int
        Seed of the estimator and of the draws of refits.
    sections : tuple of Section
        Whose words the model sees, such as those of section A alone; the lanes
        of a queue see those of all.
    """

    test_share: Annotated[float, Gt(0), Lt(1)] = 0.2
    calibration_share: Annotated[float, Gt(0), Lt(1)] = 0.25
    stop_share: Annotated[float, Ge(0), Lt(1)] = 0.2
    rounds: Annotated[int, Ge(1), Le(5000)] = 1000
    learning_rate: Annotated[float, Gt(0), Le(1)] = 0.05
    pairs: Annotated[int, Ge(0), Le(1000)] = 64
    max_bin: Annotated[int, Ge(2), Le(255)] = 63
    min_leaf_weight: Annotated[float, Ge(0), Le(1e6)] = 5.0
    refits: Annotated[int, Ge(0), Le(32)] = 8
    interactions: Literal["pairs", "any"] = "pairs"
    interim: Interim = Interim.STATED
    selection: SelectionSettings = field(default_factory=SelectionSettings)
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
    fits_needed, fits_known : int
        How many fits that took, and how many had been made before.
    """

    folder: Path
    model: ScoringModel
    booster: lgb.Booster
    settings: TrainSettings
    metrics: dict[str, object]
    leaderboard: pd.DataFrame = field(default_factory=pd.DataFrame)
    folds: pd.DataFrame = field(default_factory=pd.DataFrame)
    fits_needed: int = 0
    fits_known: int = 0


def train(
    X: pd.DataFrame,
    selection: Selection,
    features: Sequence[Feature],
    settings: TrainSettings,
    *,
    clusters: pd.Series[int] | None = None,
) -> tuple[ScoringModel, lgb.Booster]:
    """Train and calibrate a model.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival, computed from the sections in
        `settings`.
    selection : Selection
        Which reports train and calibrate, with which labels and weights.
    features : sequence of Feature
        What the columns of `X` are.
    settings : TrainSettings
        How to train.
    clusters : pandas.Series of int or None
        The case of each report, index `report_id`: refits draw cases. If None each
        report is one.

    Returns
    -------
    ScoringModel
        The model, not stored yet.
    lightgbm.Booster
        Its trees, which are the oracle of its tables.

    Raises
    ------
    ModelError
        If either part holds one label only, or the trees cannot be printed.
    FeatureError
        If `X` has other columns than `features`, or of other types.
    """
    if settings.interactions == "any":
        raise ModelError(
            "deep trees are no sum of tables, and cannot be stored or explained",
            "[train] interactions",
            'name them under [candidates], or say interactions = "pairs"',
        )
    older, recent = selection.rows("train"), selection.rows("calibration")
    rows = selection.every_row()
    estimator = fit_estimator(X, rows, features, settings)
    cases = X.index.to_series() if clusters is None else clusters
    raw = held_out_scores(estimator, X, older, recent, cases)
    model = ScoringModel(
        features=tuple(features),
        tables=estimator.tables_,
        calibration=calibrate(raw, recent.y, recent.weights),
        venn_abers=venn_abers(raw, recent.y, recent.weights),
        facts=_facts(settings, selection.split, rows, recent, estimator.rounds),
        seen=seen_categories(X.loc[rows.ids], features),
        refits=refit(
            estimator,
            X.loc[rows.ids],
            rows.y,
            weights=rows.weights,
            clusters=np.asarray(cases.loc[rows.ids]),
            refits=settings.refits,
            random_state=settings.random_state,
        ),
    )
    return model, estimator.booster_


def held_out_scores(
    estimator: ActionabilityClassifier,
    X: pd.DataFrame,
    older: LearningRows,
    recent: LearningRows,
    cases: pd.Series[int],
) -> Floats:
    """Return scores of the recent rows by fits that saw nothing of their cases.

    A model that learned from the recent reports too orders better, and cannot be
    calibrated on what it learned. So a part of the recent cases is held out at a time,
    and scored by a fit on all the rest.

    Parameters
    ----------
    estimator : ActionabilityClassifier
        The model; its parameters are taken.
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`.
    older, recent : LearningRows
        What else teaches, and what is scored.
    cases : pandas.Series of int
        The case of each report, index `report_id`.

    Returns
    -------
    ndarray of shape (n_recent_rows,)
        Log-odds before calibration.
    """
    found = np.empty(len(recent.ids))
    codes = pd.factorize(cases.loc[recent.ids])[0]
    for part in range(_HELD_OUT_PARTS):
        is_held_out = codes % _HELD_OUT_PARTS == part
        if not is_held_out.any():
            continue
        apart = set(cases.loc[recent.ids[is_held_out]])
        stays = np.flatnonzero(~cases.loc[older.ids].isin(apart))
        rest = older.taken(stays).joined(recent.taken(np.flatnonzero(~is_held_out)))
        _refuse_one_label(rest)
        fitted = clone(estimator).fit(X.loc[rest.ids], rest.y, rest.weights)
        found[is_held_out] = fitted.decision_function(X.loc[recent.ids[is_held_out]])
    return found


def _facts(
    settings: TrainSettings,
    split: Split,
    rows: LearningRows,
    recent: LearningRows,
    rounds: int,
) -> dict[str, object]:
    return {
        "sections": sections_as_text(settings.sections),
        "label_version": LABEL_VERSION,
        "interim_outcomes": str(settings.interim),
        "labels_known_before": split.test_begins_at.isoformat(),
        "rounds": rounds,
        "train_reports": rows.ids.nunique(),
        "train_actionable_share": round(
            float(np.average(rows.y, weights=rows.weights)), 4
        ),
        "purged_reports": len(split.purged),
        "calibration_reports": recent.ids.nunique(),
        **rows.facts,
        "test_begins_at": split.test_begins_at.isoformat(),
    }


def fit_estimator(
    X: pd.DataFrame,
    rows: LearningRows,
    features: Sequence[Feature],
    settings: TrainSettings,
) -> ActionabilityClassifier:
    """Fit an estimator with as many trees as help with the newest of its reports.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n_reports, n_features)
        Features, index `report_id`, in order of arrival.
    rows : LearningRows
        What to learn from.
    features : sequence of Feature
        What the columns of `X` are.
    settings : TrainSettings
        How to train.

    Returns
    -------
    ActionabilityClassifier
        Its `rounds` are the number of trees.

    Raises
    ------
    ModelError
        If all labels are the same.
    FeatureError
        If `X` has other columns than `features`, or of other types.
    """
    check_features(X, features)
    _refuse_one_label(rows)
    estimator = ActionabilityClassifier(
        rounds=settings.rounds,
        learning_rate=settings.learning_rate,
        pairs=settings.pairs,
        interactions=settings.interactions,
        max_bin=settings.max_bin,
        min_leaf_weight=settings.min_leaf_weight,
        directions={feature.name: feature.direction for feature in features},
        random_state=settings.random_state,
    )
    rounds = _rounds_that_help(estimator, X, rows, settings)
    estimator.set_params(rounds=rounds)
    return estimator.fit(X.loc[rows.ids], rows.y, rows.weights)


def _refuse_one_label(rows: LearningRows) -> None:
    if len(np.unique(rows.y)) < 2:
        raise ModelError(
            "all reports that can train have the same label",
            "table outcomes, before the test window begins",
            "add outcomes of reports that were acted on and of such that were not",
        )


def _rounds_that_help(
    estimator: ActionabilityClassifier,
    X: pd.DataFrame,
    rows: LearningRows,
    settings: TrainSettings,
) -> int:
    """Return after how many rounds the newest of the training reports gain no more."""
    order = np.argsort(X.index.get_indexer(rows.ids), kind="stable")
    cut = int(len(order) * (1.0 - settings.stop_share))
    older, newer = (rows.taken(part) for part in (order[:cut], order[cut:]))
    if len(np.unique(older.y)) < 2 or len(np.unique(newer.y)) < 2:
        return settings.rounds  # too few to tell
    later = (X.loc[newer.ids], newer.y, newer.weights)
    fitted = clone(estimator).fit(
        X.loc[older.ids], older.y, older.weights, stop_on=later
    )
    return int(fitted.booster_.best_iteration)
