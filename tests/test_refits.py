from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from prioritizer import pipeline
from prioritizer.errors import ModelError, SettingsError
from prioritizer.features import CATALOGUE
from prioritizer.model import ActionabilityClassifier, load_model, rank_interval
from prioritizer.model.refits import Refits, refit
from prioritizer.model.shared_bins import shared_bins
from prioritizer.model.tables import PointTables
from prioritizer.queues import build_queue
from prioritizer.tables.stamped import read_stamped, write_stamped
from tests.builders import prepared_world, small_world, stored_with, trained

_AS_OF = pd.Timestamp("2026-03-01T00:00:00Z")


def past(count: int = 600, seed: int = 0):
    """Return features, of which one is a category and one counts, and labels."""
    random = np.random.default_rng(seed)
    X = pd.DataFrame({"a": random.normal(size=count), "b": random.normal(size=count)})
    X.loc[::7, "b"] = np.nan
    X["kind"] = pd.Categorical.from_codes(random.integers(0, 3, count), ["x", "y", "z"])
    y = (random.random(count) < expit(2 * X["a"])).astype(int)
    return X, pd.Series(y, index=X.index)


def model() -> ActionabilityClassifier:
    return ActionabilityClassifier(rounds=20, pairs=2)


def numbers(X: pd.DataFrame) -> np.ndarray:
    return X.assign(kind=X["kind"].cat.codes).to_numpy(float)


def said_by(refits: Refits, values: np.ndarray) -> np.ndarray:
    """Return what each refit scores, by bins that all of them share."""
    bins = shared_bins([tables.bins for tables in refits.tables])
    return refits.raw_scores(PointTables(bins, 0.0, {}, {}).bin_rows(values), bins)


def refitted(**how: object) -> np.ndarray:
    X, y = past()
    return said_by(refit(model(), X, y, **how), numbers(X))


def test_each_refit_scores_as_its_own_tables_do() -> None:
    X, y = past()
    again = refit(model(), X, y, refits=3)
    values = numbers(past(count=500, seed=9)[0])
    odd = np.array([[0.0, np.nan, -1.0], [-0.0, 1e-40, 2.0], [-1e9, 1e9, 7.0]])
    values = np.concatenate([values, odd])
    edges = np.concatenate([tables.bins[0].thresholds for tables in again.tables])
    values[: len(edges), 0] = edges[: len(values)]
    alone = [each.raw_scores(each.bin_rows(values)) for each in again.tables]
    assert said_by(again, values) == pytest.approx(np.column_stack(alone), abs=1e-5)


def test_refits_differ_and_agree_on_the_whole() -> None:
    scores = refitted(refits=4)
    assert scores.shape == (600, 4)
    assert scores.dtype == np.float32
    alike = np.corrcoef(scores.T)
    assert alike.min() > 0.7
    assert alike[np.triu_indices(4, 1)].max() < 0.9999


