"""From tables to a stored model, with its figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from prioritizer.features import CATALOGUE
from prioritizer.model import (
    Experiment,
    Feedback,
    Selection,
    TrainingRun,
    TrainSettings,
    code_hash,
    newest_begins_at,
    refuse_other_folder,
    save_model,
    train,
    uphold_evidence,
)
from prioritizer.pipeline.figures import (
    as_rows,
    headline,
    leaderboard_of,
    slices_of,
    unheard_of,
)
from prioritizer.pipeline.preparation import Prepared, prepare
from prioritizer.pipeline.propensities import propensity_of
from prioritizer.pipeline.sensitivity import interim_sensitivity
from prioritizer.pipeline.study import (
    checked_candidates,
    refuse_odd_place,
    run_experiment,
)
from prioritizer.pipeline.validation import Fold, fold_at, selection_of
from prioritizer.tables import refuse_full, refuse_tables
from prioritizer.vocabulary.section import sections_as_text, sections_from_text


def train_model(
    folder: Path,
    out: Path,
    *,
    experiment: Experiment | None = None,
    propensity: Path | None = None,
    overwrite: bool = True,
    kept: Path | None = None,
    advance: Callable[[], None] = lambda: None,
) -> TrainingRun:
    """Train on the past, measure on the newest reports, and store the model.

    Parameters
    ----------
    folder : pathlib.Path
        A folder of tables.
    out : pathlib.Path
        The model's folder.
    experiment : Experiment or None
        How to train, what to compare, what to try; the defaults if left out.
    propensity : pathlib.Path or None
        A file of the chances with which an office was to work reports, as
        `prioritizer.pipeline.propensities.read_propensity` reads it.
    overwrite : bool
        Whether a model that is there may be replaced.
    kept : pathlib.Path or None
        Where figures of compared fits are kept, so that they are made once.
    advance : callable
        Called after each of the `experiment.steps`.

    Returns
    -------
    TrainingRun
        The stored model, its trees, settings and figures.

    Raises
    ------
    ModelError
        If there are too few outcomes, or only one kind of them, or the model would
        score a report lower for stating more.
    SettingsError
        If the experiment cannot be carried out, or the model would lie among tables,
        or replace something, or would see no section.
    MissingInputError
        If the folder holds no tables.
    TableError
        If the tables are not what their manifest and the vocabulary say.
    """
    experiment = experiment or Experiment()
    checked_candidates(experiment)  # raises before anything is computed
    refuse_tables(out)
    refuse_full(out, overwrite=overwrite)
    refuse_other_folder(out)
    refuse_odd_place(kept, out)
    sections = sections_from_text(sections_as_text(experiment.train.sections))
    logged = propensity_of(propensity, experiment)
    prepared = replace(prepare(folder, sections=sections), propensity=logged)
    newest = newest_fold(prepared, experiment)
    advance()
    study = run_experiment(prepared, experiment, kept=kept, advance=advance)
    settings = study.settings
    selection = selection_of(prepared, newest, settings)
    trained, booster = train(
        prepared.X, selection, CATALOGUE, settings, clusters=prepared.cases
    )
    advance()
    upheld = uphold_evidence(
        trained.raw_scores,
        prepared.tables,
        CATALOGUE,
        sections=sections,
    )
    trained.facts.update(
        evidence_verified=upheld.edits > 0,
        evidence_edits=upheld.edits,
        evidence_unseen=upheld.unseen,
        evidence_reports=upheld.reports,
        candidate=study.candidate,
        chosen_by=_chosen_by(experiment),
        settings=_plain(settings),
        first_report_at=prepared.arrivals.iloc[0].isoformat(),
        test_ends_at=newest.split.test_ends_at.isoformat(),
        propensity=_propensity(selection),
        data_hash=prepared.folder.content_hash,
        code_hash=code_hash(),
        data="synthetic" if prepared.folder.is_synthetic else "real",
    )
    advance()
    # Otherwise p is no longer that of reports whose outcome came back.
    is_naive = settings.selection.feedback is Feedback.NAIVE
    board = leaderboard_of(prepared, trained, newest)
    metrics = {
        **headline(newest, board),
        "slices": slices_of(prepared, trained, newest),
        "unheard_of": unheard_of(prepared, trained, newest) if is_naive else [],
        "folds": as_rows(study.folds),
        "regrets": as_rows(study.regrets.reset_index(names="rule")),
    }
    if experiment.validation.interim:
        found = interim_sensitivity(prepared, settings, newest)
        metrics["interim"] = as_rows(found.reset_index())
        advance()
    model = save_model(out, trained, booster, metrics)
    return TrainingRun(
        out,
        model,
        booster,
        settings,
        metrics,
        leaderboard=board,
        folds=study.folds,
        fits_needed=study.fits_needed,
        fits_known=study.fits_known,
    )


def _propensity(selection: Selection) -> str:
    if selection.propensity.empty:
        return "not used"
    if selection.is_logged:
        return "logged"
    is_weighted = selection.settings.feedback is Feedback.WEIGHTED
    return "estimated" if is_weighted else "taken as equal"


def _chosen_by(experiment: Experiment) -> str:
    said = experiment.validation
    if not said.folds:
        return "nothing was compared"
    return f"{said.rule} of {said.metric}, {said.folds} folds of {said.months} months"


def _plain(settings: TrainSettings) -> dict[str, object]:
    """Return settings as JSON reads them back."""
    return dict(json.loads(json.dumps(asdict(settings))))


def newest_fold(prepared: Prepared, experiment: Experiment) -> Fold:
    """Return the newest reports, which test, and what was known before them.

    Parameters
    ----------
    prepared : Prepared
        Tables and features.
    experiment : Experiment
        Which share of the reports tests.

    Returns
    -------
    Fold

    Raises
    ------
    ModelError
        If there are no reports, or no outcome that can train was known by then.
    """
    begins = newest_begins_at(prepared.arrivals, experiment.train.test_share)
    newest = pd.Timestamp(prepared.arrivals.iloc[-1])
    window = begins, newest + pd.Timedelta(microseconds=1)
    return fold_at(
        prepared, experiment.train, window, number=experiment.validation.folds
    )
