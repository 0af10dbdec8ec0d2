"""The answer key: frozen, of many shapes, and out of reach of every feature."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer import pipeline
from prioritizer.errors import MissingInputError, SettingsError
from prioritizer.evaluation.capacity import precision_at
from prioritizer.settings import load_world
from prioritizer.synthetic import outcomes_at, read_truth
from prioritizer.synthetic.effects import EFFECTS, Family, families, shares_of_variance
from prioritizer.synthetic.past import propensity
from prioritizer.synthetic.settling import informational_target
from prioritizer.vocabulary.enums import CaseStatus, ClosedReason
from tests.builders import prepared_world, small_world, trained
from tests.builders_world import drawn, levels, of_year, timeline

HIDDEN = {"p_actionable", "is_actionable", "is_urgent", "propensity", "cluster"}


def truth() -> pl.DataFrame:
    return read_truth(small_world())


def test_it_lies_beside_the_tables_and_not_in_them() -> None:
    assert set(truth().columns) >= HIDDEN
    for frame in prepared_world().tables.values():
        assert not HIDDEN & set(frame.columns)


def test_features_and_scores_are_the_same_without_it(tmp_path: Path) -> None:
    """Nothing on the road to a score can have looked."""
    bare = shutil.copytree(small_world(), tmp_path / "bare")
    shutil.rmtree(bare / "truth")
    blind = pipeline.prepare(bare)
    pd.testing.assert_frame_equal(blind.X, prepared_world().X)
    model = pipeline.train_model(bare, tmp_path / "m").model
    assert model.content_hash == trained().model.content_hash


def test_real_tables_have_no_answer_key(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no answer key"):
        read_truth(tmp_path)


def test_it_is_frozen(tmp_path: Path) -> None:
    folder = shutil.copytree(small_world(), tmp_path / "altered")
    path = folder / "truth" / "part-00000.parquet"
    pl.read_parquet(path).with_columns(p_actionable=pl.lit(1.0)).write_parquet(path)
    with pytest.raises(SettingsError, match="answer key was altered: part-00000"):
        read_truth(folder)


def test_it_says_how_much_each_family_of_effects_has() -> None:
    manifest = (small_world() / "truth" / "manifest.json").read_text("utf-8")
    shares = json.loads(manifest)["levels"]["shares_of_variance"]
    assert sum(shares.values()) == pytest.approx(1, abs=0.001)
    assert set(shares) == set(Family)
    assert all(share > 0.03 for share in shares.values())
    assert shares["latents"] > 0.15


def test_there_are_effects_of_every_shape() -> None:
    counted = dict.fromkeys(Family, 0)
    for _, family, _, _ in EFFECTS:
        counted[family] += 1
    assert all(count >= 3 for count in counted.values())
    assert len({name for name, *_ in EFFECTS}) == len(EFFECTS)


@pytest.mark.parametrize("place", range(len(EFFECTS)), ids=lambda at: EFFECTS[at][0])
def test_every_effect_is_felt_by_some_report(place: int) -> None:
    _, _, value, _ = EFFECTS[place]
    values = np.asarray(value(drawn().worth.case), dtype=float)
    assert np.isfinite(values).all()
    assert values.std() > 0


def test_a_family_can_be_switched_off() -> None:
    world, case = load_world("icac"), drawn().worth.case
    plain = replace(world, truth=replace(world.truth, pairs=0.0, latents=0.0))
    parts = families(plain, case)
    assert not parts[Family.PAIRS].any()
    shares = shares_of_variance(parts)
    assert shares["latents"] == 0
    assert shares["main"] > 0.6


def test_all_families_can_be_switched_off() -> None:
    world = load_world("icac")
    nothing = replace(world.truth, **dict.fromkeys(map(str, Family), 0.0))
    parts = families(replace(world, truth=nothing), drawn().worth.case)
    assert set(shares_of_variance(parts).values()) == {0.0}


def test_what_happens_is_as_likely_as_promised() -> None:
    key = read_truth(small_world(20_000)).with_columns(
        band=(pl.col("p_actionable") * 10).floor()
    )
    bands = key.group_by("band").agg(
        said=pl.col("p_actionable").mean(),
        came=pl.col("is_actionable").mean(),
        reports=pl.len(),
    )
    for said, came, reports in bands.select("said", "came", "reports").iter_rows():
        error = (said * (1 - said) / reports) ** 0.5
        assert abs(said - came) < 4 * error + 1e-9


@pytest.mark.parametrize("profile", ["icac", "national"])
def test_levels_make_the_shares_what_the_settings_say(profile: str) -> None:
    world, some = load_world(profile), drawn(profile)
    p = 1 / (1 + np.exp(-(some.worth.score + levels(profile).action)))
    assert p.mean() == pytest.approx(world.truth.action_share, abs=0.02)
    chance = propensity(world, levels(profile), some)
    assert chance.min() >= 0.02
    home = some.circumstances.nation == 0
    assert chance[home].mean() == pytest.approx(world.work.worked_share, abs=0.04)


def test_the_informational_policy_is_a_step() -> None:
    when = timeline()
    target = informational_target(load_world("icac"), when.received_us)
    shares = [target[of_year(when, year)].mean() for year in (2021, 2022, 2023)]
    assert shares == pytest.approx([0.029, 0.449, 0.262], abs=0.001)


def test_completeness_and_worth_are_two_things() -> None:
    some, key = drawn().circumstances, drawn().worth.score
    viral = some.is_viral & (some.completeness > 0.7)
    sparse = some.origins.is_contact & (some.completeness < 0.5)
    assert key[viral].mean() + 1 < key[sparse].mean()
    assert 0.05 < np.corrcoef(some.completeness, key)[0, 1] < 0.5


def test_some_urgent_reports_carry_no_signal() -> None:
    origins = drawn().circumstances.origins
    marked = origins.is_escalated | origins.is_priority_one
    assert 0.2 < np.mean(~marked[origins.is_urgent]) < 0.6


def test_worked_at_once_the_outcome_is_the_one_promised() -> None:
    reports = prepared_world().tables["reports"]
    key = truth().join(reports.select("report_id", "arrival_at"), on="report_id")
    became = outcomes_at(key, "arrival_at")
    assert became["is_action"].to_list() == key["is_actionable"].to_list()


@settings(max_examples=20, deadline=None)
@given(days=st.integers(0, 900), more=st.integers(0, 900))
def test_waiting_never_helps(days: int, more: int) -> None:
    reports = prepared_world().tables["reports"]
    key = truth().join(reports.select("report_id", "arrival_at"), on="report_id")
    early = outcomes_at(key, pl.col("arrival_at") + pl.duration(days=days))
    late = outcomes_at(key, pl.col("arrival_at") + pl.duration(days=days + more))
    assert (late["is_action"] <= early["is_action"]).all()


def test_long_waiting_loses_what_no_lead_keeps() -> None:
    key = truth().with_columns(start=pl.datetime(2035, 1, 1, time_zone="UTC"))
    became = outcomes_at(key, "start")
    kept = key["is_actionable"] & key["is_lasting"]
    assert became["is_action"].to_list() == kept.to_list()
    lost = became.filter(pl.Series(key["is_actionable"] & ~key["is_lasting"]))
    assert set(lost["closed_reason"]) <= {
        str(ClosedReason.NOT_LOCATED),
        str(ClosedReason.LEGAL_RESPONSE_EMPTY),
    }


def test_action_has_no_closed_reason_and_closing_has_one() -> None:
    became = outcomes_at(truth().filter("is_worked"), "started_at")
    closed = became["case_status"] == CaseStatus.CLOSED
    assert (closed == ~became["is_action"]).all()
    assert (became["closed_reason"].is_null() == became["is_action"]).all()


def test_outcomes_are_of_worked_reports_late_and_partly_wrong() -> None:
    outcomes, key = prepared_world().tables["outcomes"], truth()
    told = key.join(outcomes.select("report_id").unique(), on="report_id", how="semi")
    assert told["is_worked"].all()
    assert 0.2 < len(told) / key["is_worked"].sum() < 0.45
    both = outcomes.join(key, on="report_id")
    assert (both["known_at"] >= both["decided_at"]).all()
    assert (both["decided_at"] > both["started_at"]).all()
    became = outcomes_at(key.filter("is_worked"), "started_at")
    firsts = outcomes.sort("known_at").unique("report_id", keep="first")
    compared = firsts.join(became, on="report_id", suffix="_true")
    is_closed = compared["case_status"] == CaseStatus.CLOSED
    wrong = (is_closed == compared["is_action"]).mean()
    assert 0.01 < wrong < 0.06


def test_feedback_depends_on_the_outcome() -> None:
    outcomes, key = prepared_world().tables["outcomes"], truth().filter("is_worked")
    became = outcomes_at(key, "started_at").with_columns(
        told=pl.col("report_id").is_in(outcomes["report_id"].implode())
    )
    shares = became.group_by("is_action").agg(pl.col("told").mean()).sort("is_action")
    closed, acted = shares["told"]
    assert acted > closed * 1.15


def test_some_outcomes_change_later() -> None:
    outcomes = prepared_world().tables["outcomes"]
    several = outcomes.filter(pl.len().over("report_id") > 1).sort("known_at")
    firsts = several.unique("report_id", keep="first")
    assert len(firsts) > 5
    assert set(firsts["case_status"]) == {CaseStatus.ONGOING}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), capacity=st.integers(1, 400))
def test_in_expectation_no_order_beats_the_oracle(seed: int, capacity: int) -> None:
    """Labels replaced by their probability, on a count-capacity metric."""
    p = truth()["p_actionable"].to_numpy()[:400]
    any_order = np.random.default_rng(seed).permutation(400).astype(float)
    oracle = precision_at(p, p, capacity)
    assert oracle >= precision_at(any_order, p, capacity) - 1e-12
    blended = 0.7 * p + 0.3 * any_order / 400
    assert oracle >= precision_at(blended, p, capacity) - 1e-12


def test_the_model_does_not_beat_the_oracle() -> None:
    model, X = trained().model, prepared_world().X
    raw = model.score(X)["raw"].to_numpy(dtype=float)
    p = truth().sort("report_id")
    order = np.argsort(X.index.to_numpy())
    labels = p["p_actionable"].to_numpy()
    scores = raw[order]
    for capacity in (30, 300, 1000):
        assert precision_at(labels, labels, capacity) >= precision_at(
            scores, labels, capacity
        )


def test_places_and_duplicates_are_told() -> None:
    key = truth()
    home = key.filter(pl.col("nation") == "US")
    assert home["us_state"].null_count() == 0
    assert home["task_force"].is_between(1, 61).all()
    assert key.filter(pl.col("nation") != "US")["us_state"].null_count() > 0
    assert 0.05 < key["is_copy"].mean() < 0.6
    shared = key.drop_nulls("duplicate_cluster").filter(
        pl.len().over("duplicate_cluster") > 1
    )
    assert not shared["is_copy"].all(), "an original stands among its copies"
