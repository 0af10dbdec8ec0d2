from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from prioritizer.errors import FeatureError, ModelError
from prioritizer.model import (
    keep_largest,
    labels_as_of,
    newest_begins_at,
    split_by_time,
)
from tests.builders import prepared_world, trained


def split(**settings: float):
    world = prepared_world()
    shares = {"test_share": 0.2, "calibration_share": 0.25} | settings
    begins = newest_begins_at(world.arrivals, shares["test_share"])
    labels = labels_as_of(world.tables["outcomes"], begins)
    return split_by_time(world.arrivals, labels, **shares), labels, world.arrivals


def test_the_past_trains_and_the_newest_test() -> None:
    parts, _, arrivals = split()
    train, calibration, test = (
        arrivals.loc[part] for part in (parts.train, parts.calibration, parts.test)
    )
    assert train.max() <= calibration.min() < calibration.max() < test.min()
    assert len(test) == pytest.approx(0.2 * len(arrivals), abs=1)


def test_no_label_that_came_later_trains() -> None:
    parts, labels, _ = split()
    known = prepared_world().tables["outcomes"].to_pandas()
    later = known[known["known_at"] >= parts.test_begins_at]["report_id"]
    used = parts.train.union(parts.calibration)
    assert used.isin(labels.index).all()
    assert not used.isin(set(later) - set(labels.index)).any()


def test_without_outcomes_training_says_what_is_missing() -> None:
    world = prepared_world()
    nothing = pd.Series(dtype=int)
    with pytest.raises(ModelError, match="0 reports have an outcome that can train"):
        split_by_time(world.arrivals, nothing, test_share=0.2, calibration_share=0.25)


def test_contributions_add_up_to_the_score_of_every_report() -> None:
    scores = trained().model.score(prepared_world().X)
    total = scores["base"] + scores.filter(regex="^c_").sum(axis="columns")
    assert total.to_numpy() == pytest.approx(scores["raw"].to_numpy(), abs=1e-5)


def test_a_probability_is_neither_none_nor_certain() -> None:
    p = trained().model.score(prepared_world().X)["p"]
    assert 0 < p.min() < p.max() < 1


def test_infinite_features_are_refused_by_name() -> None:
    X = prepared_world().X.copy()
    X.loc[X.index[:3], "files"] = np.inf
    with pytest.raises(FeatureError, match="files is infinite in 3 rows"):
        trained().model.score(X)


def test_only_the_largest_contributions_are_kept() -> None:
    scores = trained().model.score(prepared_world().X)
    kept = keep_largest(scores, 3)
    points = scores.filter(regex="^c_").abs()
    assert (kept["top_value_1"].abs() == points.max(axis="columns")).all()
    assert (kept["top_value_1"].abs() >= kept["top_value_3"].abs()).all()
    first = kept.iloc[0]
    assert scores.iloc[0][f"c_{first['top_feature_2']}"] == first["top_value_2"]


def test_the_card_names_labels_window_and_limits() -> None:
    card = (trained().folder / "card.md").read_text(encoding="utf-8")
    for words in ("It advises; a person decides", "Arrest", "test begins at", "Limits"):
        assert words in card
    assert "They say nothing about how well the ranking serves in the field" in card


def test_without_reports_there_is_nothing_to_split() -> None:
    with pytest.raises(ModelError, match="there are no reports to train on"):
        newest_begins_at(pd.Series(dtype="datetime64[us, UTC]"), 0.2)


def test_categories_that_the_model_never_saw_are_counted() -> None:
    X, model = prepared_world().X, trained().model
    assert model.unseen(X.loc[:, :]).keys() <= {"incident_type", "ncmec_priority_code"}
    kinds = X["incident_type"]
    narrow = replace(model, seen={"incident_type": (str(kinds.iloc[0]),)})
    others = int((kinds.notna() & (kinds != kinds.iloc[0])).sum())
    assert narrow.unseen(X) == {"incident_type": others}


def test_features_of_another_name_order_or_type_are_refused_all_at_once() -> None:
    X, run = prepared_world().X, trained()
    odd = X.rename(columns={"files": "file_count"}).astype({"user_emails": str})
    with pytest.raises(FeatureError, match="3 problems: files is missing") as told:
        run.model.score(odd)
    assert "file_count is not expected" in told.value.what
    assert "user_emails is not floating point" in told.value.what
