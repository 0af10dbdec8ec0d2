"""Candidates are put to work in the past, each fit once."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from prioritizer import pipeline
from prioritizer.errors import ModelError, SettingsError
from prioritizer.model import (
    Candidate,
    Experiment,
    Interim,
    TrainSettings,
    Tuning,
    Validation,
    newest_begins_at,
)
from prioritizer.pipeline.splits import plan_training
from prioritizer.pipeline.study import Study, plan_experiment, run_experiment
from prioritizer.pipeline.validation import folds_of
from tests.builders import prepared_world, small_world

QUICK = TrainSettings(rounds=20, pairs=4)
COMPARED = Experiment(
    train=QUICK,
    validation=Validation(folds=2, months=4),
    candidates={
        "plain": Candidate(pairs=0),
        "deep": Candidate(interactions="any", rounds=40),
    },
)


@cache
def study() -> Study:
    return run_experiment(prepared_world(), COMPARED)


def test_each_candidate_and_simple_order_has_a_row_in_each_fold() -> None:
    folds = study().folds
    candidates = folds[~folds["is_baseline"]].groupby("fold")["candidate"].agg(list)
    assert candidates.to_list() == [["model", "plain", "deep"]] * 2
    simple = folds[folds["is_baseline"]].groupby("fold")["candidate"].agg(set)
    assert simple[0] == simple[1]
    assert len(simple[0]) == 8
    figures = folds[["average_precision", "precision", "recall"]]
    assert ((figures > 0) & (figures <= 1)).all(axis=None)


def test_every_fold_lies_before_the_reports_that_test() -> None:
    arrivals = prepared_world().arrivals
    begins = arrivals.iloc[int(len(arrivals) * 0.8)]
    for fold in folds_of(prepared_world(), COMPARED):
        assert fold.split.test_ends_at <= begins
        assert arrivals[fold.split.test].max() < begins
        assert (arrivals[fold.split.train] < fold.split.test_begins_at).all()


def test_what_is_chosen_is_the_best_that_can_be_printed() -> None:
    folds = study().folds
    means = folds.groupby("candidate")["average_precision"].mean()
    assert study().candidate == means[["model", "plain"]].idxmax()
    assert set(study().regrets["choices"].explode()) <= {"model", "plain"}


def test_a_second_run_needs_no_fit(tmp_path: Path) -> None:
    world = prepared_world()
    before = plan_experiment(world, COMPARED, kept=tmp_path)
    first = run_experiment(world, COMPARED, kept=tmp_path)
    after = plan_experiment(world, COMPARED, kept=tmp_path)
    second = run_experiment(world, COMPARED, kept=tmp_path)
    assert (first.fits_needed, first.fits_known) == (before.fits_needed, 0) == (8, 0)
    assert (second.fits_needed, second.fits_known) == (0, 8)
    assert (after.fits_needed, after.fits_known) == (0, 8)
    pd.testing.assert_frame_equal(first.folds, second.folds)


def test_a_further_candidate_needs_its_own_fits_only(tmp_path: Path) -> None:
    world = prepared_world()
    run_experiment(world, COMPARED, kept=tmp_path)
    more = {**COMPARED.candidates, "quick": Candidate(rounds=5)}
    further = run_experiment(
        world,
        Experiment(QUICK, COMPARED.validation, more),
        kept=tmp_path,
    )
    assert (further.fits_needed, further.fits_known) == (2, 8)


def test_settings_are_sought_on_all_folds_but_the_newest() -> None:
    sought = Experiment(QUICK, COMPARED.validation, tune=Tuning(trials=3, seed=1))
    steps: list[int] = []
    one = run_experiment(prepared_world(), sought, advance=lambda: steps.append(1))
    other = run_experiment(prepared_world(), sought)
    pd.testing.assert_frame_equal(one.folds, other.folds)
    assert len(steps) == sought.steps - 3
    old = one.folds[one.folds["fold"] == 0].set_index("candidate")
    # [train] itself is among what is tried, so on these folds nothing is worse.
    assert (
        old.loc["tuned", "average_precision"] >= old.loc["model", "average_precision"]
    )


def test_an_unknown_rule_is_refused_by_name() -> None:
    odd = Experiment(QUICK, Validation(folds=2, months=4, rule="luck"))
    with pytest.raises(SettingsError, match="rule"):
        run_experiment(prepared_world(), odd)


def test_reports_that_do_not_reach_back_so_far_are_refused() -> None:
    far = Experiment(QUICK, Validation(folds=9, months=12))
    with pytest.raises(ModelError, match="need reports from before"):
        plan_training(small_world(), far)


def test_a_plan_shows_each_fold_and_the_test() -> None:
    plan, splits = plan_training(small_world(), COMPARED)
    assert splits.index.to_list() == ["fold 0", "fold 1", "test"]
    assert (splits["train"].diff().dropna() > 0).all()
    assert list(plan.candidates) == ["model", "plain", "deep"]


@pytest.mark.parametrize("end", ["svg", "png", "pdf"])
def test_the_chart_is_the_same_each_time(end: str, tmp_path: Path) -> None:
    charts = [tmp_path / f"{name}.{end}" for name in ("one", "other")]
    for chart in charts:
        pipeline.show_splits(small_world(), COMPARED, chart=chart)
    assert charts[0].read_bytes() == charts[1].read_bytes()
    assert len(charts[0].read_bytes()) > 5_000


def test_a_chart_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written in this format"):
        pipeline.show_splits(small_world(), COMPARED, chart=tmp_path / "s.bmp")


def test_what_came_later_than_the_choice_does_not_choose() -> None:
    """Outcomes that became known after the test began change no fold."""
    world = prepared_world()
    begins = newest_begins_at(world.arrivals, COMPARED.train.test_share)
    outcomes = world.tables["outcomes"]
    early = outcomes.filter(pl.col("known_at") < begins)
    assert 0 < early.height < outcomes.height
    blind = replace(world, tables={**world.tables, "outcomes": early})
    for fold, other in zip(
        folds_of(world, COMPARED), folds_of(blind, COMPARED), strict=True
    ):
        assert fold.told_since.equals(other.told_since)
        assert fold.labels.equals(other.labels)


def test_other_labels_are_other_fits(tmp_path: Path) -> None:
    """Also for simple orders, which have no settings that could tell."""
    world = prepared_world()
    read = replace(QUICK, interim=Interim.NOT_ACTIONABLE)
    run_experiment(world, COMPARED, kept=tmp_path)
    other = run_experiment(
        world, Experiment(read, COMPARED.validation, COMPARED.candidates), kept=tmp_path
    )
    assert (other.fits_needed, other.fits_known) == (8, 0)
