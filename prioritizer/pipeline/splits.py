"""What an experiment would do on tables, before it does it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from prioritizer.evaluation.splits_chart import draw_splits
from prioritizer.model import Experiment
from prioritizer.pipeline.preparation import Prepared, prepare
from prioritizer.pipeline.propensities import propensity_of
from prioritizer.pipeline.study import Plan, plan_experiment
from prioritizer.pipeline.training import newest_fold
from prioritizer.pipeline.validation import Fold, folds_of
from prioritizer.tables import refuse_tables
from prioritizer.vocabulary.section import sections_as_text, sections_from_text


def plan_training(
    folder: Path,
    experiment: Experiment,
    *,
    kept: Path | None = None,
    propensity: Path | None = None,
) -> tuple[Plan, pd.DataFrame]:
    """Check an experiment against tables, and return what a run would do.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    experiment : Experiment
        The experiment.
    kept : pathlib.Path or None
        Where figures of fits are kept.
    propensity : pathlib.Path or None
        As for `train_model`.

    Returns
    -------
    Plan
        Candidates, and how many fits are needed.
    pandas.DataFrame
        As `show_splits` returns it.

    Raises
    ------
    SettingsError, ModelError
        If it cannot be carried out on these tables.
    MissingInputError, TableError
        If the tables are not there, or not as they should be.
    """
    logged = propensity_of(propensity, experiment)
    sections = sections_from_text(sections_as_text(experiment.train.sections))
    prepared = replace(prepare(folder, sections=sections), propensity=logged)
    plan = plan_experiment(prepared, experiment, kept=kept)
    return plan, _table([*plan.folds, newest_fold(prepared, experiment)])


def show_splits(
    folder: Path, experiment: Experiment, *, chart: Path | None = None
) -> pd.DataFrame:
    """Return what trains, calibrates and tests at each moment, and draw it.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    experiment : Experiment
        The experiment.
    chart : pathlib.Path or None
        A file for the chart.

    Returns
    -------
    pandas.DataFrame
        A row for each fold, and the newest reports last: `begins_at`, `ends_at`, and
        the numbers of reports that `train`, go into `calibration`, are `purged` for
        their case goes on, are `waiting` without an outcome known then, `test`, and of
        these `told_since`.

    Raises
    ------
    SettingsError, ModelError
        If the experiment cannot be carried out on these tables, or the chart not drawn.
    MissingInputError, TableError
        If the tables are not there, or not as they should be.
    """
    if chart is not None:
        refuse_tables(chart)
    prepared = prepare(folder, sections=experiment.train.sections)
    folds = [*folds_of(prepared, experiment), newest_fold(prepared, experiment)]
    if chart is not None:
        _draw(prepared, folds, chart)
    return _table(folds)


def _table(folds: list[Fold]) -> pd.DataFrame:
    rows = [
        {
            "begins_at": fold.split.test_begins_at,
            "ends_at": fold.split.test_ends_at,
            "train": len(fold.split.train),
            "calibration": len(fold.split.calibration),
            "purged": len(fold.split.purged),
            "waiting": len(fold.split.waiting),
            "test": len(fold.split.test),
            "told_since": len(fold.told_since),
        }
        for fold in folds
    ]
    names = [f"fold {fold.number}" for fold in folds[:-1]] + ["test"]
    return pd.DataFrame(rows, index=pd.Index(names, name="part"))


def _draw(prepared: Prepared, folds: list[Fold], chart: Path) -> None:
    splits = {
        f"{name}: at work from {row['begins_at']:%d %B %Y}": fold.split
        for (name, row), fold in zip(_table(folds).iterrows(), folds, strict=True)
    }
    told = folds[0].told_since.index
    for fold in folds[1:]:
        told = told.union(fold.told_since.index)
    draw_splits(splits, prepared.arrivals, told, chart)
