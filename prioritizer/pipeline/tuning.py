"""Seek settings that do better on the past, never on its newest part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import mean
from typing import TYPE_CHECKING

from prioritizer.model import Experiment, TrainSettings
from prioritizer.pipeline.fits import Fits
from prioritizer.pipeline.preparation import Prepared
from prioritizer.pipeline.validation import Fold, figures_of

if TYPE_CHECKING:
    import optuna

_BINS = (31, 63, 127)


def seek_settings(
    prepared: Prepared,
    folds: Sequence[Fold],
    experiment: Experiment,
    fits: Fits,
    *,
    advance: Callable[[], None] = lambda: None,
) -> TrainSettings:
    """Return the best settings that a seeded search finds on some folds.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    folds : sequence of Fold
        On these alone, which are all but the newest, settings are judged.
    experiment : Experiment
        How many are tried, from which seed, by which metric.
    fits : Fits
        What was measured before.
    advance : callable
        Called after each fit.

    Returns
    -------
    TrainSettings
        Those of `[train]` with what was found; the same for the same seed.
    """
    import optuna  # which `checked_candidates` found

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    metric = experiment.validation.metric

    def worth(settings: TrainSettings) -> float:
        found = []
        for fold in folds:
            found.append(figures_of(prepared, fold, settings, fits)[metric])
            advance()
        return mean(found)

    sampler = optuna.samplers.TPESampler(seed=experiment.tune.seed)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    # [train] itself is tried first, so that nothing worse than it is found.
    stated = worth(experiment.train)
    study.optimize(
        lambda trial: worth(_suggested(trial, experiment.train)),
        n_trials=experiment.tune.trials - 1,
    )
    if experiment.tune.trials == 1 or study.best_value <= stated:
        return experiment.train
    return _suggested(optuna.trial.FixedTrial(study.best_params), experiment.train)


def _suggested(trial: optuna.trial.BaseTrial, train: TrainSettings) -> TrainSettings:
    return replace(
        train,
        learning_rate=trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
        pairs=trial.suggest_int("pairs", 0, 128, step=16),
        min_leaf_weight=trial.suggest_float("min_leaf_weight", 2.0, 200.0, log=True),
        max_bin=int(trial.suggest_categorical("max_bin", _BINS)),
    )