def test_the_same_seed_gives_the_same_refits() -> None:
    one, same, other = (refitted(refits=2, random_state=seed) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_more_refits_leave_the_first_as_they_are() -> None:
    assert np.array_equal(refitted(refits=3)[:, :2], refitted(refits=2))


def test_a_case_counts_with_all_of_its_reports_or_with_none() -> None:
    # Two cases, of which one says that `a` helps and the other that it hurts: who
    # drew reports one by one would find neither.
    X = pd.DataFrame({"a": np.tile(np.linspace(-1, 1, 200), 2)})
    helps = (X["a"] > 0).astype(int)
    y = helps.where(X.index < 200, 1 - helps)
    cases = np.repeat([11, 12], 200)
    again = refit(model(), X, y, clusters=cases, refits=12)
    scores = said_by(again, X.to_numpy())
    rises = scores[199] - scores[0]
    assert (np.abs(rises) > 1).sum() >= 8
    assert rises.min() < -1 < 1 < rises.max()


def test_names_of_cases_and_the_order_of_rows_do_not_move_draws() -> None:
    X, y = past()
    cases = np.arange(len(X)) // 3 + 10**9
    turned = np.argsort(-X.index.to_numpy(), kind="stable")
    one = refit(model(), X, y, clusters=cases, refits=2)
    other = refit(
        model(), X.iloc[turned], y.iloc[turned], clusters=cases[turned], refits=2
    )
    values = numbers(X)
    assert said_by(other, values) == pytest.approx(said_by(one, values), abs=2e-4)


def test_a_row_without_weight_teaches_nothing() -> None:
    X, y = past()
    lies = y.where(y.index >= 300, 1 - y)
    weights = (y.index >= 300).astype(float)
    values = numbers(X)
    one, other = (
        said_by(refit(model(), X, each, weights=weights, refits=2), values)
        for each in (y, lies)
    )
    assert np.array_equal(one, other)


def test_none_is_allowed() -> None:
    none = refit(model(), *past(), refits=0)
    assert none.raw_scores(np.zeros((2, 600), np.int64), ()).shape == (600, 0)
    assert Refits.from_json(json.loads(json.dumps(none.as_json()))) == none
    low, high = rank_interval(np.zeros((3, 0)))
    assert np.isnan([low, high]).all()


def test_one_case_of_a_label_is_drawn_until_it_is_there() -> None:
    X, y = past(count=40)
    alone = pd.Series(0, index=y.index).where(y.index > 0, 1)
    assert said_by(refit(model(), X, alone, refits=8), numbers(X)).shape == (40, 8)


def test_too_few_cases_are_named() -> None:
    X, y = past()
    with pytest.raises(ModelError, match="too few cases of one label"):
        refit(model(), X, 0 * y, refits=1)


def test_places_by_hand() -> None:
    # The second refit ties the last two; the third has no score for the first row.
    scores = np.array([[9.0, 9, np.nan], [5.0, 1, 5], [1.0, 1, 1]])
    low, high = rank_interval(scores)
    assert low.tolist() == [1.0, 1.0, 2.0]
    assert high.tolist() == [3.0, 2.5, 3.0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 40), refits=st.integers(1, 9))
def test_a_place_is_counted_as_one_would(seed, rows, refits) -> None:
    scores = np.random.default_rng(seed).integers(0, 12, (rows, refits)).astype(float)
    low, high = rank_interval(scores)
    above = (scores[None] > scores[:, None]).sum(axis=1)
    tied = (scores[None] == scores[:, None]).sum(axis=1)
    places = above + (tied + 1) / 2
    assert low.tolist() == places.min(axis=1).tolist()
    assert high.tolist() == places.max(axis=1).tolist()


def test_a_further_refit_lies_between_as_often_as_promised() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=(2000, 1))
    scores = truth + random.normal(size=(2000, 9))
    low, high = rank_interval(scores[:, :8])
    place = rank_interval(scores[:, 8:])[0]
    assert ((low <= place) & (place <= high)).mean() == pytest.approx(7 / 9, abs=0.03)


def test_refits_leave_the_score_as_it_is() -> None:
    model, X = trained().model, prepared_world().X
    scores = model.score(X)
    alone = replace(model, refits=Refits()).score(X)
    assert scores.filter(regex="^refit_").shape == (len(X), 8)
    pd.testing.assert_frame_equal(scores[alone.columns], alone)


def queue_of(scores: pd.DataFrame) -> pd.DataFrame:
    world = prepared_world()
    return build_queue(world.tables, world.X, scores, CATALOGUE, as_of=_AS_OF)


def test_an_interval_of_places_is_of_the_lane_and_holds_the_place() -> None:
    queue = queue_of(trained().model.score(prepared_world().X))
    for _, rows in queue.groupby(["lane", "has_outcome"]):
        place = np.arange(1, len(rows) + 1)
        assert (rows["rank_low"] <= place).all()
        assert (place <= rows["rank_high"]).all()
        assert rows["rank_low"].min() >= 1
        assert rows["rank_high"].max() <= len(rows)
    standard = queue[(queue["lane"] == "standard") & ~queue["has_outcome"]]
    assert (standard["rank_high"] > standard["rank_low"]).mean() > 0.9


