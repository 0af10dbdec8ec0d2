"""An experiment on tables: compare candidates over time, and choose one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from prioritizer.errors import SettingsError, numbered
from prioritizer.evaluation import BASELINES, RULES, chosen, selection_regrets
from prioritizer.model import (
    MANIFEST,
    THE_MODEL,
    TUNED,
    Experiment,
    TrainSettings,
    code_hash,
)
from prioritizer.pipeline.fits import Fits, series_hash
from prioritizer.pipeline.preparation import Prepared
from prioritizer.pipeline.tuning import seek_settings
from prioritizer.pipeline.validation import (
    Fold,
    compare_candidates,
    folds_of,
    is_compared,
    refuse_one_sided,
)
from prioritizer.tables import refuse_tables

_LIBRARIES = ("lightgbm", "numpy", "pandas", "polars", "scikit-learn")


@dataclass(frozen=True, slots=True)
class Study:
    """What an experiment found before its model was trained.

    Attributes
    ----------
    settings : TrainSettings
        How the model is to be trained.
    candidate : str
        The candidate that was chosen.
    folds : pandas.DataFrame
        As `prioritizer.pipeline.validation.compare_candidates` returns it.
    regrets : pandas.DataFrame
        What each rule of choice would have lost, as
        `prioritizer.evaluation.selection_regrets` returns it.
    fits_needed, fits_known : int
        How many fits had to be made, and how many had been made before.
    """

    settings: TrainSettings
    candidate: str = THE_MODEL
    folds: pd.DataFrame = field(default_factory=pd.DataFrame)
    regrets: pd.DataFrame = field(default_factory=pd.DataFrame)
    fits_needed: int = 0
    fits_known: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an experiment would do.

    Attributes
    ----------
    folds : list of Fold
        The moments at which candidates are put to work.
    candidates : dict of str to TrainSettings
        How each is trained.
    trials : int
        How many settings are sought beside them.
    fits_needed, fits_known : int
        How many fits have to be made, and how many were made before; those of
        `trials` are known only when they are tried, and count as needed.
    """

    folds: list[Fold]
    candidates: dict[str, TrainSettings]
    trials: int
    fits_needed: int
    fits_known: int


def refuse_odd_place(kept: Path | None, out: Path) -> None:
    """Raise if figures of fits would lie among tables, or in a model.

    Parameters
    ----------
    kept : pathlib.Path or None
        Where they would lie.
    out : pathlib.Path
        The model's folder.

    Raises
    ------
    SettingsError
    """
    if kept is None:
        return
    refuse_tables(kept)
    place = kept.resolve()
    around = (place, *place.parents)
    if out.resolve() in around or any((each / MANIFEST).is_file() for each in around):
        raise SettingsError(
            "figures of fits would lie in a model", str(kept), "name another folder"
        )


def checked_candidates(experiment: Experiment) -> dict[str, TrainSettings]:
    """Return the candidates of an experiment, if it can be carried out on any tables.

    Parameters
    ----------
    experiment : Experiment
        The experiment.

    Returns
    -------
    dict of str to TrainSettings
        By name.

    Raises
    ------
    SettingsError
        If a name is taken, the rule is none, or a library is missing.
    """
    candidates = experiment.all_candidates()
    taken = sorted(set(BASELINES) & set(candidates))
    rule = experiment.validation.rule
    found = [
        (f"candidate {name!r} has the name of a rival", "[candidates]", "rename it")
        for name in taken
    ]
    if rule not in RULES:
        choose = f"choose one of: {', '.join(RULES)}"
        found.append(("there is no such rule of choice", "[validation] rule", choose))
    if experiment.tune.trials and find_spec("optuna") is None:
        install = 'install the extra "tune", or set trials = 0'
        found.append(("to seek settings needs Optuna", "[tune] trials", install))
    if found:
        problems, places, fixes = map(list, zip(*found, strict=True))
        raise SettingsError(
            numbered(problems), ", ".join(dict.fromkeys(places)), "; ".join(fixes)
        )
    return candidates


def plan_experiment(
    prepared: Prepared, experiment: Experiment, *, kept: Path | None = None
) -> Plan:
    """Check an experiment against the tables, and return what it would do.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    experiment : Experiment
        The experiment.
    kept : pathlib.Path or None
        Where figures of fits are kept.

    Returns
    -------
    Plan

    Raises
    ------
    SettingsError, ModelError
        If it cannot be carried out on these tables.
    """
    candidates = checked_candidates(experiment)
    folds = folds_of(prepared, experiment)
    for fold in folds:
        refuse_one_sided(fold)
    fits = _fits(prepared, kept)
    states = [
        is_compared(fold, settings, fits)
        for fold in folds
        for settings in (*candidates.values(), None)
    ]
    trials = experiment.tune.trials
    tried = trials * max(0, len(folds) - 1) + (len(folds) if trials else 0)
    known = sum(states)
    return Plan(folds, candidates, trials, len(states) - known + tried, known)


def run_experiment(
    prepared: Prepared,
    experiment: Experiment,
    *,
    kept: Path | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Study:
    """Compare the candidates of an experiment, and choose one of them.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    experiment : Experiment
        The experiment.
    kept : pathlib.Path or None
        Where figures of fits are kept, so that they are made once.
    advance : callable
        Called after each fit.

    Returns
    -------
    Study

    Raises
    ------
    SettingsError
        If the experiment cannot be carried out, such as without Optuna.
    ModelError
        If the tables have too few outcomes or reach back too little.
    """
    candidates = checked_candidates(experiment)
    folds = folds_of(prepared, experiment)
    if not folds:
        return Study(experiment.train)
    fits = _fits(prepared, kept)
    if experiment.tune.trials:
        candidates[TUNED] = seek_settings(
            prepared, folds[:-1], experiment, fits, advance=advance
        )
    found = compare_candidates(prepared, folds, candidates, fits, advance=advance)
    rule, metric = experiment.validation.rule, experiment.validation.metric
    # Deep trees and simple orders show what is lost; neither can become the model.
    printable = [k for k, each in candidates.items() if each.interactions == "pairs"]
    eligible = found[found["candidate"].isin(printable) & ~found["is_baseline"]]
    judged = eligible
    if experiment.tune.trials:
        # What was sought on the older folds is the best there by luck, too.
        judged = eligible[eligible["fold"] == folds[-1].number]
    name = chosen(judged, rule=rule, metric=metric)
    return Study(
        candidates[name],
        name,
        found,
        selection_regrets(eligible[eligible["candidate"] != TUNED], metric=metric),
        fits.needed,
        fits.known,
    )


def _fits(prepared: Prepared, kept: Path | None) -> Fits:
    made_from = {
        "data_hash": prepared.folder.content_hash,
        "code_hash": code_hash(),
        "sections": "+".join(prepared.sections),
        "propensity_hash": series_hash(prepared.propensity),
        # Another version of one of these may grow other trees.
        "libraries": " ".join(f"{name} {version(name)}" for name in _LIBRARIES),
    }
    return Fits(kept, made_from)