def test_refits_that_agree_leave_the_place_alone() -> None:
    scores = trained().model.score(prepared_world().X)
    agreed = scores.assign(**{f"refit_{n}": scores["raw"] for n in range(1, 9)})
    queue = queue_of(agreed)
    place = queue.groupby(["lane", "has_outcome"]).cumcount() + 1
    tied = queue.duplicated(["lane", "has_outcome", "raw"], keep=False)
    assert (queue["rank_low"] == place)[~tied].all()
    assert (queue["rank_high"] == place)[~tied].all()


def scored(folder: Path, change=lambda scores: scores) -> Path:
    """Return a file of scores in which something was changed."""
    path = folder / "s.parquet"
    pipeline.score_reports(small_world(), trained().folder, path)
    holds, command = "scores with all contributions", "prioritizer score"
    scores, stamp = read_stamped(path, holds=holds, command=command, numbers=("raw",))
    write_stamped(path, change(scores), stamp)
    return path


def test_scores_without_intervals_still_rank(tmp_path: Path) -> None:
    names = "^(refit_.*|p_low|p_high)$"
    path = scored(tmp_path, lambda rows: rows.drop(columns=rows.filter(regex=names)))
    out = tmp_path / "q.parquet"
    ranking = pipeline.rank_reports(
        small_world(), as_of=_AS_OF, scores_file=path, out=out
    )
    empty = ranking.queue[["p_low", "p_high", "rank_low", "rank_high"]]
    assert empty.isna().all(axis=None)
    row, _ = pipeline.explain_report(out, int(ranking.queue["report_id"].iloc[0]))
    assert (row["place_in_lane"], np.isnan(row["rank_low"])) == (1, True)


def test_scores_from_a_file_rank_as_the_model_does(tmp_path: Path) -> None:
    by_file = pipeline.rank_reports(
        small_world(), as_of=_AS_OF, scores_file=scored(tmp_path)
    )
    by_model = pipeline.rank_reports(
        small_world(), as_of=_AS_OF, model_folder=trained().folder
    )
    pd.testing.assert_frame_equal(by_file.queue, by_model.queue)


HOSTILE = [
    pytest.param(lambda rows: rows.assign(refit_1="first"), id="words"),
    pytest.param(lambda rows: rows.assign(p_low=True), id="yes"),
    pytest.param(
        lambda rows: rows.join(
            pd.DataFrame(0.0, rows.index, [f"refit_{n}" for n in range(9, 99)])
        ),
        id="many",
    ),
]


@pytest.mark.parametrize("change", HOSTILE)
def test_refits_that_are_none_are_refused(change, tmp_path: Path) -> None:
    path = scored(tmp_path, change)
    with pytest.raises(SettingsError, match="intervals or refits that are none"):
        pipeline.rank_reports(small_world(), as_of=_AS_OF, scores_file=path)


def spoiled(change) -> str:
    said = json.loads((trained().folder / "refits.json").read_text(encoding="utf-8"))
    change(said["refits"])
    return json.dumps(said)


SPOILS = [
    pytest.param(lambda all_: all_.extend(all_ * 4), "more than 32 refits", id="many"),
    pytest.param(
        lambda all_: all_[1]["bins"].pop(), "not of the model's features", id="features"
    ),
    pytest.param(
        lambda all_: all_[0]["mains"][0]["points"].pop(), "another size", id="short"
    ),
    pytest.param(lambda all_: all_[0].pop("base"), "do not hold what they", id="base"),
]


@pytest.mark.parametrize(("change", "why"), SPOILS)
def test_stored_refits_that_do_not_fit_are_refused(change, why, tmp_path) -> None:
    folder = Path(copytree(trained().folder, tmp_path / "m"))
    with pytest.raises(ModelError, match=why):
        load_model(stored_with(folder, "refits.json", spoiled(change)))
